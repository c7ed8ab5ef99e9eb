#include "norma/source/adapter.h"

#include <gtest/gtest.h>

#include <array>
#include <initializer_list>
#include <random>
#include <string>
#include <vector>

#include "norma/base/unicode.h"

namespace norma::source {

void PrintTo(const Position& position, std::ostream* out) {
  const auto show = [&](const char* name, const auto& value) {
    *out << name;
    if (value.has_value()) {
      *out << *value;
    } else {
      *out << "NULL";
    }
  };
  show("bytes ", position.bstart);
  show("..", position.bend);
  *out << (position.ok ? " ok" : " not ok") << " reason '" << position.reason << "'";
}

namespace {

using namespace std::string_literals;

/// What one end of a span converts to: a byte, or a reason with the snapped bytes.
struct Expected {
  std::optional<int64_t> start;
  std::optional<int64_t> end;
  std::string_view reason;
};

Expected At(int64_t byte) { return {byte, byte, ""}; }
Expected Snapped(int64_t start, int64_t end, std::string_view reason) {
  return {start, end, reason};
}
Expected Fails(std::string_view reason) { return {std::nullopt, std::nullopt, reason}; }

void ExpectConverts(const SourceFile& file, Adapter adapter, std::optional<int32_t> line,
                    std::optional<int32_t> col, const Expected& expected) {
  SCOPED_TRACE(std::string(RulesOf(adapter).name) + " line " + std::to_string(line.value_or(-99)) +
               " col " + std::to_string(col.value_or(-99)));
  const Position position = Convert(file, adapter, line, col, line, col);
  EXPECT_EQ(position.bstart, expected.start) << testing::PrintToString(position);
  EXPECT_EQ(position.bend, expected.end) << testing::PrintToString(position);
  EXPECT_EQ(position.reason, expected.reason);
  EXPECT_EQ(position.ok, expected.reason.empty());
  EXPECT_EQ(position.raw_start_line, line);
  EXPECT_EQ(position.raw_end_col, col);
}

struct Vector {
  int32_t line;
  int32_t col;
  Expected expected;
};

void ExpectVectors(const SourceFile& file, Adapter adapter, std::initializer_list<Vector> vectors) {
  for (const Vector& v : vectors) {
    ExpectConverts(file, adapter, v.line, v.col, v.expected);
  }
}

TEST(Convert, CountsInEachUnit) {
  const SourceFile file = MakeSourceFileAt("a.py", "aé😀b\n");
  ExpectVectors(file, Adapter::kScipUtf32,
                {{0, 0, At(0)},
                 {0, 1, At(1)},
                 {0, 2, At(3)},
                 {0, 3, At(7)},
                 {0, 4, At(8)},
                 {0, 5, Fails("column_out_of_range")},
                 {0, 99, Fails("column_out_of_range")},
                 {0, -1, Fails("negative_position")}});
  ExpectVectors(file, Adapter::kScipUtf16,
                {{0, 0, At(0)},
                 {0, 1, At(1)},
                 {0, 2, At(3)},
                 {0, 3, Snapped(3, 7, "inside_surrogate_pair")},
                 {0, 4, At(7)},
                 {0, 5, At(8)},
                 {0, 6, Fails("column_out_of_range")},
                 {0, -1, Fails("negative_position")}});
  for (const Adapter adapter : {Adapter::kScipUtf8, Adapter::kTreesitter, Adapter::kCpython}) {
    const int32_t line = RulesOf(adapter).line_base;
    ExpectVectors(file, adapter,
                  {{line, 0, At(0)},
                   {line, 1, At(1)},
                   {line, 2, Snapped(1, 3, "inside_character")},
                   {line, 3, At(3)},
                   {line, 5, Snapped(3, 7, "inside_character")},
                   {line, 7, At(7)},
                   {line, 8, At(8)},
                   {line, 9, Fails("column_out_of_range")},
                   {line, -1, Fails("negative_position")}});
  }
}

TEST(Convert, KnowsEveryKindOfLineEnd) {
  struct Case {
    std::string bytes;
    std::vector<int64_t> starts;
    Adapter adapter;
    std::vector<Vector> vectors;
  };
  const std::string return_line = "import os\r\ndef f():\r\n    return os.sep\r\n";
  for (const Case& c : {
           Case{
               "", {0}, Adapter::kScipUtf16, {{0, 0, At(0)}, {0, 1, Fails("column_out_of_range")}}},
           Case{"", {0}, Adapter::kCpython, {{2, 0, Fails("line_out_of_range")}}},
           Case{"a\nb",
                {0, 2},
                Adapter::kCpython,
                {{2, 0, At(2)}, {2, 1, At(3)}, {2, 2, Fails("column_out_of_range")}}},
           Case{"\r\r\n", {0, 1, 3}, Adapter::kCpython, {{3, 0, At(3)}, {1, 0, At(0)}}},
           Case{return_line,
                {0, 11, 21, 40},
                Adapter::kCpython,
                {{3, 11, At(32)}, {3, 17, At(38)}, {3, 18, Fails("column_out_of_range")}}},
           Case{"a = 1\rb = a\rc = b\r", {0, 6, 12, 18}, Adapter::kCpython, {{2, 0, At(6)}}},
           Case{"import os\n\f\ndef after_ff():\n    pass\n",
                {0, 10, 12, 28, 37},
                Adapter::kCpython,
                {{3, 0, At(12)}}},
           Case{"a = '\xE2\x80\xA8'\nb = 2\n", {0, 10, 16}, Adapter::kCpython, {{2, 0, At(10)}}},
           Case{"a = '\v\x1c\x1d\x1e\xC2\x85'\nb", {0, 13}, Adapter::kCpython, {{2, 0, At(13)}}},
       }) {
    SCOPED_TRACE(testing::PrintToString(c.bytes));
    const SourceFile file = MakeSourceFileAt("a.py", c.bytes);
    EXPECT_EQ(std::vector<int64_t>(file.lines.starts().begin(), file.lines.starts().end()),
              c.starts);
    for (const Vector& v : c.vectors) {
      ExpectConverts(file, c.adapter, v.line, v.col, v.expected);
    }
  }
}

TEST(Convert, CountsTheMarkAsEachProducerDoes) {
  const SourceFile file = MakeSourceFileAt("a.py", "\xEF\xBB\xBFimport os\nx = os.sep\n");
  EXPECT_EQ(file.lines.starts()[1], 13);
  EXPECT_EQ(file.lines.starts()[2], 24);
  ExpectConverts(file, Adapter::kCpython, 1, 7, At(10));
  ExpectConverts(file, Adapter::kScipUtf16, 0, 8, At(10));
  ExpectConverts(file, Adapter::kScipUtf8, 0, 10, At(10));
  ExpectConverts(file, Adapter::kScipUtf8, 0, 1, Snapped(0, 3, "inside_character"));
  ExpectConverts(file, Adapter::kTreesitter, 0, 10, At(10));
  ExpectConverts(file, Adapter::kCpython, 1, 0, At(3));
  ExpectConverts(file, Adapter::kCpython, 2, 4, At(17));
  const Position position = FromBytes(file, 10, 12);
  EXPECT_EQ(position.raw_start_line, 0);
  EXPECT_EQ(position.raw_start_col, 10);
  EXPECT_EQ(Convert(file, Adapter::kSymtable, 1, {}, {}, {}).bstart, 3);
}

TEST(Convert, CountsRecodedColumns) {
  const SourceFile file =
      MakeSourceFileAt("a.py", "# -*- coding: latin-1 -*-\ns = \"\xE9\xE9\"; t = s\n");
  EXPECT_EQ(file.encoding.name, "iso-8859-1");
  EXPECT_TRUE(file.encoding.recoded);
  EXPECT_EQ(file.lines.starts()[2], 42);
  ExpectConverts(file, Adapter::kCpython, 2, 12, At(36));
  ExpectConverts(file, Adapter::kScipUtf16, 1, 10, At(36));
  ExpectConverts(file, Adapter::kCpython, 2, 6, Snapped(31, 32, "inside_character"));
  ExpectConverts(file, Adapter::kCpython, 1, 3, At(3));
  ExpectConverts(file, Adapter::kCpython, 2, 17, At(41));
  ExpectConverts(file, Adapter::kCpython, 2, 18, Fails("column_out_of_range"));
}

TEST(Convert, CountsCharactersOfMultiByteCodecs) {
  SourceFile file = MakeSourceFileAt("a.py", "# coding: euc-jp\ns = '\xA4\xA2'; t\n");
  EXPECT_EQ(file.recode.state(), RecodeMap::State::kMissing);
  ExpectConverts(file, Adapter::kCpython, 2, 0, Fails("undecodable_file"));
  ExpectConverts(file, Adapter::kCpython, 2, std::nullopt, Fails("columns_missing"));

  std::vector<uint8_t> raw(file.bytes.size() - 1, 1);
  std::vector<uint8_t> utf8(file.bytes.size() - 1, 1);
  raw[22] = 2;
  utf8[22] = 3;
  auto map = RecodeMap::Characters(raw, utf8, file.lines);
  ASSERT_TRUE(map.ok()) << map.error().message;
  file.recode = map.value();
  ExpectVectors(file, Adapter::kCpython,
                {{2, 5, At(22)},
                 {2, 6, Snapped(22, 24, "inside_character")},
                 {2, 8, At(24)},
                 {2, 11, At(27)},
                 {2, 12, At(28)},
                 {2, 13, Fails("column_out_of_range")},
                 {3, 0, At(29)}});

  raw[22] = 3;
  EXPECT_FALSE(RecodeMap::Characters(raw, utf8, file.lines).ok());
  raw[22] = 2;
  utf8[3] = 5;
  EXPECT_FALSE(RecodeMap::Characters(raw, utf8, file.lines).ok());
  utf8[3] = 1;
  raw[16] = 2;  // the LF and the next line's first byte
  raw[17] = 0;
  EXPECT_FALSE(RecodeMap::Characters(raw, utf8, file.lines).ok());
}

TEST(Convert, TakesTwoCharactersOfOneSequence) {
  SourceFile file = MakeSourceFileAt("a.py", "# coding: euc_jis_2004\n\xA4\xF7x\n");
  std::vector<uint8_t> raw(23, 1);
  raw.insert(raw.end(), {2, 0, 1, 1});
  std::vector<uint8_t> utf8(23, 1);
  utf8.insert(utf8.end(), {3, 3, 1, 1});
  auto map = RecodeMap::Characters(raw, utf8, file.lines);
  ASSERT_TRUE(map.ok()) << map.error().message;
  file.recode = map.value();
  ExpectVectors(file, Adapter::kCpython,
                {{2, 0, At(23)}, {2, 6, At(25)}, {2, 7, At(26)}, {3, 0, At(27)}});
}

TEST(Convert, TakesATableOfASingleByteCodec) {
  SourceFile file = MakeSourceFileAt("a.py", "# coding: cp1252\n'\x80'; t\n");
  EXPECT_EQ(file.recode.state(), RecodeMap::State::kMissing);
  std::array<uint32_t, 256> table;
  for (uint32_t i = 0; i < 256; ++i) {
    table[i] = i;
  }
  table[0x80] = 0x20AC;
  file.recode = RecodeMap::SingleByte(table, file.bytes);
  ExpectConverts(file, Adapter::kCpython, 2, 7, At(22));
  table[0x80] = RecodeMap::kNoCharacter;
  EXPECT_EQ(RecodeMap::SingleByte(table, file.bytes).state(), RecodeMap::State::kUndecodable);
}

TEST(Convert, CountsAfterAWideCharacter) {
  const SourceFile file = MakeSourceFileAt("a.py", "x = \"😀\"; y = x");
  const auto y = [&](Adapter adapter, int32_t line, int32_t col) {
    return Convert(file, adapter, line, col, line, col + 1);
  };
  for (const Position& position : {y(Adapter::kScipUtf32, 0, 9), y(Adapter::kScipUtf16, 0, 10),
                                   y(Adapter::kScipUtf8, 0, 12), y(Adapter::kCpython, 1, 12)}) {
    EXPECT_EQ(position.bstart, 12);
    EXPECT_EQ(position.bend, 13);
    EXPECT_TRUE(position.ok);
  }
  ExpectConverts(file, Adapter::kScipUtf16, 0, 6, Snapped(5, 9, "inside_surrogate_pair"));
  const Position split = Convert(file, Adapter::kScipUtf16, 0, 6, 0, 7);
  EXPECT_EQ(split.bstart, 5);
  EXPECT_EQ(split.bend, 9);
  EXPECT_EQ(split.reason, "inside_surrogate_pair");
}

TEST(Convert, CountsEachBadPartOnce) {
  struct Case {
    std::string bad;
    int32_t characters;
  };
  for (const Case& c : {Case{"\xE9\xE9", 2}, Case{"\xE2\x80", 1}, Case{"\xF0\x9F\x98", 1},
                        Case{"\xED\xA0\x80", 3}, Case{"\xC0\xAF", 2}, Case{"\xFF", 1}}) {
    const SourceFile file = MakeSourceFileAt("a.py", c.bad + "\"x");
    const auto quote = static_cast<int64_t>(c.bad.size());
    ExpectConverts(file, Adapter::kScipUtf16, 0, c.characters, At(quote));
    ExpectConverts(file, Adapter::kScipUtf32, 0, c.characters + 1, At(quote + 1));
    ExpectConverts(file, Adapter::kScipUtf8, 0, 3 * c.characters, At(quote));
    ExpectConverts(file, Adapter::kCpython, 1, 0, Fails("undecodable_file"));
  }
}

TEST(Convert, KeepsTheWorseReason) {
  const SourceFile file = MakeSourceFileAt("a.py", "é😀\nabc\n");
  struct Case {
    std::optional<int32_t> start_line, start_col, end_line, end_col;
    std::string_view reason;
  };
  for (const Case& c : {
           Case{0, 2, 9, 0, "line_out_of_range"},       // snapped, out of range
           Case{9, 0, 0, 2, "line_out_of_range"},       // out of range, snapped
           Case{0, 2, std::nullopt, 0, "no_position"},  // snapped, absent
           Case{9, 0, std::nullopt, 0, "line_out_of_range"},
           Case{std::nullopt, 0, 9, 0, "line_out_of_range"},
           Case{0, -1, 9, 0, "negative_position"},  // both out of range: the start's
           Case{-1, 0, 0, 0, "negative_position"},
           Case{1, 2, 1, 1, "end_before_start"},
           Case{1, 0, 0, 0, "end_before_start"},
           Case{1, std::nullopt, 1, 3, "columns_missing"},
       }) {
    const Position position =
        Convert(file, Adapter::kScipUtf16, c.start_line, c.start_col, c.end_line, c.end_col);
    EXPECT_EQ(position.reason, c.reason) << testing::PrintToString(position);
    EXPECT_FALSE(position.ok || position.bstart.has_value() || position.bend.has_value());
  }
  // A line of 0 where lines count from 1 is no line; with base 0 it is the first.
  EXPECT_EQ(Convert(file, Adapter::kCpython, 0, 0, 0, 0).reason, "synthetic_line_zero");
  EXPECT_EQ(Convert(file, Adapter::kCpython, -1, 0, 1, 0).reason, "negative_position");
  const Position both = Convert(file, Adapter::kScipUtf16, 0, 2, 1, 3);
  EXPECT_EQ(both.bstart, 2);
  EXPECT_EQ(both.bend, 10);
  EXPECT_EQ(both.reason, "inside_surrogate_pair");
  EXPECT_FALSE(both.ok);
}

TEST(Convert, RefusesExtremes) {
  const SourceFile file = MakeSourceFileAt("a.py", "abc\n");
  for (const int32_t wild :
       {std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max()}) {
    for (int adapter = 0; adapter < 7; ++adapter) {
      const auto which = static_cast<Adapter>(adapter);
      const int32_t base = RulesOf(which).line_base;
      EXPECT_FALSE(Convert(file, which, wild, wild, wild, wild).ok);
      EXPECT_FALSE(Convert(file, which, base, wild, base, wild).ok);
      EXPECT_FALSE(Convert(file, which, base, 1, wild, 1).ok && wild > 0);
    }
  }
}

TEST(Convert, GivesSymbolTablesTheWholeLine) {
  const SourceFile file = MakeSourceFileAt("a.py", "x\r\n    def f(): é\r\n");
  const Position position = Convert(file, Adapter::kSymtable, 2, {}, {}, {});
  EXPECT_EQ(position.bstart, 3);
  EXPECT_EQ(position.bend, 18);
  EXPECT_EQ(position.reason, "line_only");
  EXPECT_FALSE(position.ok);
  EXPECT_EQ(OutcomeOf(position.reason), SpanOutcome::kAbsent);
  EXPECT_EQ(Convert(file, Adapter::kSymtable, 0, {}, {}, {}).reason, "synthetic_line_zero");
  EXPECT_EQ(Convert(file, Adapter::kSymtable, 4, {}, {}, {}).reason, "line_out_of_range");
  EXPECT_EQ(Convert(file, Adapter::kSymtable, {}, {}, {}, {}).reason, "no_position");
}

TEST(ConvertError, ReadsBothUnits) {
  const SourceFile file = MakeSourceFileAt("a.py", "é = = 1\n");
  const auto utf32 = Convert(file, Adapter::kCpythonError, 1, 5, 1, 6, ColumnUnit::kUtf32);
  const auto utf8 = Convert(file, Adapter::kCpythonError, 1, 6, 1, 7, ColumnUnit::kUtf8);
  for (const Position& position : {utf32, utf8}) {
    EXPECT_EQ(position.bstart, 5);
    EXPECT_EQ(position.bend, 6);
    EXPECT_TRUE(position.ok);
  }
  const SourceFile outside = MakeSourceFileAt("a.py", "return é\n");
  const Position whole = Convert(outside, Adapter::kCpythonError, 1, 1, 1, 10, ColumnUnit::kUtf8);
  EXPECT_EQ(whole.bstart, 0);
  EXPECT_EQ(whole.bend, 9);
  EXPECT_TRUE(whole.ok);
}

TEST(ConvertError, RepairsWhatPythonMisreports) {
  const SourceFile file = MakeSourceFileAt("a.py", "abc\n  défg\nx");
  struct Case {
    const char* what;
    std::optional<int32_t> start_line, start_col, end_line, end_col;
    std::optional<int64_t> bstart, bend;
    std::string_view reason;
  };
  for (const Case& c : {
           Case{"no end", 1, 2, {}, {}, 1, 1, ""},
           Case{"end of zeros", 1, 2, 0, 0, 1, 1, ""},
           Case{"negative end", 1, 2, 1, -1, 1, 1, ""},
           Case{"start past the line", 1, 9, {}, {}, 3, 3, "column_past_line_end"},
           Case{"end past the line", 1, 2, 1, 9, 1, 3, "column_past_line_end"},
           Case{"start past the file", 9, 1, 9, 2, 13, 13, "line_past_end"},
           Case{"end past the file", 1, 2, 9, 1, 1, 13, "line_past_end"},
           Case{"no column", 2, {}, {}, {}, 4, 11, "column_missing"},
           Case{"column zero", 2, 0, 2, 3, 4, 11, "column_missing"},
           Case{"negative column", 2, -1, {}, {}, 4, 11, "column_missing"},
           Case{"contradiction", 2, 4, 2, 2, 4, 11, "column_missing"},
           Case{"no line", {}, 1, {}, {}, {}, {}, "no_position"},
           Case{"line zero", 0, 1, {}, {}, {}, {}, "synthetic_line_zero"},
           Case{"negative line", -3, 1, {}, {}, {}, {}, "negative_position"},
       }) {
    SCOPED_TRACE(c.what);
    const Position position =
        Convert(file, Adapter::kCpythonError, c.start_line, c.start_col, c.end_line, c.end_col);
    EXPECT_EQ(position.bstart, c.bstart);
    EXPECT_EQ(position.bend, c.bend);
    EXPECT_EQ(position.reason, c.reason);
    EXPECT_EQ(position.ok, c.reason.empty());
    if (c.bstart.has_value() && !c.reason.empty()) {
      EXPECT_EQ(OutcomeOf(position.reason), SpanOutcome::kSnapped);
    }
  }
  const SourceFile undecodable = MakeSourceFileAt("a.py", "ok\nx = '\xE9'\n");
  const Position line = Convert(undecodable, Adapter::kCpythonError, 2, 5, 2, 6);
  EXPECT_EQ(line.bstart, 3);
  EXPECT_EQ(line.bend, 10);
  EXPECT_EQ(line.reason, "column_missing");
}

TEST(FromBytes, DerivesLinesAndColumns) {
  const SourceFile file = MakeSourceFileAt("a.py", "ab\r\ncd\re\n");
  struct Case {
    int64_t bstart, bend;
    int32_t start_line, start_col, end_line, end_col;
  };
  for (const Case& c : {Case{0, 2, 0, 0, 0, 2}, Case{0, 4, 0, 0, 1, 0}, Case{3, 4, 0, 3, 1, 0},
                        Case{4, 7, 1, 0, 2, 0}, Case{9, 9, 3, 0, 3, 0}, Case{0, 9, 0, 0, 3, 0}}) {
    const Position position = FromBytes(file, c.bstart, c.bend);
    EXPECT_TRUE(position.ok);
    EXPECT_EQ(position.reason, "");
    EXPECT_EQ(position.bstart, c.bstart);
    EXPECT_EQ(position.bend, c.bend);
    EXPECT_EQ(position.raw_start_line, c.start_line) << c.bstart;
    EXPECT_EQ(position.raw_start_col, c.start_col) << c.bstart;
    EXPECT_EQ(position.raw_end_line, c.end_line) << c.bend;
    EXPECT_EQ(position.raw_end_col, c.end_col) << c.bend;
  }
  EXPECT_EQ(FromBytes(file, -1, 2).reason, "negative_position");
  EXPECT_EQ(FromBytes(file, 3, 2).reason, "end_before_start");
  EXPECT_EQ(FromBytes(file, 0, 10).reason, "column_out_of_range");
  EXPECT_EQ(FromBytes(MakeSourceFileAt("a.py", ""), 0, 0).raw_end_col, 0);
}

std::string RandomText(std::mt19937& random) {
  static constexpr std::array<std::string_view, 9> kPieces = {"a",  " ",  "é",    "€", "😀",
                                                              "\r", "\n", "\r\n", "𝐱"};
  std::string text;
  const auto length = random() % 40;
  for (size_t i = 0; i < length; ++i) {
    text += kPieces[random() % kPieces.size()];
  }
  return text;
}

TEST(Convert, ReturnsToTheColumnItCameFrom) {
  const auto seed = std::random_device()();
  RecordProperty("seed", std::to_string(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 2000; ++round) {
    const SourceFile file = MakeSourceFileAt("a.py", RandomText(random));
    SCOPED_TRACE("seed " + std::to_string(seed) + ": " + testing::PrintToString(file.bytes));
    for (int64_t line = 0; line < file.lines.line_count(); ++line) {
      const std::string_view content = file.Line(line);
      const int64_t start = file.lines.starts()[static_cast<size_t>(line)];
      for (const Adapter adapter : {Adapter::kTreesitter, Adapter::kCpython, Adapter::kScipUtf8,
                                    Adapter::kScipUtf16, Adapter::kScipUtf32}) {
        const AdapterRules& rules = RulesOf(adapter);
        for (size_t at = 0; at <= content.size();) {
          const auto column = ColumnOf(content, static_cast<int64_t>(at), rules.unit);
          ASSERT_TRUE(column.has_value());
          const auto raw_line = static_cast<int32_t>(line + rules.line_base);
          const Position position = Convert(file, adapter, raw_line, static_cast<int32_t>(*column),
                                            raw_line, static_cast<int32_t>(*column));
          ASSERT_TRUE(position.ok) << position.reason;
          ASSERT_EQ(position.bstart, start + static_cast<int64_t>(at));
          ASSERT_EQ(position.bend, position.bstart);
          at += at < content.size() ? DecodeUtf8(content.substr(at)).length : 1;
        }
      }
    }
    ASSERT_FALSE(testing::Test::HasFailure());
  }
}

TEST(Convert, NeverLeavesTheFile) {
  const auto seed = std::random_device()();
  std::mt19937 random(seed);
  const auto coordinate = [&]() -> std::optional<int32_t> {
    return random() % 8 == 0 ? std::nullopt
                             : std::optional(static_cast<int32_t>(random() % 14) - 2);
  };
  for (int round = 0; round < 20000; ++round) {
    std::string bytes = RandomText(random);
    if (round % 3 == 0 && !bytes.empty()) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    const SourceFile file = MakeSourceFileAt("a.py", bytes);
    const auto adapter = static_cast<Adapter>(random() % 7);
    const Position position =
        Convert(file, adapter, coordinate(), coordinate(), coordinate(), coordinate());
    SCOPED_TRACE("seed " + std::to_string(seed) + ": " + testing::PrintToString(bytes) + " " +
                 testing::PrintToString(position));
    ASSERT_EQ(position.ok, position.reason.empty());
    ASSERT_EQ(position.bstart.has_value(), position.bend.has_value());
    const SpanOutcome outcome = OutcomeOf(position.reason);
    ASSERT_EQ(position.bstart.has_value(), outcome == SpanOutcome::kExact ||
                                               outcome == SpanOutcome::kSnapped ||
                                               position.reason == "line_only");
    if (position.bstart.has_value()) {
      ASSERT_TRUE(0 <= *position.bstart && *position.bstart <= *position.bend &&
                  *position.bend <= file.size());
    }
  }
}

TEST(ColumnUnit, FoldsItsName) {
  for (const std::string_view name : {"UTF-16", "utf16", "utf_16", "Utf-1_6"}) {
    EXPECT_EQ(ColumnUnitFromName(name), ColumnUnit::kUtf16) << name;
  }
  EXPECT_EQ(ColumnUnitFromName("byte"), ColumnUnit::kByte);
  EXPECT_EQ(ColumnUnitFromName("utf-7"), std::nullopt);
  EXPECT_EQ(ColumnUnitFromName(""), std::nullopt);
}

TEST(AdapterName, ReadsBack) {
  for (int i = 0; i < 7; ++i) {
    EXPECT_EQ(AdapterFromName(RulesOf(static_cast<Adapter>(i)).name), static_cast<Adapter>(i));
  }
  EXPECT_EQ(AdapterFromName("scip"), std::nullopt);
}

}  // namespace
}  // namespace norma::source
