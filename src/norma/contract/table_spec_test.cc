#include "norma/contract/table_spec.h"

#include <gtest/gtest.h>

#include "norma/contract/parse_contract.h"
#include "norma/contract/sample_contract_internal.h"

namespace norma::contract {
namespace {

TEST(TableSpecJson, SaysWhatTheWriterNeeds) {
  const Contract contract = ParseContract(SampleDdl().dump(), "text").value();
  const auto spec = nlohmann::json::parse(TableSpecJson(contract));
  EXPECT_EQ(spec["comment"], "one row per fact");
  EXPECT_EQ(spec["column_comments"]["span"], "what span is");
  EXPECT_EQ(spec["properties"]["delta.dataSkippingStatsColumns"], "path,span.bstart");
  EXPECT_EQ(spec["contract"]["version"], 1);
  EXPECT_EQ(spec["contract"]["fingerprint"], contract.fingerprint);
  EXPECT_EQ(spec["contract"]["ddl_hash"], contract.ddl_hash);
}

}  // namespace
}  // namespace norma::contract
