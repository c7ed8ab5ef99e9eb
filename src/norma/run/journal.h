#pragma once

/// \file
/// What a run leaves in control/: the states it reaches, and all that explains them.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "norma/base/result.h"
#include "norma/run/control_rows.h"
#include "norma/run/function_catalogue.h"
#include "norma/run/manifest.h"
#include "norma/run/run_events.h"
#include "norma/run/table_writes.h"
#include "norma/run/workspace.h"

namespace norma::run {

/// What helps when a run id stands for other work than before.
inline constexpr std::string_view kOtherRunHelp = "give another --run-id, or none";

/// Records one run. A state is one commit a table; `runs_v1` is always the last of them, so a run
/// is complete only when everything that explains it is durable.
class Journal {
 public:
  /// \param record who runs: id, version, catalogue, limits, isolation, and the hash of what is
  ///     known of its inputs.
  /// \param events must outlive this, as must `workspace`.
  Journal(const Workspace& workspace, const RunEvents& events, RunRecord record)
      : workspace_(workspace), events_(events), record_(std::move(record)) {}

  /// Commits the settings, then the state `open`. A run of that id which has not come to its end is
  /// taken up: what it has committed stands.
  ///
  /// \return the run's identity: the version of that commit is its number, so no two runs of an
  ///     output root share one. kInvalidArgument when that run began with other inputs.
  Result<RunIdentity> Open(std::vector<Setting> settings);

  /// A table that the run has made. It will be in the manifest.
  void AddTable(std::string_view table, const engine::Commit& commit,
                std::optional<std::string> fingerprint);
  /// The tables of `last` that this run did not make stay in the manifest as they are.
  /// \return them.
  std::vector<ManifestTable> CarryOver(const Manifest& last);

  /// What the gate did with the rows of a rule that AddTable() has told of.
  void AddGate(GateResult result);
  void AddArtifacts(const std::vector<Artifact>& artifacts);
  void SetInputs(std::string inputs_hash, std::vector<std::string> absent_inputs);

  /// Commits artifacts, functions, what the gate did and events, then the state `complete` with the
  /// tables.
  Status Complete(const FunctionCatalogue& functions, int exit_code);

  /// Commits artifacts and events, then the state `failed`. Does nothing for a run that is not
  /// open.
  Status Fail(const Error& error);

  const RunRecord& record() const { return record_; }

 private:
  /// That what an earlier attempt of the run has committed belongs to these inputs.
  Status CheckTakenUp() const;
  Status AppendArtifacts(RunState state);
  Status AppendEvents(RunState state);
  Result<engine::Commit> AppendState(RunState state);
  Status Append(std::string_view table, Result<Rows> rows, RunState state);

  const Workspace& workspace_;
  const RunEvents& events_;
  RunRecord record_;
  std::vector<Artifact> artifacts_;
  std::vector<GateResult> gates_;
};

}  // namespace norma::run
