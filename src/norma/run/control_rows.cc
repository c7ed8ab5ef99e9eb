#include "norma/run/control_rows.h"

#include <algorithm>
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

namespace {

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

}  // namespace norma::run
