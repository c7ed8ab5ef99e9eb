#include "norma/extract/scip/unit.h"

#include <gtest/gtest.h>

#include "norma/extract/scip/index_for_test.h"

namespace norma::extract::scip {
namespace {

using source::ColumnUnit;

/// The vote of occurrences of `y` in one line of one file.
DocumentUnit Vote(std::string_view bytes, std::initializer_list<int32_t> range) {
  wire::Document message;
  message.set_relative_path("a.py");
  AddOccurrence(message, range, SymbolOf("y"));
  const std::string serialised = message.SerializeAsString();
  UnitVote vote;
  vote.Add(SplitDocument(serialised).value(), source::MakeSourceFileAt("a.py", std::string(bytes)));
  return vote.Winner();
}

TEST(DeclaredUnit, IsOneOfThree) {
  EXPECT_EQ(DeclaredUnit(1), (DocumentUnit{ColumnUnit::kUtf8, UnitSource::kDeclared}));
  EXPECT_EQ(DeclaredUnit(2), (DocumentUnit{ColumnUnit::kUtf16, UnitSource::kDeclared}));
  EXPECT_EQ(DeclaredUnit(3), (DocumentUnit{ColumnUnit::kUtf32, UnitSource::kDeclared}));
  EXPECT_EQ(DeclaredUnit(0), std::nullopt);
  EXPECT_EQ(DeclaredUnit(4), std::nullopt);
  EXPECT_EQ(DeclaredUnit(-1), std::nullopt);
}

TEST(UnitOfTool, IsKnownForToolsThatDoNotDeclareIt) {
  EXPECT_EQ(UnitOfTool("scip-python"), (DocumentUnit{ColumnUnit::kUtf16, UnitSource::kTool}));
  EXPECT_EQ(UnitOfTool("scip-typescript"), (DocumentUnit{ColumnUnit::kUtf16, UnitSource::kTool}));
  EXPECT_EQ(UnitOfTool("other"), std::nullopt);
}

TEST(UnitVote, FindsTheUnitInWhichNamesStand) {
  const std::string_view line = "x = \"😀\"; y = x";
  EXPECT_EQ(Vote(line, {0, 12, 13}), (DocumentUnit{ColumnUnit::kUtf8, UnitSource::kVote}));
  EXPECT_EQ(Vote(line, {0, 10, 11}), (DocumentUnit{ColumnUnit::kUtf16, UnitSource::kVote}));
  EXPECT_EQ(Vote(line, {0, 9, 10}), (DocumentUnit{ColumnUnit::kUtf32, UnitSource::kVote}));
}

TEST(UnitVote, ATieIsTheDefault) {
  // One unit of utf16 and of utf32 alike.
  EXPECT_EQ(Vote("s = 'é'; y = x", {0, 9, 10}), DocumentUnit());
  EXPECT_EQ(Vote("s = '😀'; y = x", {0, 0, 1}), DocumentUnit());
}

TEST(UnitVote, LinesOfAsciiDoNotVote) {
  EXPECT_EQ(Vote("s = '😀'\ny = x", {1, 0, 1}), DocumentUnit());
  EXPECT_EQ(Vote("s = 1; y = x", {0, 7, 8}), DocumentUnit());
  EXPECT_EQ(Vote("s = '😀'; y = x", {-1, 9, 10}), DocumentUnit());
  EXPECT_EQ(Vote("s = '😀'; y = x", {7, 9, 10}), DocumentUnit());
}

}  // namespace
}  // namespace norma::extract::scip
