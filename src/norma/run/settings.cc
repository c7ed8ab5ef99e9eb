#include "norma/run/settings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

#include "norma/extract/scip/document.h"
#include "norma/run/text_rows.h"
#include "norma/source/scan.h"

namespace norma::run {
namespace {

constexpr std::string_view kLabelPrefix = "label.";

}  // namespace

std::vector<Setting> SettingsOf(const RunOptions& options, const InForce& in_force) {
  const auto source = [&](const std::string& option) -> std::string {
    const auto given = options.setting_sources.find(option);
    return given == options.setting_sources.end() ? "default" : given->second;
  };
  std::vector<Setting> settings = {
      {"repository", options.repository, "option"},
      {"out", options.output, source("out")},
      {"python", in_force.interpreter.executable, source("python")},
      {"jobs", fmt::format("{}", in_force.jobs), source("jobs")},
      {"memory", fmt::format("{}", in_force.memory_bytes), source("memory")},
      {"strict", options.strict ? "true" : "false", source("strict")},
      {"only", fmt::format("{}", fmt::join(options.only, ",")), source("only")},
      {"scip", fmt::format("{}", fmt::join(options.scip, ",")), source("scip")},
  };
  for (const auto& [key, value] : options.labels) {
    settings.push_back({fmt::format("{}{}", kLabelPrefix, key), value, source("label")});
  }
  return settings;
}

Result<std::vector<Setting>> EngineSettings(const engine::Session& session) {
  NORMA_ASSIGN_OR_RETURN(engine::Stream stream, session.Settings());
  NORMA_ASSIGN_OR_RETURN(std::vector<TextRow> rows, CollectTextRows(std::move(stream)));
  std::vector<Setting> settings;
  settings.reserve(rows.size());
  for (TextRow& row : rows) {
    settings.push_back({row[0].value_or(""), std::move(row[1]), "engine"});
  }
  return settings;
}

std::map<std::string, std::string> LimitsOf(const InForce& in_force) {
  const extract::cpython::WorkerLimits& worker = in_force.worker;
  return {{"file_bytes", fmt::format("{}", source::kMaxFileBytes)},
          {"index_bytes", fmt::format("{}", extract::scip::kMaxIndexBytes)},
          {"index_document_bytes", fmt::format("{}", extract::scip::kMaxDocumentBytes)},
          {"memory_bytes", fmt::format("{}", in_force.memory_bytes)},
          {"worker_answer_bytes", fmt::format("{}", worker.answer_bytes)},
          {"worker_cpu_seconds", fmt::format("{}", worker.cpu_seconds)},
          {"worker_memory_bytes", fmt::format("{}", worker.alone_memory_bytes)},
          {"worker_wall_ms", fmt::format("{}", worker.wall_time.count())}};
}

}  // namespace norma::run
