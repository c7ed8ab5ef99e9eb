#pragma once

/// \file
/// How the memory of a run is shared out between the files in work.

#include <cstdint>

#include "norma/extract/cpython/worker.h"

namespace norma::run {

/// What files may take, in bytes. What a file may have alone depends on the budget only, so that
/// the number of jobs decides when a file is analysed, never whether.
struct ExtractBudget {
  /// For one file while no other is in work: seven eighths of the budget.
  int64_t alone_bytes = 0;
  /// For the worker of one file beside others: half of that, shared out between the jobs, but
  /// enough for an interpreter and an ordinary file.
  int64_t shared_bytes = 0;
  /// A larger file is analysed alone from the start.
  int64_t large_file_bytes = 0;

  static ExtractBudget Of(int64_t memory_bytes, int jobs);

  /// The limits of a worker under this budget.
  extract::cpython::WorkerLimits WorkerLimits() const;
};

}  // namespace norma::run
