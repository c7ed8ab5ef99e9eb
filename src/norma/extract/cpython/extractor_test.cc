#include "norma/extract/cpython/extractor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "norma/base/unicode.h"
#include "norma/extract/cpython/testing.h"

namespace norma::extract::cpython {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

const std::vector<std::string> kPlace = {"raw_start_line", "raw_start_col", "bstart", "bend",
                                         "span_ok"};

std::vector<RowText> OfKind(const std::vector<RowText>& rows, std::string_view kind,
                            std::string_view name) {
  std::vector<RowText> found;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(found), [&](const RowText& row) {
    return row.at("kind") == kind && (name.empty() || row.at("name") == name);
  });
  return found;
}

struct PlaceCase {
  std::string_view label;
  std::string bytes;
  std::string_view kind;
  std::string_view name;
  size_t which;            // among the nodes of that kind and name
  std::string_view place;  // kPlace
};

std::vector<PlaceCase> PlaceCases() {
  return {
      {"mark", "\xEF\xBB\xBFimport os\nx = os.sep\n", "alias", "os", 0, "1 7 10 12 true"},
      {"latin_1", "# -*- coding: latin-1 -*-\ns = \"\xE9\xE9\"; t = s\n", "Name", "t", 0,
       "2 12 36 37 true"},
      {"cp1252_table", "# coding: cp1252\ns = '\x80'; t = s\n", "Name", "t", 0, "2 11 26 27 true"},
      {"shift_jis_characters", "# coding: shift_jis\ns = '\x93\xFA'; t = s\n", "Name", "t", 0,
       "2 11 30 31 true"},
      {"crlf", "import os\r\ndef f():\r\n    return os.sep\r\n", "Attribute", "sep", 0,
       "3 11 32 38 true"},
      {"cr_only", "a = 1\rb = a\rc = b\r", "Name", "b", 0, "2 0 6 7 true"},
      {"form_feed", "import os\n\f\ndef after_ff():\n    pass\n", "FunctionDef", "after_ff", 0,
       "3 0 12 36 true"},
      {"line_separator", "a = '\xE2\x80\xA8'\nb = 2\n", "Name", "b", 0, "2 0 10 11 true"},
      {"next_line", "a = '\xC2\x85'\nb = 2\n", "Name", "b", 0, "2 0 9 10 true"},
      {"vertical_tab_and_fs", "a = '\v\x1C\f'\nb = 2\n", "Name", "b", 0, "2 0 10 11 true"},
      {"astral", "x = \"\xF0\x9F\x98\x80\"; y = x", "Name", "y", 0, "1 12 12 13 true"},
  };
}

TEST(CpythonPositions, AreBytesOfTheFile) {
  for (const Interpreter& interpreter : Interpreters()) {
    Bench bench(interpreter);
    for (const PlaceCase& one : PlaceCases()) {
      SCOPED_TRACE(interpreter.version + " " + std::string(one.label));
      EXPECT_EQ(bench.Extract(one.bytes).status, FileStatus::kOk);
      const auto nodes = OfKind(bench.Take(EvidenceTable::kAstNodes), one.kind, one.name);
      ASSERT_GT(nodes.size(), one.which);
      EXPECT_EQ(Show(nodes[one.which], kPlace), one.place);
    }
  }
}

TEST(CpythonTree, IsPreorderWithFieldsOfItsParent) {
  for (const Interpreter& interpreter : Interpreters()) {
    SCOPED_TRACE(interpreter.version);
    Bench bench(interpreter);
    const Outcome outcome = bench.Extract("def f(a):\n    return a < 1 <= b, {**c, 'k': -a}\n");
    EXPECT_EQ(outcome.status, FileStatus::kOk);
    std::vector<std::string> shown;
    for (const RowText& row : bench.Take(EvidenceTable::kAstNodes)) {
      shown.push_back(Show(row, {"ast_id", "parent_ast_id", "depth", "kind", "field", "field_index",
                                 "name", "ctx", "ops", "value_kind", "value_repr", "value_len"}));
    }
    EXPECT_THAT(shown, ElementsAre("0 NULL 0 Module NULL NULL NULL NULL [] NULL NULL NULL",
                                   "1 0 1 FunctionDef body 0 f NULL [] NULL NULL NULL",
                                   "2 1 2 arguments args NULL NULL NULL [] NULL NULL NULL",
                                   "3 2 3 arg args 0 a NULL [] NULL NULL NULL",
                                   "4 1 2 Return body 0 NULL NULL [] NULL NULL NULL",
                                   "5 4 3 Tuple value NULL NULL Load [] NULL NULL NULL",
                                   "6 5 4 Compare elts 0 NULL NULL [Lt LtE] NULL NULL NULL",
                                   "7 6 5 Name left NULL a Load [] NULL NULL NULL",
                                   "8 6 5 Constant comparators 0 NULL NULL [] int 1 NULL",
                                   "9 6 5 Name comparators 1 b Load [] NULL NULL NULL",
                                   "10 5 4 Dict elts 1 NULL NULL [] NULL NULL NULL",
                                   "11 10 5 Constant keys 1 NULL NULL [] str 'k' 1",
                                   "12 10 5 Name values 0 c Load [] NULL NULL NULL",
                                   "13 10 5 UnaryOp values 1 NULL NULL [USub] NULL NULL NULL",
                                   "14 13 6 Name operand NULL a Load [] NULL NULL NULL"));
  }
}

