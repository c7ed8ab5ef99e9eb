#pragma once

/// \file
/// The main job: a repository becomes committed tables.

#include <cstdint>
#include <map>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "norma/base/result.h"
#include "norma/run/control_rows.h"

namespace norma::run {

/// What the user asked for. Empty texts and zeros stand for the documented defaults.
struct RunOptions {
  std::string repository;
  std::string output;
  /// Interpreters that take part; empty: the newest of python3.11 to python3.14 and python3 on
  /// PATH.
  std::vector<std::string> pythons;
  std::vector<std::string> scip;  ///< SCIP indexes that take part, each `FILE` or `LABEL=FILE`
  int jobs = 0;                   ///< files in work at a time; 0: one for each processor
  int64_t memory_bytes = 0;       ///< budget of norma and its workers together; 0: 2 GiB
  std::vector<std::string> only;  ///< tables and what they need; empty: all
  std::string run_id;             ///< empty: a new one
  std::map<std::string, std::string> labels;
  bool strict = false;  ///< a file error makes the exit code 1
  /// Who gave a setting, by the name of its option: option, variable or file. Defaults are not
  /// among them.
  std::map<std::string, std::string> setting_sources;
  /// The user wants to stop: the commit in hand is settled, then kCancelled.
  std::stop_token stop;
};

struct StageTime {
  std::string name;
  double seconds = 0;
};

/// What became of one table.
struct TableResult {
  std::string name;
  std::string kind;  ///< evidence | output | control
  int64_t rows = 0;
  int64_t version = 0;
  int64_t error_rows = 0;  ///< rows that broke the contract, see finalize_errors_v1
  std::string outcome;     ///< written | already applied | carried over
};

struct RunSummary {
  std::string run_id;
  std::string state;  ///< complete | failed
  int64_t run_number = 0;
  int64_t files = 0;
  int64_t lines = 0;
  int64_t bytes = 0;
  int64_t facts = 0;  ///< rows of all evidence tables
  /// Files with an ERROR, by code of extract_errors; SYNTAX_ERROR counts those of cst_parse_errors.
  std::map<std::string, int64_t> failed_files_by_reason;
  std::map<std::string, int64_t> skipped;  ///< what the scan left out, by reason
  std::vector<TableResult> tables;         ///< in order of name
  std::vector<StageTime> stages;           ///< in order of time
  double seconds = 0;
  int64_t peak_memory_bytes = 0;  ///< norma and its workers, resident
  bool already_applied = false;   ///< a run of this id is complete; nothing was added
  std::string report_path;        ///< empty when there is none
  int exit_code = 0;              ///< 0, or 1 for diverted rows and, when strict, file errors
};

/// Watches a run. Called by one thread at a time, which it must not hold up.
class RunObserver {
 public:
  virtual ~RunObserver() = default;

  /// A stage begins and the one before ended. `total` steps, each one `unit`; 0 when not known.
  virtual void Stage(std::string_view name, int64_t total, std::string_view unit) = 0;
  /// Steps of the stage that are done.
  virtual void Progress(int64_t done) = 0;
  /// A line that the user should see.
  virtual void Note(std::string_view line) = 0;
};

/// Scans, extracts, runs the rules, commits and records.
///
/// \return kNotFound when the repository, an interpreter or an index is missing; kInvalidArgument
///     when the output holds something else; kCorruptData when an index cannot be read; kStorage
///     when it cannot be written; kCancelled; any kind of the layers below. Tables are intact after
///     each of them.
Result<RunSummary> Run(const RunOptions& options, RunObserver& observer);

}  // namespace norma::run
