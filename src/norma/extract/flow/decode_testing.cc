#include "norma/extract/flow/decode_testing.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <span>
#include <utility>

#include "norma/arrow/schema.h"
#include "norma/extract/treesitter/table_reader.h"

namespace norma::extract::flow {
namespace {

using treesitter::TableReader;

constexpr std::string_view kPosition =
    "raw_start_line i32, raw_start_col i32, raw_end_line i32, raw_end_col i32, bstart i64, bend "
    "i64, span_ok b!, span_reason s";

constexpr std::string_view kUnitColumns =
    "file_id s!, path s!, code_unit_id s!, py_tag s!, py_magic i32!, parent_code_unit_id s, "
    "scope_id s, unit_kind s!, name s!, qualname s!, ordinal i32!, firstlineno i32!, argcount "
    "i32!, posonlyargcount i32!, kwonlyargcount i32!, has_varargs b!, has_varkeywords b!, nlocals "
    "i32!, flags i32!, is_generator b!, is_coroutine b!, is_async_generator b!, is_nested b!, "
    "is_optimized b!, stacksize i32!, code_len i32!, varnames list<s>!, cellvars list<s>!, "
    "freevars list<s>!, names list<s>!, localsplus list<struct<name s, is_local b, is_cell b, "
    "is_free b, is_hidden b>>!";

constexpr std::string_view kInstructionColumns =
    "file_id s!, path s!, code_unit_id s!, instr_id s!, instr_index i32!, start_offset i32!, "
    "offset i32!, end_offset i32!, opcode i32!, opname s!, oparg i32, argval_kind s!, argval_str "
    "s, argval_int i64, argval2_str s, argrepr s!, jump_target_offset i32, is_jump_target b!, "
    "block_index i32!, may_raise b!";

constexpr std::string_view kExceptionColumns =
    "file_id s!, path s!, code_unit_id s!, exc_index i32!, start_offset i32!, end_offset i32!, "
    "target_offset i32!, depth i32!, lasti b!";

arrow::TableBuilder Builder(const std::string& columns) {
  const Result<arrow::Schema> schema = arrow::ParseSchemaText(columns);
  EXPECT_TRUE(schema.ok());
  Result<arrow::TableBuilder> builder = arrow::TableBuilder::Make(schema.value());
  EXPECT_TRUE(builder.ok());
  return std::move(builder).value();
}

/// Lines of rows by the unit they belong to.
using LinesByUnit = std::map<std::string, std::vector<std::string>>;

void AddRows(std::string_view word, const TableReader& rows,
             const std::vector<std::string_view>& columns, LinesByUnit& lines) {
  for (int64_t row = 0; row < rows.rows(); ++row) {
    lines[rows.Get(row, "code_unit_id")].push_back(
        fmt::format("{} | {}", word, rows.Line(row, columns)));
  }
}

}  // namespace

std::vector<std::string> FixtureTags() {
  return {"cpython-311", "cpython-312", "cpython-313", "cpython-314"};
}

std::string ReadFixture(std::string_view py_tag, std::string_view name) {
  std::ifstream file(fmt::format("tests/fixtures/marshal/{}/{}", py_tag, name), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

InstructionSet FixtureSet(std::string_view py_tag) {
  const std::vector<std::string> lines = Lines(ReadFixture(py_tag, "opcodes.txt"));
  std::vector<std::string_view> opcodes;
  std::vector<std::string_view> operands;
  bool is_operand = false;
  for (const std::string& line : std::span(lines).subspan(1)) {
    if (line.empty()) {
      is_operand = true;
    } else {
      (is_operand ? operands : opcodes).push_back(line);
    }
  }
  int minor = 0;
  int magic = 0;
  EXPECT_EQ(std::sscanf(lines.front().c_str(), "%*s %d %d", &minor, &magic), 2);
  const Result<InstructionSet> set = InstructionSet::Parse(py_tag, minor, magic, opcodes, operands);
  EXPECT_TRUE(set.ok()) << set.status().error().message;
  return set.value();
}

CodeBuilders::CodeBuilders()
    : units(Builder(fmt::format("{}, {}", kUnitColumns, kPosition))),
      instructions(Builder(fmt::format("{}, {}", kInstructionColumns, kPosition))),
      exceptions(Builder(std::string(kExceptionColumns))) {}

void CodeBuilders::Append(const CodeUnits& code, const InstructionSet& set,
                          const source::SourceFile& file) {
  size_t most = 0;
  for (const CodeUnit& unit : code.units) {
    most = std::max(most, unit.instructions.size());
  }
  const std::vector<int32_t> block_of(most);
  const std::vector<uint8_t> may_raise(most);
  const std::vector<InstructionFlow> flow(code.units.size(), {block_of, may_raise});
  const std::vector<std::string> scope_ids(code.units.size());
  const int64_t before = units.rows() + instructions.rows() + exceptions.rows();
  const int64_t added =
      AppendCode({.units = code, .set = set, .scope_ids = scope_ids, .flow = flow}, file, tables());
  EXPECT_EQ(units.rows() + instructions.rows() + exceptions.rows(), before + added);
}

std::vector<std::string> Describe(const CodeUnits& code, const InstructionSet& set,
                                  const source::SourceFile& file) {
  CodeBuilders builders;
  builders.Append(code, set, file);
  LinesByUnit lines;
  const TableReader units(builders.units);
  std::map<std::string, std::string> numbers = {{"∅", "∅"}};
  for (size_t i = 0; i < code.units.size(); ++i) {
    numbers[code.units[i].id] = fmt::format("{}", i);
  }
  for (int64_t row = 0; row < units.rows(); ++row) {
    lines[units.Get(row, "code_unit_id")].push_back(
        fmt::format("unit | {} | {}", numbers.at(units.Get(row, "parent_code_unit_id")),
                    units.Line(row, {"unit_kind",       "name",           "qualname",
                                     "ordinal",         "firstlineno",    "argcount",
                                     "posonlyargcount", "kwonlyargcount", "has_varargs",
                                     "has_varkeywords", "nlocals",        "flags",
                                     "is_generator",    "is_coroutine",   "is_async_generator",
                                     "is_nested",       "is_optimized",   "stacksize",
                                     "code_len",        "varnames",       "cellvars",
                                     "freevars",        "names",          "raw_start_line",
                                     "raw_start_col",   "raw_end_line",   "raw_end_col"})));
  }
  AddRows("instruction", TableReader(builders.instructions),
          {"start_offset", "offset", "end_offset", "opcode", "opname", "oparg", "argval_kind",
           "argval_str", "argval_int", "argval2_str", "argrepr", "jump_target_offset",
           "is_jump_target", "raw_start_line", "raw_start_col", "raw_end_line", "raw_end_col"},
          lines);
  AddRows("exception", TableReader(builders.exceptions),
          {"start_offset", "end_offset", "target_offset", "depth", "lasti"}, lines);
  std::vector<std::string> all;
  for (const CodeUnit& unit : code.units) {
    const std::vector<std::string>& some = lines[unit.id];
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

std::vector<std::string> Lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(text.size(), end + 1));
  }
  return lines;
}

}  // namespace norma::extract::flow
