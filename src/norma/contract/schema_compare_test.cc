#include "norma/contract/schema_compare.h"

#include <gtest/gtest.h>

#include "norma/contract/parse_contract.h"
#include "norma/contract/sample_contract_internal.h"
#include "tests/support/matchers.h"

namespace norma::contract {
namespace {

struct ConversionCase {
  std::string label;
  std::string from;
  std::string to;
  Conversion conversion;
};

class Conversions : public testing::TestWithParam<ConversionCase> {};

TEST_P(Conversions, AreWhatTheTypesAllow) {
  const auto from = sql::DataType::Parse(GetParam().from);
  const auto to = sql::DataType::Parse(GetParam().to);
  ASSERT_TRUE(from.ok() && to.ok());
  EXPECT_EQ(ConversionBetween(from.value(), to.value()), GetParam().conversion);
}

INSTANTIATE_TEST_SUITE_P(
    All, Conversions,
    testing::Values(
        ConversionCase{"equal", "Utf8", "Utf8", Conversion::kNone},
        ConversionCase{"nested_nullability", "Struct(\"a\": non-null Int32)",
                       "Struct(\"a\": Int32)", Conversion::kNone},
        ConversionCase{"view", "Utf8View", "Utf8", Conversion::kLossless},
        ConversionCase{"large", "LargeUtf8", "Utf8", Conversion::kLossless},
        ConversionCase{"dictionary", "Dictionary(Int32, Utf8)", "Utf8", Conversion::kLossless},
        ConversionCase{"null", "Null", "Utf8", Conversion::kLossless},
        ConversionCase{"wider", "Int32", "Int64", Conversion::kLossless},
        ConversionCase{"unsigned_wider", "UInt32", "Int64", Conversion::kLossless},
        ConversionCase{"unsigned_same", "UInt64", "Int64", Conversion::kChecked},
        ConversionCase{"signed_to_unsigned", "Int8", "UInt64", Conversion::kChecked},
        ConversionCase{"narrower", "Int64", "Int32", Conversion::kChecked},
        ConversionCase{"float_wider", "Float32", "Float64", Conversion::kLossless},
        ConversionCase{"float_narrower", "Float64", "Float32", Conversion::kChecked},
        ConversionCase{"integer_to_float", "Int64", "Float64", Conversion::kChecked},
        ConversionCase{"text_to_number", "Utf8", "Int64", Conversion::kChecked},
        ConversionCase{"list_view", "LargeList(Utf8View)", "List(Utf8)", Conversion::kLossless},
        ConversionCase{"list_items", "List(Int64)", "List(Int32)", Conversion::kChecked},
        ConversionCase{"fields_moved", "Struct(\"b\": Int32, \"a\": Utf8)",
                       "Struct(\"a\": Utf8, \"b\": Int32)", Conversion::kLossless},
        ConversionCase{"field_missing", "Struct(\"a\": Int32)", "Struct(\"a\": Int32, \"b\": Utf8)",
                       Conversion::kLossless},
        ConversionCase{"no_common_field", "Struct(\"x\": Int32)", "Struct(\"a\": Int32)",
                       Conversion::kNever},
        ConversionCase{"struct_to_text", "Struct(\"x\": Int32)", "Utf8", Conversion::kNever}),
    [](const auto& test) { return test.param.label; });

TEST(CompareSchema, FindsNothingInTheDeclaredSchema) {
  const Contract contract = ParseContract(SampleDdl().dump(), "").value();
  sql::Schema given = contract.Schema();
  EXPECT_TRUE(CompareSchema(given, contract).empty());
  given.columns[5].nullable = false;
  EXPECT_TRUE(CompareSchema(given, contract).empty());
}

TEST(CompareSchema, NamesEachDifference) {
  using Kind = SchemaDifference::Kind;
  const Contract contract = ParseContract(SampleDdl().dump(), "").value();
  sql::Schema given = contract.Schema();
  given.columns.erase(given.columns.begin() + 7);
  given.columns[0].nullable = true;
  given.columns[5].type = sql::DataType::Int32();
  std::swap(given.columns[2], given.columns[3]);
  given.columns.push_back({"more", sql::DataType::Utf8(), true});

  std::vector<std::pair<Kind, std::string>> found;
  for (const SchemaDifference& difference : CompareSchema(given, contract)) {
    found.emplace_back(difference.kind, difference.column);
    EXPECT_NE(difference.message.find(difference.column), std::string::npos);
  }
  const std::vector<std::pair<Kind, std::string>> expected = {
      {Kind::kNullability, "path"}, {Kind::kOrder, "fact_id"}, {Kind::kOrder, "owner_id"},
      {Kind::kType, "size"},        {Kind::kMissing, "attrs"}, {Kind::kExtra, "more"}};
  EXPECT_EQ(found, expected);
}

}  // namespace
}  // namespace norma::contract
