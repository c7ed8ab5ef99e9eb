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
  ExpectSql(again.value().Select({"def_id", {"file", defs_["path"]}}), R"(?)");
}

TEST_F(Emission, FilterOnAFormulaIsADerivedTable) {
  const auto lower = defs_.Select({"def_id", {"lowered", Lower(defs_["name"])}});
  ASSERT_THAT(lower, IsOk());
  ExpectSql(lower.value().Filter(Col("lowered") == Lit("x")), R"(?)");
}

TEST_F(Emission, PicksOfFormulasStayInTheSelect) {
  const auto both = defs_.Mutate({{"lowered", Lower(defs_["name"])}, {"n", defs_["level"] + 1}});
  ASSERT_THAT(both, IsOk());
  const auto renamed = both.value().Rename({{"number", "n"}});
  ASSERT_THAT(renamed, IsOk());
  ExpectSql(renamed.value().Drop({"names", "attrs", "path", "kind", "level", "bstart", "name"}),
            R"(?)");
}

TEST_F(Emission, DistinctIsNotLostByAPick) {
  const auto distinct = Small().Distinct();
  ASSERT_THAT(distinct, IsOk());
  ExpectSql(distinct.value().Select({"path"}), R"(?)");
}

TEST_F(Emission, PreferIsOneWholeRow) {
  ExpectSql(Small().Prefer({"path"}, {Asc("kind"), Desc("def_id")}), R"(?)");
}

TEST_F(Emission, SharedQueriesAreWrittenOnce) {
  const auto lower = defs_.Select({"def_id", {"x", Lower(defs_["name"])}});
  ASSERT_THAT(lower, IsOk());
  const auto left = lower.value().Filter(Col("x") == Lit("a"));
  const auto right = lower.value().Filter(Col("x") == Lit("b"));
  ASSERT_THAT(left, IsOk());
  ASSERT_THAT(right, IsOk());
  ExpectSql(UnionAll({left.value(), right.value()}), R"(?)");
}

TEST_F(Emission, UnionDistinct) {
  ExpectSql(UnionDistinct({Small().Select({"path"}).value(),
                           docs_.Select({{"path", docs_["text"]}}).value()}),
            R"(?)");
}

TEST_F(Emission, LongUnionsAreBalanced) {
  std::vector<Table> tables;
  for (int i = 0; i < 9; ++i) {
    tables.push_back(docs_.Select({{"i", i}}).value());
  }
  ExpectSql(UnionAll(tables), R"(?)");
}

TEST_F(Emission, LongConditionsAreBalanced) {
  std::vector<Column> conditions;
  for (int i = 0; i < 9; ++i) {
    conditions.push_back(docs_["text"] == Lit("a"));
  }
  ExpectSql(docs_.Filter(AnyOf(conditions)), R"(?)");
}

TEST_F(Emission, Joins) {
  ExpectSql(Small().LeftJoin(docs_, defs_["def_id"] == docs_["owner_key"]), R"(?)");
  ExpectSql(Small().SemiJoin(docs_, defs_["def_id"] == docs_["owner_key"]), R"(?)");
  ExpectSql(Small().AntiJoin(docs_, defs_["def_id"] == docs_["owner_key"]), R"(?)");
  ExpectSql(Small().CrossJoin(docs_), R"(?)");
}

TEST_F(Emission, JoinOnHasEachKeyOnce) {
  const auto keyed = docs_.Rename({{"def_id", "owner_key"}});
  ASSERT_THAT(keyed, IsOk());
  ExpectSql(Small().JoinOn(keyed.value(), {"def_id"}, JoinKind::kInner), R"(?)");
  ExpectSql(Small().JoinOn(keyed.value(), {"def_id"}, JoinKind::kRight), R"(?)");
  ExpectSql(Small().JoinOn(keyed.value(), {"def_id"}, JoinKind::kFull), R"(?)");
}

TEST_F(Emission, SelfJoinsNeedNames) {
  const auto other = Small().As("other");
  ASSERT_THAT(other, IsOk());
  const auto renamed =
      other.value().Rename({{"id2", "def_id"}, {"path2", "path"}, {"kind2", "kind"}});
  ASSERT_THAT(renamed, IsOk());
  ExpectSql(Small().InnerJoin(renamed.value(), defs_["path"] == Col("path2")), R"(?)");
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
  ExpectSql(kept.value().Select({"def_id", "text"}), R"(?)");
}

