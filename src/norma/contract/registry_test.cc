#include "norma/contract/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "norma/contract/parse_contract.h"
#include "norma/contract/sample_contract_internal.h"
#include "tests/support/matchers.h"

namespace norma::contract {
namespace {

using testing::ElementsAre;
using testing_support::IsError;
using testing_support::IsErrorWith;
using testing_support::IsOk;

Contract Sample(const std::string& name, const std::string& alias,
                const std::string& reference = "") {
  nlohmann::json ddl = SampleDdl();
  ddl["name"] = name;
  ddl["location"] = "normalize/" + name;
  SetOption(ddl, "norma.alias", alias.empty() ? nlohmann::json() : nlohmann::json(alias));
  if (!reference.empty()) {
    SetOption(ddl, "norma.reference.owner_id", reference);
  }
  return ParseContract(ddl.dump(), "").value();
}

TEST(Registry, FindsByNameAndByAlias) {
  const auto registry = Registry::Make({Sample("facts_v1", "facts"), Sample("more_v2", "more")},
                                       {{"more_v2", "more"}});
  ASSERT_THAT(registry, IsOk());
  const auto found = registry.value().Find("more");
  ASSERT_THAT(found, IsOk());
  EXPECT_EQ(found.value().name, "more_v2");
  EXPECT_EQ(found.value().rule, "more");
  EXPECT_EQ(found.value().schema.columns.size(), 8U);
  EXPECT_EQ(registry.value().FindContract("facts"), &registry.value().contracts()[0]);
  EXPECT_EQ(registry.value().FindContract("nothing"), nullptr);
  EXPECT_THAT(registry.value().Find("nothing"),
              IsErrorWith(ErrorKind::kNotFound, "table not found: nothing"));
  EXPECT_THAT(registry.value().GetContract("fatcs_v1"),
              IsErrorWith(ErrorKind::kNotFound, "table not found: fatcs_v1"));
  EXPECT_THAT(registry.value().GetContract("fatcs_v1").error().help,
              testing::HasSubstr("facts_v1"));
  EXPECT_THAT(registry.value().Names(), ElementsAre("facts", "facts_v1", "more", "more_v2"));
}

TEST(Registry, RefusesNamesThatAreThereTwice) {
  const auto make = [](const std::string& name, const std::string& alias) {
    return Registry::Make({Sample("facts_v1", "facts"), Sample(name, alias)}).status();
  };
  EXPECT_THAT(make("facts_v1", "other"), IsErrorWith(ErrorKind::kInvalidArgument, "one name"));
  EXPECT_THAT(make("facts_v2", "facts"), IsErrorWith(ErrorKind::kInvalidArgument, "alias"));
  EXPECT_THAT(make("facts_v2", "facts_v1"), IsErrorWith(ErrorKind::kInvalidArgument, "alias"));
  EXPECT_THAT(make("facts_v2", ""), IsOk());
}

TEST(Registry, RefusesReferencesToNothing) {
  EXPECT_THAT(Registry::Make({Sample("facts_v1", "facts", "facts_v1.fact_id")}), IsOk());
  for (const std::string target : {"nothing_v1.fact_id", "facts_v1.nothing", "facts.fact_id"}) {
    EXPECT_THAT(Registry::Make({Sample("facts_v1", "facts", target)}),
                IsErrorWith(ErrorKind::kInvalidArgument, target));
  }
}

TEST(Registry, RefusesRulesWithoutADeclaredOutput) {
  EXPECT_THAT(Registry::Make({Sample("facts_v1", "facts")}, {{"other_v1", "rule"}}),
              IsErrorWith(ErrorKind::kInvalidArgument, "other_v1"));
}

}  // namespace
}  // namespace norma::contract
