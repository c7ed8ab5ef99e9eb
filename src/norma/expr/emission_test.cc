// The text that each verb and function becomes. These texts are what the engine runs: a change here
// is a change that users notice.

#include <gtest/gtest.h>

#include "norma/expr/test_support.h"
#include "tests/support/matchers.h"

namespace norma::expr {
namespace {

using norma::testing_support::IsOk;
using testing_support::MakeSchema;
using testing_support::TableFixture;

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
                     Place where = Place::current()) {
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

  Table Small() { return defs_.Select({"def_id", "path", "kind"}).value(); }
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
            R"(SELECT "defs_2"."def_id" AS "def_id", "defs_2"."lowered" AS "lowered"
FROM (
SELECT "defs"."def_id" AS "def_id", "lower"("defs"."name") AS "lowered"
FROM "norma"."public"."defs" AS "defs"
) AS "defs_2"
WHERE "defs_2"."lowered" = 'x')");
}

TEST_F(Emission, PicksOfFormulasStayInTheSelect) {
  const auto both = defs_.Mutate({{"lowered", Lower(defs_["name"])}, {"n", defs_["level"] + 1}});
  ASSERT_THAT(both, IsOk());
  const auto renamed = both.value().Rename({{"number", "n"}});
  ASSERT_THAT(renamed, IsOk());
  ExpectSql(
      renamed.value().Drop({"names", "attrs", "path", "kind", "level", "bstart", "name"}),
      R"(SELECT "defs"."def_id" AS "def_id", "lower"("defs"."name") AS "lowered", "defs"."level" + 1 AS "number"
FROM "norma"."public"."defs" AS "defs")");
}

TEST_F(Emission, DistinctIsNotLostByAPick) {
  const auto distinct = Small().Distinct();
  ASSERT_THAT(distinct, IsOk());
  ExpectSql(distinct.value().Select({"path"}), R"(SELECT "defs_2"."path" AS "path"
FROM (
SELECT DISTINCT "defs"."def_id" AS "def_id", "defs"."path" AS "path", "defs"."kind" AS "kind"
FROM "norma"."public"."defs" AS "defs"
) AS "defs_2")");
}

TEST_F(Emission, PreferIsOneWholeRow) {
  ExpectSql(Small().Prefer({"path"}, {Asc("kind"), Desc("def_id")}),
            R"(SELECT "defs"."def_id" AS "def_id", "defs"."path" AS "path", "defs"."kind" AS "kind"
FROM (
SELECT "defs"."def_id" AS "def_id", "defs"."path" AS "path", "defs"."kind" AS "kind", "defs"."name" AS "name", "defs"."bstart" AS "bstart", "defs"."level" AS "level", "defs"."names" AS "names", "defs"."attrs" AS "attrs"
FROM (
SELECT "defs"."def_id" AS "def_id", "defs"."path" AS "path", "defs"."kind" AS "kind", "defs"."name" AS "name", "defs"."bstart" AS "bstart", "defs"."level" AS "level", "defs"."names" AS "names", "defs"."attrs" AS "attrs", "row_number"() OVER (PARTITION BY "defs"."path" ORDER BY "defs"."kind" ASC NULLS LAST, "defs"."def_id" DESC NULLS FIRST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS "_rank"
FROM "norma"."public"."defs" AS "defs"
) AS "defs"
WHERE "defs"."_rank" = 1
) AS "defs")");
}

TEST_F(Emission, SharedQueriesAreWrittenOnce) {
  const auto lower = defs_.Select({"def_id", {"x", Lower(defs_["name"])}});
  ASSERT_THAT(lower, IsOk());
  const auto left = lower.value().Filter(Col("x") == Lit("a"));
  const auto right = lower.value().Filter(Col("x") == Lit("b"));
  ASSERT_THAT(left, IsOk());
  ASSERT_THAT(right, IsOk());
  ExpectSql(UnionAll({left.value(), right.value()}), R"(WITH "_q1" AS (
SELECT "defs"."def_id" AS "def_id", "lower"("defs"."name") AS "x"
FROM "norma"."public"."defs" AS "defs"
)
(SELECT "defs_2"."def_id" AS "def_id", "defs_2"."x" AS "x"
FROM "_q1" AS "defs_2"
WHERE "defs_2"."x" = 'a')
UNION ALL
(SELECT "defs_3"."def_id" AS "def_id", "defs_3"."x" AS "x"
FROM "_q1" AS "defs_3"
WHERE "defs_3"."x" = 'b'))");
}

