#include "norma/extract/flow/code_rows.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "norma/base/id.h"
#include "norma/extract/flow/decode.h"
#include "norma/extract/flow/decode_testing.h"
#include "norma/extract/treesitter/table_reader.h"
#include "tests/support/matchers.h"

namespace norma::extract::flow {
namespace {

using testing_support::IsOk;
using treesitter::TableReader;

/// The fixture "control", as if it were the code of an empty file.
class CodeRows : public testing::Test {
 protected:
  CodeUnits Control() {
    const Result<CodeUnits> units =
        DecodeUnits(ReadFixture(set.py_tag, "control.marshal"), set, file.file_id);
    EXPECT_THAT(units, IsOk());
    return units.value();
  }

  const InstructionSet set = FixtureSet("cpython-313");
  const source::SourceFile file = source::MakeSourceFileAt("a.py", "");
  CodeBuilders builders;
};

TEST_F(CodeRows, StandInTheOrderOfTheContracts) {
  builders.Append(Control(), set, file);
  const TableReader units(builders.units);
  const TableReader instructions(builders.instructions);
  const TableReader exceptions(builders.exceptions);
  ASSERT_GT(units.rows(), 10);
  ASSERT_GT(exceptions.rows(), 10);
  for (int64_t row = 1; row < units.rows(); ++row) {
    const auto key = [&units](int64_t i) {
      return std::tuple(units.GetInt(i, "firstlineno"), units.Get(i, "code_unit_id"));
    };
    EXPECT_LT(key(row - 1), key(row));
  }
  for (const auto& [rows, index] :
       {std::pair(&instructions, "instr_index"), {&exceptions, "exc_index"}}) {
    for (int64_t row = 1; row < rows->rows(); ++row) {
      const auto key = [rows, index](int64_t i) {
        return std::tuple(rows->Get(i, "code_unit_id"), rows->GetInt(i, index));
      };
      EXPECT_LT(key(row - 1), key(row));
    }
  }
}

TEST_F(CodeRows, HaveIdsOfUnitAndIndex) {
  builders.Append(Control(), set, file);
  const TableReader rows(builders.instructions);
  for (int64_t row = 0; row < rows.rows(); row += 97) {
    EXPECT_EQ(rows.Get(row, "instr_id"), IdBuilder("instr")
                                             .Text(rows.Get(row, "code_unit_id"))
                                             .Int(rows.GetInt(row, "instr_index"))
                                             .Build());
    EXPECT_EQ(rows.Get(row, "path"), "a.py");
    EXPECT_EQ(rows.Get(row, "file_id"), file.file_id);
  }
}

TEST_F(CodeRows, TakeOverFlowAndScopes) {
  CodeUnits code = Control();
  code.units.resize(1);
  const size_t count = code.units.front().instructions.size();
  std::vector<int32_t> block_of(count, 7);
  std::vector<uint8_t> may_raise(count, 1);
  block_of[1] = 8;
  may_raise[1] = 0;
  const InstructionFlow flow{block_of, may_raise};
  const std::string scope_id = "the scope";
  EXPECT_EQ(AppendCode({.units = code,
                        .set = set,
                        .scope_ids = std::span(&scope_id, 1),
                        .flow = std::span(&flow, 1)},
                       file, builders.tables()),
            static_cast<int64_t>(count + 1 + code.units.front().exceptions.size()));
  const TableReader instructions(builders.instructions);
  EXPECT_EQ(instructions.Line(0, {"block_index", "may_raise"}), "7 | true");
  EXPECT_EQ(instructions.Line(1, {"block_index", "may_raise"}), "8 | false");
  const TableReader units(builders.units);
  EXPECT_EQ(units.Line(0, {"scope_id", "py_tag", "py_magic", "parent_code_unit_id"}),
            "the scope | cpython-313 | 3571 | ∅");
}

TEST_F(CodeRows, ShowEverySlot) {
  CodeUnits code = Control();
  code.units.resize(1);
  code.units.front().slots = {{.name = "p", .is_local = true, .is_cell = true},
                              {.name = "f", .is_free = true},
                              {.name = "h", .is_local = true, .is_hidden = true}};
  builders.Append(code, set, file);
  EXPECT_EQ(TableReader(builders.units)
                .Line(0, {"nlocals", "varnames", "cellvars", "freevars", "localsplus"}),
            "2 | [p, h] | [p] | [f] | [{p, true, true, false, false}, {f, false, false, true, "
            "false}, {h, true, false, false, true}]");
}

TEST(UnitKinds, FollowFromNameAndFlags) {
  const auto kind = [](std::string_view name, int32_t flags) {
    CodeUnit unit;
    unit.parent = 0;
    unit.name = name;
    unit.flags = flags;
    return UnitKind(unit);
  };
  EXPECT_EQ(UnitKind(CodeUnit{}), "module");
  EXPECT_EQ(kind("f", 3), "function");
  EXPECT_EQ(kind("C", 0), "class");
  EXPECT_EQ(kind("<lambda>", 3), "lambda");
  EXPECT_EQ(kind("<listcomp>", 3), "listcomp");
  EXPECT_EQ(kind("<setcomp>", 3), "setcomp");
  EXPECT_EQ(kind("<dictcomp>", 3), "dictcomp");
  EXPECT_EQ(kind("<genexpr>", 3), "genexpr");
  EXPECT_EQ(kind("<generic parameters of f>", 3), "type_params");
  EXPECT_EQ(kind("__annotate__", 3), "annotation");
}

}  // namespace
}  // namespace norma::extract::flow