TEST_F(Emission, UnnestIsInTheSelectList) {
  const auto each = calls_.Unnest(calls_["args"], "arg");
  ASSERT_THAT(each, IsOk());
  ExpectSql(each.value().Select({"call_id", {"name", Col("arg").Field("name")}}), R"(?)");
  ExpectSql(calls_.Select({"call_id", "args"}).value().UnnestOuter(calls_["args"], "arg"), R"(?)");
}

TEST_F(Emission, Aggregates) {
  ExpectSql(defs_.GroupBy({"path", {"k", Upper(defs_["kind"])}})
                .Aggregate({{"n", CountRows()},
                            {"classes", CountRows().Where(defs_["kind"] == Lit("class"))},
                            {"kinds", CountDistinct(defs_["kind"])},
                            {"total", Coalesce({Sum(defs_["bstart"]), 0})},
                            {"first", FirstBy(defs_["name"], {Asc("bstart"), Asc("def_id")})},
                            {"all", Collect(defs_["name"], {Asc("def_id")})},
                            {"text", JoinText(defs_["name"], ",", {Asc("def_id")})}}),
            R"(?)");
  ExpectSql(defs_.Aggregate({{"n", Count(defs_["name"])},
                             {"low", Min(defs_["bstart"])},
                             {"high", Max(defs_["bstart"])},
                             {"mean", Mean(defs_["bstart"])},
                             {"all", AllTrue(defs_["level"] > 0)},
                             {"any", AnyTrue(defs_["level"] > 0)}}),
            R"(?)");
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
      R"(?)");
}

TEST_F(Emission, LimitHasItsOrder) {
  ExpectSql(Small().Limit(10, {Asc("path"), Asc("def_id")}, 5), R"(?)");
}

TEST_F(Emission, Constants) {
  const sql::Schema schema = MakeSchema({{"a", "Int64"}, {"b", "Utf8"}});
  ExpectSql(
      inputs_.Values(schema, {{sql::Literal::Int64(1), sql::Literal::Text("x").value()},
                              {sql::Literal::Int64(-2), sql::Literal::Null(DataType::Utf8())}}),
      R"(?)");
}

TEST_F(Emission, ConformCastsWhatDiffers) {
  ExpectSql(defs_.Select({"bstart", "def_id", {"n", defs_["level"]}})
                .value()
                .Conform(MakeSchema({{"def_id", "Utf8!"}, {"n", "Int64"}, {"bstart", "Int64"}})),
            R"(?)");
}

TEST_F(Emission, Operators) {
  const Column level = defs_["level"];
  const Column bstart = defs_["bstart"];
  const Column name = defs_["name"];
  ExpectFormula(level + 1, R"(?)");
  ExpectFormula((level - 1) * 2 / -3 % 4, R"(?)");
  ExpectFormula(-bstart, R"(?)");
  ExpectFormula(-(-bstart), R"(?)");
  ExpectFormula(level == 1, R"(?)");
  ExpectFormula(1 != level, R"(?)");
  ExpectFormula(level < bstart, R"(?)");
  ExpectFormula(level <= 1, R"(?)");
  ExpectFormula(level > 1, R"(?)");
  ExpectFormula(level >= 1.5, R"(?)");
  ExpectFormula(level > 1 && level < 5 && IsNull(name), R"(?)");
  ExpectFormula(level > 1 || !(level < 5), R"(?)");
  ExpectFormula(BitAnd(bstart, 1) == 1, R"(?)");
  ExpectFormula(BitOr(bstart, 1), R"(?)");
  ExpectFormula(BitXor(bstart, 1), R"(?)");
  ExpectFormula(IsNotNull(name), R"(?)");
  ExpectFormula(IsTrue(level > 1), R"(?)");
  ExpectFormula(IsNotTrue(level > 1), R"(?)");
  ExpectFormula(IsFalse(level > 1), R"(?)");
  ExpectFormula(IsNotFalse(level > 1), R"(?)");
  ExpectFormula(Same(name, defs_["kind"]), R"(?)");
  ExpectFormula(NotSame(name, defs_["kind"]) && level > 1, R"(?)");
  ExpectFormula(Between(level, 1, 5), R"(?)");
  ExpectFormula(In(name, {Lit("a"), Lit("b")}), R"(?)");
  ExpectFormula(NotIn(level, {1, 2}), R"(?)");
  ExpectFormula(IfElse(level > 1, Lit("a"), Lit("b")), R"(?)");
  ExpectFormula(Cases({{level > 1, level}, {level > 0, 7}}, Null(DataType::Int64())), R"(?)");
  ExpectFormula(Coalesce({name, Lit("")}), R"(?)");
  ExpectFormula(NullIf(name, Lit("")), R"(?)");
  ExpectFormula(Greatest({bstart, 1}), R"(?)");
  ExpectFormula(Least({bstart, 1}), R"(?)");
  ExpectFormula(bstart.Cast(DataType::Int32()), R"(?)");
  ExpectFormula(name.TryCast(DataType::Int64()), R"(?)");
  ExpectFormula(Lit("5", DataType::Int32()), R"(?)");
  ExpectFormula(Null(DataType::Utf8()), R"(?)");
  ExpectFormula(Lit(true), R"(?)");
}

