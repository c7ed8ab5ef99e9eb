#include "norma/extract/flow/flow.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "norma/extract/flow/testing.h"

namespace norma::extract::flow {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

constexpr std::string_view kTags[] = {"cpython-311", "cpython-312", "cpython-313"};

std::string EventAt(const Example& example, std::string_view unit, std::string_view start) {
  for (const std::string& line : EventLines(example, unit)) {
    if (line.starts_with(start)) {
      return line;
    }
  }
  return {};
}

TEST(Flow, ABranchLeavesADefinitionThatMayReach) {
  const Example example = LoadExample("cpython-313", "branch");
  EXPECT_THAT(EventLines(example, "f"),
              ElementsAre("entry def c local param", "2 use c local load", "18 def x local store",
                          "20 use x local load unbound"));
  EXPECT_THAT(ReachLines(example, "f"),
              ElementsAre("c@2 <- c@entry flow must", "x@20 <- x@18 flow may"));
  const Example older = LoadExample("cpython-311", "branch");
  EXPECT_THAT(ReachLines(older, "f"),
              ElementsAre("c@2 <- c@entry flow must", "x@10 <- x@8 flow may"));
  EXPECT_EQ(EventAt(older, "f", "10 "), "10 use x local load unbound");
}

TEST(Flow, AHandlerSeesWhatWasWrittenBeforeTheException) {
  const Example example = LoadExample("cpython-313", "handler");
  EXPECT_THAT(ReachLines(example, "f", "x@24"), ElementsAre("x@22 flow must"));
  EXPECT_THAT(ReachLines(example, "f", "x@60"), ElementsAre("x@50 flow must"));
  EXPECT_THAT(ReachLines(example, "f", "e@48"), ElementsAre("e@46 flow must"));
  EXPECT_EQ(EventAt(example, "f", "58 "), "58 undef e local delete");
  const Example older = LoadExample("cpython-311", "handler");
  EXPECT_THAT(ReachLines(older, "f", "x@84"), ElementsAre("x@30 flow may", "x@56 flow may"));
  EXPECT_EQ(EventAt(older, "f", "84 "), "84 use x local load");
}

TEST(Flow, AnInlinedComprehensionBringsItsVariableBack) {
  const Example example = LoadExample("cpython-313", "comprehension");
  EXPECT_EQ(EventAt(example, "f", "18 def"), "18 def x local store");
  EXPECT_THAT(ReachLines(example, "f", "x@18"), ElementsAre("x@18 flow must"));
  EXPECT_EQ(EventAt(example, "f", "6 use"), "6 use x local save");
  EXPECT_EQ(EventAt(example, "f", "6 undef"), "6 undef x local save");
  EXPECT_EQ(EventAt(example, "f", "32 "), "32 def x local restore");
  EXPECT_EQ(EventAt(example, "f", "44 "), "44 def x local restore");
  EXPECT_EQ(EventAt(example, "f", "34 "), "34 use x local load");
  EXPECT_THAT(ReachLines(example, "f", "x@34"),
              ElementsAre("x@32 flow must", "x@entry restore must"));
}

TEST(Flow, AComprehensionOfItsOwnHasItsIterableAsParameter) {
  const Example example = LoadExample("cpython-311", "comprehension");
  EXPECT_EQ(EventAt(example, "<listcomp>", "entry"), "entry def .0 local dot0 synthetic");
  EXPECT_THAT(ReachLines(example, "f"), Contains(HasSubstr("<- x@entry flow must")));
}

// The compiler copies a finally clause for the way of exceptions.
TEST(Flow, CopiesOfAComprehensionBringBackTheirOwn) {
  const Example example = LoadExample("cpython-312", "copied");
  EXPECT_THAT(ReachLines(example, "f", "x@56"), ElementsAre("x@24 restore must", "x@54 flow must"));
  EXPECT_THAT(ReachLines(example, "f", "x@116"),
              ElementsAre("x@114 flow must", "x@4 restore must"));
}

TEST(Flow, ARestoreIsOneOfTheWaysToAUse) {
  const Example example = LoadExample("cpython-312", "sometimes");
  EXPECT_THAT(ReachLines(example, "f", "x@40"),
              ElementsAre("x@38 flow may", "x@4 flow may", "x@4 restore may"));
  EXPECT_EQ(EventAt(example, "f", "40 "), "40 use x local load");
}

// What the second comprehension of the loop brings back reaches the first one.
TEST(Flow, ComprehensionsInALoopPassOnWhatTheyFound) {
  const Example example = LoadExample("cpython-312", "loop_of_comprehensions");
  EXPECT_THAT(ReachLines(example, "f", "x@46"), ElementsAre("x@44 flow must", "x@56 restore may"));
  EXPECT_EQ(EventAt(example, "f", "46 "), "46 use x local load unbound");
}

TEST(Flow, AClosureSharesItsVariables) {
  const Example example = LoadExample("cpython-313", "closure");
  EXPECT_THAT(ReachLines(example, "g", "a@4"),
              ElementsAre("a@entry flow must", "f:a@8 closure may"));
  EXPECT_THAT(ReachLines(example, "g", "p@6"),
              ElementsAre("f:p@entry closure may", "p@entry flow must"));
  EXPECT_THAT(ReachLines(example, "g", "a@14"), ElementsAre("a@12 flow must"));
  EXPECT_THAT(ReachLines(example, "f", "a@38"), ElementsAre("a@8 flow may", "g:a@12 closure may"));
  for (const std::string& line : EventLines(example, "f")) {
    EXPECT_THAT(line, Not(HasSubstr("use p")));
  }
  EXPECT_THAT(EventLines(example, "f"), Contains(HasSubstr("capture a cell capture")));
}

TEST(Flow, AGlobalIsWrittenByFunctions) {
  for (const std::string_view tag : kTags) {
    const Example example = LoadExample(tag, "written_global");
    EXPECT_THAT(ReachLines(example, "inc"), ElementsAre(HasSubstr("<module>:n@4 global may")))
        << tag;
    std::vector<std::string> of_module;
    for (const std::string& line : ReachLines(example, "<module>")) {
      if (line.starts_with("n@")) {
        of_module.push_back(line.substr(line.find("<-")));
      }
    }
    EXPECT_THAT(of_module, UnorderedElementsAre("<- n@4 flow may", HasSubstr("<- inc:n@"))) << tag;
    EXPECT_THAT(of_module, Contains(HasSubstr("global may"))) << tag;
  }
}

TEST(Flow, AStarReachesWhatNothingElseDefines) {
  for (const std::string_view tag : kTags) {
    const Example example = LoadExample(tag, "star");
    EXPECT_THAT(ReachLines(example, "<module>"), ElementsAre(HasSubstr("star may"))) << tag;
    EXPECT_THAT(ReachLines(example, "f"), ElementsAre(HasSubstr("<- <module>:*"))) << tag;
    const Example defined = LoadExample(tag, "star_and_definition");
    EXPECT_THAT(ReachLines(defined, "<module>"), ElementsAre(HasSubstr("flow must"))) << tag;
  }
}

TEST(Flow, AMissingBindingIsReportedOnce) {
  for (const std::string_view tag : kTags) {
    const Example example = LoadExample(tag, "deleted");
    std::vector<bool> unbound;
    for (const std::string& line : EventLines(example, "f")) {
      if (line.find("use x") != std::string::npos) {
        unbound.push_back(line.ends_with(" unbound"));
      }
    }
    EXPECT_THAT(unbound, ElementsAre(true, false)) << tag;
  }
}

TEST(Flow, AttributesAndConstantsAreNoVariables) {
  for (const std::string_view tag : kTags) {
    std::vector<std::string> symbols;
    for (const std::string& line : EventLines(LoadExample(tag, "attributes"), "f")) {
      if (!line.starts_with("entry")) {
        symbols.push_back(line.substr(line.find(' ') + 1));
      }
    }
    EXPECT_THAT(symbols,
                UnorderedElementsAre("use s local load", "use s local load", "use len global load"))
        << tag;
  }
}

TEST(Flow, AClassBodyLooksIntoItsNamespaceFirst) {
  for (const std::string_view tag : kTags) {
    const Example example = LoadExample(tag, "class_body");
    const std::vector<std::string> events = EventLines(example, "C");
    EXPECT_THAT(events, Contains(HasSubstr("use x name load fallback"))) << tag;
    EXPECT_THAT(events, Contains(HasSubstr("use x global load"))) << tag;
    EXPECT_THAT(events, Contains(HasSubstr("def __module__ name compiler synthetic"))) << tag;
    EXPECT_THAT(events, Contains(HasSubstr("def __qualname__ name compiler synthetic"))) << tag;
    EXPECT_THAT(events, Contains(HasSubstr("def __doc__ name compiler synthetic"))) << tag;
    EXPECT_THAT(events, Contains(HasSubstr("def __doc__ name store"))) << tag;
    std::vector<std::string> of_x;
    for (const std::string& line : ReachLines(example, "C")) {
      if (line.starts_with("x@")) {
        of_x.push_back(line);
      }
    }
    EXPECT_THAT(of_x, ElementsAre(HasSubstr("flow must"))) << tag;
  }
  const std::vector<std::string> events = EventLines(LoadExample("cpython-313", "class_body"), "C");
  EXPECT_THAT(events, Contains(HasSubstr("def __firstlineno__ name compiler synthetic")));
  EXPECT_THAT(events, Contains(HasSubstr("def __static_attributes__ name compiler synthetic")));
}

/// A unit without an answer among units with one.
TEST(Flow, AUnitWithAnUnknownOpcodeIsLeftOut) {
  Example example = LoadExample("cpython-313", "closure");
  example.units.units[example.Unit("g")].has_unknown_opcode = true;
  example.flow = Analyse(example.units, example.file);
  EXPECT_THAT(BlockLines(example, "g"), IsEmpty());
  EXPECT_THAT(EventLines(example, "g"), IsEmpty());
  EXPECT_THAT(ReachLines(example, "g"), IsEmpty());
  EXPECT_THAT(ReachLines(example, "f", "a@38"), ElementsAre("a@8 flow must"));
}

TEST(Flow, NoUnitsHaveNoFlow) {
  EXPECT_THAT(Analyse(CodeUnits(), source::MakeSourceFileAt("a.py", "")).units, IsEmpty());
}

}  // namespace
}  // namespace norma::extract::flow
