#include "norma/run/journal.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "norma/base/clock.h"

namespace norma::run {

Result<RunIdentity> Journal::Open(std::vector<Setting> settings) {
  NORMA_RETURN_IF_ERROR(CheckTakenUp());
  NORMA_RETURN_IF_ERROR(
      Append("settings_v1", SettingRows(record_.run_id, std::move(settings)), RunState::kOpen));
  NORMA_ASSIGN_OR_RETURN(const engine::Commit opened, AppendState(RunState::kOpen));
  record_.run_number = opened.version;
  return RunIdentity{.run_id = record_.run_id, .run_number = opened.version};
}

Status Journal::CheckTakenUp() const {
  NORMA_ASSIGN_OR_RETURN(const std::optional<std::string> begun_with,
                         FindOpening(workspace_.session(), record_.run_id));
  if (!begun_with.has_value() || *begun_with == record_.inputs_hash) {
    return {};
  }
  return Error{ErrorKind::kInvalidArgument,
               fmt::format("the run was begun with other settings: {}", record_.run_id),
               std::string(kOtherRunHelp)};
}

void Journal::AddTable(std::string_view table, const engine::Commit& commit,
                       std::optional<std::string> fingerprint) {
  const contract::Contract* contract = workspace_.contracts().FindContract(table);
  record_.tables.push_back({.name = std::string(table),
                            .version = commit.version,
                            .txn = record_.run_number.value_or(0),
                            .row_count = commit.rows,
                            .error_rows = 0,
                            .contract_hash = contract == nullptr ? "" : contract->fingerprint,
                            .fingerprint = std::move(fingerprint)});
}

std::vector<ManifestTable> Journal::CarryOver(const Manifest& last) {
  std::vector<ManifestTable> carried;
  for (const ManifestTable& table : last.tables) {
    if (std::ranges::find(record_.tables, table.name, &ManifestTable::name) ==
        record_.tables.end()) {
      carried.push_back(table);
    }
  }
  record_.tables.insert(record_.tables.end(), carried.begin(), carried.end());
  return carried;
}

void Journal::AddGate(GateResult result) {
  const auto table = std::ranges::find(record_.tables, result.output, &ManifestTable::name);
  if (table != record_.tables.end()) {
    table->error_rows = result.diverted.bad_rows;
  }
  gates_.push_back(std::move(result));
}

void Journal::AddArtifacts(const std::vector<Artifact>& artifacts) {
  artifacts_.insert(artifacts_.end(), artifacts.begin(), artifacts.end());
}

void Journal::SetInputs(std::string inputs_hash, std::vector<std::string> absent_inputs) {
  record_.inputs_hash = std::move(inputs_hash);
  record_.absent_inputs = std::move(absent_inputs);
}

Status Journal::Complete(const FunctionCatalogue& functions, int exit_code) {
  record_.exit_code = exit_code;
  for (const contract::Contract& contract : workspace_.contracts().contracts()) {
    artifacts_.push_back({.subject = contract.name, .kind = "ddl", .content = contract.ddl});
  }
  NORMA_RETURN_IF_ERROR(AppendArtifacts(RunState::kComplete));
  NORMA_RETURN_IF_ERROR(AppendFunctions(workspace_, functions, record_.run_id));
  NORMA_RETURN_IF_ERROR(
      Append("finalize_errors_v1", FinalizeErrorRows(record_.run_id, gates_), RunState::kComplete));
  NORMA_RETURN_IF_ERROR(
      Append("finalize_stats_v1", FinalizeStatsRows(record_.run_id, gates_), RunState::kComplete));
  NORMA_RETURN_IF_ERROR(AppendEvents(RunState::kComplete));
  return AppendState(RunState::kComplete).status();
}

Status Journal::Fail(const Error& error) {
  if (!record_.run_number.has_value()) {
    return {};
  }
  record_.exit_code = ExitCode(error.kind);
  // Readers follow complete rows only; what was written is in the events.
  record_.tables.clear();
  NORMA_RETURN_IF_ERROR(AppendArtifacts(RunState::kFailed));
  NORMA_RETURN_IF_ERROR(AppendEvents(RunState::kFailed));
  return AppendState(RunState::kFailed).status();
}

Status Journal::AppendArtifacts(RunState state) {
  return Append("plan_artifacts_v1", ArtifactRows(record_.run_id, RunStateName(state), artifacts_),
                state);
}

Status Journal::AppendEvents(RunState state) {
  return Append("events_v1", EventRows(record_.run_id, RunStateName(state), events_.Events()),
                state);
}

Result<engine::Commit> Journal::AppendState(RunState state) {
  record_.state = RunStateName(state);
  record_.time_unix_ms = SystemClock().UnixMs();
  NORMA_ASSIGN_OR_RETURN(Rows rows, RunRows(record_));
  return AppendControlRows(workspace_, "runs_v1", std::move(rows), record_.run_id, state);
}

Status Journal::Append(std::string_view table, Result<Rows> rows, RunState state) {
  NORMA_RETURN_IF_ERROR(rows.status());
  return AppendControlRows(workspace_, table, std::move(rows).value(), record_.run_id, state)
      .status();
}

}  // namespace norma::run
