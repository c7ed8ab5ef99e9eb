#pragma once

/// \file
/// The rows that a run leaves about itself in the control tables.

#include <cstdint>
#include <map>
#include <nanoarrow/nanoarrow.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "norma/arrow/schema.h"
#include "norma/base/result.h"
#include "norma/diagnostics/event.h"
#include "norma/engine/write.h"

namespace norma::run {

/// One table in the manifest of a run.
struct ManifestTable {
  std::string name;
  int64_t version = 0;
  int64_t txn = 0;
  int64_t row_count = 0;
  int64_t error_rows = 0;
  std::string contract_hash;
  std::optional<std::string> fingerprint;  ///< of the rule; none for evidence
};

/// A state that a run has reached: one row of runs_v1.
struct RunRecord {
  std::string run_id;
  std::string state;  ///< open | complete | failed
  std::optional<int64_t> run_number;
  int64_t time_unix_ms = 0;
  std::string norma_version;
  std::string inputs_hash;  ///< of the settings alone while the files are not known
  std::map<std::string, std::string> limits;
  std::string isolation;
  std::optional<int32_t> exit_code;
  std::vector<std::string> absent_inputs;
  std::string catalogue_hash;
  std::vector<ManifestTable> tables;
};

/// A text that explains the run: SQL, plan, fingerprint, DDL, … of a rule or table.
struct Artifact {
  std::string subject;
  std::string kind;
  std::string content;
};

/// A setting in force and who set it: option, variable, file, default or engine.
struct Setting {
  std::string name;
  std::optional<std::string> value;
  std::string source;
};

/// What the gate did with the rows of one rule.
struct GateResult {
  std::string rule;
  std::string output;
  int64_t good_rows = 0;
  int64_t deduped_rows = 0;
  engine::DivertedRows diverted;
  std::vector<std::string> missing_columns;
  std::vector<std::string> dropped_columns;
  std::vector<std::string> cast_columns;
};

/// Column texts (arrow::ParseSchemaText) of the control tables; a test compares them with the
/// contracts.
extern const std::string_view kRunsColumns;
extern const std::string_view kArtifactsColumns;
extern const std::string_view kSettingsColumns;
extern const std::string_view kEventsColumns;
extern const std::string_view kFunctionsColumns;
extern const std::string_view kFinalizeErrorsColumns;
extern const std::string_view kFinalizeStatsColumns;

/// A batch with its schema, ready for a writer.
struct Rows {
  nanoarrow::UniqueSchema schema;
  nanoarrow::UniqueArray batch;
  int64_t count = 0;
};

Result<Rows> RunRows(const RunRecord& record);
/// Sorted by subject and kind, as the contract wants.
Result<Rows> ArtifactRows(std::string_view run_id, std::string_view state,
                          std::vector<Artifact> artifacts);
/// Sorted by name.
Result<Rows> SettingRows(std::string_view run_id, std::vector<Setting> settings);
Result<Rows> EventRows(std::string_view run_id, std::string_view state,
                       std::span<const diagnostics::Event> events);
/// Sorted by output, row key, code and place.
Result<Rows> FinalizeErrorRows(std::string_view run_id, std::vector<GateResult> results);
/// Sorted by output.
Result<Rows> FinalizeStatsRows(std::string_view run_id, std::vector<GateResult> results);

}  // namespace norma::run
