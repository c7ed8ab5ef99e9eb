#include "norma/extract/scip/freshness.h"

#include <gtest/gtest.h>

namespace norma::extract::scip {
namespace {

TEST(CheckedName, IsTheLastDescriptorsName) {
  EXPECT_EQ(CheckedName("scip-python python p 1 `a.b`/C#"), "C");
  EXPECT_EQ(CheckedName("scip-python python p 1 `a.b`/C#x."), "x");
  EXPECT_EQ(CheckedName("scip-python python p 1 `a.b`/C#m()."), "m");
  EXPECT_EQ(CheckedName("scip-python python p 1 `a.b`/C#m(+1)."), "m");
  EXPECT_EQ(CheckedName("scip-python python p 1 `a.b`/C#[T]"), "T");
  EXPECT_EQ(CheckedName("t m p 1 macro!"), "macro");
  EXPECT_EQ(CheckedName("t m p 1 a/`größe`."), "größe");
  EXPECT_EQ(CheckedName("t m p 1 a/größe."), "größe");
}

TEST(CheckedName, LeavesOutWhatTheSourceNeedNotShow) {
  EXPECT_EQ(CheckedName("local 3"), std::nullopt);
  EXPECT_EQ(CheckedName("t m p 1 a/b/"), std::nullopt);           // a namespace
  EXPECT_EQ(CheckedName("t m p 1 a/__init__:"), std::nullopt);    // a meta descriptor
  EXPECT_EQ(CheckedName("t m p 1 a/f().(x)"), std::nullopt);      // a parameter
  EXPECT_EQ(CheckedName("t m p 1 a/`<lambda>`."), std::nullopt);  // no identifier
  EXPECT_EQ(CheckedName("t m p 1 a/`x``y`."), std::nullopt);
}

TEST(CheckedName, StandsBrokenSymbols) {
  for (const std::string_view symbol :
       {"", ".", "#", "`", "``.", ")", ").", "().", "a).", "\xFF#", "local", " ", "[", "]"}) {
    EXPECT_EQ(CheckedName(symbol), std::nullopt) << symbol;
  }
}

TEST(Freshness, IsTheShareOfMatches) {
  EXPECT_EQ((Freshness{.checked = 4, .matched = 3}.Share()), 0.75F);
  EXPECT_EQ(Freshness{}.Share(), std::nullopt);
}

TEST(Freshness, OfManyChecksNineInTenMustMatch) {
  EXPECT_FALSE((Freshness{.occurrences = 10, .checked = 10, .matched = 9}.IsStale()));
  EXPECT_TRUE((Freshness{.occurrences = 10, .checked = 10, .matched = 8}.IsStale()));
  EXPECT_TRUE((Freshness{.occurrences = 5, .checked = 5, .matched = 4}.IsStale()));
}

TEST(Freshness, OfFewChecksOneMustMatch) {
  EXPECT_FALSE((Freshness{.occurrences = 4, .checked = 4, .matched = 1}.IsStale()));
  EXPECT_TRUE((Freshness{.occurrences = 4, .checked = 4, .matched = 0}.IsStale()));
  EXPECT_FALSE(Freshness{}.IsStale());
}

TEST(Freshness, TheTextOfTheIndexDecidesIfThereIsOne) {
  EXPECT_FALSE((Freshness{.occurrences = 9, .checked = 9, .text_matches = true}.IsStale()));
  EXPECT_TRUE(
      (Freshness{.occurrences = 9, .checked = 9, .matched = 9, .text_matches = false}.IsStale()));
}

TEST(Freshness, OneInAHundredMayBeOutOfRange) {
  EXPECT_FALSE((Freshness{.occurrences = 100, .out_of_range = 1}.IsStale()));
  EXPECT_TRUE((Freshness{.occurrences = 100, .out_of_range = 2}.IsStale()));
  EXPECT_TRUE((Freshness{.occurrences = 99, .out_of_range = 1, .text_matches = true}.IsStale()));
}

TEST(TextMatches, WithOrWithoutTheByteOrderMark) {
  const auto marked = source::MakeSourceFileAt("a.py", "\xEF\xBB\xBFx = 1\n");
  EXPECT_TRUE(TextMatches("x = 1\n", marked));
  EXPECT_TRUE(TextMatches("\xEF\xBB\xBFx = 1\n", marked));
  EXPECT_FALSE(TextMatches("x = 2\n", marked));
  const auto plain = source::MakeSourceFileAt("a.py", "x = 1\n");
  EXPECT_FALSE(TextMatches("\xEF\xBB\xBFx = 1\n", plain));
}

TEST(TextMatches, OfBytesThatAreNotUtf8ComparesWhatTheIndexCanHold) {
  const auto latin1 = source::MakeSourceFileAt("a.py", "s = '\xE9\xE9'\n");
  EXPECT_TRUE(TextMatches("s = '\xEF\xBF\xBD\xEF\xBF\xBD'\n", latin1));
}

}  // namespace
}  // namespace norma::extract::scip