TEST_F(Emission, UnionDistinct) {
  ExpectSql(UnionDistinct({Small().Select({"path"}).value(),
                           docs_.Select({{"path", docs_["text"]}}).value()}),
            R"((SELECT "defs"."path" AS "path"
FROM "norma"."public"."defs" AS "defs")
UNION
(SELECT "docs"."text" AS "path"
FROM "norma"."public"."docs" AS "docs"))");
}

TEST_F(Emission, LongUnionsAreBalanced) {
  std::vector<Table> tables;
  tables.reserve(9);
  for (int i = 0; i < 9; ++i) {
    tables.push_back(docs_.Select({{"i", i}}).value());
  }
  ExpectSql(UnionAll(tables), R"(((SELECT 0 AS "i"
FROM "norma"."public"."docs" AS "docs")
UNION ALL
(SELECT 1 AS "i"
FROM "norma"."public"."docs" AS "docs")
UNION ALL
(SELECT 2 AS "i"
FROM "norma"."public"."docs" AS "docs")
UNION ALL
(SELECT 3 AS "i"
FROM "norma"."public"."docs" AS "docs"))
UNION ALL
((SELECT 4 AS "i"
FROM "norma"."public"."docs" AS "docs")
UNION ALL
(SELECT 5 AS "i"
FROM "norma"."public"."docs" AS "docs")
UNION ALL
(SELECT 6 AS "i"
FROM "norma"."public"."docs" AS "docs")
UNION ALL
(SELECT 7 AS "i"
FROM "norma"."public"."docs" AS "docs")
UNION ALL
(SELECT 8 AS "i"
FROM "norma"."public"."docs" AS "docs")))");
}

TEST_F(Emission, LongConditionsAreBalanced) {
  const std::vector<Column> conditions(9, docs_["text"] == Lit("a"));
  ExpectSql(docs_.Filter(AnyOf(conditions)),
            R"(SELECT "docs"."owner_key" AS "owner_key", "docs"."text" AS "text"
FROM "norma"."public"."docs" AS "docs"
WHERE (("docs"."text" = 'a') OR ("docs"."text" = 'a') OR ("docs"."text" = 'a') OR ("docs"."text" = 'a')) OR (("docs"."text" = 'a') OR ("docs"."text" = 'a') OR ("docs"."text" = 'a') OR ("docs"."text" = 'a') OR ("docs"."text" = 'a')))");
}

TEST_F(Emission, Joins) {
  ExpectSql(
      Small().LeftJoin(docs_, defs_["def_id"] == docs_["owner_key"]),
      R"(SELECT "defs"."def_id" AS "def_id", "defs"."path" AS "path", "defs"."kind" AS "kind", "docs"."owner_key" AS "owner_key", "docs"."text" AS "text"
FROM "norma"."public"."defs" AS "defs"
LEFT JOIN "norma"."public"."docs" AS "docs" ON "defs"."def_id" = "docs"."owner_key")");
  ExpectSql(Small().SemiJoin(docs_, defs_["def_id"] == docs_["owner_key"]),
            R"(SELECT "defs"."def_id" AS "def_id", "defs"."path" AS "path", "defs"."kind" AS "kind"
FROM "norma"."public"."defs" AS "defs"
LEFT SEMI JOIN "norma"."public"."docs" AS "docs" ON "defs"."def_id" = "docs"."owner_key")");
  ExpectSql(Small().AntiJoin(docs_, defs_["def_id"] == docs_["owner_key"]),
            R"(SELECT "defs"."def_id" AS "def_id", "defs"."path" AS "path", "defs"."kind" AS "kind"
FROM "norma"."public"."defs" AS "defs"
LEFT ANTI JOIN "norma"."public"."docs" AS "docs" ON "defs"."def_id" = "docs"."owner_key")");
  ExpectSql(
      Small().CrossJoin(docs_),
      R"(SELECT "defs"."def_id" AS "def_id", "defs"."path" AS "path", "defs"."kind" AS "kind", "docs"."owner_key" AS "owner_key", "docs"."text" AS "text"
FROM "norma"."public"."defs" AS "defs"
CROSS JOIN "norma"."public"."docs" AS "docs")");
}

