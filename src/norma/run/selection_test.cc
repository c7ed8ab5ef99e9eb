#include "norma/run/selection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string_view>

#include "norma/run/workspace.h"
#include "tests/support/matchers.h"

namespace norma::run {
namespace {

using testing::ElementsAre;
using testing_support::IsOk;

constexpr std::array<std::string_view, 2> kInputs = {"scip_documents", "cst_defs"};
constexpr std::array<std::string_view, 2> kOptionalInputs = {"scip_occurrences",
                                                             "cst_defs_norm_v1"};

TEST(AbsentInputs, AreTablesThatNothingFills) {
  const auto contracts = LoadContracts();
  ASSERT_THAT(contracts, IsOk());
  const rules::Rule needs = {.name = "needs", .output = "o", .inputs = kInputs};
  const rules::Rule may_use = {
      .name = "may_use", .output = "p", .inputs = {}, .optional_inputs = kOptionalInputs};
  const Selection selection = {.rules = {&needs, &may_use}};
  EXPECT_THAT(AbsentInputTexts(AbsentInputs(selection, contracts.value())),
              ElementsAre("scip_documents", "empty: scip_documents", "scip_occurrences"));
}

TEST(AbsentInputs, OneIsRequiredWhenAnyRuleRequiresIt) {
  const auto contracts = LoadContracts();
  ASSERT_THAT(contracts, IsOk());
  const rules::Rule may_use = {
      .name = "may_use", .output = "p", .inputs = {}, .optional_inputs = kInputs};
  const rules::Rule needs = {.name = "needs", .output = "o", .inputs = kInputs};
  const Selection selection = {.rules = {&may_use, &needs}};
  EXPECT_THAT(AbsentInputTexts(AbsentInputs(selection, contracts.value())),
              ElementsAre("scip_documents", "empty: scip_documents"));
}

}  // namespace
}  // namespace norma::run
