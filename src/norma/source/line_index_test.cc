#include "norma/source/line_index.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace norma::source {
namespace {

using Starts = std::vector<int64_t>;

Starts StartsOf(const LineIndex& index) { return {index.starts().begin(), index.starts().end()}; }

// The rule byte by byte, as it is written down.
Starts NaiveStarts(std::string_view bytes) {
  Starts starts = {0};
  for (size_t i = 0; i < bytes.size(); ++i) {
    const bool before_lf = i + 1 < bytes.size() && bytes[i + 1] == '\n';
    if (bytes[i] == '\n' || (bytes[i] == '\r' && !before_lf)) {
      starts.push_back(static_cast<int64_t>(i) + 1);
    }
  }
  return starts;
}

TEST(LineIndex, TellsTheTerminatorsApart) {
  struct Case {
    std::string bytes;
    bool lf, crlf, cr, cr_only;
    int64_t longest;
  };
  for (const Case& c : {
           Case{"", false, false, false, false, 0},
           Case{"ab", false, false, false, false, 2},
           Case{"ab\nc", true, false, false, false, 2},
           Case{"ab\r\nabc", false, true, false, false, 3},
           Case{"ab\rc\r", false, false, true, true, 2},
           Case{"ab\rc\r\n", false, true, true, false, 2},
           Case{"ab\rc\n", true, false, true, false, 2},
           Case{"\n\r", true, false, true, false, 0},
           Case{"\r\r\n", false, true, true, false, 0},
       }) {
    SCOPED_TRACE(testing::PrintToString(c.bytes));
    const LineIndex index = LineIndex::Build(c.bytes);
    EXPECT_EQ(index.has_lf(), c.lf);
    EXPECT_EQ(index.has_crlf(), c.crlf);
    EXPECT_EQ(index.has_lone_cr(), c.cr);
    EXPECT_EQ(index.cr_only(), c.cr_only);
    EXPECT_EQ(index.max_line_bytes(), c.longest);
    EXPECT_EQ(index.size(), static_cast<int64_t>(c.bytes.size()));
  }
}

TEST(LineIndex, OfNothingIsOfAnEmptyFile) {
  EXPECT_EQ(StartsOf(LineIndex()), StartsOf(LineIndex::Build("")));
  EXPECT_EQ(LineIndex().LineOf(0), 0);
}

TEST(LineIndex, AgreesWithTheRuleOnRandomText) {
  const auto seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  constexpr std::string_view kBytes = "ab\n\r\x0b\x0c\x1c\x85\xe2\xa8";
  for (int round = 0; round < 20000; ++round) {
    std::string bytes;
    for (size_t size = random() % 60; size > 0; --size) {
      bytes.push_back(kBytes[random() % (round % 2 == 0 ? 4 : kBytes.size())]);
    }
    SCOPED_TRACE(testing::PrintToString(bytes));
    const LineIndex index = LineIndex::Build(bytes);
    const Starts starts = NaiveStarts(bytes);
    ASSERT_EQ(StartsOf(index), starts);
    std::vector<int32_t> non_ascii;
    for (int64_t line = 0; line < index.line_count(); ++line) {
      const std::string_view content = index.Content(bytes, line);
      ASSERT_EQ(content.find_first_of("\r\n"), std::string_view::npos);
      bool ascii = true;
      for (const char c : content) {
        ascii = ascii && static_cast<uint8_t>(c) < 0x80;
      }
      ASSERT_EQ(index.IsAsciiLine(line), ascii);
      if (!ascii) {
        non_ascii.push_back(static_cast<int32_t>(line));
      }
      ASSERT_LE(static_cast<int64_t>(content.size()), index.max_line_bytes());
      const auto at = static_cast<size_t>(line);
      const size_t end =
          at + 1 < starts.size() ? static_cast<size_t>(starts[at + 1]) : bytes.size();
      for (auto offset = static_cast<size_t>(starts[at]); offset < end; ++offset) {
        ASSERT_EQ(index.LineOf(static_cast<int64_t>(offset)), line);
      }
    }
    ASSERT_EQ(std::vector<int32_t>(index.non_ascii_lines().begin(), index.non_ascii_lines().end()),
              non_ascii);
    ASSERT_EQ(index.LineOf(index.size()), index.line_count() - 1);
  }
}

}  // namespace
}  // namespace norma::source
