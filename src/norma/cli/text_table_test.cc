#include "norma/cli/text_table.h"

#include <gtest/gtest.h>

#include <sstream>

#include "norma/cli/size.h"
#include "norma/cli/suggest.h"

namespace norma::cli {
namespace {

using Align = TextTable::Align;

TEST(TextTable, AlignsByWhatATerminalShows) {
  std::ostringstream out;
  TextTable table({{.title = "name"}, {.title = "n", .align = Align::kRight}, {.title = "note"}},
                  out, Style::Plain());
  table.Row(
      {"gr\xC3\xB6\xC3\x9F"
       "e",
       "12", "x"});
  table.Row({"\xE7\x95\x8C", "7", ""});
  table.Row({"e\xCC\x81", "123", "\x1b[2J\n"});
  table.Finish();
  EXPECT_EQ(out.str(),
            "name     n  note\n"
            "-----  ---  ---------\n"
            "gr\xC3\xB6\xC3\x9F"
            "e   12  x\n"
            "\xE7\x95\x8C       7\n"
            "e\xCC\x81      123  \\x1b[2J\\n\n");
}

TEST(TextTable, CutsLongCellsAndSaysSo) {
  std::ostringstream out;
  TextTable table({{.title = "t"}}, out, Style::Plain());
  table.Row({std::string(80, 'a')});
  table.Row({std::string(81, 'b')});
  table.Finish();
  EXPECT_NE(out.str().find("\n" + std::string(80, 'a') + "\n"), std::string::npos);
  EXPECT_NE(out.str().find("\n" + std::string(79, 'b') + "\xE2\x80\xA6\n"), std::string::npos);
}

TEST(TextTable, LetsAnyNumberOfRowsPass) {
  std::ostringstream out;
  TextTable table({{.title = "n", .align = Align::kRight}}, out, Style::Plain());
  for (size_t i = 0; i < TextTable::kMeasuredRows; ++i) {
    EXPECT_EQ(out.str(), "");
    table.Row({"1"});
  }
  EXPECT_NE(out.str(), "");
  table.Row({"12345"});
  table.Finish();
  EXPECT_TRUE(out.str().ends_with("1\n12345\n"));
}

TEST(Suggestion, NamesTheNearestWord) {
  const std::vector<std::string> words = {"run", "query", "tables", "--out", "--format"};
  EXPECT_EQ(Suggestion("rnu", words), " (did you mean run?)");
  EXPECT_EQ(Suggestion("zzz", words), "");
}

TEST(ParseSize, ReadsWhatPeopleWrite) {
  EXPECT_EQ(ParseSize("2GiB"), int64_t{2} << 30);
  EXPECT_EQ(ParseSize("1.5 gib"), int64_t{3} << 29);
  EXPECT_EQ(ParseSize("512MiB"), int64_t{512} << 20);
  EXPECT_EQ(ParseSize("1GB"), 1'000'000'000);
  EXPECT_EQ(ParseSize("64k"), 65536);
  EXPECT_EQ(ParseSize("17"), 17);
  for (const char* wrong : {"", "0", "-1", "GiB", "2XiB", "1e3", "2 GiB x", "inf", "nan", "0.1",
                            "99999999999TiB", "2  GiB"}) {
    EXPECT_EQ(ParseSize(wrong), std::nullopt) << wrong;
  }
}

TEST(SizeText, KeepsThreeDigits) {
  EXPECT_EQ(SizeText(0), "0 B");
  EXPECT_EQ(SizeText(1023), "1023 B");
  EXPECT_EQ(SizeText(1024), "1.00 KiB");
  EXPECT_EQ(SizeText(int64_t{256} << 20), "256 MiB");
  EXPECT_EQ(SizeText(1'400'000'000), "1.30 GiB");
}

}  // namespace
}  // namespace norma::cli
