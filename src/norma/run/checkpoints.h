#pragma once

/// \file
/// Checkpoints of the tables, written after a run.

#include <string>
#include <vector>

#include "norma/run/workspace.h"

namespace norma::run {

/// Writes a checkpoint of each table whose last one is twenty versions behind, so that opening a
/// table stays quick however many runs it has seen.
///
/// \return what went wrong, by table. No fact is lost by it: the next run tries again.
std::vector<std::string> WriteDueCheckpoints(const Workspace& workspace);

}  // namespace norma::run