TEST_F(Emission, JoinOnHasEachKeyOnce) {
  const auto keyed = docs_.Rename({{"def_id", "owner_key"}});
  ASSERT_THAT(keyed, IsOk());
  ExpectSql(
      Small().JoinOn(keyed.value(), {"def_id"}, JoinKind::kInner),
      R"(SELECT "defs"."def_id" AS "def_id", "defs"."path" AS "path", "defs"."kind" AS "kind", "docs"."text" AS "text"
FROM "norma"."public"."defs" AS "defs"
INNER JOIN "norma"."public"."docs" AS "docs" ON "defs"."def_id" = "docs"."owner_key")");
  ExpectSql(
      Small().JoinOn(keyed.value(), {"def_id"}, JoinKind::kRight),
      R"(SELECT "docs"."owner_key" AS "def_id", "defs"."path" AS "path", "defs"."kind" AS "kind", "docs"."text" AS "text"
FROM "norma"."public"."defs" AS "defs"
RIGHT JOIN "norma"."public"."docs" AS "docs" ON "defs"."def_id" = "docs"."owner_key")");
  ExpectSql(
      Small().JoinOn(keyed.value(), {"def_id"}, JoinKind::kFull),
      R"(SELECT "coalesce"("defs"."def_id", "docs"."owner_key") AS "def_id", "defs"."path" AS "path", "defs"."kind" AS "kind", "docs"."text" AS "text"
FROM "norma"."public"."defs" AS "defs"
FULL JOIN "norma"."public"."docs" AS "docs" ON "defs"."def_id" = "docs"."owner_key")");
}

TEST_F(Emission, SelfJoinsNeedNames) {
  const auto other = Small().As("other");
  ASSERT_THAT(other, IsOk());
  const auto renamed =
      other.value().Rename({{"id2", "def_id"}, {"path2", "path"}, {"kind2", "kind"}});
  ASSERT_THAT(renamed, IsOk());
  ExpectSql(
      Small().InnerJoin(renamed.value(), defs_["path"] == Col("path2")),
      R"(SELECT "defs"."def_id" AS "def_id", "defs"."path" AS "path", "defs"."kind" AS "kind", "other"."def_id" AS "id2", "other"."path" AS "path2", "other"."kind" AS "kind2"
FROM "norma"."public"."defs" AS "defs"
INNER JOIN "norma"."public"."defs" AS "other" ON "defs"."path" = "other"."path")");
}

TEST_F(Emission, JoinsOfJoinsAndFilters) {
  const auto classes = Small().Filter(defs_["kind"] == Lit("class"));
  ASSERT_THAT(classes, IsOk());
  const auto joined = classes.value().InnerJoin(docs_, defs_["def_id"] == docs_["owner_key"]);
  ASSERT_THAT(joined, IsOk());
  const auto called = joined.value().LeftJoin(calls_, calls_["owner"] == defs_["def_id"]);
  ASSERT_THAT(called, IsOk());
  const auto kept = called.value().Filter(IsNull(calls_["call_id"]));
  ASSERT_THAT(kept, IsOk());
  ExpectSql(kept.value().Select({"def_id", "text"}),
            R"(SELECT "defs_2"."def_id" AS "def_id", "docs"."text" AS "text"
FROM (
SELECT "defs"."def_id" AS "def_id", "defs"."path" AS "path", "defs"."kind" AS "kind"
FROM "norma"."public"."defs" AS "defs"
WHERE "defs"."kind" = 'class'
) AS "defs_2"
INNER JOIN "norma"."public"."docs" AS "docs" ON "defs_2"."def_id" = "docs"."owner_key"
LEFT JOIN "norma"."public"."calls" AS "calls" ON "calls"."owner" = "defs_2"."def_id"
WHERE "calls"."call_id" IS NULL)");
}

