#include "norma/run/control_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "norma/arrow/table_builder.h"

namespace norma::run {

const std::string_view kRunsColumns =
    "run_id s!, state s!, run_number i64, time_unix_ms i64!, norma_version s!, inputs_hash s!, "
    "limits map!, isolation s!, exit_code i32, absent_inputs list<s>!, catalogue_hash s!, "
    "tables list<struct<name s, version i64, txn i64, row_count i64, error_rows i64, "
    "contract_hash s, fingerprint s>>!";
const std::string_view kArtifactsColumns = "run_id s!, state s!, subject s!, kind s!, content s!";
const std::string_view kSettingsColumns = "run_id s!, name s!, value s, source s!";
const std::string_view kEventsColumns =
    "run_id s!, state s!, seq i64!, time_unix_ms i64!, level s!, code s!, stage s!, subject s, "
    "message s!, attrs map!";
const std::string_view kFunctionsColumns =
    "catalogue_hash s!, name s!, signature s!, kind s!, result s, volatility s!, origin s!, "
    "description s, syntax s";
const std::string_view kFinalizeErrorsColumns =
    "run_id s!, rule_name s!, output_name s!, row_key s!, error_code s!, column_path s!, "
    "message s!, sample s, path s";
const std::string_view kFinalizeStatsColumns =
    "run_id s!, rule_name s!, output_name s!, input_rows i64!, good_rows i64!, error_rows i64!, "
    "deduped_rows i64!, missing_columns list<s>!, dropped_columns list<s>!, "
    "cast_columns list<s>!, errors list<struct<code s, count i64>>!";

namespace {

/// A failure of rows in a sentence.
std::string MessageOf(const engine::RowFailure& failure) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kMeanings = {{
      {"CAST_FAILED", "the value does not fit the declared type"},
      {"NULL_VALUE", "there is no value where the contract wants one"},
      {"BAD_VALUE", "the value is not in the closed list"},
      {"CHECK_FAILED", "the row does not pass the check"},
      {"BAD_ID", "the value is not an id"},
      {"ORPHAN_UNIT", "the row's code unit is missing"},
  }};
  const auto meaning = std::ranges::find(kMeanings, failure.code,
                                         &std::pair<std::string_view, std::string_view>::first);
  std::string message = fmt::format(
      "{}: {}", meaning == kMeanings.end() ? failure.code : meaning->second, failure.place);
  if (failure.rows > 1) {
    message += fmt::format("; rows with this key: {}", failure.rows);
  }
  return message;
}

Result<arrow::TableBuilder> BuilderOf(std::string_view columns) {
  NORMA_ASSIGN_OR_RETURN(const arrow::Schema schema, arrow::ParseSchemaText(columns));
  return arrow::TableBuilder::Make(schema);
}

Result<Rows> Take(arrow::TableBuilder& builder) {
  Rows rows;
  rows.count = builder.rows();
  if (ArrowSchemaDeepCopy(&builder.schema(), rows.schema.get()) != NANOARROW_OK) {
    return Error{ErrorKind::kInternal, "no memory for a schema"};
  }
  NORMA_ASSIGN_OR_RETURN(rows.batch, builder.Finish());
  return rows;
}

}  // namespace

Result<Rows> RunRows(const RunRecord& record) {
  NORMA_ASSIGN_OR_RETURN(arrow::TableBuilder builder, BuilderOf(kRunsColumns));
  builder.Text(record.run_id)
      .Text(record.state)
      .OptionalInt64(record.run_number)
      .Int64(record.time_unix_ms)
      .Text(record.norma_version)
      .Text(record.inputs_hash)
      .Map(record.limits)
      .Text(record.isolation)
      .OptionalInt32(record.exit_code)
      .TextList(record.absent_inputs)
      .Text(record.catalogue_hash);
  builder.BeginList();
  for (const ManifestTable& table : record.tables) {
    builder.BeginStruct()
        .Text(table.name)
        .Int64(table.version)
        .Int64(table.txn)
        .Int64(table.row_count)
        .Int64(table.error_rows)
        .Text(table.contract_hash)
        .OptionalText(table.fingerprint)
        .EndStruct();
  }
  builder.EndList().EndRow();
  return Take(builder);
}

