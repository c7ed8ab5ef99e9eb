#include "norma/sql/compile.h"

#include <gtest/gtest.h>

#include "norma/sql/emit.h"
#include "norma/sql/sample_ir.h"
#include "tests/support/matchers.h"

namespace norma::sql {
namespace {

using norma::testing_support::IsError;
using norma::testing_support::IsErrorWith;
using norma::testing_support::IsOk;
using testing_support::EverythingSample;
using testing_support::SmallSample;

TEST(Compiling, GivesTextColumnsTablesAndIdentity) {
  const auto compiled = Compile(EverythingSample());
  ASSERT_THAT(compiled, IsOk());
  EXPECT_EQ(compiled.value().tables, (std::vector<std::string>{"t", "w"}));
  EXPECT_EQ(compiled.value().def.substr(0, 5), "def1:");
  EXPECT_EQ(compiled.value().def.size(), 5U + 64U);
  ASSERT_EQ(compiled.value().output.columns.size(), 2U);
  EXPECT_EQ(compiled.value().output.columns[1].name, "total");
  const auto again = Compile(compiled.value().ir);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again.value().sql, compiled.value().sql);
  EXPECT_EQ(again.value().ir, compiled.value().ir);
}

TEST(Compiling, WarnsOfSumsOfFloats) {
  SmallSample sample;
  const ExprId half =
      sample.builder.Add(Constant{Literal::Float64(0.5)}, DataType::Float64(), false);
  const ExprId sum = sample.builder.Add(Aggregate{"sum", {half}}, DataType::Float64());
  const std::string place = DescribeOrigin(sample.builder.ir[sample.builder.ir[sum].origin]);
  const ExprId count = sample.builder.Add(Aggregate{"sum", {sample.id}}, DataType::Int64());
  sample.select.aggregated = true;
  sample.select.items = {{sum, "sum"}, {count, "count"}};
  const auto compiled = Compile(sample.Finish());
  ASSERT_THAT(compiled, IsOk());
  EXPECT_EQ(compiled.value().warnings,
            std::vector<std::string>{"a sum of floats depends on the number of partitions: sum [" +
                                     place + "]"});
}

TEST(Compiling, PrintsEveryKindOfNode) {
  EXPECT_EQ(EmitDataFusion(EverythingSample()).value(),
            R"q((SELECT "d"."each" AS "each", "sum"("v"."v") AS "total"
FROM (
SELECT "d"."parameter" AS "parameter", "d"."logic" AS "logic", "d"."not" AS "not", "d"."negate" AS "negate", "d"."test" AS "test", "d"."distinct" AS "distinct", "d"."between" AS "between", "d"."like" AS "like", "d"."in_list" AS "in_list", "d"."case" AS "case", "d"."cast" AS "cast", "d"."call" AS "call", "d"."window" AS "window", "d"."rank" AS "rank", "d"."field" AS "field", "d"."index" AS "index", "d"."map_get" AS "map_get", "d"."struct_new" AS "struct_new", "d"."list_new" AS "list_new", "d"."map_new" AS "map_new", "d"."float" AS "float", "d"."binary" AS "binary", "d"."bool" AS "bool", "d"."small" AS "small", "d"."id" AS "id", "d"."name" AS "name", "d"."names" AS "names", "unnest"("d"."names") AS "each"
FROM (
SELECT "d"."parameter" AS "parameter", "d"."logic" AS "logic", "d"."not" AS "not", "d"."negate" AS "negate", "d"."test" AS "test", "d"."distinct" AS "distinct", "d"."between" AS "between", "d"."like" AS "like", "d"."in_list" AS "in_list", "d"."case" AS "case", "d"."cast" AS "cast", "d"."call" AS "call", "d"."window" AS "window", "d"."rank" AS "rank", "d"."field" AS "field", "d"."index" AS "index", "d"."map_get" AS "map_get", "d"."struct_new" AS "struct_new", "d"."list_new" AS "list_new", "d"."map_new" AS "map_new", "d"."float" AS "float", "d"."binary" AS "binary", "d"."bool" AS "bool", "d"."small" AS "small", "d"."id" AS "id", "d"."name" AS "name", "d"."names" AS "names"
FROM (
SELECT "d"."parameter" AS "parameter", "d"."logic" AS "logic", "d"."not" AS "not", "d"."negate" AS "negate", "d"."test" AS "test", "d"."distinct" AS "distinct", "d"."between" AS "between", "d"."like" AS "like", "d"."in_list" AS "in_list", "d"."case" AS "case", "d"."cast" AS "cast", "d"."call" AS "call", "d"."window" AS "window", "d"."rank" AS "rank", "d"."field" AS "field", "d"."index" AS "index", "d"."map_get" AS "map_get", "d"."struct_new" AS "struct_new", "d"."list_new" AS "list_new", "d"."map_new" AS "map_new", "d"."float" AS "float", "d"."binary" AS "binary", "d"."bool" AS "bool", "d"."small" AS "small", "d"."id" AS "id", "d"."name" AS "name", "d"."names" AS "names", "row_number"() OVER (PARTITION BY "d"."id" ORDER BY "d"."name" ASC NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS "_rank"
FROM (
SELECT $p AS "parameter", "t"."flag" AND ("t"."id" < 1) AS "logic", NOT "t"."flag" AS "not", - "t"."id" AS "negate", "t"."flag" IS NOT TRUE AS "test", "t"."name" IS NOT DISTINCT FROM 'a' AS "distinct", "t"."id" BETWEEN 1 AND 9 AS "between", "t"."name" LIKE 'a%' AS "like", "t"."id" IN (1, 2) AS "in_list", CASE WHEN "t"."flag" THEN 1 ELSE 3 END AS "case", "arrow_cast"("t"."id", 'Utf8') AS "cast", "lower"("t"."name") AS "call", "sum"("t"."id" ORDER BY "t"."id" ASC NULLS LAST) FILTER (WHERE "t"."flag") OVER (PARTITION BY "t"."name" ORDER BY "t"."id" DESC NULLS FIRST RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS "window", "row_number"() OVER (ORDER BY "t"."id" ASC NULLS LAST RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS "rank", "get_field"("t"."pair", 'a') AS "field", "array_element"("t"."names", 1) AS "index", "array_element"("map_extract"("t"."tags", 'k'), 1) AS "map_get", "named_struct"('x', "t"."id") AS "struct_new", "make_array"("t"."name", 'z') AS "list_new", "map"("make_array"('k'), "make_array"("t"."name")) AS "map_new", 0.5 AS "float", X'01' AS "binary", TRUE AS "bool", "arrow_cast"('5', 'Int32') AS "small", "t"."id" AS "id", "t"."name" AS "name", "t"."names" AS "names"
FROM "norma"."public"."t" AS "t"
) AS "d"
) AS "d"
WHERE "d"."_rank" = 1
) AS "d"
) AS "d"
LEFT JOIN (
SELECT "v"
FROM (VALUES (1), (2)) AS "_v" ("v")
) AS "v" ON "d"."id" = "v"."v"
WHERE "d"."id" > 0
GROUP BY "d"."each"
HAVING ("sum"("v"."v")) < 10
ORDER BY "d"."each" DESC NULLS LAST
LIMIT 5
OFFSET 1)
UNION ALL
(SELECT DISTINCT "w"."name" AS "each", "w"."id" AS "total"
FROM "norma"."public"."w" AS "w"
QUALIFY "w"."flag"))q");
}

TEST(Compiling, RefusesBrokenIr) {
  SmallSample sample;
  sample.select.where = sample.id;
  EXPECT_THAT(Compile(sample.Finish()), IsErrorWith(ErrorKind::kInternal, "condition"));
}

TEST(Emission, StopsAtTheLimit) {
  const auto text_of = [](size_t bytes) {
    SmallSample sample;
    const std::string half(kMaxLiteralBytes, 'x');
    size_t left = bytes;
    for (int i = 0; left > 0; ++i) {
      const size_t part = std::min(left, half.size());
      sample.select.items.push_back(
          {sample.builder.Text(half.substr(0, part)), "c" + std::to_string(i)});
      left -= part;
    }
    return EmitDataFusion(sample.Finish());
  };
  const auto small = text_of(1);
  ASSERT_THAT(small, IsOk());
  EXPECT_THAT(text_of(kMaxSqlBytes / 2), IsOk());
  EXPECT_THAT(text_of(kMaxSqlBytes), IsErrorWith(ErrorKind::kLimitExceeded, "1048576"));
}

TEST(Emission, RefusesTypesThatTheEngineMisreads) {
  SmallSample sample;
  const DataType type = DataType::Struct({{"a\"b", DataType::Utf8(), true}});
  sample.select.items[0].expr = sample.builder.Add(Cast{sample.name, type, false}, type);
  EXPECT_THAT(Compile(sample.Finish()), IsError(ErrorKind::kUnsupported));
}

TEST(Emission, NamesAreUniqueInTheStatement) {
  SmallSample sample;
  const QueryId inner = sample.builder.AddSelect(sample.select);
  const SourceId source = sample.builder.AddSource("t", sample.builder.ir[inner].columns);
  Select outer;
  outer.from = sample.builder.Add(Derived{inner, source});
  outer.items = {{sample.builder.ColumnOf(source, 0), "id"}};
  sample.builder.ir.root = sample.builder.AddSelect(outer);
  EXPECT_EQ(EmitDataFusion(sample.builder.ir).value(),
            R"(SELECT "t_2"."id" AS "id"
FROM (
SELECT "t"."id" AS "id", "t"."name" AS "name"
FROM "norma"."public"."t" AS "t"
WHERE "t"."flag"
) AS "t_2")");
}

Schema Columns(std::vector<SchemaColumn> columns) { return Schema{std::move(columns), {}}; }

TEST(Admission, WantsTheSameColumns) {
  const Schema ir = Columns({{"a", DataType::Int64(), false}, {"b", DataType::Utf8(), true}});
  EXPECT_THAT(CheckAdmission(ir, ir), IsOk());
  EXPECT_THAT(CheckAdmission(
                  ir, Columns({{"a", DataType::Int64(), false}, {"b", DataType::Utf8(), false}})),
              IsOk())
      << "the plan may know more";
  EXPECT_THAT(
      CheckAdmission(ir, Columns({{"a", DataType::Int64(), true}, {"b", DataType::Utf8(), true}})),
      IsErrorWith(ErrorKind::kInternal,
                  "sql.admit.schema: column 1: a Int64 NOT NULL, planned: a Int64"));
  EXPECT_THAT(CheckAdmission(ir, Columns({{"a", DataType::Int64(), false}})),
              IsErrorWith(ErrorKind::kInternal, "column 2: b Utf8, planned: none"));
  EXPECT_THAT(
      CheckAdmission(ir, Columns({{"a", DataType::Int32(), false}, {"c", DataType::Utf8(), true}})),
      IsErrorWith(ErrorKind::kInternal, "planned: c Utf8"));
  // The names of list items are no part of a type.
  const auto list = DataType::Parse("List(Utf8, field: 'element')");
  EXPECT_THAT(CheckAdmission(Columns({{"l", DataType::List(DataType::Utf8()), true}}),
                             Columns({{"l", list.value(), true}})),
              IsOk());
}

}  // namespace
}  // namespace norma::sql
