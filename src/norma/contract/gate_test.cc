#include "norma/contract/gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "norma/contract/align_internal.h"
#include "norma/contract/parse_contract.h"
#include "norma/contract/sample_contract_internal.h"
#include "tests/support/matchers.h"

namespace norma::contract {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing_support::IsError;
using testing_support::IsErrorWith;
using testing_support::IsOk;

Contract Sample() { return ParseContract(SampleDdl().dump(), "").value(); }

/// Two columns, to see the whole statement.
Contract Small() {
  nlohmann::json ddl = SampleDdl();
  ddl["columns"] = nlohmann::json::array({ddl["columns"][2], ddl["columns"][5]});
  for (const char* key : {"norma.not_null", "norma.values.kind", "norma.evidence.source",
                          "norma.evidence.emit", "norma.evidence.family", "norma.evidence.role",
                          "norma.evidence.confidence", "norma.evidence.weights"}) {
    SetOption(ddl, key, nullptr);
  }
  SetOption(ddl, "norma.sort", "fact_id");
  SetOption(ddl, "norma.ids", "fact_id");
  SetOption(ddl, "norma.replace_by", "table");
  SetOption(ddl, "delta.dataSkippingStatsColumns", "fact_id");
  const auto contract = ParseContract(ddl.dump(), "");
  EXPECT_THAT(contract, IsOk());
  return contract.value();
}

TEST(GateSql, WrapsTheRule) {
  const Contract contract = Small();
  const auto gated = GateSql("SELECT 1", contract.Schema(), contract);
  ASSERT_THAT(gated, IsOk());
  EXPECT_EQ(
      gated.value().sql,
      R"(SELECT "fact_id", "size", CASE WHEN ((("fact_id" IS NOT NULL) AND ("norma_is_id"("fact_id") AND (size >= 0))) IS NOT FALSE) THEN NULL ELSE "arrow_cast"("concat_ws"('; ', CASE WHEN (("fact_id" IS NOT NULL) IS NOT FALSE) THEN NULL ELSE 'NULL_VALUE fact_id' END, CASE WHEN ("norma_is_id"("fact_id") IS NOT FALSE) THEN NULL ELSE 'BAD_ID fact_id' END, CASE WHEN ((size >= 0) IS NOT FALSE) THEN NULL ELSE 'CHECK_FAILED size' END), 'Utf8') END AS "norma_failures"
FROM (SELECT "fact_id" AS "fact_id", "size" AS "size"
      FROM (SELECT 1) AS "norma_rule") AS "norma_aligned"
ORDER BY "fact_id" ASC NULLS LAST)");
  EXPECT_TRUE(gated.value().cast_columns.empty());
}

TEST(GateSql, JudgesEveryPromise) {
  const Contract contract = Sample();
  const auto gated = GateSql("SELECT 1", contract.Schema(), contract);
  ASSERT_THAT(gated, IsOk());
  const std::string& sql = gated.value().sql;
  EXPECT_THAT(sql, HasSubstr(R"((NOT ("get_field"("span", 'ok') IS NULL)))"));
  EXPECT_THAT(sql, HasSubstr(R"((NOT "array_any_match"("names", ("norma_item_0") -> )"
                             R"(("get_field"("norma_item_0", 'name') IS NULL)))"));
  EXPECT_THAT(sql, HasSubstr(R"(("kind" IN ('', 'good', 'bad')))"));
  EXPECT_THAT(sql, HasSubstr("'BAD_ID owner_id'"));
  EXPECT_THAT(sql, HasSubstr("'NULL_VALUE names[].name'"));
  EXPECT_THAT(sql, Not(HasSubstr("'NULL_VALUE owner_id'")));
  EXPECT_THAT(sql, HasSubstr("ORDER BY \"path\" ASC NULLS LAST, \"get_field\"(\"span\", 'bstart') "
                             "ASC NULLS LAST, \"fact_id\" ASC NULLS LAST"));
}

TEST(GateSql, KeepsTheFirstOfEqualKeysWhenTheContractSaysSo) {
  Contract contract = Small();
  EXPECT_THAT(GateSql("SELECT 1", contract.Schema(), contract).value().sql,
              Not(HasSubstr("norma_rank")));
  contract.dedupe_order = {ColumnPath::Parse("size").value()};
  const auto gated = GateSql("SELECT 1", contract.Schema(), contract);
  ASSERT_THAT(gated, IsOk());
  EXPECT_THAT(gated.value().sql, HasSubstr(R"(
FROM (SELECT *, "row_number"() OVER (PARTITION BY "fact_id" ORDER BY "size" ASC NULLS LAST) AS "norma_rank"
      FROM (SELECT "fact_id" AS "fact_id", "size" AS "size"
      FROM (SELECT 1) AS "norma_rule") AS "norma_all") AS "norma_aligned"
WHERE "norma_rank" = 1
ORDER BY "fact_id" ASC NULLS LAST)"));
}

TEST(GateSql, AlignsByName) {
  const Contract contract = Small();
  sql::Schema given;
  given.columns = {{"more", sql::DataType::Utf8(), true},
                   {"fact_id", sql::DataType::Parse("Dictionary(Int32, Utf8)").value(), true}};
  const auto gated = GateSql("SELECT 1", given, contract);
  ASSERT_THAT(gated, IsOk());
  EXPECT_THAT(gated.value().sql, HasSubstr(R"("arrow_cast"("fact_id", 'Utf8') AS "fact_id")"));
  EXPECT_THAT(gated.value().sql, HasSubstr(R"("arrow_cast"(NULL, 'Int64') AS "size")"));
  EXPECT_THAT(gated.value().missing_columns, ElementsAre("size"));
  EXPECT_THAT(gated.value().dropped_columns, ElementsAre("more"));
  EXPECT_THAT(gated.value().cast_columns, ElementsAre("fact_id"));
}

TEST(GateSql, ReportsCastsThatFail) {
  const Contract contract = Small();
  sql::Schema given = contract.Schema();
  given.columns[1].type = sql::DataType::Utf8();
  const auto gated = GateSql("SELECT 1", given, contract);
  ASSERT_THAT(gated, IsOk());
  EXPECT_THAT(gated.value().sql,
              HasSubstr(R"("arrow_try_cast"("size", 'Int64') AS "size", "size" AS "norma_raw_1")"));
  EXPECT_THAT(gated.value().sql, HasSubstr(R"(("norma_raw_1" IS NULL OR "size" IS NOT NULL))"));
  EXPECT_THAT(gated.value().sql, HasSubstr("'CAST_FAILED size'"));
}

TEST(GateSql, RefusesWhatNoRowCouldKeep) {
  const Contract contract = Sample();
  sql::Schema given = contract.Schema();
  given.columns.erase(given.columns.begin() + 2);
  EXPECT_THAT(GateSql("SELECT 1", given, contract),
              IsErrorWith(ErrorKind::kContractViolation, "facts_v1: the rule gives no value"));
  given = contract.Schema();
  given.columns[1].type = sql::DataType::Int64();
  EXPECT_THAT(GateSql("SELECT 1", given, contract),
              IsErrorWith(ErrorKind::kContractViolation, "span, Int64"));
}

TEST(AlignSql, FindsFieldsByName) {
  const auto type = [](std::string_view text) { return sql::DataType::Parse(text).value(); };
  const auto aligned = AlignSql("\"s\"", type("Struct(\"b\": Int32, \"a\": Utf8View)"),
                                type("Struct(\"a\": Utf8, \"b\": Int32, \"c\": Int64)"));
  ASSERT_THAT(aligned, IsOk());
  EXPECT_EQ(aligned.value(),
            "CASE WHEN (\"s\" IS NULL) THEN NULL ELSE \"named_struct\"('a', "
            "\"arrow_cast\"(\"get_field\"(\"s\", 'a'), 'Utf8'), 'b', \"get_field\"(\"s\", 'b'), "
            "'c', \"arrow_cast\"(NULL, 'Int64')) END");
  // The engine would give values of `a` to `c` by place.
  EXPECT_THAT(AlignSql("\"l\"", type("List(Struct(\"a\": Int32))"),
                       type("List(Struct(\"a\": Int32, \"c\": Int32))")),
              IsError(ErrorKind::kUnsupported));
}

}  // namespace
}  // namespace norma::contract
