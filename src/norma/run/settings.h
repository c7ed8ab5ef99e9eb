#pragma once

/// \file
/// The settings in force in a run.

#include <map>
#include <string>
#include <vector>

#include "norma/base/result.h"
#include "norma/engine/session.h"
#include "norma/extract/cpython/interpreter.h"
#include "norma/extract/cpython/worker.h"
#include "norma/extract/scip/index.h"
#include "norma/run/control_rows.h"
#include "norma/run/run.h"

namespace norma::run {

/// What the options come to on this machine.
struct InForce {
  extract::cpython::Interpreter interpreter;
  int jobs = 1;
  int64_t memory_bytes = 0;
  extract::cpython::WorkerLimits worker;
  std::vector<extract::scip::IndexSummary> indexes;  ///< that take part, by index_id
};

/// Norma's own settings, each with who gave its value: option, variable or default.
std::vector<Setting> SettingsOf(const RunOptions& options, const InForce& in_force);

/// The engine's settings, those of its runtime included, with the source `engine`.
Result<std::vector<Setting>> EngineSettings(const engine::Session& session);

/// The limits that a run is held to, by name.
std::map<std::string, std::string> LimitsOf(const InForce& in_force);

}  // namespace norma::run
