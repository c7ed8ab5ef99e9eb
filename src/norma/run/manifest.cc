#include "norma/run/manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "norma/run/text_rows.h"

namespace norma::run {
namespace {

int64_t NumberOf(const std::optional<std::string>& cell) {
  return cell.has_value() ? std::strtoll(cell->c_str(), nullptr, 10) : 0;
}

struct CompleteRun {
  std::string run_id;
  int64_t run_number = 0;
};

/// Newest first.
Result<std::vector<CompleteRun>> CompleteRuns(const engine::Session& session) {
  NORMA_ASSIGN_OR_RETURN(const std::vector<TextRow> rows,
                         FetchTextRows(session,
                                       "SELECT run_id, arrow_cast(run_number, 'Utf8') FROM runs_v1 "
                                       "WHERE state = 'complete' ORDER BY run_number DESC"));
  std::vector<CompleteRun> runs;
  runs.reserve(rows.size());
  for (const TextRow& row : rows) {
    runs.push_back({row[0].value_or(""), NumberOf(row[1])});
  }
  return runs;
}

Result<std::optional<Manifest>> ManifestOf(const engine::Session& session, const CompleteRun& run) {
  Manifest manifest{.run_id = run.run_id, .run_number = run.run_number};
  NORMA_ASSIGN_OR_RETURN(
      const std::vector<TextRow> rows,
      FetchTextRows(
          session,
          fmt::format("SELECT t['name'], arrow_cast(t['version'], 'Utf8'), "
                      "arrow_cast(t['txn'], 'Utf8'), arrow_cast(t['row_count'], 'Utf8'), "
                      "arrow_cast(t['error_rows'], 'Utf8'), t['contract_hash'], t['fingerprint'] "
                      "FROM (SELECT unnest(tables) AS t FROM runs_v1 "
                      "WHERE state = 'complete' AND run_number = {})",
                      run.run_number)));
  for (const TextRow& row : rows) {
    manifest.tables.push_back({.name = row[0].value_or(""),
                               .version = NumberOf(row[1]),
                               .txn = NumberOf(row[2]),
                               .row_count = NumberOf(row[3]),
                               .error_rows = NumberOf(row[4]),
                               .contract_hash = row[5].value_or(""),
                               .fingerprint = row[6]});
  }
  return std::optional(std::move(manifest));
}

}  // namespace

std::map<std::string, int64_t> Manifest::Versions() const {
  std::map<std::string, int64_t> versions;
  for (const ManifestTable& table : tables) {
    versions.emplace(table.name, table.version);
  }
  return versions;
}

Result<std::optional<Manifest>> LastManifest(const engine::Session& session) {
  NORMA_ASSIGN_OR_RETURN(const std::vector<CompleteRun> runs, CompleteRuns(session));
  if (runs.empty()) {
    return std::optional<Manifest>();
  }
  return ManifestOf(session, runs.front());
}

Result<std::optional<Manifest>> FindManifest(const engine::Session& session,
                                             const std::string& run_id) {
  NORMA_ASSIGN_OR_RETURN(const std::vector<CompleteRun> runs, CompleteRuns(session));
  for (const CompleteRun& run : runs) {
    if (run.run_id == run_id) {
      return ManifestOf(session, run);
    }
  }
  return std::optional<Manifest>();
}

Result<std::optional<std::string>> FindOpening(const engine::Session& session,
                                               const std::string& run_id) {
  NORMA_ASSIGN_OR_RETURN(
      const std::vector<TextRow> rows,
      FetchTextRows(session, "SELECT run_id, inputs_hash FROM runs_v1 WHERE state = 'open'"));
  const auto found = std::ranges::find(rows, run_id, [](const TextRow& row) { return row[0]; });
  if (found == rows.end()) {
    return std::optional<std::string>();
  }
  return (*found)[1];
}

}  // namespace norma::run
