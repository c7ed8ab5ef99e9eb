#pragma once

/// \file
/// An independent judge of a table's log. It shares no code with what writes tables: it reads the
/// entries and the footers of data files by itself.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "norma/base/result.h"

namespace norma::delta {

/// Something that a sound table does not have.
struct LogFinding {
  std::string file;  ///< Relative to the table's folder.
  int64_t line = 0;  ///< From 1; 0 when the whole file is meant.
  std::string message;
};

struct LogTxn {
  std::string app_id;
  int64_t number = 0;
  int64_t version = 0;  ///< Of the entry that holds it.
};

struct LogLiveFile {
  std::string path;
  int64_t rows = 0;
};

struct LogReport {
  std::vector<LogFinding> findings;
  /// The versions that could be checked. An older part may be in a checkpoint only; then files from
  /// before `first_version` are not known here.
  int64_t first_version = 0;
  int64_t last_version = -1;
  std::vector<LogTxn> txns;       ///< By version.
  std::vector<LogLiveFile> live;  ///< Of the last version, by path.
  std::vector<std::string>
      orphans;  ///< Files that no entry names. Not a finding: nobody reads them.
};

/// Checks every entry of a log, and every live file's size, ends and row count, but not the rows.
///
/// Checked are: versions without gaps; entries that are whole lines of one action each, with the
/// count and sum they were written with; commitInfo first and its timestamp rising; protocol and
/// features; file names that stay inside, are fresh, and are removed only while live; rising
/// transaction numbers; row ids that do not overlap; checkpoints that are whole, and a hint to one.
///
/// \return kNotFound if the folder holds no log; kStorage if it cannot be read.
Result<LogReport> CheckLog(const std::string& table_folder);

}  // namespace norma::delta