TEST(CpythonTree, GivesOnlyNodesWithoutAPlaceNoPosition) {
  Bench bench(Interpreters().front());
  bench.Extract("with a as b:\n    x = [i for i in y]\nmatch a:\n    case 1: pass\n");
  for (const RowText& row : bench.Take(EvidenceTable::kAstNodes)) {
    const std::string& kind = row.at("kind");
    const bool has_none =
        kind == "Module" || kind == "comprehension" || kind == "withitem" || kind == "match_case";
    EXPECT_EQ(row.at("span_reason"), has_none ? "no_position" : "NULL") << kind;
  }
}

struct ConstantCase {
  std::string source;
  std::string_view expected;  // value_kind value_repr value_len
};

TEST(CpythonConstants, HaveKindReprAndLength) {
  const std::vector<ConstantCase> cases = {
      {"None", "none None NULL"},
      {"True", "bool True NULL"},
      {"0x10", "int 16 NULL"},
      {"1e400", "float inf NULL"},
      {"2j", "complex 2j NULL"},
      {"...", "ellipsis Ellipsis NULL"},
      {"b'\\x00z'", "bytes b'\\x00z' 2"},
      {"'\\0\\ud800'", "str '\\x00\\ud800' 2"},
      {"'\xC3\xA9\xF0\x9F\x98\x80'", "str '\xC3\xA9\xF0\x9F\x98\x80' 2"},
  };
  for (const Interpreter& interpreter : Interpreters()) {
    Bench bench(interpreter);
    for (const ConstantCase& one : cases) {
      bench.Extract("x = " + one.source + "\n");
      const auto nodes = OfKind(bench.Take(EvidenceTable::kAstNodes), "Constant", "");
      ASSERT_THAT(nodes, SizeIs(1)) << interpreter.version << ": " << one.source;
      EXPECT_EQ(Show(nodes[0], {"value_kind", "value_repr", "value_len"}), one.expected);
    }
  }
}

TEST(CpythonConstants, AreCutAtACharacterWithin256Bytes) {
  Bench bench(Interpreters().front());
  std::string text;
  for (int i = 0; i < 300; ++i) {
    text += "\xE2\x82\xAC";
  }
  bench.Extract("x = '" + text + "'\ny = 0x" + std::string(9000, 'f') + "\n");
  const auto nodes = OfKind(bench.Take(EvidenceTable::kAstNodes), "Constant", "");
  ASSERT_THAT(nodes, SizeIs(2));
  EXPECT_EQ(nodes[0].at("value_repr"), "'" + text.substr(0, size_t{85} * 3));
  EXPECT_EQ(nodes[0].at("value_len"), "300");
  // Python refuses to print so many decimal digits; the worker gives hexadecimal ones.
  EXPECT_EQ(nodes[1].at("value_repr"), "0x" + std::string(254, 'f'));
}

struct ErrorCase {
  std::string_view label;
  std::string bytes;
  FileStatus status;
  std::string_view row;  // how it begins: error_type, col_unit, bstart, bend, span_reason
  std::string_view message;
  bool has_tree;
};

TEST(CpythonConstants, MayHoldALoneSurrogate) {
  for (const Interpreter& interpreter : Interpreters()) {
    SCOPED_TRACE(interpreter.version);
    Bench bench(interpreter);
    EXPECT_EQ(bench.Extract("s = '\\ud800x'\n").status, FileStatus::kOk);
    const auto constants = OfKind(bench.Take(EvidenceTable::kAstNodes), "Constant", "NULL");
    ASSERT_EQ(constants.size(), 1U);
    EXPECT_EQ(Show(constants[0], {"value_kind", "value_repr", "value_len"}), R"(str '\ud800x' 2)");
  }
}

