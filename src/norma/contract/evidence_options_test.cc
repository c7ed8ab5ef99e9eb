#include "norma/contract/evidence_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "norma/contract/contract.h"

namespace norma::contract {
namespace {

using Given = std::map<std::string, std::string, std::less<>>;
using testing::HasSubstr;

Given Sample() {
  return {{"emit", "true"},
          {"family", "scip"},
          {"source", "column:tool"},
          {"role", "definition when is_definition else reference"},
          {"confidence", "1.0"},
          {"weights", "pyright=-0.1, mypy=0.2"},
          {"penalty", "0.5 when rivals >= 2"},
          {"group", "call, call_id"}};
}

Result<std::optional<EvidenceOptions>> Parse(const Given& given) {
  const std::vector<ContractColumn> columns = {
      {"tool", sql::DataType::Utf8(), false, ""},
      {"call_id", sql::DataType::Utf8(), false, ""},
      {"is_definition", sql::DataType::Boolean(), false, ""},
      {"rivals", sql::DataType::Int32(), false, ""}};
  return ParseEvidenceOptions(given, columns);
}

TEST(EvidenceOptions, AreReadIntoTheirParts) {
  const auto parsed = Parse(Sample());
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  const EvidenceOptions& options = *parsed.value();
  EXPECT_EQ(options.family, "scip");
  EXPECT_EQ(options.source.column, "tool");
  EXPECT_EQ(options.role.literal, "definition");
  EXPECT_EQ(options.role.otherwise, "reference");
  EXPECT_EQ(options.role.condition->column, "is_definition");
  EXPECT_EQ(options.role.condition->comparison, "");
  EXPECT_EQ(options.weights.at("pyright"), -0.1);
  EXPECT_EQ(options.penalty->amount, 0.5);
  EXPECT_EQ(options.penalty->condition.comparison, ">=");
  EXPECT_EQ(options.penalty->condition.number, "2");
  EXPECT_EQ(options.group->kind, "call");
  EXPECT_EQ(options.group->column, "call_id");
}

TEST(EvidenceOptions, AreAbsentOrOff) {
  EXPECT_FALSE(Parse({}).value().has_value());
  EXPECT_FALSE(Parse({{"emit", "false"}}).value().has_value());
}

TEST(EvidenceOptions, RefuseWhatNoRowCouldFollow) {
  const auto refusal = [](const char* item, const char* value) {
    Given given = Sample();
    given[item] = value;
    const auto parsed = Parse(given);
    return parsed.ok() ? std::string("accepted") : parsed.error().message;
  };
  EXPECT_THAT(refusal("emit", "yes"), HasSubstr("true or false"));
  EXPECT_THAT(refusal("emit", "false"), HasSubstr("without norma.evidence.emit"));
  EXPECT_THAT(refusal("rank", "1"), HasSubstr("unknown option"));
  EXPECT_THAT(refusal("source", "column:nope"), HasSubstr("no such text column: nope"));
  EXPECT_THAT(refusal("role", "column:rivals"), HasSubstr("no such text column: rivals"));
  EXPECT_THAT(refusal("role", "a when is_definition"), HasSubstr("has an else"));
  EXPECT_THAT(refusal("role", "a when rivals else b"), HasSubstr("no such BOOLEAN column"));
  EXPECT_THAT(refusal("confidence", "1.5"), HasSubstr("between 0 and 1"));
  EXPECT_THAT(refusal("weights", "pyright"), HasSubstr("name=number"));
  EXPECT_THAT(refusal("penalty", "0.5"), HasSubstr("<number> when <condition>"));
  EXPECT_THAT(refusal("penalty", "0.5 when rivals ~ 1"), HasSubstr("no such comparison: ~"));
  EXPECT_THAT(refusal("penalty", "0.5 when rivals >"), HasSubstr("<comparison> <number>"));
  EXPECT_THAT(refusal("penalty", "0.5 when rivals > -1"), HasSubstr("-1"));
  EXPECT_THAT(refusal("penalty", "0.5 when tool = 1"), HasSubstr("no such integer column: tool"));
  EXPECT_THAT(refusal("group", "call"), HasSubstr("<subject kind>, <column>"));
  EXPECT_THAT(refusal("group", "call, rivals"), HasSubstr("no such text column: rivals"));
  Given given = Sample();
  given.erase("family");
  EXPECT_THAT(Parse(given).error().message, HasSubstr("must give norma.evidence.family"));
}

}  // namespace
}  // namespace norma::contract
