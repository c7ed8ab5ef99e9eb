#pragma once

/// \file
/// For the tests of rules: a root with one table of facts, and rules over it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "norma/arrow/table_builder.h"
#include "norma/contract/parse_contract.h"
#include "norma/engine/ddl.h"
#include "norma/expr/table.h"
#include "norma/rules/rule.h"
#include "norma/run/table_writes.h"
#include "norma/run/text_rows.h"
#include "norma/run/workspace_test_support.h"

namespace norma::run::testing_support {

inline constexpr std::string_view kGoodId = "AAAAAAAAAAAAAAAAAAAAAA";

inline constexpr std::string_view kFactsDdl = R"(CREATE EXTERNAL TABLE facts (
  path VARCHAR NOT NULL COMMENT 'path', kind VARCHAR COMMENT 'kind', fact_id VARCHAR COMMENT 'id',
  size BIGINT COMMENT 'size', words ARRAY<VARCHAR> COMMENT 'words', PRIMARY KEY (path)
) STORED AS DELTATABLE LOCATION 'evidence/facts' OPTIONS (
  'norma.kind' 'evidence', 'norma.comment' 'facts', 'norma.schema_version' '1',
  'norma.sort' 'path', 'norma.coordinates' 'none', 'norma.replace_by' 'table',
  'delta.dataSkippingStatsColumns' 'path'))";

inline constexpr std::string_view kOutDdl = R"(CREATE EXTERNAL TABLE out_v1 (
  name VARCHAR NOT NULL COMMENT 'name', kind VARCHAR NOT NULL COMMENT 'kind',
  fact_id VARCHAR COMMENT 'id', size INT COMMENT 'size', words ARRAY<VARCHAR> COMMENT 'words',
  PRIMARY KEY (name)
) STORED AS DELTATABLE LOCATION 'normalize/out_v1' OPTIONS (
  'norma.kind' 'output', 'norma.comment' 'what the rule makes', 'norma.schema_version' '1',
  'norma.sort' 'name', 'norma.coordinates' 'none', 'norma.replace_by' 'table',
  'norma.ids' 'fact_id', 'norma.values.kind' 'good, odd', 'norma.check.size' 'size >= 0',
  'norma.not_null' 'words[]', 'delta.dataSkippingStatsColumns' 'name'))";

inline constexpr std::string_view kMoreDdl = R"(CREATE EXTERNAL TABLE more_v1 (
  name VARCHAR NOT NULL COMMENT 'name', PRIMARY KEY (name)
) STORED AS DELTATABLE LOCATION 'normalize/more_v1' OPTIONS (
  'norma.kind' 'output', 'norma.comment' 'another output', 'norma.schema_version' '1',
  'norma.sort' 'name', 'norma.coordinates' 'none', 'norma.replace_by' 'table',
  'norma.check.short' 'character_length(name) < 9', 'norma.on_error' 'fail',
  'delta.dataSkippingStatsColumns' 'name'))";

inline Result<contract::Registry> TestContracts() {
  std::vector<contract::Contract> contracts;
  for (const std::string_view ddl : {kFactsDdl, kOutDdl, kMoreDdl}) {
    NORMA_ASSIGN_OR_RETURN(const std::string json, engine::ParseDdl(ddl));
    NORMA_ASSIGN_OR_RETURN(contract::Contract contract, contract::ParseContract(json, ddl));
    contracts.push_back(std::move(contract));
  }
  return contract::Registry::Make(std::move(contracts), {{"out_v1", "test_rule"}});
}

/// A row of `facts`, good for the rule as it stands.
struct Fact {
  std::string path = "a.py";
  std::optional<std::string> kind = "good";
  std::optional<std::string> fact_id = std::string(kGoodId);
  std::optional<int64_t> size = 1;
  std::optional<std::string> word = "w";
};

inline constexpr std::array<std::string_view, 1> kInputs = {"facts"};

inline rules::Rule MakeRule(Result<expr::Table> (*build)(const rules::RuleInputs&)) {
  return {.name = "test_rule",
          .output = "out_v1",
          .inputs = kInputs,
          .optional_inputs = {},
          .build = build};
}

/// The rule without a last Conform: what does not fit is the gate's to see.
inline Result<expr::Table> Plain(const rules::RuleInputs& inputs) {
  NORMA_ASSIGN_OR_RETURN(const expr::Table facts, inputs.Get("facts"));
  return facts.Select({{"name", facts["path"]},
                       "kind",
                       "fact_id",
                       {"size", facts["size"].Cast(sql::DataType::Int32())},
                       "words"});
}

/// One output root with `facts` and `out_v1`.
class RuleTest : public WorkspaceTest {
 protected:
  void SetUp() override { Open(TestContracts()); }

  void WriteFacts(const std::vector<Fact>& facts) {
    const auto schema =
        arrow::ParseSchemaText("path s!, kind s, fact_id s, size i64, words list<s>");
    ASSERT_THAT(schema, IsOk());
    auto builder = arrow::TableBuilder::Make(schema.value());
    ASSERT_THAT(builder, IsOk());
    for (const Fact& fact : facts) {
      builder.value()
          .Text(fact.path)
          .OptionalText(fact.kind)
          .OptionalText(fact.fact_id)
          .OptionalInt64(fact.size)
          .BeginList()
          .OptionalText(fact.word)
          .EndList()
          .EndRow();
    }
    Rows rows;
    rows.count = builder.value().rows();
    auto columns = arrow::ToArrowSchema(schema.value());
    ASSERT_THAT(columns, IsOk());
    rows.schema = std::move(columns).value();
    auto batch = builder.value().Finish();
    ASSERT_THAT(batch, IsOk());
    rows.batch = std::move(batch).value();
    ASSERT_THAT(
        AppendControlRows(*workspace_, "facts", std::move(rows), "facts", RunState::kComplete),
        IsOk());
    ASSERT_THAT(workspace_->Refresh("facts"), IsOk());
  }

  /// The rows of the output: "name|kind".
  std::vector<std::string> Output() {
    std::vector<std::string> rows;
    const auto found = FetchTextRows(workspace_->session(),
                                     "SELECT name || '|' || kind FROM out_v1 ORDER BY name");
    EXPECT_THAT(found, IsOk());
    if (found.ok()) {
      for (const TextRow& row : found.value()) {
        rows.push_back(row.front().value_or("NULL"));
      }
    }
    return rows;
  }
};

}  // namespace norma::run::testing_support
