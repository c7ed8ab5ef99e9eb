#pragma once

/// \file
/// The settings in force in a run, and the identity of what it works on.

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "norma/base/result.h"
#include "norma/extract/cpython/interpreter.h"
#include "norma/extract/cpython/worker.h"
#include "norma/extract/scip/index.h"
#include "norma/run/control_rows.h"
#include "norma/run/run.h"
#include "norma/run/workspace.h"

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

/// One hash over the files of `repo_files` and the indexes with their contents, the settings that
/// can change a row, the interpreter's version and the function catalogue. Equal for runs that give
/// equal tables.
Result<std::string> InputsHash(const engine::Session& session, std::span<const Setting> settings,
                               const InForce& in_force, std::string_view catalogue_hash);

}  // namespace norma::run