// CPython 3.13 does not compile such a docstring, which it encodes. What it tells before is whole.
TEST(CpythonConstants, OfADocstringMayHoldOneUnlessTheCompilerRefuses) {
  for (const Interpreter& interpreter : Interpreters()) {
    SCOPED_TRACE(interpreter.version);
    Bench bench(interpreter);
    const Outcome outcome = bench.Extract("def f():\n    '\\ud800'\n");
    EXPECT_EQ(bench.tables[EvidenceTable::kAstNodes].rows(), 5);
    EXPECT_EQ(bench.tables[EvidenceTable::kSymtableScopes].rows(), 2);
    if (outcome.status != FileStatus::kOk) {
      EXPECT_EQ(interpreter.py_tag, "cpython-313");
      EXPECT_EQ(outcome.status, FileStatus::kPartial);
      ASSERT_EQ(outcome.failures.size(), 1U);
      EXPECT_EQ(outcome.failures.front().stage, "compile");
      EXPECT_EQ(outcome.failures.front().code, "UNDECODABLE");
    }
  }
}

TEST(CpythonErrors, AreOneRowWithTheirPlace) {
  const std::vector<ErrorCase> cases = {
      {"parser_counts_characters", "\xC3\xA9 = = 1", FileStatus::kFailed,
       "SyntaxError utf32 5 6 NULL", "invalid syntax", false},
      {"compiler_counts_bytes", "return \xC3\xA9", FileStatus::kPartial,
       "SyntaxError utf8 0 9 NULL", "'return' outside function", true},
      {"missing_parameter", "def f(:\n  pass\nx = 1\n", FileStatus::kFailed,
       "SyntaxError utf32 6 7 NULL", "invalid syntax", false},
      {"many_parentheses", std::string(200000, '('), FileStatus::kFailed, "SyntaxError utf32 200 ",
       "too many nested parentheses", false},
      {"brackets_250", "x = " + std::string(250, '(') + std::string(250, ')'), FileStatus::kFailed,
       "SyntaxError utf32 204 ", "too many nested parentheses", false},
      {"tabs", "if x:\n\ty\n        z\n", FileStatus::kFailed, "TabError utf32 ", "inconsistent",
       false},
      {"indentation", " x\n", FileStatus::kFailed, "IndentationError utf32 0 ", "unexpected indent",
       false},
      {"latin_1_parser", "# coding: latin-1\n\xE9 = = 1\n", FileStatus::kFailed,
       "SyntaxError utf32 22 23 NULL", "invalid syntax", false},
      {"symbol_table", "def f(\xC3\xA9, \xC3\xA9): pass\n", FileStatus::kPartial,
       "SyntaxError utf8 ", "duplicate argument", true},
  };
  for (const Interpreter& interpreter : Interpreters()) {
    Bench bench(interpreter);
    for (const ErrorCase& one : cases) {
      SCOPED_TRACE(interpreter.version + " " + std::string(one.label));
      const Outcome outcome = bench.Extract(one.bytes);
      EXPECT_EQ(outcome.status, one.status);
      EXPECT_THAT(outcome.failures, IsEmpty());
      EXPECT_EQ(bench.Take(EvidenceTable::kAstNodes).empty(), !one.has_tree);
      bench.Take(EvidenceTable::kSymtableScopes);
      bench.Take(EvidenceTable::kSymtableSymbols);
      const auto rows = bench.Take(EvidenceTable::kCstParseErrors);
      ASSERT_THAT(rows, SizeIs(1));
      EXPECT_THAT(rows[0].at("message"), HasSubstr(one.message));
      EXPECT_THAT(Show(rows[0], {"error_type", "col_unit", "bstart", "bend", "span_reason"}),
                  StartsWith(one.row));
    }
  }
}

struct RefusalCase {
  std::string_view label;
  std::string bytes;
  std::string_view stage;
  std::string_view code;
};

TEST(CpythonRefusals, AreOneFailureAndNoRows) {
  const std::vector<RefusalCase> cases = {
      {"nul", std::string("x = 1\n\0", 7), "decode", "NUL_BYTE"},
      {"utf_8", "x = '\xE9'\n", "decode", "UNDECODABLE"},
      {"codec", "# coding: martian\n", "decode", "UNKNOWN_ENCODING"},
      {"mark_and_cookie", "\xEF\xBB\xBF# coding: latin-1\n", "decode", "ENCODING_CONFLICT"},
      {"cp1252_hole", "# coding: cp1252\nx = '\x81'\n", "decode", "UNDECODABLE"},
      {"shift_jis_torn", "# coding: shift_jis\nx = '\x93", "decode", "UNDECODABLE"},
      {"minus_signs", "x = " + std::string(20000, '-') + "1\n", "parse", "NESTING_LIMIT"},
  };
  for (const Interpreter& interpreter : Interpreters()) {
    Bench bench(interpreter);
    for (const RefusalCase& one : cases) {
      SCOPED_TRACE(interpreter.version + " " + std::string(one.label));
      const Outcome outcome = bench.Extract(one.bytes);
      EXPECT_EQ(outcome.status, FileStatus::kFailed);
      ASSERT_THAT(outcome.failures, SizeIs(1));
      EXPECT_EQ(outcome.failures[0].stage, one.stage);
      EXPECT_EQ(outcome.failures[0].code, one.code);
      EXPECT_EQ(bench.tables.rows(), 0);
    }
    EXPECT_EQ(bench.Extract("x = 1\n").status, FileStatus::kOk) << "the next file is not touched";
  }
}

