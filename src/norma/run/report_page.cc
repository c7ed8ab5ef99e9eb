#include "norma/run/report_page.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <system_error>

#include "norma/base/unicode.h"
#include "norma/diagnostics/report.h"
#include "norma/run/text_rows.h"

namespace norma::run {
namespace {

/// Files shown for each reason of failure.
constexpr size_t kExamples = 5;

/// Failures by reason, each with the first files in path order.
Result<std::vector<diagnostics::ReportFailure>> Failures(const RunSummary& summary,
                                                         const Workspace& workspace) {
  NORMA_ASSIGN_OR_RETURN(
      const std::vector<TextRow> rows,
      FetchTextRows(
          workspace.session(),
          fmt::format("SELECT code, place, message FROM (SELECT code, place, message, "
                      "row_number() OVER (PARTITION BY code ORDER BY place, message) AS n "
                      "FROM (SELECT code, path AS place, message FROM extract_errors "
                      "WHERE severity = 'ERROR' UNION ALL SELECT 'SYNTAX_ERROR', "
                      "concat(path, ':', coalesce(arrow_cast(raw_start_line, 'Utf8'), "
                      "'?')), message FROM cst_parse_errors)) WHERE n <= {} "
                      "ORDER BY 1, 2, 3",
                      kExamples)));
  std::vector<diagnostics::ReportFailure> failures;
  for (const auto& [reason, files] : summary.failed_files_by_reason) {
    diagnostics::ReportFailure failure{.reason = reason, .files = files};
    for (const TextRow& row : rows) {
      if (row[0] == reason) {
        failure.examples.push_back({.place = row[1].value_or(""), .message = row[2].value_or("")});
      }
    }
    failures.push_back(std::move(failure));
  }
  return failures;
}

std::vector<diagnostics::ReportTable> Tables(const RunSummary& summary,
                                             const Workspace& workspace) {
  std::vector<diagnostics::ReportTable> tables;
  for (const TableResult& table : summary.tables) {
    const contract::Contract* contract = workspace.contracts().FindContract(table.name);
    tables.push_back({.name = table.name,
                      .kind = table.kind,
                      .comment = contract == nullptr ? "" : contract->comment,
                      .rows = table.rows,
                      .version = table.version,
                      .outcome = table.error_rows > 0 ? fmt::format("{}, bad rows left out: {}",
                                                                    table.outcome, table.error_rows)
                                                      : table.outcome});
  }
  return tables;
}

Status ReplaceFile(const std::string& path, const std::string& content) {
  const std::string draft = path + ".new";
  {
    std::ofstream file(draft, std::ios::binary | std::ios::trunc);
    file << content;
    file.flush();
    if (!file) {
      return Error{ErrorKind::kStorage,
                   fmt::format("the report cannot be written: {}", EscapeForMessage(draft))};
    }
  }
  std::error_code failure;
  std::filesystem::rename(draft, path, failure);
  if (failure) {
    return Error{ErrorKind::kStorage, fmt::format("the report cannot be written: {}: {}",
                                                  failure.message(), EscapeForMessage(path))};
  }
  return {};
}

}  // namespace

Result<std::string> WriteReport(const RunOptions& options, const RunSummary& summary,
                                const ReportSources& sources) {
  diagnostics::ReportInput input{.repository = options.repository,
                                 .run_id = summary.run_id,
                                 .state = summary.state,
                                 .run_number = summary.run_number,
                                 .time_unix_ms = sources.record.time_unix_ms,
                                 .norma_version = sources.record.norma_version,
                                 .labels = options.labels,
                                 .files = summary.files,
                                 .lines = summary.lines,
                                 .bytes = summary.bytes,
                                 .facts = summary.facts,
                                 .seconds = summary.seconds,
                                 .peak_memory_bytes = summary.peak_memory_bytes,
                                 .tables = Tables(summary, sources.workspace),
                                 .skipped = summary.skipped,
                                 .absent_inputs = sources.record.absent_inputs};
  for (const StageTime& stage : summary.stages) {
    input.stages.push_back({.name = stage.name, .seconds = stage.seconds});
  }
  for (const Setting& setting : sources.settings) {
    input.settings.push_back({setting.name, setting.value.value_or(""), setting.source});
  }
  NORMA_ASSIGN_OR_RETURN(input.failures, Failures(summary, sources.workspace));
  for (const RuleResult& rule : sources.rules) {
    diagnostics::ReportRule shown{.name = rule.rule,
                                  .output = rule.output,
                                  .fingerprint = rule.fingerprint,
                                  .inputs = rule.inputs,
                                  .rows = rule.commit.rows,
                                  .seconds = rule.seconds,
                                  .sql = rule.sql};
    for (const Artifact& artifact : rule.artifacts) {
      if (artifact.kind == "explain") {
        shown.explain = artifact.content;
      }
    }
    input.rules.push_back(std::move(shown));
  }
  const std::string path = (std::filesystem::path(options.output) / "report.html").string();
  NORMA_RETURN_IF_ERROR(ReplaceFile(path, diagnostics::RenderReport(input)));
  return path;
}

}  // namespace norma::run
