#include "norma/extract/flow/rows.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "norma/base/id.h"
#include "norma/extract/flow/testing.h"
#include "norma/extract/treesitter/table_reader.h"

namespace norma::extract::flow {
namespace {

using testing::ElementsAre;
using treesitter::TableReader;

/// A builder with the columns of a table's contract.
arrow::TableBuilder BuilderOf(std::string_view table) {
  std::ifstream contract(fmt::format("src/norma/rules/contracts/{}.sql", table));
  EXPECT_TRUE(contract.good()) << table;
  std::string columns;
  std::string line;
  while (std::getline(contract, line) && line.find("PRIMARY KEY") == std::string::npos) {
    std::istringstream words(line);
    std::string name;
    std::string type;
    words >> name >> type;
    if (line.starts_with("  ")) {
      const bool is_required = line.find("NOT NULL") != std::string::npos;
      columns += fmt::format("{}{} {}{}", columns.empty() ? "" : ", ", name,
                             type == "VARCHAR"  ? "s"
                             : type == "INT"    ? "i32"
                             : type == "BIGINT" ? "i64"
                                                : "b",
                             is_required ? "!" : "");
    }
  }
  Result<arrow::Schema> schema = arrow::ParseSchemaText(columns);
  EXPECT_TRUE(schema.ok()) << columns;
  Result<arrow::TableBuilder> builder = arrow::TableBuilder::Make(schema.value());
  EXPECT_TRUE(builder.ok());
  return std::move(builder).value();
}

/// The four tables of one example.
struct Rows {
  explicit Rows(const Example& example) {
    arrow::TableBuilder block_rows = BuilderOf("py_bc_blocks");
    arrow::TableBuilder edge_rows = BuilderOf("py_bc_cfg_edges");
    arrow::TableBuilder event_rows = BuilderOf("py_bc_events");
    arrow::TableBuilder reach_rows = BuilderOf("py_bc_reaches");
    count = AppendFlow(example.flow, example.units, example.file,
                       {block_rows, edge_rows, event_rows, reach_rows});
    blocks.emplace(block_rows);
    edges.emplace(edge_rows);
    events.emplace(event_rows);
    reaches.emplace(reach_rows);
  }

