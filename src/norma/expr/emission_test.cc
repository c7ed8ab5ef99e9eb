// The text that each verb and function becomes. These texts are what the engine runs and what
// identity rests on: a change here is a change that users notice.

#include <gtest/gtest.h>

#include <functional>

#include "norma/expr/test_support.h"
#include "tests/support/matchers.h"

namespace norma::expr {
namespace {

using norma::testing_support::IsOk;
using testing_support::TableFixture;
using testing_support::TestSchemas;

class Emission : public TableFixture {
 protected:
  void ExpectSql(const Result<Table>& table, std::string_view expected) {
    ASSERT_THAT(table, IsOk());
    const auto sql = table.value().ToSql();
    ASSERT_THAT(sql, IsOk());
    EXPECT_EQ(sql.value(), expected);
  }

  // The text of one formula over defs, as the item of SELECT … AS "x".
  void ExpectFormula(const Column& formula, std::string_view expected,
                     std::source_location where = std::source_location::current()) {
    SCOPED_TRACE(where.line());
    const auto table = defs_.Select({{"x", formula}});
    ASSERT_THAT(table, IsOk());
    const auto sql = table.value().ToSql();
    ASSERT_THAT(sql, IsOk());
    constexpr std::string_view kBefore = "SELECT ";
    constexpr std::string_view kAfter = " AS \"x\"\nFROM \"norma\".\"public\".\"defs\" AS \"defs\"";
    ASSERT_TRUE(sql.value().starts_with(kBefore) && sql.value().ends_with(kAfter)) << sql.value();
    EXPECT_EQ(
        sql.value().substr(kBefore.size(), sql.value().size() - kBefore.size() - kAfter.size()),
        expected);
  }
};

TEST_F(Emission, FiltersAndProjectionsAreOneSelect) {
  const auto kept = defs_.Filter(defs_["kind"] == Lit("class"));
  ASSERT_THAT(kept, IsOk());
  const auto again = kept.value().Filter(IsNotNull(defs_["name"]) && defs_["level"] > 0);
  ASSERT_THAT(again, IsOk());
  ExpectSql(again.value().Select({"def_id", {"file", defs_["path"]}}),
            R"(SELECT "defs"."def_id" AS "def_id", "defs"."path" AS "file"
FROM "norma"."public"."defs" AS "defs"
WHERE ("defs"."kind" = 'class') AND ("defs"."name" IS NOT NULL) AND ("defs"."level" > 0))");
}

TEST_F(Emission, FilterOnAFormulaIsADerivedTable) {
  const auto lower = defs_.Select({"def_id", {"lowered", Lower(defs_["name"])}});
  ASSERT_THAT(lower, IsOk());
  ExpectSql(lower.value().Filter(Col("lowered") == Lit("x")),
            R"(SELECT "defs"."def_id" AS "def_id", "defs"."lowered" AS "lowered"
FROM (
SELECT "defs_2"."def_id" AS "def_id", "lower"("defs_2"."name") AS "lowered"
FROM "norma"."public"."defs" AS "defs_2"
) AS "defs"
WHERE "defs"."lowered" = 'x')");
}

TEST_F(Emission, PreferIsOneWholeRow) {
  const auto small = defs_.Select({"def_id", "path", "kind"});
  ASSERT_THAT(small, IsOk());
  ExpectSql(small.value().Prefer({"path"}, {Asc("kind"), Desc("def_id")}), "?");
}

TEST_F(Emission, UnionsAndSharedQueries) {
  const auto lower = defs_.Select({"def_id", {"x", Lower(defs_["name"])}});
  ASSERT_THAT(lower, IsOk());
  const auto left = lower.value().Filter(Col("x") == Lit("a"));
  const auto right = lower.value().Filter(Col("x") == Lit("b"));
  ASSERT_THAT(left, IsOk());
  ASSERT_THAT(right, IsOk());
  ExpectSql(UnionAll({left.value(), right.value()}), "?");
}

TEST_F(Emission, Joins) {
  ExpectSql(defs_.LeftJoin(docs_, defs_["def_id"] == docs_["owner_key"]), "?");
}

TEST_F(Emission, UnnestInTheSelectList) {
  const auto each = calls_.Unnest(calls_["args"], "arg");
  ASSERT_THAT(each, IsOk());
  ExpectSql(each.value().Select({"call_id", {"name", Col("arg").Field("name")}}), "?");
}

TEST_F(Emission, Aggregates) {
  ExpectSql(defs_.GroupBy({"path"}).Aggregate(
                {{"n", CountRows()},
                 {"classes", CountRows().Where(defs_["kind"] == Lit("class"))},
                 {"first", Min(defs_["bstart"])}}),
            "?");
}

TEST_F(Emission, Windows) {
  ExpectSql(defs_.Select({"def_id",
                          {"rank", RowNumber().Over({.by = {"path"}, .order = {Asc("def_id")}})},
                          {"n", CountRows().Over({.by = {"path"}})}}),
            "?");
}

TEST_F(Emission, Formulas) {
  ExpectFormula(defs_["level"] + 1, "?");
  ExpectFormula(Coalesce({defs_["name"], Lit("")}), "?");
  ExpectFormula(Struct({{"a", defs_["name"]}, {"b", defs_["bstart"]}}), "?");
  ExpectFormula(EmptyMap(), "?");
  ExpectFormula(EmptyList(DataType::Utf8()), "?");
  ExpectFormula(defs_["attrs"].At("k"), "?");
  ExpectFormula(defs_["names"].At(1), "?");
  ExpectFormula(IfElse(defs_["level"] > 1, Lit("a"), Lit("b")), "?");
  ExpectFormula(Id("type", {defs_["name"]}), "?");
}

}  // namespace
}  // namespace norma::expr
