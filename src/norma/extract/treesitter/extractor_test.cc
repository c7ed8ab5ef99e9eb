#include "norma/extract/treesitter/extractor.h"

#include <gtest/gtest.h>

#include <random>
#include <regex>

#include "norma/extract/treesitter/extract_for_test.h"
#include "norma/extract/treesitter/parser.h"
#include "tests/support/matchers.h"

namespace norma::extract::treesitter {
namespace {

using testing_support::IsOk;

/// A file with something for every table.
constexpr std::string_view kSample =
    "'doc'\n"
    "from __future__ import annotations\n"
    "import os, os.path as p\n"
    "@p.deco(1)\n"
    "async def f(a: int, *b: 'str') -> None:\n"
    "    'doc f'\n"
    "    await os.f(a, k=[x for x in b])\n"
    "    def g(): return lambda y: y\n"
    "if a:\n"
    "    class C(Base): x: int = 1\n"
    "else:\n"
    "    class C(Base): x: int = 1\n"
    "match a:\n"
    "    case C(x=q): f(f(q))\n"
    "foo(b c)\n"
    "foo(d\n";

/// All columns of a table that are ids, and the name of each row's file: what must not change when
/// something moves.
std::string Ids(const Extracted& found, EvidenceTable table) {
  std::vector<std::string_view> columns;
  for (const std::string& column : found[table].columns()) {
    const bool is_place = column.find("raw_") != std::string::npos || column.ends_with("bstart") ||
                          column.ends_with("bend");
    if (!is_place) {
      columns.emplace_back(column);
    }
  }
  return found[table].Lines(columns);
}

TEST(Extractor, GivesRowsOfEveryTable) {
  const Extracted found = ExtractText(std::string(kSample));
  int64_t rows = 0;
  for (const EvidenceTable table :
       {EvidenceTable::kCstDefs, EvidenceTable::kCstImports, EvidenceTable::kCstCallsites,
        EvidenceTable::kCstCallArgs, EvidenceTable::kCstRefs, EvidenceTable::kCstTypeExprs,
        EvidenceTable::kCstDocstrings, EvidenceTable::kCstDecorators, EvidenceTable::kTsErrors}) {
    EXPECT_GT(found[table].rows(), 0) << EvidenceTableName(table);
    rows += found[table].rows();
  }
  rows += found[EvidenceTable::kTsMissing].rows();
  EXPECT_EQ(found.outcome.row_count, rows);
  EXPECT_EQ(found.outcome.producer, "treesitter");
  EXPECT_EQ(found.outcome.py_tag, "none");
  EXPECT_EQ(found.outcome.producer_version.find("0."), 0U) << found.outcome.producer_version;
}

TEST(Extractor, AnEmptyFileHasNoRows) {
  for (const char* text : {"", "\n", "# only a comment", "\xEF\xBB\xBF", "\f\n\r\n"}) {
    const Extracted found = ExtractText(text);
    EXPECT_EQ(found.outcome.row_count, 0);
    EXPECT_EQ(found.outcome.status, FileStatus::kOk);
  }
}

TEST(Extractor, ACommentOnTopChangesNoId) {
  const Extracted before = ExtractText(std::string(kSample));
  const Extracted after = ExtractText("# a comment\n\n" + std::string(kSample));
  for (const EvidenceTable table : AllEvidenceTables()) {
    EXPECT_EQ(Ids(before, table), Ids(after, table)) << EvidenceTableName(table);
  }
  EXPECT_NE(before.Lines(EvidenceTable::kCstDefs, {"bstart"}),
            after.Lines(EvidenceTable::kCstDefs, {"bstart"}));
}

TEST(Extractor, CrlfHasTheIdsOfLf) {
  const std::string text(kSample.substr(0, kSample.find("foo(")));
  const Extracted lf = ExtractText(text);
  const Extracted crlf = ExtractText(std::regex_replace(text, std::regex("\n"), "\r\n"));
  for (const EvidenceTable table : AllEvidenceTables()) {
    EXPECT_EQ(Ids(lf, table), Ids(crlf, table)) << EvidenceTableName(table);
  }
}

TEST(Extractor, LoneCarriageReturnsEndLines) {
  const Extracted found = ExtractText("a = 1\rb = a\rdef c():\r    'd\\\re'\r");
  EXPECT_EQ(found.outcome.status, FileStatus::kOk);
  EXPECT_EQ(found.Lines(EvidenceTable::kCstRefs,
                        {"ref_text", "bstart", "bend", "raw_start_line", "raw_start_col"}),
            "a | 0 | 1 | 0 | 0\nb | 6 | 7 | 1 | 0\na | 10 | 11 | 1 | 4\n");
  EXPECT_EQ(found.Lines(EvidenceTable::kCstDocstrings, {"docstring"}), "de\n");
}

TEST(Extractor, CountsAByteOrderMark) {
  const Extracted found = ExtractText("\xEF\xBB\xBFimport os\nx = os.sep\n");
  EXPECT_EQ(found.Lines(EvidenceTable::kCstImports,
                        {"alias_bstart", "alias_bend", "alias_raw_start_col"}),
            "10 | 12 | 10\n");
  EXPECT_EQ(found.outcome.status, FileStatus::kOk);
}

TEST(Extractor, KeepsPlacesBehindOddCharacters) {
  // Form feed, U+2028, VT and U+0085 end no line; an emoji is four bytes.
  const Extracted found = ExtractText(
      "import os\n\f\ndef after_ff(): pass\na = '\u2028\v\u0085'; b = a\nx = '😀'; y = x\n");
  EXPECT_EQ(found.Lines(EvidenceTable::kCstDefs, {"bstart", "raw_start_line"}), "12 | 2\n");
  const TableReader& refs = found[EvidenceTable::kCstRefs];
  EXPECT_EQ(refs.Line(refs.rows() - 2, {"ref_text", "raw_start_line", "raw_start_col"}),
            "y | 4 | 12");
}

TEST(Extractor, ReadsLatin1ByteByByte) {
  const Extracted found = ExtractText("# -*- coding: latin-1 -*-\ns = \"\xE9\xE9\"; t = s\n");
  EXPECT_EQ(found.outcome.status, FileStatus::kOk);
  EXPECT_EQ(found.Lines(EvidenceTable::kCstRefs, {"ref_text", "bstart", "bend", "raw_start_col"}),
            "s | 26 | 27 | 0\nt | 36 | 37 | 10\ns | 40 | 41 | 14\n");
}

TEST(Extractor, ReplacesWhatCannotBeDecoded) {
  const Extracted found = ExtractText("f('\xFF', \"\xE2\x80\")\n");
  EXPECT_EQ(found.Lines(EvidenceTable::kCstCallArgs, {"arg_text", "bstart", "bend"}),
            "'�' | 2 | 5\n\"�\" | 7 | 11\n");
}

TEST(Extractor, IsReusedAndRepeatsItself) {
  auto extractor = Extractor::Make();
  auto tables = EvidenceTables::Make();
  ASSERT_THAT(extractor, IsOk());
  ASSERT_THAT(tables, IsOk());
  const auto file = source::MakeSourceFileAt("a.py", std::string(kSample));
  const auto other = source::MakeSourceFileAt("b.py", "global x\ndef f[T](): nonlocal y\n");
  const auto lines = [&](EvidenceTable table) {
    const TableReader reader(tables.value()[table]);
    return reader.Lines({reader.columns().begin(), reader.columns().end()});
  };
  std::vector<std::string> first;
  for (int round = 0; round < 2; ++round) {
    extractor.value().Extract(file, tables.value());
    std::vector<std::string> texts;
    for (const EvidenceTable table : AllEvidenceTables()) {
      texts.push_back(lines(table));
    }
    if (round == 0) {
      first = texts;
    }
    EXPECT_EQ(texts, first);
    Extractor moved = std::move(extractor).value();
    moved.Extract(other, tables.value());
    extractor = std::move(moved);
    for (const EvidenceTable table : AllEvidenceTables()) {
      lines(table);
    }
  }
}

TEST(Extractor, TwoFilesOfEqualContentShareNoId) {
  const Extracted a = ExtractText(std::string(kSample), "a.py");
  const Extracted b = ExtractText(std::string(kSample), "b.py");
  for (const auto& [table, column] : std::vector<std::pair<EvidenceTable, std::string_view>>{
           {EvidenceTable::kCstDefs, "def_id"},
           {EvidenceTable::kCstRefs, "ref_id"},
           {EvidenceTable::kCstCallsites, "call_id"},
           {EvidenceTable::kTsErrors, "ts_error_id"}}) {
    ASSERT_EQ(a[table].rows(), b[table].rows());
    for (int64_t row = 0; row < a[table].rows(); ++row) {
      EXPECT_EQ(b[table].Lines({column}).find(a[table].Get(row, column)), std::string::npos);
    }
  }
}

// Whatever the bytes are, the extractor ends and every row lies in the file.
TEST(Extractor, AcceptsAnyBytes) {
  const unsigned seed = std::random_device()();
  RecordProperty("seed", std::to_string(seed));
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  const auto below = [&](size_t limit) { return static_cast<size_t>(random()) % limit; };
  constexpr std::string_view kPieces[] = {
      "\0",     "\xFF",    "\r",      "\r\n",   "\n",     "\t",          "    ", "(",
      ")",      "[",       "]",       "{",      "}",      "\"",          "'''",  "f'{",
      "lambda", "def ",    "class ",  "type ",  "=",      ":=",          "*",    "**",
      "@",      ".",       ",",       ":",      ";",      "\\",          "#",    "match ",
      "case ",  "\f",      "é",       "ﬁ",      "😀",     "if ",         "else", "for ",
      "in ",    "import ", "from ",   "async ", "await ", "with ",       " as ", "except ",
      "try:",   "return ", "global ", "->",     "|",      "\xEF\xBB\xBF"};
  for (int round = 0; round < 300; ++round) {
    std::string text(kSample);
    for (size_t edits = 1 + below(8); edits > 0; --edits) {
      const size_t at = below(text.size() + 1);
      const size_t piece = below(std::size(kPieces));
      text.insert(at, piece == 0 ? std::string(1, '\0') : std::string(kPieces[piece]));
      const size_t cut = below(text.size());
      text.erase(cut, below(6));
    }
    const Extracted found = ExtractText(text);
    for (const auto& [table, reader] : found.tables) {
      for (int64_t row = 0; row < reader.rows(); ++row) {
        if (reader.Get(row, "path") == found.file.path && table != EvidenceTable::kCstImports &&
            reader.Get(row, "bstart") != "∅") {
          ASSERT_LE(0, reader.GetInt(row, "bstart"));
          ASSERT_LE(reader.GetInt(row, "bstart"), reader.GetInt(row, "bend"))
              << EvidenceTableName(table) << "\n"
              << text;
          ASSERT_LE(reader.GetInt(row, "bend"), found.file.size());
        }
      }
    }
  }
}

TEST(Parser, StopsAtItsBudgetAndParsesTheNextFile) {
  const auto grammar = Grammar::Make();
  ASSERT_THAT(grammar, IsOk());
  auto parser = Parser::Make(grammar.value());
  ASSERT_THAT(parser, IsOk());
  std::string text;
  for (int i = 0; i < 1000; ++i) {
    text += "a = b + c(d)\n";
  }
  const auto stopped = parser.value().Parse(source::MakeSourceFileAt("a.py", text), {.cpu_ns = 0});
  const auto* no_tree = std::get_if<NoTree>(&stopped);
  ASSERT_NE(no_tree, nullptr);
  EXPECT_EQ(no_tree->code, "PARSE_TIMEOUT");
  const auto file = source::MakeSourceFileAt("b.py", "x\n");
  const auto parsed = parser.value().Parse(file, {.cpu_ns = ParseBudgetNs(file.size())});
  const auto* tree = std::get_if<Tree>(&parsed);
  ASSERT_NE(tree, nullptr);
  EXPECT_EQ(ts_node_end_byte(ts_tree_root_node(tree->get())), 2U);
}

TEST(Extractor, RefusesATreeThatItsMemoryDoesNotHold) {
  std::string text;
  for (int i = 0; i < 20000; ++i) {
    text += "a = b\n";
  }
  const auto small = source::MakeSourceFileAt("a.py", "a = b\n");
  const auto large = source::MakeSourceFileAt("b.py", text);
  auto tables = EvidenceTables::Make();
  ASSERT_THAT(tables, IsOk());
  struct Case {
    std::string_view label;
    int64_t memory_bytes;
    bool fits;
  };
  // The parser stops at the first; the second holds tree-sitter's tree and not the copy as well.
  for (const Case& one : {Case{"no_tree", 1 << 20, false}, Case{"no_copy", 13 << 20, false},
                          Case{"enough", 40 << 20, true}}) {
    SCOPED_TRACE(one.label);
    auto extractor = Extractor::Make(one.memory_bytes);
    ASSERT_THAT(extractor, IsOk());
    const Outcome outcome = extractor.value().Extract(large, tables.value());
    EXPECT_EQ(outcome.status, one.fits ? FileStatus::kOk : FileStatus::kFailed);
    ASSERT_EQ(outcome.failures.size(), one.fits ? 0U : 1U);
    if (!one.fits) {
      EXPECT_EQ(outcome.failures.front().code, "PARSE_CANCELLED");
    }
    EXPECT_EQ(outcome.row_count, one.fits ? 40000 : 1);
    EXPECT_EQ(extractor.value().Extract(small, tables.value()).status, FileStatus::kOk);
  }
}

TEST(Extractor, RefusesNamesThatRepeatALongOneTooOften) {
  const std::string name(10'000, 'n');
  std::string methods = "class " + name + ":\n";
  std::string imports = "from " + name + " import (";
  for (int i = 0; i < 10'000; ++i) {
    methods += " def f(): 0\n";
    imports += "a,";
  }
  imports += ")\n";
  auto tables = EvidenceTables::Make();
  ASSERT_THAT(tables, IsOk());
  auto extractor = Extractor::Make(int64_t{64} << 20);
  ASSERT_THAT(extractor, IsOk());
  for (const std::string& text : {methods, imports}) {
    const Outcome outcome =
        extractor.value().Extract(source::MakeSourceFileAt("a.py", text), tables.value());
    ASSERT_EQ(outcome.failures.size(), 1U);
    EXPECT_EQ(outcome.failures.front().code, "PARSE_CANCELLED");
    EXPECT_EQ(outcome.row_count, 1);
  }
}

TEST(ParseBudget, GrowsWithTheFile) {
  EXPECT_EQ(ParseBudgetNs(0), 5'000'000'000);
  EXPECT_EQ(ParseBudgetNs(int64_t{3} << 20), 8'000'000'000);
}

}  // namespace
}  // namespace norma::extract::treesitter
