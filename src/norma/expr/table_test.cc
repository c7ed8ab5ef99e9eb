#include "norma/expr/table.h"

#include <gtest/gtest.h>

#include <functional>

#include "norma/expr/test_support.h"
#include "tests/support/matchers.h"

namespace norma::expr {
namespace {

using norma::testing_support::IsError;
using norma::testing_support::IsErrorWith;
using norma::testing_support::IsOk;
using testing_support::MakeSchema;
using testing_support::TableFixture;
using Keys = std::vector<std::vector<std::string>>;

class Verbs : public TableFixture {
 protected:
  void ExpectRefused(const Result<Table>& table, std::string_view message,
                     ErrorKind kind = ErrorKind::kInvalidArgument) {
    EXPECT_THAT(table, IsErrorWith(kind, std::string(message)));
  }

  static std::string Line(int line) { return "[table_test.cc:" + std::to_string(line) + "]"; }
};

TEST_F(Verbs, MistakesNameTheirLine) {
  const Column wrong = defs_["nmae"];
  const int wrong_line = __LINE__ - 1;
  const Column formula = Lower(wrong) == Lit("x");
  ExpectRefused(defs_.Filter(formula), "unknown column in defs: nmae; did you mean name");
  ExpectRefused(defs_.Filter(formula), Line(wrong_line));

  const Column misfit = defs_["name"] < defs_["bstart"];
  const int misfit_line = __LINE__ - 1;
  ExpectRefused(defs_.Filter(misfit || defs_["level"] > 1),
                "types do not fit <: Utf8, Int64; cast one side " + Line(misfit_line));

  const auto renamed = defs_.Rename({{"a", "zzzz"}});
  ExpectRefused(renamed, "unknown column in defs: zzzz " + Line(__LINE__ - 1));
}

TEST_F(Verbs, TheFirstMistakeWins) {
  const Column both = Lower(defs_["first"]) == Lower(defs_["second"]);
  ExpectRefused(defs_.Filter(both), "unknown column in defs: first");
}

TEST_F(Verbs, ColumnsBelongToTheirTable) {
  ExpectRefused(calls_.Filter(defs_["path"] == Lit("x")),
                "column of another table: defs.path used on calls; join them first");
  // It passes through a filter, a pick under another name and a join.
  const auto kept = defs_.Filter(IsNotNull(defs_["name"]));
  ASSERT_THAT(kept, IsOk());
  const auto renamed = kept.value().Select({{"file", defs_["path"]}, "def_id"});
  ASSERT_THAT(renamed, IsOk());
  const auto joined = renamed.value().LeftJoin(docs_, defs_["def_id"] == docs_["owner_key"]);
  ASSERT_THAT(joined, IsOk());
  EXPECT_THAT(joined.value().Filter(defs_["path"] == docs_["text"]), IsOk());
  // It does not pass where it changed or is gone.
  const auto changed = defs_.Mutate({{"path", Upper(defs_["path"])}});
  ASSERT_THAT(changed, IsOk());
  ExpectRefused(changed.value().Filter(defs_["path"] == Lit("x")), "column of another table");
  const auto dropped = defs_.Drop({"path"});
  ASSERT_THAT(dropped, IsOk());
  ExpectRefused(dropped.value().Filter(defs_["path"] == Lit("x")), "column of another table");
}

TEST_F(Verbs, RefuseWhatDoesNotFit) {
  ExpectRefused(defs_.Filter(defs_["level"] + 1), "Filter needs a Boolean: Int64");
  ExpectRefused(defs_.Select({"path", {"path", defs_["name"]}}), "column is there twice: path");
  ExpectRefused(defs_.Select({}), "at least one column");
  ExpectRefused(defs_.Drop({"nope"}), "unknown column in defs: nope");
  ExpectRefused(defs_.Filter(defs_["name"] == Null(DataType::Utf8())), "use IsNull");
  ExpectRefused(defs_.Filter(In(defs_["name"], {Lit("a"), Null(DataType::Utf8())})),
                "a NULL among the items");
  ExpectRefused(defs_.Filter(In(defs_["name"], {})), "at least one item");
  ExpectRefused(defs_.Filter(CountRows() > 1), "an aggregate belongs into Aggregate");
  ExpectRefused(defs_.Filter(Rank().Over({.order = {Asc("path")}}) == 1),
                "a window function belongs into Select or Mutate");
  ExpectRefused(defs_.Select({{"x", Rank()}}), "a window function needs Over: rank");
  ExpectRefused(defs_.Aggregate({{"x", Max(Max(defs_["level"]))}}), "an aggregate inside another");
  ExpectRefused(defs_.Aggregate({{"x", Lit(1)}}), "at least one aggregate");
  ExpectRefused(defs_.GroupBy({{"one", 1}}).Aggregate({{"n", CountRows()}}),
                "a constant is no group key");
  ExpectRefused(defs_.GroupBy({"path"}).Aggregate({{"x", defs_["name"]}}),
                "column is neither a group key nor inside an aggregate: name");
  ExpectRefused(defs_.Select({{"x", Lower(defs_["name"]).Over({})}}), "Over belongs to");
  ExpectRefused(defs_.Select({{"x", Lower(defs_["name"]).Where(true)}}), "Where belongs to");
  ExpectRefused(defs_.Select({{"x", defs_["name"].Field("a")}}), "no struct");
  ExpectRefused(calls_.Select({{"x", calls_["callee"].Field("nane")}}),
                "unknown field: nane; did you mean name?");
  ExpectRefused(defs_.Select({{"x", defs_["name"].At(1)}}), "no list");
  ExpectRefused(defs_.Select({{"x", defs_["names"].At("k")}}), "not a map");
  ExpectRefused(defs_.Unnest(defs_["name"], "x"), "Unnest needs a list: Utf8");
  ExpectRefused(defs_.Unnest(defs_["names"], "path"), "column is there already: path");
  ExpectRefused(defs_.Select({{"x", Struct({{"a", 1}, {"a", 2}})}}), "must differ");
  ExpectRefused(defs_.Select({{"x", IfElse(defs_["level"] > 1, calls_["callee"], Lit("a"))}}),
                "column of another table");
  ExpectRefused(calls_.Select({{"x", Coalesce({})}}), "at least one argument");
  ExpectRefused(calls_.Select({{"x", List({})}}), "use EmptyList");
}

TEST_F(Verbs, TextIsNotComparedWithNumbers) {
  // The engine would compare the digits.
  ExpectRefused(defs_.Filter(defs_["name"] == 1), "types do not fit =: Utf8, Int64; cast one side");
  ExpectRefused(defs_.Filter(Same(defs_["bstart"], Lit("1"))), "types do not fit");
  ExpectRefused(defs_.Filter(In(defs_["level"], {Lit("1")})), "types do not fit =: Int32, Utf8");
  ExpectRefused(defs_.Filter(Between(defs_["level"], 0, Lit("1"))), "types do not fit <=");
  ExpectRefused(defs_.Select({{"x", IfElse(defs_["level"] == 1, defs_["name"], 0)}}),
                "values of case have no common type: Utf8, Int64; cast them");
  EXPECT_THAT(defs_.Filter(defs_["level"] == 1), IsOk()) << "Int32 and Int64";
}

TEST_F(Verbs, StructsMeetOnlyTheirEqual) {
  const Column one = Struct({{"a", defs_["name"]}, {"b", defs_["name"]}});
  const Column other = Struct({{"a", defs_["name"]}, {"c", defs_["name"]}});
  ExpectRefused(defs_.Select({{"x", IfElse(defs_["level"] > 1, one, other)}}),
                "have no common type");
  ExpectRefused(defs_.Filter(one == other), "types do not fit =");
  const auto left = defs_.Select({{"x", one}});
  const auto right = defs_.Select({{"x", other}});
  ASSERT_THAT(left, IsOk());
  ASSERT_THAT(right, IsOk());
  ExpectRefused(UnionAll({left.value(), right.value()}),
                "columns of a union differ at 1: x Struct");
  EXPECT_THAT(defs_.Select({{"x", IfElse(defs_["level"] > 1, one, one)}}), IsOk());
}

TEST_F(Verbs, JoinsCheckNamesAndSides) {
  const auto other = defs_.Select({"def_id", "path"});
  ASSERT_THAT(other, IsOk());
  ExpectRefused(defs_.InnerJoin(other.value(), true), "both sides hold the same column: def_id");
  const auto named = other.value().As("other");
  ASSERT_THAT(named, IsOk());
  ExpectRefused(defs_.InnerJoin(named.value(), defs_["def_id"] == named.value()["def_id"]),
                "column is on both sides: def_id; rename it on one, or use JoinOn");
  EXPECT_THAT(defs_.SemiJoin(named.value(), defs_["def_id"] == named.value()["def_id"]), IsOk());
  ExpectRefused(defs_.SemiJoin(named.value(), Col("def_id") == Lit("x")),
                "column is on both sides: def_id");
  ExpectRefused(defs_.JoinOn(docs_, {"def_id"}, JoinKind::kInner),
                "unknown column in docs: def_id");
  ExpectRefused(defs_.JoinOn(docs_, {}, JoinKind::kInner), "at least one key");

  const RuleInputs others(schemas_, resolver_, {{"docs"}, {}});
  const auto foreign = others.Get("docs");
  ASSERT_THAT(foreign, IsOk());
  ExpectRefused(defs_.CrossJoin(foreign.value()), "tables of two builds");
  ExpectRefused(UnionAll({docs_, foreign.value()}), "tables of two builds");
}

TEST_F(Verbs, OuterJoinsMakeColumnsNullable) {
  const auto nullable = [](const Result<Table>& table) {
    std::string text;
    for (const auto& column : table.value().schema().columns) {
      text += column.nullable ? 'n' : '-';
    }
    return text;
  };
  const Table small = defs_.Select({"def_id", "path"}).value();
  const Column on = defs_["def_id"] == docs_["owner_key"];
  EXPECT_EQ(nullable(small.InnerJoin(docs_, on)), "----");
  EXPECT_EQ(nullable(small.LeftJoin(docs_, on)), "--nn");
  EXPECT_EQ(nullable(small.RightJoin(docs_, on)), "nn--");
  EXPECT_EQ(nullable(small.FullJoin(docs_, on)), "nnnn");
  EXPECT_EQ(nullable(small.CrossJoin(docs_)), "----");
  const auto filled =
      small.LeftJoin(docs_, on).value().Mutate({{"text", Coalesce({docs_["text"], Lit("")})}});
  EXPECT_EQ(nullable(filled), "--n-");
}

TEST_F(Verbs, ConformRefusesAnotherShape) {
  const auto conform = [&](const std::vector<std::pair<std::string, std::string>>& columns) {
    return calls_.Select({"call_id", "callee"}).value().Conform(MakeSchema(columns));
  };
  ExpectRefused(conform({{"call_id", "Utf8"}}), "column is not in the contract: callee",
                ErrorKind::kContractViolation);
  ExpectRefused(conform({{"call_id", "Utf8"}, {"x", "Utf8"}}), "column is missing: x",
                ErrorKind::kContractViolation);
  ExpectRefused(
      conform({{"call_id", "Utf8"}, {"callee", R"(Struct("source": Utf8, "name": Utf8))"}}),
      "column has another shape: callee", ErrorKind::kContractViolation);
  ExpectRefused(conform({{"call_id", "Utf8"}, {"callee", "Utf8"}}),
                "column has another shape: callee", ErrorKind::kContractViolation);
  const auto wider = conform(
      {{"callee", R"(Struct("name": Utf8, "source": LargeUtf8))"}, {"call_id", "LargeUtf8"}});
  ASSERT_THAT(wider, IsOk());
  EXPECT_EQ(wider.value().schema().columns[1].type.ToString(), "LargeUtf8");
}

// ---- unique keys ----

struct KeyCase {
  std::string label;
  std::function<Result<Table>(const Table& defs, const Table& docs, const Table& calls)> make;
  Keys keys;
};

class UniqueKeys : public TableFixture {};

TEST_F(UniqueKeys, AreInferred) {
  const KeyCase cases[] = {
      {"contract", [](auto& defs, auto&, auto&) { return defs.Filter(true); }, {{"def_id"}}},
      {"filter", [](auto& d, auto&, auto&) { return d.Filter(d["level"] > 1); }, {{"def_id"}}},
      {"kept by a pick",
       [](auto& d, auto&, auto&) { return d.Select({{"id", d["def_id"]}, "path"}); },
       {{"id"}}},
      {"lost by a pick", [](auto& d, auto&, auto&) { return d.Select({"path"}); }, {}},
      {"lost by a formula",
       [](auto& d, auto&, auto&) { return d.Select({{"def_id", Lower(d["def_id"])}}); },
       {}},
      {"distinct",
       [](auto& d, auto&, auto&) { return d.Select({"path", "kind"}).value().Distinct(); },
       {{"kind", "path"}}},
      {"prefer",
       [](auto& d, auto&, auto&) { return d.Prefer({"path"}, {Asc("def_id")}); },
       {{"def_id"}, {"path"}}},
      {"group",
       [](auto& d, auto&, auto&) {
         return d.GroupBy({"path", "kind"}).Aggregate({{"n", CountRows()}});
       },
       {{"kind", "path"}}},
      {"one row", [](auto& d, auto&, auto&) { return d.Aggregate({{"n", CountRows()}}); }, {{}}},
      {"unnest", [](auto& d, auto&, auto&) { return d.Unnest(d["names"], "each"); }, {}},
      {"left join to one",
       [](auto& d, auto& o, auto&) { return d.LeftJoin(o, d["def_id"] == o["owner_key"]); },
       {{"def_id"}}},
      {"left join to many",
       [](auto& d, auto&, auto& c) { return d.LeftJoin(c, d["def_id"] == c["owner"]); },
       {{"call_id", "def_id"}}},
      {"inner join, unique on one side",
       [](auto& d, auto&, auto& c) { return d.InnerJoin(c, d["def_id"] == c["owner"]); },
       {{"call_id"}}},
      {"inner join, unique on both",
       [](auto& d, auto& o, auto&) { return d.InnerJoin(o, d["def_id"] == o["owner_key"]); },
       {{"def_id"}, {"owner_key"}}},
      {"full join",
       [](auto& d, auto& o, auto&) { return d.FullJoin(o, d["def_id"] == o["owner_key"]); },
       {{"def_id", "owner_key"}}},
      {"join without equality",
       [](auto& d, auto& o, auto&) { return d.LeftJoin(o, d["def_id"] < o["owner_key"]); },
       {{"def_id", "owner_key"}}},
      {"semi join",
       [](auto& d, auto&, auto& c) { return d.SemiJoin(c, d["def_id"] == c["owner"]); },
       {{"def_id"}}},
      {"union told apart by a constant",
       [](auto& d, auto& o, auto&) {
         return UnionAll({d.Select({{"t", Lit("d")}, {"id", d["def_id"]}}).value(),
                          o.Select({{"t", Lit("o")}, {"id", o["owner_key"]}}).value()});
       },
       {{"id", "t"}}},
      {"union with one constant",
       [](auto& d, auto& o, auto&) {
         return UnionAll({d.Select({{"t", Lit("d")}, {"id", d["def_id"]}}).value(),
                          o.Select({{"t", Lit("d")}, {"id", o["owner_key"]}}).value()});
       },
       {}},
      {"union distinct",
       [](auto& d, auto& o, auto&) {
         return UnionDistinct(
             {d.Select({{"id", d["def_id"]}}).value(), o.Select({{"id", o["owner_key"]}}).value()});
       },
       {{"id"}}},
      {"claim",
       [](auto& d, auto&, auto&) { return d.Select({"path"}).value().Unique({"path"}); },
       {{"path"}}},
      {"other name", [](auto& d, auto&, auto&) { return d.As("other"); }, {{"def_id"}}},
  };
  for (const KeyCase& test : cases) {
    const auto table = test.make(defs_, docs_, calls_);
    ASSERT_THAT(table, IsOk()) << test.label;
    EXPECT_EQ(table.value().schema().unique_keys, test.keys) << test.label;
  }
}

TEST_F(UniqueKeys, ClaimsBecomeQuestions) {
  const auto claimed = docs_.Unique({"text"});
  ASSERT_THAT(claimed, IsOk());
  const auto claims = inputs_.Claims();
  ASSERT_THAT(claims, IsOk());
  ASSERT_EQ(claims.value().size(), 1U);
  EXPECT_EQ(claims.value()[0].columns, std::vector<std::string>{"text"});
  EXPECT_EQ(claims.value()[0].sql,
            R"(SELECT "count"(*) AS "duplicates"
FROM (
SELECT "docs"."text" AS "text", "count"(*) AS "_rows"
FROM "norma"."public"."docs" AS "docs"
GROUP BY "docs"."text"
) AS "docs_2"
WHERE "docs_2"."_rows" > 1)");
  EXPECT_EQ(claims.value()[0].place.substr(0, 14), "table_test.cc:");
}

// ---- total order ----

TEST_F(Verbs, PreferNeedsATotalOrder) {
  const Table some = defs_.Select({"path", "kind", "name"}).value();
  const auto open = some.Prefer({"path"}, {Asc("kind")});
  const int open_line = __LINE__ - 1;
  ExpectRefused(open,
                "order is not total: keys (path), order (kind); add columns or Ties::kAllColumns " +
                    Line(open_line));
  EXPECT_THAT(some.Prefer({"path"}, {Asc("kind"), Asc("name")}), IsOk()) << "all columns";
  EXPECT_THAT(defs_.Prefer({"path"}, {Asc("def_id")}), IsOk()) << "a unique key";
  const auto tied = some.Prefer({"path"}, {Asc("kind")}, Ties::kAllColumns);
  ASSERT_THAT(tied, IsOk());
  EXPECT_THAT(tied.value().ToSql().value(),
              testing::HasSubstr(R"(ORDER BY "defs"."kind" ASC NULLS LAST, "defs"."name" ASC)"));
  ExpectRefused(
      defs_.Select({"path", "attrs"}).value().Prefer({"path"}, {Asc("path")}, Ties::kAllColumns),
      "Ties::kAllColumns needs types with an order: attrs Map");
  ExpectRefused(defs_.Prefer({"path"}, {Asc("attrs")}), "type has no order");
  ExpectRefused(defs_.Prefer({}, {Asc("def_id")}), "at least one key");
}

TEST_F(Verbs, PositionsNeedATotalOrder) {
  const auto number = [&](Window window) {
    return defs_.Select({{"n", RowNumber().Over(std::move(window))}});
  };
  ExpectRefused(number({.by = {"path"}, .order = {Asc("kind")}}), "order is not total: row_number");
  EXPECT_THAT(number({.by = {"path"}, .order = {Asc("def_id")}}), IsOk());
  EXPECT_THAT(number({.by = {"def_id"}, .order = {Asc("path")}}), IsOk());
  ExpectRefused(defs_.Limit(1, {Asc("path")}), "order is not total: order (path)");
  EXPECT_THAT(defs_.Limit(1, {Asc("def_id")}), IsOk());
  ExpectRefused(defs_.GroupBy({"path"}).Aggregate({{"x", Collect(defs_["name"], {Asc("kind")})}}),
                "order is not total: array_agg");
  EXPECT_THAT(defs_.GroupBy({"def_id"}).Aggregate({{"x", Collect(defs_["name"], {Asc("kind")})}}),
              IsOk());
  EXPECT_THAT(defs_.Select({{"n", Rank().Over({.order = {Asc("kind")}})}}), IsOk())
      << "equal rows have equal ranks";
}

TEST_F(Verbs, ConstantsNeedNoOrder) {
  const Table marked = docs_.Select({"text", {"source", Lit("docs")}}).value();
  EXPECT_THAT(marked.Prefer({"source"}, {Asc("text")}), IsOk());
  EXPECT_THAT(marked.Limit(3, {Asc("text")}), IsOk());
}

// ---- inputs ----

TEST_F(Verbs, InputsAreDeclared) {
  const RuleInputs inputs(schemas_, resolver_, {{"defs", "dosc"}, {}});
  ExpectRefused(inputs.Get("docs"), "table is not a declared input: docs; did you mean dosc?");
  const auto missing = inputs.Get("dosc");
  ExpectRefused(missing, "table not found: dosc", ErrorKind::kNotFound);
}

TEST_F(Verbs, ValuesHaveTheirTypes) {
  const sql::Schema schema = MakeSchema({{"a", "Int64"}, {"b", "Utf8"}});
  const sql::Literal one = sql::Literal::Int64(1);
  ExpectRefused(inputs_.Values(schema, {}), "at least one row");
  ExpectRefused(inputs_.Values(schema, {{one}}), "row 1 of Values has 1 values for 2 columns");
  ExpectRefused(inputs_.Values(schema, {{one, one}}),
                "row 1 of Values, column b: wanted Utf8, has Int64");
}

// ---- limits ----

TEST_F(Verbs, FormulasNestToTheLimit) {
  const auto nested = [&](int levels) {
    Column formula = defs_["bstart"];
    for (int i = 1; i < levels; ++i) {
      formula = -formula;
    }
    return defs_.Select({{"x", formula}});
  };
  EXPECT_THAT(nested(kMaxExpressionDepth), IsOk());
  ExpectRefused(nested(kMaxExpressionDepth + 1), "formula nests too deep, levels allowed: 256",
                ErrorKind::kLimitExceeded);
  EXPECT_THAT(nested(100'000), IsError(ErrorKind::kLimitExceeded));
}

TEST_F(Verbs, ConditionsAreWideNotDeep) {
  Column any = defs_["level"] == 0;
  for (int i = 1; i < 1000; ++i) {
    any = any || defs_["level"] == i % 7;
  }
  const auto table = defs_.Filter(any);
  ASSERT_THAT(table, IsOk());
  EXPECT_THAT(table.value().ToSql(), IsOk());
}

TEST_F(Verbs, SharedFormulasDoNotExplode) {
  Column sum = defs_["bstart"];
  for (int i = 0; i < 40; ++i) {
    sum = sum + sum;
  }
  const auto table = defs_.Select({{"x", sum}});
  ASSERT_THAT(table, IsOk());
  EXPECT_THAT(table.value().ToSql(),
              IsErrorWith(ErrorKind::kLimitExceeded, "query is too large when written out"));
}

TEST_F(Verbs, TablesHaveAsManyColumnsAsTheLimit) {
  const auto wide = [&](int count) {
    Cols columns;
    for (int i = 0; i < count; ++i) {
      columns.emplace_back("c" + std::to_string(i), Lit(1));
    }
    return docs_.Select(columns);
  };
  EXPECT_THAT(wide(4096), IsOk());
  ExpectRefused(wide(4097), "too many columns: 4097", ErrorKind::kLimitExceeded);
}

}  // namespace
}  // namespace norma::expr
