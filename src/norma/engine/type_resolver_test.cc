#include "norma/engine/type_resolver.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "norma/engine/test_support.h"
#include "tests/support/matchers.h"

namespace norma::engine {
namespace {

using norma::testing_support::IsErrorWith;
using norma::testing_support::IsOk;
using sql::CallArgument;
using sql::CallKind;
using sql::DataType;
using testing_support::OpenSession;

DataType Type(std::string_view text) {
  const Result<DataType> type = DataType::Parse(text);
  EXPECT_THAT(type, IsOk()) << text;
  return type.ok() ? type.value() : DataType();
}

CallArgument Column(std::string_view type, bool nullable = true) {
  return CallArgument{.type = Type(type), .nullable = nullable};
}

CallArgument Text(std::string_view value) {
  return CallArgument{
      .type = DataType::Utf8(), .nullable = false, .literal = sql::Literal::Text(value).value()};
}

/// "Int64! of (Int64, Int64) immutable": "!" says that it is never NULL.
std::string AnswerText(const sql::CallTypes& types) {
  std::string args;
  for (const DataType& arg : types.args) {
    args += (args.empty() ? "" : ", ") + arg.ToString();
  }
  constexpr const char* kVolatilities[] = {"immutable", "stable", "volatile"};
  return types.type.ToString() + (types.nullable ? "" : "!") + " of (" + args + ") " +
         kVolatilities[static_cast<int>(types.volatility)];
}

struct Asked {
  CallKind kind;
  std::string name;
  std::vector<CallArgument> args;
  std::string answer;
};

TEST(TypeResolverTest, AnswersAsTheEngineRuns) {
  const Session session = OpenSession();
  EngineTypeResolver resolver(session);
  const Asked cases[] = {
      {CallKind::kOperator,
       "+",
       {Column("Int32", false), Column("Int64", false)},
       "Int64! of (Int64, Int64) immutable"},
      {CallKind::kOperator,
       "=",
       {Column("Utf8"), Column("Int64", false)},
       "Boolean of (Int64, Int64) immutable"},
      {CallKind::kOperator,
       "IS DISTINCT FROM",
       {Column("Utf8"), Column("Utf8")},
       "Boolean of (Utf8, Utf8) immutable"},
      {CallKind::kOperator,
       "LIKE",
       {Column("Utf8", false), Text("a%")},
       "Boolean! of (Utf8, Utf8) immutable"},
      {CallKind::kOperator,
       "AND",
       {Column("Boolean"), Column("Boolean", false)},
       "Boolean of (Boolean, Boolean) immutable"},
      {CallKind::kOperator,
       "||",
       {Column("Utf8", false), Column("Int64", false)},
       "Utf8! of (Utf8, Utf8) immutable"},
      {CallKind::kOperator,
       "<<",
       {Column("Int64", false), Column("Int64", false)},
       "Int64! of (Int64, Int64) immutable"},
      {CallKind::kCase,
       "case",
       {Column("Int32", false), Column("Int64", false)},
       "Int64! of (Int64, Int64) immutable"},
      {CallKind::kScalar, "lower", {Column("Utf8")}, "Utf8 of (Utf8) immutable"},
      {CallKind::kScalar,
       "coalesce",
       {Column("Int32"), Column("Int64", false)},
       "Int64! of (Int64, Int64) immutable"},
      {CallKind::kScalar,
       "named_struct",
       {Text("a"), Column("Int64", false)},
       "Struct(\"a\": Int64) of (Utf8, Int64) immutable"},
      {CallKind::kScalar,
       "get_field",
       {Column("Struct(\"a\": Int64)"), Text("a")},
       "Int64 of (Struct(\"a\": Int64), Utf8) immutable"},
      {CallKind::kScalar,
       "array_element",
       {Column("List(Utf8)"), Column("Int64", false)},
       "Utf8 of (List(Utf8), Int64) immutable"},
      {CallKind::kScalar, "random", {}, "Float64 of () volatile"},
      {CallKind::kAggregate, "count", {}, "Int64! of () immutable"},
      {CallKind::kAggregate, "count", {Column("Utf8")}, "Int64! of (Utf8) immutable"},
      {CallKind::kAggregate, "sum", {Column("Int32", false)}, "Int64 of (Int64) immutable"},
      {CallKind::kAggregate,
       "array_agg",
       {Column("Utf8", false)},
       "List(Utf8) of (Utf8) immutable"},
      {CallKind::kWindow, "row_number", {}, "UInt64! of () immutable"},
      {CallKind::kWindow, "lag", {Column("Utf8", false)}, "Utf8 of (Utf8) immutable"},
  };
  for (const Asked& asked : cases) {
    const Result<sql::CallTypes> answer =
        resolver.Resolve({.kind = asked.kind, .name = asked.name, .args = asked.args});
    ASSERT_THAT(answer, IsOk()) << asked.name;
    EXPECT_EQ(AnswerText(answer.value()), asked.answer) << asked.name;
  }
}

TEST(TypeResolverTest, KnowsFunctionsOfTheSession) {
  Session session = OpenSession();
  ScalarFunction function;
  function.name = "norma_flag";
  function.arguments = {{.name = "a", .type = arrow::TypeKind::kText}};
  function.result = {.type = arrow::TypeKind::kBool, .nullable = false};
  function.call = [](const ArrowSchema*, const ArrowArray*, int64_t,
                     uint64_t) -> Result<nanoarrow::UniqueArray> {
    return Error{ErrorKind::kInternal, "not called"};
  };
  ASSERT_THAT(session.RegisterFunction(function), IsOk());
  EngineTypeResolver resolver(session);
  const Result<sql::CallTypes> answer =
      resolver.Resolve({.name = "norma_flag", .args = {Column("Utf8View")}});
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(AnswerText(answer.value()), "Boolean! of (Utf8) immutable");
}

TEST(TypeResolverTest, TellsUnknownFromWrong) {
  const Session session = OpenSession();
  EngineTypeResolver resolver(session);
  EXPECT_THAT(resolver.Resolve({.name = "lowr", .args = {Column("Utf8")}}),
              IsErrorWith(ErrorKind::kNotFound, "lower"));
  EXPECT_THAT(resolver.Resolve({.kind = CallKind::kAggregate, .name = "lower"}),
              IsErrorWith(ErrorKind::kNotFound, "lower"));
  EXPECT_THAT(resolver.Resolve({.kind = CallKind::kOperator,
                                .name = "+ 1 FROM t; --",
                                .args = {Column("Int64"), Column("Int64")}}),
              IsErrorWith(ErrorKind::kNotFound, "no operator"));
  EXPECT_THAT(resolver.Resolve({.kind = CallKind::kOperator,
                                .name = "+",
                                .args = {Column("Boolean"), Column("List(Utf8)")}}),
              IsErrorWith(ErrorKind::kInvalidArgument, ""));
  EXPECT_THAT(resolver.Resolve({.name = "abs", .args = {Column("Utf8"), Column("Utf8")}}),
              IsErrorWith(ErrorKind::kInvalidArgument, "abs"));
}

}  // namespace
}  // namespace norma::engine