  int64_t count = 0;
  std::optional<TableReader> blocks;
  std::optional<TableReader> edges;
  std::optional<TableReader> events;
  std::optional<TableReader> reaches;
};

/// Rows of the unit of that name.
std::vector<std::string> LinesOf(const TableReader& table, const std::string& unit_id,
                                 const std::vector<std::string_view>& columns) {
  std::vector<std::string> lines;
  for (int64_t row = 0; row < table.rows(); ++row) {
    if (table.Get(row, "code_unit_id") == unit_id) {
      lines.push_back(table.Line(row, columns));
    }
  }
  return lines;
}

TEST(FlowRows, BlocksCarryOffsetsAndTheHullOfTheirInstructions) {
  const Example example = LoadExample("cpython-313", "branch");
  const Rows rows(example);
  const std::string& f = example.units.units[example.Unit("f")].id;
  EXPECT_THAT(LinesOf(*rows.blocks, f,
                      {"block_index", "start_offset", "end_offset", "first_instr_index",
                       "instr_count", "kind", "exit_kind", "handler_block_id", "is_reachable"}),
              ElementsAre("0 | 0 | 16 | 0 | 4 | entry | branch | ∅ | true",
                          "1 | 16 | 20 | 4 | 2 | normal | fallthrough | ∅ | true",
                          "2 | 20 | 24 | 6 | 2 | normal | return | ∅ | true"));
  // "def f(c):\n    if c:\n        x = 1\n    return x\n"
  EXPECT_THAT(
      LinesOf(*rows.blocks, f,
              {"raw_start_line", "raw_start_col", "raw_end_line", "raw_end_col", "bstart", "bend",
               "span_ok", "span_reason"}),
      ElementsAre("2 | 7 | 2 | 8 | 17 | 18 | true | ∅", "3 | 8 | 3 | 13 | 28 | 33 | true | ∅",
                  "4 | 4 | 4 | 12 | 38 | 46 | true | ∅"));
  EXPECT_EQ(rows.blocks->Get(0, "block_id"),
            IdBuilder("block").Text(rows.blocks->Get(0, "code_unit_id")).Int(0).Build());
}

TEST(FlowRows, ABlockWithoutAPlaceHasNone) {
  const Example example = LoadExample("cpython-313", "handler");
  const Rows rows(example);
  const std::string& f = example.units.units[example.Unit("f")].id;
  EXPECT_EQ(LinesOf(*rows.blocks, f, {"bstart", "bend", "span_ok", "span_reason"}).back(),
            "∅ | ∅ | false | no_position");
}

TEST(FlowRows, EdgesNameTheirJumpAndTheirEntry) {
  const Example example = LoadExample("cpython-313", "handler");
  const Rows rows(example);
  const std::string& f = example.units.units[example.Unit("f")].id;
  EXPECT_THAT(
      LinesOf(*rows.edges, f, {"src_block_index", "dst_block_index", "kind", "exc_index"}),
      ElementsAre("0 | 1 | next | ∅", "1 | 2 | next | ∅", "1 | 3 | exc | 0",
                  "3 | 4 | branch_true | ∅", "3 | 8 | branch_false | ∅", "3 | 9 | exc | 1",
                  "4 | 5 | next | ∅", "5 | 6 | next | ∅", "7 | 9 | exc | 3", "8 | 9 | exc | 3"));
  for (int64_t row = 0; row < rows.edges->rows(); ++row) {
    const bool is_branch = rows.edges->Get(row, "kind").starts_with("branch");
    EXPECT_EQ(rows.edges->Get(row, "cond_instr_id"),
              is_branch ? IdBuilder("instr").Text(f).Int(10).Build() : "∅");
    if (rows.edges->Get(row, "kind") == "exc") {
      EXPECT_EQ(rows.edges->Get(row, "edge_id"), IdBuilder("cfg_edge")
                                                     .Text(rows.edges->Get(row, "src_block_id"))
                                                     .Text(rows.edges->Get(row, "dst_block_id"))
                                                     .Text("exc")
                                                     .Int(rows.edges->GetInt(row, "exc_index"))
                                                     .Build());
    }
  }
}

TEST(FlowRows, EventsCarryTheirInstruction) {
  const Example example = LoadExample("cpython-313", "branch");
  const Rows rows(example);
  const std::string& f = example.units.units[example.Unit("f")].id;
  EXPECT_THAT(
      LinesOf(*rows.events, f,
              {"event_index", "ordinal", "instr_index", "sub_index", "block_index", "kind",
               "var_class", "symbol", "origin", "maybe_unbound", "def_count", "start_offset",
               "end_offset", "bstart", "bend", "span_reason"}),
      ElementsAre("0 | 0 | ∅ | 0 | 0 | def | local | c | param | ∅ | ∅ | ∅ | ∅ | ∅ | ∅ | "
                  "no_position",
                  "1 | 0 | 1 | 0 | 0 | use | local | c | load | false | 1 | 2 | 4 | 17 | 18 | ∅",
                  "2 | 0 | 5 | 0 | 1 | def | local | x | store | ∅ | ∅ | 18 | 20 | 28 | 29 | ∅",
                  "3 | 0 | 6 | 0 | 2 | use | local | x | load | true | 1 | 20 | 22 | 45 | 46 | ∅"));
  EXPECT_EQ(LinesOf(*rows.events, f, {"event_id", "instr_id"}).back(),
            IdBuilder("event").Text(f).Text("local").Text("x").Text("use").Int(0).Build() + " | " +
                IdBuilder("instr").Text(f).Int(6).Build());
}

TEST(FlowRows, ReachesNameEventsOfTheFile) {
  const Example example = LoadExample("cpython-313", "closure");
  const Rows rows(example);
  std::set<std::string> definitions;
  std::set<std::string> uses;
  for (int64_t row = 0; row < rows.events->rows(); ++row) {
    const std::string& kind = rows.events->Get(row, "kind");
    (kind == "def" ? definitions : uses).insert(rows.events->Get(row, "event_id"));
  }
  EXPECT_GT(rows.reaches->rows(), 0);
  for (int64_t row = 0; row < rows.reaches->rows(); ++row) {
    const std::string& def = rows.reaches->Get(row, "def_event_id");
    const std::string& use = rows.reaches->Get(row, "use_event_id");
    EXPECT_TRUE(definitions.contains(def)) << row;
    EXPECT_TRUE(uses.contains(use)) << row;
    EXPECT_EQ(rows.reaches->Get(row, "edge_id"),
              IdBuilder("reach").Text(def).Text(use).Text(rows.reaches->Get(row, "via")).Build());
    const bool is_here =
        rows.reaches->Get(row, "def_code_unit_id") == rows.reaches->Get(row, "code_unit_id");
    EXPECT_EQ(is_here, rows.reaches->Get(row, "via") == "flow");
  }
}

/// Rows come in the order of their contract, and no key comes twice.
void ExpectSorted(const TableReader& table, std::string_view key,
                  const std::vector<std::string_view>& order, std::string_view number) {
  std::set<std::string> keys;
  for (int64_t row = 0; row < table.rows(); ++row) {
    EXPECT_TRUE(keys.insert(table.Get(row, key)).second) << key << " comes twice in row " << row;
    if (row > 0) {
      const auto place = [&](int64_t at) {
        std::vector<std::string> texts;
        for (const std::string_view column : order) {
          texts.push_back(table.Get(at, column));
        }
        return std::pair(texts, number.empty() ? row - at : table.GetInt(at, number));
      };
      EXPECT_LE(place(row - 1).first, place(row).first) << key << " in row " << row;
      if (place(row - 1).first == place(row).first && !number.empty()) {
        EXPECT_LE(place(row - 1).second, place(row).second) << key << " in row " << row;
      }
    }
  }
}

TEST(FlowRows, StandInTheOrderOfTheirContracts) {
  for (const std::string_view name : {"control", "generic", "closure", "copied", "class_body"}) {
    const Rows rows(LoadExample("cpython-312", name));
    EXPECT_GT(rows.count, 0);
    ExpectSorted(*rows.blocks, "block_id", {"code_unit_id"}, "block_index");
    ExpectSorted(*rows.edges, "edge_id", {"code_unit_id"}, "src_block_index");
    ExpectSorted(*rows.events, "event_id", {"code_unit_id"}, "event_index");
    ExpectSorted(*rows.reaches, "edge_id", {"code_unit_id", "use_event_id", "def_event_id", "via"},
                 "");
  }
}

TEST(FlowRows, ALineOnTopChangesNoId) {
  Example example = LoadExample("cpython-313", "closure");
  const Rows before(example);
  example.file = source::MakeSourceFileAt("a.py", "# a comment\n" + example.file.bytes);
  for (CodeUnit& unit : example.units.units) {
    ++unit.first_line;
    for (Instruction& instruction : unit.instructions) {
      RawPosition& place = instruction.position;
      place.start_line += place.start_line > 0 ? 1 : 0;
      place.end_line += place.start_line > 0 ? 1 : 0;
    }
  }
  example.flow = Analyse(example.units, example.file);
  const Rows after(example);
  EXPECT_EQ(before.blocks->Lines({"block_id"}), after.blocks->Lines({"block_id"}));
  EXPECT_EQ(before.edges->Lines({"edge_id"}), after.edges->Lines({"edge_id"}));
  EXPECT_EQ(before.events->Lines({"event_id"}), after.events->Lines({"event_id"}));
  EXPECT_EQ(before.reaches->Lines({"edge_id"}), after.reaches->Lines({"edge_id"}));
  EXPECT_NE(before.events->Lines({"bstart"}), after.events->Lines({"bstart"}));
}

TEST(FlowRows, NoUnitsMakeNoRows) {
  Example example;
  example.file = source::MakeSourceFileAt("a.py", "");
  EXPECT_EQ(Rows(example).count, 0);
}

}  // namespace
}  // namespace norma::extract::flow
