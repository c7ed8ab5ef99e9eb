#pragma once

/// \file
/// Extraction of a whole repository: several files at a time, rows delivered in path order.

#include <atomic>
#include <cstdint>
#include <map>
#include <nanoarrow/nanoarrow.hpp>
#include <optional>
#include <string>
#include <vector>

#include "norma/base/result.h"
#include "norma/extract/cpython/extractor.h"
#include "norma/extract/evidence_tables.h"
#include "norma/run/extract_budget.h"
#include "norma/source/repository.h"
#include "norma/source/scan.h"

namespace norma::run {

struct ExtractOptions {
  extract::cpython::ExtractorOptions cpython;
  std::optional<std::string> repo_id;
  int jobs = 1;          ///< files in work at a time, each with a Python process of its own
  ExtractBudget budget;  ///< the limits in `cpython` are its own
};

/// What extraction counted. A file counts once in each line.
struct ExtractCounts {
  int64_t files = 0;
  int64_t lines = 0;
  int64_t bytes = 0;
  int64_t rows = 0;
  /// Files with at least one ERROR, by code of extract_errors; syntax errors are counted apart.
  std::map<std::string, int64_t> failures_by_code;
  int64_t files_with_syntax_errors = 0;
  int64_t failed_files = 0;  ///< files with a syntax error or any ERROR
};

/// Reads and extracts every file of `scan` and hands the rows to `receive`.
///
/// Every file of the scan and every failure of it leaves rows in repo_files, extract_status or
/// extract_errors; no file can fail the stage. Memory is bounded by the units in flight, not by the
/// repository. A file that is large, or fails for want of memory, waits until every file before it
/// is delivered and is then analysed alone, its rows handed on as they come.
///
/// \param receive called by one thread at a time.
/// \param done is set to the number of files finished, for progress.
/// \param stop ends the stage with kCancelled when it becomes true.
/// \return the first error of `receive`, or that of starting a Python worker.
Result<ExtractCounts> ExtractRepository(const source::Repository& repository,
                                        const source::ScanResult& scan,
                                        const ExtractOptions& options,
                                        const extract::EvidenceReceiver& receive,
                                        std::atomic<int64_t>& done, const std::atomic<bool>& stop);

}  // namespace norma::run
