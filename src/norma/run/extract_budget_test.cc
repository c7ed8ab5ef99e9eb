#include "norma/run/extract_budget.h"

#include <gtest/gtest.h>

namespace norma::run {
namespace {

constexpr int64_t kGibibyte = int64_t{1} << 30;
constexpr int64_t kMebibyte = int64_t{1} << 20;

TEST(ExtractBudget, GivesAFileAloneTheSameAtEveryNumberOfJobs) {
  for (const int jobs : {1, 2, 64}) {
    EXPECT_EQ(ExtractBudget::Of(2 * kGibibyte, jobs).alone_bytes, 1792 * kMebibyte);
  }
}

TEST(ExtractBudget, SharesTheRestBetweenTheJobs) {
  EXPECT_EQ(ExtractBudget::Of(2 * kGibibyte, 1).shared_bytes, 896 * kMebibyte);
  EXPECT_EQ(ExtractBudget::Of(2 * kGibibyte, 2).shared_bytes, 448 * kMebibyte);
  EXPECT_EQ(ExtractBudget::Of(2 * kGibibyte, 64).shared_bytes, 128 * kMebibyte);
}

TEST(ExtractBudget, CallsAFileLargeThatMayPassItsShare) {
  EXPECT_EQ(ExtractBudget::Of(2 * kGibibyte, 2).large_file_bytes, 896 << 10);
  EXPECT_EQ(ExtractBudget::Of(kGibibyte / 4, 2).large_file_bytes, 256 << 10);
}

TEST(ExtractBudget, LimitsTheWorkers) {
  const extract::cpython::WorkerLimits limits = ExtractBudget::Of(2 * kGibibyte, 2).WorkerLimits();
  EXPECT_EQ(limits.shared_memory_bytes, 448 * kMebibyte);
  EXPECT_EQ(limits.alone_memory_bytes, 1792 * kMebibyte);
}

}  // namespace
}  // namespace norma::run
