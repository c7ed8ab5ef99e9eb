#include "norma/run/control_rows.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>

#include "norma/run/run_events.h"
#include "norma/run/workspace.h"
#include "tests/support/matchers.h"

namespace norma::run {
namespace {

using testing_support::IsOk;

TEST(ControlRows, HaveTheColumnsOfTheirContracts) {
  const auto contracts = LoadContracts();
  ASSERT_THAT(contracts, IsOk());
  struct Case {
    std::string_view table;
    std::string_view columns;
  };
  for (const Case& c :
       {Case{"runs_v1", kRunsColumns}, Case{"plan_artifacts_v1", kArtifactsColumns},
        Case{"settings_v1", kSettingsColumns}, Case{"events_v1", kEventsColumns},
        Case{"functions_v1", kFunctionsColumns}, Case{"finalize_errors_v1", kFinalizeErrorsColumns},
        Case{"finalize_stats_v1", kFinalizeStatsColumns}}) {
    const contract::Contract* contract = contracts.value().FindContract(c.table);
    ASSERT_NE(contract, nullptr) << c.table;
    EXPECT_EQ(contract->kind, contract::ContractKind::kControl) << c.table;
    EXPECT_EQ(contract->ShortSchema(), c.columns) << c.table;
  }
}

TEST(ControlRows, EventsHaveTheLevelsOfTheContract) {
  const auto contracts = LoadContracts();
  ASSERT_THAT(contracts, IsOk());
  const contract::Contract* events = contracts.value().FindContract("events_v1");
  ASSERT_NE(events, nullptr);
  const auto levels = std::ranges::find(events->values, "level", &contract::AllowedValues::column);
  ASSERT_NE(levels, events->values.end());
  for (const auto level : {diagnostics::EventLevel::kInfo, diagnostics::EventLevel::kWarning,
                           diagnostics::EventLevel::kError}) {
    EXPECT_NE(std::ranges::find(levels->words, EventLevelName(level)), levels->words.end());
  }
}

}  // namespace
}  // namespace norma::run
