#include "norma/contract/type_names.h"

#include <gtest/gtest.h>

#include "tests/support/matchers.h"

namespace norma::contract {
namespace {

using testing_support::IsError;
using testing_support::IsOk;

struct TypeCase {
  std::string label;
  std::string text;
  std::string type;        // as arrow_cast reads it
  std::string short_name;  // as row builders read it
};

class TypeNames : public testing::TestWithParam<TypeCase> {};

TEST_P(TypeNames, AreReadAndPrinted) {
  const auto type = ParseTypeName(GetParam().text);
  ASSERT_THAT(type, IsOk());
  EXPECT_EQ(type.value().ToString(), GetParam().type);
  EXPECT_EQ(ShortTypeName(type.value()), GetParam().short_name);
  const auto again = ParseTypeName(TypeName(type.value()));
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again.value(), type.value());
}

INSTANTIATE_TEST_SUITE_P(
    All, TypeNames,
    testing::Values(
        TypeCase{"text", "VARCHAR", "Utf8", "s"},
        TypeCase{"text_by_its_other_name", "string", "Utf8", "s"},
        TypeCase{"int", "INT", "Int32", "i32"}, TypeCase{"bigint", "bigint", "Int64", "i64"},
        TypeCase{"real", "REAL", "Float32", "f32"}, TypeCase{"double_", "DOUBLE", "Float64", "f64"},
        TypeCase{"boolean", "BOOLEAN", "Boolean", "b"}, TypeCase{"bytea", "BYTEA", "Binary", "bin"},
        TypeCase{"list", "ARRAY<VARCHAR>", "List(Utf8)", "list<s>"},
        TypeCase{"nested", "ARRAY < STRUCT<\"end\" INT ,\n\"tags\" ARRAY<VARCHAR>> >",
                 "List(Struct(\"end\": Int32, \"tags\": List(Utf8)))",
                 "list<struct<end i32, tags list<s>>>"},
        TypeCase{
            "map", "MAP(VARCHAR, VARCHAR)",
            "Map(\"entries\": non-null Struct(\"key\": non-null Utf8, \"value\": Utf8), unsorted)",
            "map"}),
    [](const auto& test) { return test.param.label; });

TEST(ParseTypeName, RefusesWhatContractsCannotName) {
  for (const std::string text :
       {"", "TIMESTAMP", "DECIMAL(10, 2)", "VARCHAR(10)", "ARRAY<VARCHAR", "ARRAY VARCHAR",
        "STRUCT<>", "STRUCT<a INT>", "STRUCT<\"a\" INT, \"a\" INT>", "STRUCT<\"a INT>",
        "STRUCT<\"A\" INT>", "STRUCT<\"a\" INT NOT NULL>", "MAP(VARCHAR, INT)",
        "MAP<VARCHAR, VARCHAR>", "INT INT"}) {
    EXPECT_THAT(ParseTypeName(text), IsError(ErrorKind::kInvalidArgument)) << text;
  }
}

TEST(ParseTypeName, RefusesTypesThatNestTooDeep) {
  std::string text = "INT";
  for (int level = 1; level < sql::kMaxTypeLevels; ++level) {
    text = "ARRAY<" + text + ">";
  }
  EXPECT_THAT(ParseTypeName(text), IsOk());
  EXPECT_THAT(ParseTypeName("ARRAY<" + text + ">"), IsError(ErrorKind::kLimitExceeded));
  EXPECT_THAT(ParseTypeName(std::string(100'000, '<')), IsError(ErrorKind::kInvalidArgument));
}

}  // namespace
}  // namespace norma::contract
