#include "norma/run/extract_budget.h"

#include <algorithm>

namespace norma::run {
namespace {

/// norma's own share: the queues and the writers' buffers.
constexpr int64_t kOwnShare = 8;
constexpr int64_t kLeastShared = int64_t{128} << 20;
/// What norma itself takes for a byte of source at most (RELIABILITY.md).
constexpr int64_t kMostPerSourceByte = 512;

}  // namespace

ExtractBudget ExtractBudget::Of(int64_t memory_bytes, int jobs) {
  ExtractBudget budget;
  budget.alone_bytes = memory_bytes - memory_bytes / kOwnShare;
  budget.shared_bytes =
      std::min(budget.alone_bytes, std::max(kLeastShared, budget.alone_bytes / 2 / jobs));
  budget.large_file_bytes = budget.shared_bytes / kMostPerSourceByte;
  return budget;
}

extract::cpython::WorkerLimits ExtractBudget::WorkerLimits() const {
  extract::cpython::WorkerLimits limits;
  limits.shared_memory_bytes = shared_bytes;
  limits.alone_memory_bytes = alone_bytes;
  return limits;
}

}  // namespace norma::run
