#include "norma/extract/scip/range.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "norma/extract/scip/index_for_test.h"

namespace norma::extract::scip {
namespace {

using source::Adapter;
using testing::ElementsAre;
using testing::IsEmpty;

/// `<bstart>..<bend>`, and the reason if it is not exact.
std::string Place(const Range& range, std::string_view bytes,
                  Adapter adapter = Adapter::kScipUtf16) {
  const source::SourceFile file = source::MakeSourceFileAt("a.py", std::string(bytes));
  const source::Position position = PositionOf(range, &file, adapter);
  std::string text = position.bstart.has_value()
                         ? fmt::format("{}..{}", *position.bstart, *position.bend)
                         : "none";
  return position.ok ? text : fmt::format("{} {}", text, position.reason);
}

TEST(RangeOf, ReadsTheListOfNumbers) {
  wire::Document document;
  EXPECT_THAT(RangeOf(AddOccurrence(document, {1, 2, 3}, "")), ElementsAre(1, 2, 3));
  EXPECT_THAT(RangeOf(AddOccurrence(document, {1, 2, 3, 4}, "")), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(RangeOf(AddOccurrence(document, {}, "")), IsEmpty());
}

TEST(RangeOf, PrefersTheTypedRange) {
  wire::Document document;
  wire::Occurrence& occurrence = AddOccurrence(document, {9, 9, 9}, "");
  occurrence.mutable_single_line_range()->set_end_character(3);
  EXPECT_THAT(RangeOf(occurrence), ElementsAre(0, 0, 3));
  occurrence.mutable_multi_line_range()->set_start_character(1);
  occurrence.mutable_multi_line_range()->set_end_line(2);
  EXPECT_THAT(RangeOf(occurrence), ElementsAre(0, 1, 2, 0));
}

TEST(EnclosingRangeOf, ReadsBothFormsToo) {
  wire::Occurrence occurrence;
  EXPECT_THAT(EnclosingRangeOf(occurrence), IsEmpty());
  for (const int32_t number : {1, 2, 3}) {
    occurrence.add_enclosing_range(number);
  }
  EXPECT_THAT(EnclosingRangeOf(occurrence), ElementsAre(1, 2, 3));
  occurrence.mutable_single_line_enclosing_range()->set_line(7);
  EXPECT_THAT(EnclosingRangeOf(occurrence), ElementsAre(7, 0, 0));
  occurrence.mutable_multi_line_enclosing_range()->set_end_line(8);
  EXPECT_THAT(EnclosingRangeOf(occurrence), ElementsAre(0, 0, 8, 0));
}

TEST(PositionOf, ConvertsInEachUnit) {
  const std::string_view line = "x = \"😀\"; y = x";
  EXPECT_EQ(Place({0, 10, 11}, line, Adapter::kScipUtf16), "12..13");
  EXPECT_EQ(Place({0, 12, 13}, line, Adapter::kScipUtf8), "12..13");
  EXPECT_EQ(Place({0, 9, 10}, line, Adapter::kScipUtf32), "12..13");
}

TEST(PositionOf, SnapsOutOfACharacter) {
  EXPECT_EQ(Place({0, 6, 7}, "x = \"😀\"; y = x"), "5..9 inside_surrogate_pair");
}

TEST(PositionOf, SaysWhyThereIsNoPlace) {
  const std::string_view line = "abcdef\n";
  EXPECT_EQ(Place({9, 0, 1}, line), "none line_out_of_range");
  EXPECT_EQ(Place({0, 5, 3}, line), "none end_before_start");
  EXPECT_EQ(Place({0, 5, 9}, line), "none column_out_of_range");
  EXPECT_EQ(Place({-1, 0, 1}, line), "none negative_position");
  EXPECT_EQ(Place({0, -1, 1}, line), "none negative_position");
  EXPECT_EQ(Place({0, 1, 2147483647, 0}, line), "none line_out_of_range");
  EXPECT_EQ(Place({0, 1}, line), "none invalid_range_len");
  EXPECT_EQ(Place({0, 1, 2, 3, 4}, line), "none invalid_range_len");
  EXPECT_EQ(Place({}, line), "none no_position");
}

TEST(PositionOf, KeepsTheNumbersOfAFileThatWasNotScanned) {
  const source::Position position = PositionOf({1, 2, 3}, nullptr, Adapter::kScipUtf16);
  EXPECT_EQ(position.reason, "missing_repo_text_for_path");
  EXPECT_EQ(position.raw_start_line, 1);
  EXPECT_EQ(position.raw_start_col, 2);
  EXPECT_EQ(position.raw_end_line, 1);
  EXPECT_EQ(position.raw_end_col, 3);
}

TEST(PositionOf, CountsTheByteOrderMarkAndBadBytes) {
  EXPECT_EQ(Place({0, 8, 10}, "\xEF\xBB\xBFimport os\n"), "10..12");
  EXPECT_EQ(Place({1, 10, 11}, "# -*- coding: latin-1 -*-\ns = \"\xE9\xE9\"; t = s\n"), "36..37");
}

}  // namespace
}  // namespace norma::extract::scip
