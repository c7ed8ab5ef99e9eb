#include "norma/extract/flow/events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "norma/extract/flow/testing.h"

namespace norma::extract::flow {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kTags[] = {"cpython-311", "cpython-312", "cpython-313"};

std::vector<std::string> Of(std::string_view tag, std::string_view name, std::string_view unit,
                            std::string_view word) {
  std::vector<std::string> found;
  for (const std::string& line : EventLines(LoadExample(tag, name), unit)) {
    if (line.find(word) != std::string::npos) {
      found.push_back(line);
    }
  }
  return found;
}

TEST(Events, ParametersAreDefinedAtTheEntry) {
  for (const std::string_view tag : kTags) {
    EXPECT_THAT(
        Of(tag, "parameters", "f", "entry"),
        ElementsAre("entry def a cell param", "entry def b local param", "entry def c local param",
                    "entry def args cell vararg", "entry def kwargs local kwarg"))
        << tag;
    EXPECT_THAT(Of(tag, "parameters", "<lambda>", "entry"),
                ElementsAre("entry def a free free", "entry def args free free"))
        << tag;
  }
}

TEST(Events, ACaptureIsNoUse) {
  for (const std::string_view tag : kTags) {
    EXPECT_THAT(Of(tag, "parameters", "f", " a "), Contains(HasSubstr("capture a cell capture")))
        << tag;
    EXPECT_THAT(Of(tag, "parameters", "f", "use"), testing::IsEmpty()) << tag;
  }
}

TEST(Events, AnImportDefinesOnce) {
  for (const std::string_view tag : kTags) {
    std::vector<std::string> definitions;
    for (const std::string& line : Of(tag, "imports", "f", "def")) {
      definitions.push_back(line.substr(line.find(' ') + 1));
    }
    EXPECT_THAT(definitions, ElementsAre("def c local import", "def e local import",
                                         "def g local import", "def h local import"))
        << tag;
  }
}

TEST(Events, AnnotationsOfAModuleAreSetUpByTheCompiler) {
  for (const std::string_view tag : kTags) {
    EXPECT_THAT(Of(tag, "annotated", "<module>", "__annotations__"),
                Contains(HasSubstr("def __annotations__ global compiler synthetic")))
        << tag;
    EXPECT_THAT(Of(tag, "annotated", "f", " x "), ElementsAre(HasSubstr("undef x global delete")))
        << tag;
  }
}

TEST(Events, NamesOfTheCompilerStartWithADot) {
  for (const std::string_view tag : {"cpython-312", "cpython-313"}) {
    EXPECT_THAT(Of(tag, "generic", "<generic parameters of C>", " ."),
                AllOf(Contains(HasSubstr(".type_params")), Each(HasSubstr("synthetic"))))
        << tag;
  }
}

TEST(Events, AStoredPairIsTwoDefinitions) {
  const std::vector<std::string> events = Of("cpython-313", "comprehension", "f", "18 ");
  EXPECT_THAT(events, ElementsAre("18 def x local store", "18 use x local load"));
}

TEST(Events, OrdinalsCountEqualEvents) {
  const Example example = LoadExample("cpython-313", "deleted");
  const UnitEvents& events = example.flow.units[example.Unit("f")].events;
  std::vector<int32_t> ordinals;
  for (const Event& event : events.events) {
    const auto& variable = events.variables[static_cast<size_t>(event.variable)];
    if (example.flow.symbols[variable.symbol] == "x") {
      ordinals.push_back(event.ordinal);
    }
  }
  EXPECT_THAT(ordinals, ElementsAre(0, 0, 0, 1));  // def, undef, use, use
}

TEST(Events, OperandsOutOfRangeMakeNoEvent) {
  CodeUnits units;
  CodeUnit unit;
  for (const Op op :
       {Op::kLoadFast, Op::kStoreFastStoreFast, Op::kLoadName, Op::kLoadDeref,
        Op::kLoadFromDictOrDeref, Op::kLoadFastAndClear, Op::kStoreGlobal, Op::kReturnValue}) {
    unit.instructions.push_back({.end_offset = 2, .op = op, .has_oparg = true, .oparg = 250});
  }
  unit.argument_count = 7;
  units.units.push_back(unit);
  const FlowResult flow = Analyse(units, source::MakeSourceFileAt("a.py", ""));
  EXPECT_THAT(flow.units[0].events.events, testing::IsEmpty());
}

}  // namespace
}  // namespace norma::extract::flow
