#include "norma/sql/literal.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "norma/sql/identifier.h"
#include "tests/support/matchers.h"

namespace norma::sql {
namespace {

using testing_support::IsError;
using testing_support::IsOk;

TEST(LiteralSql, KeepsTypeAndValue) {
  const std::pair<Literal, std::string_view> cases[] = {
      {Literal::Int64(5), "5"},
      {Literal::Int64(-5), "(-5)"},
      {Literal::Int64(std::numeric_limits<int64_t>::min()),
       R"("arrow_cast"('-9223372036854775808', 'Int64'))"},
      {Literal::Float64(1), "1.0"},
      {Literal::Float64(0.1), "0.1"},
      {Literal::Float64(1e300), "1e+300"},
      {Literal::Float64(-0.0), "(-0.0)"},
      {Literal::Float64(std::nan("")), R"("arrow_cast"('NaN', 'Float64'))"},
      {Literal::Bool(true), "TRUE"},
      {Literal::Text("it's \\ \"x\"").value(), R"('it''s \ "x"')"},
      {Literal::Binary(std::string("\0\xff", 2)).value(), "X'00ff'"},
      {Literal::Null(DataType::Utf8()), R"("arrow_cast"(NULL, 'Utf8'))"},
      {Literal::Cast("5", DataType::Int32()).value(), R"("arrow_cast"('5', 'Int32'))"},
      {Literal::Null(DataType::Struct({{"it's", DataType::Int64(), true}})),
       R"("arrow_cast"(NULL, 'Struct("it''s": Int64)'))"},
  };
  for (const auto& [literal, sql] : cases) {
    const auto text = literal.ToSql();
    ASSERT_THAT(text, IsOk());
    EXPECT_EQ(text.value(), sql);
  }
}

TEST(LiteralMake, RefusesWhatSqlCannotCarry) {
  EXPECT_THAT(Literal::Text(std::string("a\0b", 3)), IsError(ErrorKind::kInvalidArgument));
  EXPECT_THAT(Literal::Text("\xff"), IsError(ErrorKind::kInvalidArgument));
  EXPECT_THAT(Literal::Text(std::string(kMaxLiteralBytes, 'x')), IsOk());
  EXPECT_THAT(Literal::Text(std::string(kMaxLiteralBytes + 1, 'x')),
              IsError(ErrorKind::kLimitExceeded));
  EXPECT_THAT(Literal::Binary(std::string(kMaxLiteralBytes + 1, 'x')),
              IsError(ErrorKind::kLimitExceeded));
  EXPECT_THAT(Literal::Null(DataType::Struct({{"a\"b", DataType::Int64(), true}})).ToSql(),
              IsError(ErrorKind::kUnsupported));
}

struct QuoteCase {
  std::string label;
  std::string name;
  std::string sql;
};

class IdentifierQuoting : public testing::TestWithParam<QuoteCase> {};

TEST_P(IdentifierQuoting, RendersAsOneQuotedName) {
  const auto identifier = Identifier::Make(GetParam().name);
  ASSERT_THAT(identifier, IsOk());
  EXPECT_EQ(identifier.value().ToSql(), GetParam().sql);
}

INSTANTIATE_TEST_SUITE_P(Names, IdentifierQuoting,
                         testing::Values(QuoteCase{"plain", "type_id", R"("type_id")"},
                                         QuoteCase{"second_statement", R"(x"; DROP TABLE y; --)",
                                                   R"("x""; DROP TABLE y; --")"},
                                         QuoteCase{"non_ascii", "größe", R"("größe")"}),
                         [](const auto& test) { return test.param.label; });

TEST(IdentifierMake, RefusesWhatCannotBeAName) {
  const std::string embedded_nul("a\0b", 3);
  for (const std::string& name : {std::string(), embedded_nul, std::string("\xff")}) {
    EXPECT_THAT(Identifier::Make(name), IsError(ErrorKind::kInvalidArgument));
  }
  EXPECT_THAT(Identifier::Make(std::string(kMaxIdentifierBytes, 'x')), IsOk());
  EXPECT_THAT(Identifier::Make(std::string(kMaxIdentifierBytes + 1, 'x')),
              IsError(ErrorKind::kLimitExceeded));
}

}  // namespace
}  // namespace norma::sql