TEST_F(Emission, UnnestIsInTheSelectList) {
  const auto each = calls_.Unnest(calls_["args"], "arg");
  ASSERT_THAT(each, IsOk());
  ExpectSql(each.value().Select({"call_id", {"name", Col("arg").Field("name")}}),
            R"(SELECT "calls"."call_id" AS "call_id", "get_field"("calls"."arg", 'name') AS "name"
FROM (
SELECT "calls"."call_id" AS "call_id", "calls"."callee" AS "callee", "calls"."owner" AS "owner", "calls"."args" AS "args", "unnest"("calls"."args") AS "arg"
FROM "norma"."public"."calls" AS "calls"
) AS "calls")");
  ExpectSql(
      calls_.Select({"call_id", "args"}).value().UnnestOuter(calls_["args"], "arg"),
      R"(SELECT "calls"."call_id" AS "call_id", "calls"."args" AS "args", "calls"."arg" AS "arg"
FROM (
SELECT "calls"."call_id" AS "call_id", "calls"."callee" AS "callee", "calls"."owner" AS "owner", "calls"."args" AS "args", "unnest_outer"("calls"."args") AS "arg"
FROM "norma"."public"."calls" AS "calls"
) AS "calls")");
}

TEST_F(Emission, Aggregates) {
  ExpectSql(
      defs_.GroupBy({"path", {"k", Upper(defs_["kind"])}})
          .Aggregate({{"n", CountRows()},
                      {"classes", CountRows().Where(defs_["kind"] == Lit("class"))},
                      {"kinds", CountDistinct(defs_["kind"])},
                      {"total", Coalesce({Sum(defs_["bstart"]), 0})},
                      {"first", FirstBy(defs_["name"], {Asc("bstart"), Asc("def_id")})},
                      {"all", Collect(defs_["name"], {Asc("def_id")})},
                      {"text", JoinText(defs_["name"], ",", {Asc("def_id")})}}),
      R"(SELECT "defs"."path" AS "path", "upper"("defs"."kind") AS "k", "count"(*) AS "n", "count"(*) FILTER (WHERE "defs"."kind" = 'class') AS "classes", "count"(DISTINCT "defs"."kind") AS "kinds", "coalesce"("sum"("defs"."bstart"), 0) AS "total", "first_value"("defs"."name" ORDER BY "defs"."bstart" ASC NULLS LAST, "defs"."def_id" ASC NULLS LAST) AS "first", "array_agg"("defs"."name" ORDER BY "defs"."def_id" ASC NULLS LAST) AS "all", "string_agg"("defs"."name", ',' ORDER BY "defs"."def_id" ASC NULLS LAST) AS "text"
FROM "norma"."public"."defs" AS "defs"
GROUP BY "defs"."path", "upper"("defs"."kind"))");
  ExpectSql(
      defs_.Aggregate({{"n", Count(defs_["name"])},
                       {"low", Min(defs_["bstart"])},
                       {"high", Max(defs_["bstart"])},
                       {"mean", Mean(defs_["bstart"])},
                       {"all", AllTrue(defs_["level"] > 0)},
                       {"any", AnyTrue(defs_["level"] > 0)}}),
      R"(SELECT "count"("defs"."name") AS "n", "min"("defs"."bstart") AS "low", "max"("defs"."bstart") AS "high", "avg"("defs"."bstart") AS "mean", "bool_and"("defs"."level" > 0) AS "all", "bool_or"("defs"."level" > 0) AS "any"
FROM "norma"."public"."defs" AS "defs")");
}