TEST_F(Emission, TextFunctions) {
  const Column name = defs_["name"];
  ExpectFormula(Lower(name), R"(?)");
  ExpectFormula(Upper(name), R"(?)");
  ExpectFormula(Strip(name), R"(?)");
  ExpectFormula(CharLength(Strip(name)) > 0, R"(?)");
  ExpectFormula(ByteLength(name), R"(?)");
  ExpectFormula(StartsWith(name, Lit("_")), R"(?)");
  ExpectFormula(EndsWith(name, Lit("_")), R"(?)");
  ExpectFormula(Contains(name, Lit("_")), R"(?)");
  ExpectFormula(Position(name, Lit("_")), R"(?)");
  ExpectFormula(Substr(name, 2, 3), R"(?)");
  ExpectFormula(Replace(name, Lit("'"), Lit("\"")), R"(?)");
  ExpectFormula(SplitPart(name, Lit("."), 1), R"(?)");
  ExpectFormula(Concat({Lit("SPAN_"), Upper(name)}), R"(?)");
  ExpectFormula(ConcatStrict({name, Lit(":"), defs_["kind"]}), R"(?)");
  ExpectFormula(Like(name, Lit("a\\_%")), R"(?)");
  ExpectFormula(ILike(name, Lit("a%")), R"(?)");
  ExpectFormula(RegexpMatches(name, Lit("^a+$")), R"(?)");
  ExpectFormula(RegexpReplace(name, Lit(" on line \\d+"), Lit("")), R"(?)");
  ExpectFormula(RegexpReplace(name, Lit("a"), Lit("b"), "g"), R"(?)");
  ExpectFormula(Id("type", {name, defs_["level"]}), R"(?)");
  ExpectFormula(Call("norma_type_repr", {name}), R"(?)");
}

TEST_F(Emission, NumbersAndNesting) {
  const Column name = defs_["name"];
  const Column names = defs_["names"];
  ExpectFormula(Abs(defs_["bstart"]), R"(?)");
  ExpectFormula(Floor(Lit(1.5)), R"(?)");
  ExpectFormula(Ceil(Lit(1.5)), R"(?)");
  ExpectFormula(Round(Lit(1.5)), R"(?)");
  ExpectFormula(Struct({{"a", name}, {"b", defs_["bstart"]}}), R"(?)");
  ExpectFormula(Struct({{"a", name}}).Field("a"), R"(?)");
  ExpectFormula(List({name, Lit("x")}), R"(?)");
  ExpectFormula(EmptyList(DataType::Utf8()), R"(?)");
  ExpectFormula(Map({{Lit("k"), name}, {Lit("l"), Lit("v")}}), R"(?)");
  ExpectFormula(EmptyMap(), R"(?)");
  ExpectFormula(defs_["attrs"].At("k"), R"(?)");
  ExpectFormula(names.At(1), R"(?)");
  ExpectFormula(names.At(-1), R"(?)");
  ExpectFormula(ListLength(names), R"(?)");
  ExpectFormula(ListContains(names, name), R"(?)");
  ExpectFormula(ListSort(names), R"(?)");
  ExpectFormula(ListDistinct(names), R"(?)");
  ExpectFormula(ListConcat({names, names}), R"(?)");
  ExpectFormula(ListSlice(names, 1, 2), R"(?)");
  ExpectFormula(ListJoin(names, Lit(",")), R"(?)");
  ExpectFormula(MapKeys(defs_["attrs"]), R"(?)");
  ExpectFormula(MapValues(defs_["attrs"]), R"(?)");
}

}  // namespace
}  // namespace norma::expr