Result<Rows> ArtifactRows(std::string_view run_id, std::string_view state,
                          std::vector<Artifact> artifacts) {
  std::ranges::sort(artifacts, {}, [](const Artifact& artifact) {
    return std::tie(artifact.subject, artifact.kind);
  });
  NORMA_ASSIGN_OR_RETURN(arrow::TableBuilder builder, BuilderOf(kArtifactsColumns));
  for (const Artifact& artifact : artifacts) {
    builder.Text(run_id)
        .Text(state)
        .Text(artifact.subject)
        .Text(artifact.kind)
        .Text(artifact.content)
        .EndRow();
  }
  return Take(builder);
}

Result<Rows> SettingRows(std::string_view run_id, std::vector<Setting> settings) {
  std::ranges::sort(settings, {}, &Setting::name);
  NORMA_ASSIGN_OR_RETURN(arrow::TableBuilder builder, BuilderOf(kSettingsColumns));
  for (const Setting& setting : settings) {
    builder.Text(run_id)
        .Text(setting.name)
        .OptionalText(setting.value)
        .Text(setting.source)
        .EndRow();
  }
  return Take(builder);
}

Result<Rows> EventRows(std::string_view run_id, std::string_view state,
                       std::span<const diagnostics::Event> events) {
  NORMA_ASSIGN_OR_RETURN(arrow::TableBuilder builder, BuilderOf(kEventsColumns));
  for (const diagnostics::Event& event : events) {
    builder.Text(run_id)
        .Text(state)
        .Int64(event.seq)
        .Int64(event.time_unix_ms)
        .Text(diagnostics::EventLevelName(event.level()))
        .Text(diagnostics::EventCodeText(event.code))
        .Text(event.stage)
        .OptionalText(event.subject)
        .Text(event.message)
        .Map(event.attrs)
        .EndRow();
  }
  return Take(builder);
}

Result<Rows> FinalizeErrorRows(std::string_view run_id, std::vector<GateResult> results) {
  std::ranges::sort(results, {}, &GateResult::output);
  NORMA_ASSIGN_OR_RETURN(arrow::TableBuilder builder, BuilderOf(kFinalizeErrorsColumns));
  for (const GateResult& result : results) {
    for (const engine::RowFailure& failure : result.diverted.failures) {
      builder.Text(run_id).Text(result.rule).Text(result.output).Text(failure.row_key);
      builder.Text(failure.code).Text(failure.place).Text(MessageOf(failure));
      builder.OptionalText(failure.sample).OptionalText(failure.path).EndRow();
    }
  }
  return Take(builder);
}

Result<Rows> FinalizeStatsRows(std::string_view run_id, std::vector<GateResult> results) {
  std::ranges::sort(results, {}, &GateResult::output);
  NORMA_ASSIGN_OR_RETURN(arrow::TableBuilder builder, BuilderOf(kFinalizeStatsColumns));
  for (const GateResult& result : results) {
    std::map<std::string_view, int64_t> counts;
    for (const engine::RowFailure& failure : result.diverted.failures) {
      counts[failure.code] += failure.rows;
    }
    const int64_t bad_rows = result.diverted.bad_rows;
    builder.Text(run_id).Text(result.rule).Text(result.output);
    builder.Int64(result.good_rows + bad_rows + result.deduped_rows);
    builder.Int64(result.good_rows).Int64(bad_rows).Int64(result.deduped_rows);
    builder.TextList(result.missing_columns).TextList(result.dropped_columns);
    builder.TextList(result.cast_columns).BeginList();
    for (const auto& [code, count] : counts) {
      builder.BeginStruct().Text(code).Int64(count).EndStruct();
    }
    builder.EndList().EndRow();
  }
  return Take(builder);
}

}  // namespace norma::run
