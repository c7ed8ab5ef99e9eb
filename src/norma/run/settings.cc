#include "norma/run/settings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

#include "norma/run/text_rows.h"
#include "norma/source/scan.h"
#include "norma/sql/part_hash.h"

namespace norma::run {
namespace {

constexpr std::string_view kLabelPrefix = "label.";

/// Settings that say where a run works, how fast, and what it tells: they change no row. The
/// interpreter's version counts, not where it lies.
constexpr std::array<std::string_view, 6> kWithoutEffect = {"jobs",   "memory",     "out",
                                                            "python", "repository", "strict"};

bool ChangesRows(const Setting& setting) {
  return !setting.name.starts_with(kLabelPrefix) &&
         std::ranges::find(kWithoutEffect, setting.name) == kWithoutEffect.end();
}

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
  for (TextRow& row : rows) {
    settings.push_back({row[0].value_or(""), std::move(row[1]), "engine"});
  }
  return settings;
}

std::map<std::string, std::string> LimitsOf(const InForce& in_force) {
  const extract::cpython::WorkerLimits& worker = in_force.worker;
  return {{"file_bytes", fmt::format("{}", source::kMaxFileBytes)},
          {"memory_bytes", fmt::format("{}", in_force.memory_bytes)},
          {"worker_answer_bytes", fmt::format("{}", worker.answer_bytes)},
          {"worker_cpu_seconds", fmt::format("{}", worker.cpu_seconds)},
          {"worker_memory_bytes", fmt::format("{}", worker.alone_memory_bytes)},
          {"worker_wall_ms", fmt::format("{}", worker.wall_time.count())}};
}

Result<std::string> InputsHash(const engine::Session& session, std::span<const Setting> settings,
                               const InForce& in_force, std::string_view catalogue_hash) {
  sql::PartHash hash("inputs");
  hash.Add(catalogue_hash).Add(in_force.interpreter.version);
  for (const Setting& setting : settings) {
    if (ChangesRows(setting)) {
      hash.Add(setting.name).Add(setting.value);
    }
  }
  hash.Add(std::nullopt);  // no name: the settings end here
  NORMA_ASSIGN_OR_RETURN(
      const std::vector<TextRow> files,
      FetchTextRows(session, "SELECT path, content_sha256 FROM repo_files ORDER BY path"));
  for (const TextRow& file : files) {
    hash.Add(file[0]).Add(file[1]);
  }
  return hash.Stored("inputs");
}

}  // namespace norma::run