TEST_F(Emission, Windows) {
  ExpectSql(
      defs_.Select(
          {"def_id",
           {"rank", RowNumber().Over({.by = {"path"}, .order = {Asc("def_id")}})},
           {"n", CountRows().Over({.by = {"path"}})},
           {"sum", Sum(defs_["bstart"]).Over({.order = {Asc("path").NullsFirst()}})},
           {"near", Max(defs_["bstart"]).Over({.order = {Asc("def_id")}, .frame = Rows(-1, 1)})},
           {"before", Lag(defs_["name"]).Over({.order = {Asc("def_id")}})},
           {"after", Lead(defs_["name"], 2).Over({.order = {Asc("def_id")}})},
           {"r", Rank().Over({.order = {Asc("path")}})},
           {"d", DenseRank().Over({.order = {Desc("path").NullsLast()}})},
           {"f", FirstValue(defs_["name"]).Over({.order = {Asc("def_id")}})},
           {"l", LastValue(defs_["name"]).Over({.order = {Asc("def_id")}})}}),
      R"(SELECT "defs"."def_id" AS "def_id", "row_number"() OVER (PARTITION BY "defs"."path" ORDER BY "defs"."def_id" ASC NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS "rank", "count"(*) OVER (PARTITION BY "defs"."path" ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS "n", "sum"("defs"."bstart") OVER (ORDER BY "defs"."path" ASC NULLS FIRST RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS "sum", "max"("defs"."bstart") OVER (ORDER BY "defs"."def_id" ASC NULLS LAST ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) AS "near", "lag"("defs"."name", 1) OVER (ORDER BY "defs"."def_id" ASC NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS "before", "lead"("defs"."name", 2) OVER (ORDER BY "defs"."def_id" ASC NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS "after", "rank"() OVER (ORDER BY "defs"."path" ASC NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS "r", "dense_rank"() OVER (ORDER BY "defs"."path" DESC NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS "d", "first_value"("defs"."name") OVER (ORDER BY "defs"."def_id" ASC NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS "f", "last_value"("defs"."name") OVER (ORDER BY "defs"."def_id" ASC NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS "l"
FROM "norma"."public"."defs" AS "defs")");
}

TEST_F(Emission, LimitHasItsOrder) {
  ExpectSql(Small().Limit(10, {Asc("path"), Asc("def_id")}, 5),
            R"(SELECT "defs"."def_id" AS "def_id", "defs"."path" AS "path", "defs"."kind" AS "kind"
FROM "norma"."public"."defs" AS "defs"
ORDER BY "defs"."path" ASC NULLS LAST, "defs"."def_id" ASC NULLS LAST
LIMIT 10
OFFSET 5)");
}

TEST_F(Emission, Constants) {
  const sql::Schema schema = MakeSchema({{"a", "Int64"}, {"b", "Utf8"}});
  ExpectSql(
      inputs_.Values(schema, {{sql::Literal::Int64(1), sql::Literal::Text("x").value()},
                              {sql::Literal::Int64(-2), sql::Literal::Null(DataType::Utf8())}}),
      R"(SELECT "a", "b"
FROM (VALUES (1, 'x'), ((-2), "arrow_cast"(NULL, 'Utf8'))) AS "_v" ("a", "b"))");
}

TEST_F(Emission, ConformCastsWhatDiffers) {
  ExpectSql(
      defs_.Select({"bstart", "def_id", {"n", defs_["level"]}})
          .value()
          .Conform(MakeSchema({{"def_id", "Utf8!"}, {"n", "Int64"}, {"bstart", "Int64"}})),
      R"(SELECT "defs"."def_id" AS "def_id", "arrow_cast"("defs"."level", 'Int64') AS "n", "defs"."bstart" AS "bstart"
FROM "norma"."public"."defs" AS "defs")");
}

