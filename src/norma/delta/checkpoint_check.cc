#include <fmt/format.h>

#include <charconv>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <system_error>
#include <utility>

#include "norma/delta/checkpoint_check_internal.h"
#include "norma/delta/parquet_footer.h"

namespace norma::delta {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kHint = "_delta_log/_last_checkpoint";
constexpr size_t kVersionDigits = 20;

bool IsCheckpoint(std::string_view name) {
  return name.ends_with(".parquet") && name.find(".checkpoint") != std::string_view::npos;
}

/// What is wrong with the hint, or nothing. Readers do without one.
std::string HintProblem(const fs::path& path, const std::set<int64_t>& versions) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return {};
  }
  const auto hint = nlohmann::json::parse(std::istreambuf_iterator<char>(file),
                                          std::istreambuf_iterator<char>(), nullptr, false);
  const auto version = hint.is_object() ? hint.find("version") : hint.end();
  if (version == hint.end() || !version->is_number_integer()) {
    return "the checkpoint hint names no version";
  }
  const auto named = version->get<int64_t>();
  return versions.contains(named)
             ? std::string()
             : fmt::format("the checkpoint hint names a checkpoint that is not there: {}", named);
}

}  // namespace

std::optional<int64_t> LogFileVersion(std::string_view name) {
  int64_t version = 0;
  const char* const end = name.data() + kVersionDigits;
  if (name.size() <= kVersionDigits || name[kVersionDigits] != '.' || name.front() == '-') {
    return std::nullopt;
  }
  const auto [stop, problem] = std::from_chars(name.data(), end, version);
  return problem == std::errc() && stop == end ? std::optional(version) : std::nullopt;
}

CheckpointReport CheckCheckpoints(const fs::path& table_folder, int64_t last_version) {
  CheckpointReport report;
  std::set<int64_t> versions;
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(table_folder / "_delta_log", failure)) {
    const std::string name = entry.path().filename().string();
    const auto version = LogFileVersion(name);
    if (!version.has_value() || !IsCheckpoint(name)) {
      continue;
    }
    versions.insert(*version);
    std::string file = "_delta_log/" + name;
    if (const auto rows = ParquetRowCount(entry.path().string()); !rows.ok()) {
      report.findings.push_back({std::move(file), 0, "checkpoint: " + rows.error().message});
    } else if (*version > last_version) {
      report.findings.push_back({std::move(file), 0, "checkpoint of a version that has no entry"});
    }
  }
  if (!versions.empty()) {
    report.newest = *versions.rbegin();
  }
  if (std::string problem = HintProblem(table_folder / kHint, versions); !problem.empty()) {
    report.findings.push_back({std::string(kHint), 0, std::move(problem)});
  }
  return report;
}

}  // namespace norma::delta
