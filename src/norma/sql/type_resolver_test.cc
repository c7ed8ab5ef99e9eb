#include "norma/sql/type_resolver.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/matchers.h"

namespace norma::sql {
namespace {

using testing_support::IsError;
using testing_support::IsErrorWith;
using testing_support::IsOk;

CallRequest NamedStruct() {
  return CallRequest{CallKind::kScalar,
                     "named_struct",
                     {{DataType::Utf8(), false, Literal::Text("a").value()},
                      {DataType::List(DataType::Int64()), true, std::nullopt}}};
}

TEST(CallJson, HasOneForm) {
  EXPECT_EQ(EncodeCallRequest(NamedStruct()), R"({"kind":"scalar","name":"named_struct","args":[)"
                                              R"({"type":"Utf8","nullable":false,"literal":"a"},)"
                                              R"j({"type":"List(Int64)","nullable":true}]})j");
  EXPECT_EQ(EncodeCallTypes({DataType::Utf8(), false, {DataType::Int64()}, Volatility::kStable}),
            R"({"type":"Utf8","nullable":false,"args":["Int64"],"volatility":"stable"})");
}

TEST(CallJson, ReadsBackEveryLiteral) {
  const Literal literals[] = {
      Literal::Null(DataType::Utf8()),
      Literal::Bool(true),
      Literal::Int64(-9223372036854775807 - 1),
      Literal::Float64(0.1),
      Literal::Float64(HUGE_VAL),
      Literal::Text("a\n\"ü\"").value(),
      Literal::Binary(std::string("\0\xff", 2)).value(),
      Literal::Cast("2026-01-01", DataType::Parse("Date32").value()).value(),
  };
  for (const Literal& literal : literals) {
    const CallRequest request{CallKind::kOperator, "=", {{literal.type(), false, literal}}};
    const auto decoded = DecodeCallRequest(EncodeCallRequest(request));
    ASSERT_THAT(decoded, IsOk());
    EXPECT_EQ(decoded.value(), request) << EncodeCallRequest(request);
  }
}

TEST(CallJson, RefusesOtherForms) {
  for (const std::string_view text :
       {"", "[]", "{}", R"({"kind":"odd","name":"x","args":[]})",
        R"({"kind":"scalar","name":"x","args":[{"type":"Utf8"}]})",
        R"({"kind":"scalar","name":"x","args":[{"type":"Utf8","nullable":1}]})",
        R"({"kind":"scalar","name":"x","args":[{"type":"Utf8","nullable":true,"literal":1}]})"}) {
    EXPECT_THAT(DecodeCallRequest(text), IsError(ErrorKind::kCorruptData)) << text;
  }
  for (const std::string_view text :
       {"", "{}", R"({"type":"Utf8","nullable":true,"args":[],"volatility":"odd"})",
        R"({"type":"Utf8","nullable":true,"args":[1],"volatility":"stable"})"}) {
    EXPECT_THAT(DecodeCallTypes(text), IsError(ErrorKind::kInternal)) << text;
  }
  EXPECT_THAT(DecodeCallTypes(
                  R"({"type":"Utf8","nullable":true,"args":[],"volatility":"stable","later":1})"),
              IsOk());
}

class CountingResolver final : public TypeResolver {
 public:
  Result<CallTypes> Resolve(const CallRequest& request) override {
    ++calls;
    if (request.name == "odd") {
      return Error{ErrorKind::kNotFound, "unknown function: odd"};
    }
    return CallTypes{DataType::Int64(), false, {}, Volatility::kImmutable};
  }
  int calls = 0;
};

TEST(CachingResolver, AsksEachQuestionOnce) {
  CountingResolver source;
  CachingTypeResolver resolver(source);
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(resolver.Resolve({CallKind::kScalar, "even", {}}), IsOk());
    EXPECT_THAT(resolver.Resolve({CallKind::kScalar, "odd", {}}), IsError(ErrorKind::kNotFound));
  }
  EXPECT_EQ(source.calls, 2);
  EXPECT_EQ(resolver.misses(), 2U);
  EXPECT_THAT(resolver.Resolve({CallKind::kAggregate, "even", {}}), IsOk());
  EXPECT_EQ(source.calls, 3);
}

TEST(RecordedResolver, AnswersWhatWasRecorded) {
  const CallTypes types{DataType::Utf8(), true, {DataType::Utf8()}, Volatility::kImmutable};
  const CallRequest unknown{CallKind::kScalar, "nope", {}};
  const std::string lines =
      "# comment\n\n" + EncodeRecording(NamedStruct(), types) + "\n" +
      EncodeRecording(unknown, Error{ErrorKind::kNotFound, "no such function"}) + "\n";
  auto resolver = RecordedTypeResolver::Parse(lines);
  ASSERT_THAT(resolver, IsOk());
  EXPECT_EQ(resolver.value().Resolve(NamedStruct()).value(), types);
  EXPECT_THAT(resolver.value().Resolve(unknown), IsErrorWith(ErrorKind::kNotFound, "no such"));
  EXPECT_THAT(resolver.value().Resolve({CallKind::kScalar, "other", {}}),
              IsErrorWith(ErrorKind::kInternal, R"("name":"other")"));
  EXPECT_EQ(resolver.value().requests().size(), 2U);
}

TEST(RecordedResolver, NamesTheLineThatIsWrong) {
  const std::string line =
      EncodeRecording({CallKind::kScalar, "x", {}}, CallTypes{DataType::Utf8(), true, {}, {}});
  EXPECT_THAT(RecordedTypeResolver::Parse("{}"), IsErrorWith(ErrorKind::kCorruptData, "line 1"));
  EXPECT_THAT(RecordedTypeResolver::Parse(line + "\n" + line),
              IsErrorWith(ErrorKind::kCorruptData, "line 2"));
}

}  // namespace
}  // namespace norma::sql