TEST_F(Emission, Operators) {
  const Column level = defs_["level"];
  const Column bstart = defs_["bstart"];
  const Column name = defs_["name"];
  ExpectFormula(level + 1, R"("defs"."level" + 1)");
  ExpectFormula((level - 1) * 2 / -3 % 4, R"(((("defs"."level" - 1) * 2) / (-3)) % 4)");
  ExpectFormula(-bstart, R"(- "defs"."bstart")");
  ExpectFormula(-(-bstart), R"(- (- "defs"."bstart"))");
  ExpectFormula(level == 1, R"("defs"."level" = 1)");
  ExpectFormula(1 != level, R"(1 <> "defs"."level")");
  ExpectFormula(level < bstart, R"("defs"."level" < "defs"."bstart")");
  ExpectFormula(level <= 1, R"("defs"."level" <= 1)");
  ExpectFormula(level > 1, R"("defs"."level" > 1)");
  ExpectFormula(level >= 1.5, R"("defs"."level" >= 1.5)");
  ExpectFormula(level > 1 && level < 5 && IsNull(name),
                R"(("defs"."level" > 1) AND ("defs"."level" < 5) AND ("defs"."name" IS NULL))");
  ExpectFormula(level > 1 || !(level < 5), R"(("defs"."level" > 1) OR (NOT ("defs"."level" < 5)))");
  ExpectFormula(BitAnd(bstart, 1) == 1, R"(("defs"."bstart" & 1) = 1)");
  ExpectFormula(BitOr(bstart, 1), R"("defs"."bstart" | 1)");
  ExpectFormula(BitXor(bstart, 1), R"("defs"."bstart" ^ 1)");
  ExpectFormula(IsNotNull(name), R"("defs"."name" IS NOT NULL)");
  ExpectFormula(IsTrue(level > 1), R"(("defs"."level" > 1) IS TRUE)");
  ExpectFormula(IsNotTrue(level > 1), R"(("defs"."level" > 1) IS NOT TRUE)");
  ExpectFormula(IsFalse(level > 1), R"(("defs"."level" > 1) IS FALSE)");
  ExpectFormula(IsNotFalse(level > 1), R"(("defs"."level" > 1) IS NOT FALSE)");
  ExpectFormula(Same(name, defs_["kind"]), R"("defs"."name" IS NOT DISTINCT FROM "defs"."kind")");
  ExpectFormula(NotSame(name, defs_["kind"]) && level > 1,
                R"(("defs"."name" IS DISTINCT FROM "defs"."kind") AND ("defs"."level" > 1))");
  ExpectFormula(Between(level, 1, 5), R"("defs"."level" BETWEEN 1 AND 5)");
  ExpectFormula(In(name, {Lit("a"), Lit("b")}), R"("defs"."name" IN ('a', 'b'))");
  ExpectFormula(NotIn(level, {1, 2}), R"("defs"."level" NOT IN (1, 2))");
  ExpectFormula(IfElse(level > 1, Lit("a"), Lit("b")),
                R"(CASE WHEN ("defs"."level" > 1) THEN 'a' ELSE 'b' END)");
  ExpectFormula(
      Cases({{level > 1, level}, {level > 0, 7}}, Null(DataType::Int64())),
      R"(CASE WHEN ("defs"."level" > 1) THEN "defs"."level" WHEN ("defs"."level" > 0) THEN 7 ELSE "arrow_cast"(NULL, 'Int64') END)");
  ExpectFormula(Coalesce({name, Lit("")}), R"("coalesce"("defs"."name", ''))");
  ExpectFormula(NullIf(name, Lit("")), R"("nullif"("defs"."name", ''))");
  ExpectFormula(Greatest({bstart, 1}), R"("greatest"("defs"."bstart", 1))");
  ExpectFormula(Least({bstart, 1}), R"("least"("defs"."bstart", 1))");
  ExpectFormula(bstart.Cast(DataType::Int32()), R"("arrow_cast"("defs"."bstart", 'Int32'))");
  ExpectFormula(name.TryCast(DataType::Int64()), R"("arrow_try_cast"("defs"."name", 'Int64'))");
  ExpectFormula(Lit("5", DataType::Int32()), R"("arrow_cast"('5', 'Int32'))");
  ExpectFormula(Null(DataType::Utf8()), R"("arrow_cast"(NULL, 'Utf8'))");
  ExpectFormula(Lit(true), R"(TRUE)");
}

