#pragma once

/// \file
/// The part of the log check that looks at checkpoints.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "norma/delta/log_check.h"

namespace norma::delta {

/// The version that a file name of the log begins with.
std::optional<int64_t> LogFileVersion(std::string_view name);

struct CheckpointReport {
  std::optional<int64_t> newest;  ///< The newest version that has a checkpoint.
  std::vector<LogFinding> findings;
};

/// Checks that every checkpoint is a whole Parquet file of a version that the log has had, and that
/// the hint names one that is there.
CheckpointReport CheckCheckpoints(const std::filesystem::path& table_folder, int64_t last_version);

}  // namespace norma::delta