TEST(CpythonDepth, GivesFactsOrOneRow) {
  std::string sum = "x = 1";
  std::string elif = "if a: pass\n";
  for (int i = 0; i < 10000; ++i) {
    sum += " + 1";
    elif += "elif a: pass\n";
  }
  for (const Interpreter& interpreter : Interpreters()) {
    Bench bench(interpreter);
    for (const std::string& bytes : {sum + "\n", elif, "x" + std::string(30000, '.') + "\n"}) {
      const Outcome outcome = bench.Extract(bytes);
      const size_t errors = bench.Take(EvidenceTable::kCstParseErrors).size();
      const bool is_complete = outcome.status == FileStatus::kOk;
      EXPECT_EQ(outcome.failures.size() + errors, is_complete ? 0U : 1U) << interpreter.version;
    }
    EXPECT_EQ(bench.Extract("x = 1\n").status, FileStatus::kOk);
  }
}

/// Some files of the interpreter's own library, which is next to it.
std::vector<std::filesystem::path> LibraryFiles(const Interpreter& interpreter, size_t every) {
  const std::filesystem::path library =
      std::filesystem::path(interpreter.executable).parent_path().parent_path() / "lib" /
      ("python3." + std::to_string(interpreter.minor));
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(library, error)) {
    if (entry.path().extension() == ".py") {
      files.push_back(entry.path());
    }
  }
  EXPECT_FALSE(files.empty()) << library;
  std::sort(files.begin(), files.end());
  std::vector<std::filesystem::path> some;
  for (size_t i = 0; i < files.size(); i += every) {
    some.push_back(files[i]);
  }
  return some;
}

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

/// How many names of `bytes` there are; each must be spelled by the bytes of its span.
size_t CheckNames(Bench& bench, const std::string& bytes) {
  const source::SourceFile file = source::MakeSourceFileAt("a.py", bytes);
  EXPECT_EQ(bench.Extract(bytes).status, FileStatus::kOk);
  size_t names = 0;
  for (const RowText& row : bench.Take(EvidenceTable::kAstNodes)) {
    if (row.at("kind") == "Name") {
      ++names;
      EXPECT_EQ(row.at("span_ok"), "true");
      EXPECT_EQ(
          NfkcIdentifier(file.Slice(std::stoll(row.at("bstart")), std::stoll(row.at("bend")))),
          row.at("name"));
    }
  }
  bench.Take(EvidenceTable::kSymtableScopes);
  bench.Take(EvidenceTable::kSymtableSymbols);
  return names;
}

TEST(CpythonNames, AreSpelledByTheBytesOfTheirSpan) {
  for (const Interpreter& interpreter : Interpreters()) {
    Bench bench(interpreter);
    // A ligature, a mathematical letter and a decomposed accent.
    EXPECT_EQ(CheckNames(bench,
                         "\xEF\xAC\x81 = 1; \xF0\x9D\x94\x98 = \xEF\xAC\x81; "
                         "e\xCC\x81 = \xC3\xA9 + \xEF\xAC\x81\n"),
              6U);
    size_t names = 0;
    for (const std::filesystem::path& path : LibraryFiles(interpreter, 20)) {
      SCOPED_TRACE(path);
      names += CheckNames(bench, ReadFile(path));
    }
    EXPECT_GT(names, 1000U);
  }
}

TEST(CpythonFiles, MayBeEmpty) {
  for (const Interpreter& interpreter : Interpreters()) {
    Bench bench(interpreter);
    const Outcome outcome = bench.Extract("");
    EXPECT_EQ(outcome.status, FileStatus::kOk);
    EXPECT_EQ(outcome.row_count, 2);
    EXPECT_EQ(outcome.py_tag, interpreter.py_tag);
    EXPECT_EQ(outcome.producer_version, interpreter.version);
  }
}

TEST(CpythonFiles, AreAnalysedWhileTheCallerIsBusy) {
  Bench bench(Interpreters().front());
  source::SourceFile large = source::MakeSourceFileAt("large.py", [] {
    std::string bytes;
    for (int i = 0; i < 50000; ++i) {
      bytes += "name = other\n";
    }
    return bytes;
  }());
  bench.extractor.Begin(large);
  const Outcome outcome = bench.extractor.Finish(large, bench.tables);
  EXPECT_EQ(outcome.status, FileStatus::kOk);
  EXPECT_EQ(bench.tables[EvidenceTable::kAstNodes].rows(), 150001);
}

}  // namespace
}  // namespace norma::extract::cpython