TEST_F(Emission, TextFunctions) {
  const Column name = defs_["name"];
  ExpectFormula(Lower(name), R"("lower"("defs"."name"))");
  ExpectFormula(Upper(name), R"("upper"("defs"."name"))");
  ExpectFormula(Strip(name), R"("btrim"("defs"."name"))");
  ExpectFormula(CharLength(Strip(name)) > 0, R"("character_length"("btrim"("defs"."name")) > 0)");
  ExpectFormula(ByteLength(name), R"("octet_length"("defs"."name"))");
  ExpectFormula(StartsWith(name, Lit("_")), R"("starts_with"("defs"."name", '_'))");
  ExpectFormula(EndsWith(name, Lit("_")), R"("ends_with"("defs"."name", '_'))");
  ExpectFormula(Contains(name, Lit("_")), R"("contains"("defs"."name", '_'))");
  ExpectFormula(Position(name, Lit("_")), R"("strpos"("defs"."name", '_'))");
  ExpectFormula(Substr(name, 2, 3), R"("substr"("defs"."name", 2, 3))");
  ExpectFormula(Replace(name, Lit("'"), Lit("\"")), R"("replace"("defs"."name", '''', '"'))");
  ExpectFormula(SplitPart(name, Lit("."), 1), R"("split_part"("defs"."name", '.', 1))");
  ExpectFormula(Concat({Lit("SPAN_"), Upper(name)}),
                R"("concat"('SPAN_', "upper"("defs"."name")))");
  ExpectFormula(ConcatStrict({name, Lit(":"), defs_["kind"]}),
                R"(("defs"."name" || ':') || "defs"."kind")");
  ExpectFormula(Like(name, Lit("a\\_%")), R"("defs"."name" LIKE 'a\_%')");
  ExpectFormula(ILike(name, Lit("a%")), R"("defs"."name" ILIKE 'a%')");
  ExpectFormula(RegexpMatches(name, Lit("^a+$")), R"("defs"."name" ~ '^a+$')");
  ExpectFormula(RegexpReplace(name, Lit(" on line \\d+"), Lit("")),
                R"("regexp_replace"("defs"."name", ' on line \d+', ''))");
  ExpectFormula(RegexpReplace(name, Lit("a"), Lit("b"), "g"),
                R"("regexp_replace"("defs"."name", 'a', 'b', 'g'))");
  ExpectFormula(Id("type", {name, defs_["level"]}),
                R"("norma_id"('type', "defs"."name", "defs"."level"))");
  ExpectFormula(Call("norma_type_repr", {name}), R"("norma_type_repr"("defs"."name"))");
}

TEST_F(Emission, NumbersAndNesting) {
  const Column name = defs_["name"];
  const Column names = defs_["names"];
  ExpectFormula(Abs(defs_["bstart"]), R"("abs"("defs"."bstart"))");
  ExpectFormula(Floor(Lit(1.5)), R"("floor"(1.5))");
  ExpectFormula(Ceil(Lit(1.5)), R"("ceil"(1.5))");
  ExpectFormula(Round(Lit(1.5)), R"("round"(1.5))");
  ExpectFormula(Struct({{"a", name}, {"b", defs_["bstart"]}}),
                R"("named_struct"('a', "defs"."name", 'b', "defs"."bstart"))");
  ExpectFormula(Struct({{"a", name}}).Field("a"),
                R"("get_field"("named_struct"('a', "defs"."name"), 'a'))");
  ExpectFormula(List({name, Lit("x")}), R"("make_array"("defs"."name", 'x'))");
  ExpectFormula(EmptyList(DataType::Utf8()), R"("arrow_cast"("make_array"(), 'List(Utf8)'))");
  ExpectFormula(Map({{Lit("k"), name}, {Lit("l"), Lit("v")}}),
                R"("map"("make_array"('k', 'l'), "make_array"("defs"."name", 'v')))");
  ExpectFormula(
      EmptyMap(),
      R"("map"("arrow_cast"("make_array"(), 'List(Utf8)'), "arrow_cast"("make_array"(), 'List(Utf8)')))");
  ExpectFormula(defs_["attrs"].At("k"),
                R"("array_element"("map_extract"("defs"."attrs", 'k'), 1))");
  ExpectFormula(names.At(1), R"("array_element"("defs"."names", 1))");
  ExpectFormula(names.At(-1), R"("array_element"("defs"."names", (-1)))");
  ExpectFormula(ListLength(names), R"("array_length"("defs"."names"))");
  ExpectFormula(ListContains(names, name), R"("array_has"("defs"."names", "defs"."name"))");
  ExpectFormula(ListSort(names), R"("array_sort"("defs"."names", 'ASC', 'NULLS LAST'))");
  ExpectFormula(ListDistinct(names), R"("array_distinct"("defs"."names"))");
  ExpectFormula(ListConcat({names, names}), R"("array_concat"("defs"."names", "defs"."names"))");
  ExpectFormula(ListSlice(names, 1, 2), R"("array_slice"("defs"."names", 1, 2))");
  ExpectFormula(ListJoin(names, Lit(",")), R"("array_to_string"("defs"."names", ','))");
  ExpectFormula(MapKeys(defs_["attrs"]), R"("map_keys"("defs"."attrs"))");
  ExpectFormula(MapValues(defs_["attrs"]), R"("map_values"("defs"."attrs"))");
}

}  // namespace
}  // namespace norma::expr
