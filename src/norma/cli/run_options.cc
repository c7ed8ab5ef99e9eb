#include "norma/cli/run_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <utility>

#include "norma/base/size.h"
#include "norma/base/unicode.h"

namespace norma::cli {
namespace {

constexpr int kMaxJobs = 256;
/// Below this no worker and no query can do its work.
constexpr int64_t kMinMemoryBytes = int64_t{256} << 20;
constexpr size_t kMaxRunIdBytes = 128;

std::optional<int> ParseJobs(const std::string& text) {
  int jobs = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), jobs);
  const bool is_whole = error == std::errc() && end == text.data() + text.size();
  return is_whole && jobs >= 1 && jobs <= kMaxJobs ? std::optional(jobs) : std::nullopt;
}

/// Run ids become part of file names and messages.
bool IsRunId(const std::string& text) {
  return text.size() <= kMaxRunIdBytes && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  c == '-' || c == '_' || c == '.' || c == ':';
         });
}

/// Splits "a,b" and leaves empty parts out; a table named twice stays once, in its first place.
void AppendTables(const std::string& text, std::vector<std::string>& tables) {
  for (size_t start = 0; start <= text.size();) {
    const size_t end = std::min(text.find(',', start), text.size());
    std::string name = text.substr(start, end - start);
    if (!name.empty() && std::find(tables.begin(), tables.end(), name) == tables.end()) {
      tables.push_back(std::move(name));
    }
    start = end + 1;
  }
}

std::map<std::string, std::string> SourcesOf(const Arguments& arguments) {
  std::map<std::string, std::string> sources;
  for (const auto& [name, given] : arguments.given()) {
    sources.emplace(name, SourceName(given.source));
  }
  return sources;
}

}  // namespace

std::variant<run::RunOptions, UsageError> ReadRunOptions(const Arguments& arguments) {
  run::RunOptions options;
  options.repository = arguments.positionals().front();
  options.output = arguments.Value("out");
  options.pythons = arguments.Values("python");
  options.scip = arguments.Values("scip");
  options.strict = arguments.Has("strict");
  options.setting_sources = SourcesOf(arguments);
  for (const std::string& text : arguments.Values("only")) {
    AppendTables(text, options.only);
  }
  if (arguments.Has("only") && options.only.empty()) {
    return UsageError{"option needs a table: --only"};
  }
  if (arguments.Has("jobs")) {
    const std::string text = arguments.Value("jobs");
    const std::optional<int> jobs = ParseJobs(text);
    if (!jobs.has_value()) {
      return UsageError{fmt::format("--jobs must be a number from 1 to {}: {}", kMaxJobs,
                                    EscapeForMessage(text))};
    }
    options.jobs = *jobs;
  }
  if (arguments.Has("memory")) {
    const std::string text = arguments.Value("memory");
    const std::optional<int64_t> bytes = ParseSize(text);
    if (!bytes.has_value()) {
      return UsageError{
          fmt::format("--memory must be a size such as 2GiB: {}", EscapeForMessage(text))};
    }
    if (*bytes < kMinMemoryBytes) {
      return UsageError{fmt::format("--memory must be at least {}: {}", SizeText(kMinMemoryBytes),
                                    EscapeForMessage(text))};
    }
    options.memory_bytes = *bytes;
  }
  if (arguments.Has("run-id")) {
    options.run_id = arguments.Value("run-id");
    if (!IsRunId(options.run_id)) {
      return UsageError{
          fmt::format("--run-id must be at most {} letters, digits and -_.: characters: {}",
                      kMaxRunIdBytes, EscapeForMessage(options.run_id))};
    }
  }
  for (const std::string& label : arguments.Values("label")) {
    const size_t equals = label.find('=');
    if (equals == std::string::npos || equals == 0) {
      return UsageError{fmt::format("--label must be KEY=VALUE: {}", EscapeForMessage(label))};
    }
    const auto [place, is_new] =
        options.labels.emplace(label.substr(0, equals), label.substr(equals + 1));
    if (!is_new) {
      return UsageError{fmt::format("label is given twice: {}", EscapeForMessage(place->first))};
    }
  }
  return options;
}

}  // namespace norma::cli
