#include "norma/cli/text_table.h"

#include <gtest/gtest.h>

#include <sstream>

#include "norma/cli/suggest.h"
#include "norma/cli/test_console.h"

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

TEST(TextTable, FitsTheTerminal) {
  std::ostringstream out;
  TestConsole test;
  Console console = test.console();
  console.columns = [] { return size_t{40}; };
  TextTable table({{.title = "name"}, {.title = "n", .align = Align::kRight}, {.title = "note"}},
                  out, Style::Choose(Style::When::kNever, console, true));
  table.Row({"callsite_qname_candidates_v1", "1,234,567", "one row per call site"});
  table.Row({"x", "1", "y"});
  table.Finish();
  EXPECT_EQ(out.str(),
            "name                   n  note\n"
            "-------------  ---------  --------------\n"
            "callsite_qna\xE2\x80\xA6  1,234,567  one row per c\xE2\x80\xA6\n"
            "x                      1  y\n");
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

}  // namespace
}  // namespace norma::cli
