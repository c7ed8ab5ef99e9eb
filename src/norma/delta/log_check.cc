#include "norma/delta/log_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <system_error>
#include <utility>

#include "norma/base/hash.h"
#include "norma/delta/checkpoint_check_internal.h"
#include "norma/delta/parquet_footer.h"

namespace norma::delta {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr std::string_view kLogFolder = "_delta_log";
constexpr int kMaxJsonDepth = 64;

constexpr std::array<std::string_view, 8> kActions = {
    "commitInfo", "protocol", "metaData", "add", "remove", "cdc", "txn", "domainMetadata"};

constexpr std::array<std::string_view, 6> kFeatures = {"appendOnly",     "invariants",
                                                       "changeDataFeed", "domainMetadata",
                                                       "rowTracking",    "inCommitTimestamp"};

std::string EntryName(int64_t version) {
  return fmt::format("{}/{:020}.json", kLogFolder, version);
}

/// Parses a line that nests at most kMaxJsonDepth deep.
std::optional<json> ParseLine(std::string_view line) {
  bool too_deep = false;
  const auto watch = [&too_deep](int depth, json::parse_event_t, json&) {
    too_deep = too_deep || depth > kMaxJsonDepth;
    return !too_deep;
  };
  json parsed = json::parse(line, watch, false);
  if (too_deep || parsed.is_discarded()) {
    return std::nullopt;
  }
  return parsed;
}

std::optional<int64_t> IntegerAt(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number_integer()) {
    return std::nullopt;
  }
  return found->get<int64_t>();
}

std::string TextAt(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// Whether a path of the log is relative and stays below the table.
bool StaysInside(std::string_view path) {
  if (path.empty() || path.front() == '/' || path.find(':') != std::string_view::npos ||
      path.find('%') != std::string_view::npos) {
    return false;
  }
  for (const fs::path& part : fs::path(path)) {
    if (part == ".." || part == ".") {
      return false;
    }
  }
  return true;
}

struct AddedFile {
  int64_t version = 0;
  int64_t line = 0;
  int64_t size = 0;
  int64_t rows = 0;
};

/// Replays a log and keeps what contradicts.
class Checker {
 public:
  explicit Checker(fs::path folder) : folder_(std::move(folder)) {}

  Result<LogReport> Run() {
    std::vector<int64_t> versions;
    NORMA_ASSIGN_OR_RETURN(versions, ListEntries());
    if (versions.empty()) {
      return Error{ErrorKind::kNotFound, fmt::format("no table log: {}", folder_.string())};
    }
    report_.first_version = versions.front();
    CheckpointReport checkpoints = CheckCheckpoints(folder_, versions.back());
    if (versions.front() != 0 && checkpoints.newest.value_or(-1) < versions.front() - 1) {
      Find(EntryName(0), 0, "log entry is missing, and there is no checkpoint");
    }
    std::ranges::move(checkpoints.findings, std::back_inserter(report_.findings));
    for (size_t i = 0; i < versions.size(); ++i) {
      if (i > 0 && versions[i] != versions[i - 1] + 1) {
        Find(EntryName(versions[i - 1] + 1), 0, "log entry is missing");
      }
      NORMA_RETURN_IF_ERROR(CheckEntry(versions[i]));
    }
    report_.last_version = versions.back();
    CheckLiveFiles();
    NORMA_RETURN_IF_ERROR(FindOrphans());
    return std::move(report_);
  }

 private:
  void Find(std::string file, int64_t line, std::string message) {
    report_.findings.push_back({std::move(file), line, std::move(message)});
  }
  /// A finding in the line that is being read.
  void Find(std::string message) { Find(EntryName(version_), line_, std::move(message)); }

  Result<std::vector<int64_t>> ListEntries() {
    std::error_code failure;
    std::vector<int64_t> versions;
    for (const auto& entry : fs::directory_iterator(folder_ / kLogFolder, failure)) {
      const std::string name = entry.path().filename().string();
      const auto version = LogFileVersion(name);
      if (version.has_value() && EntryName(*version).ends_with(name)) {
        versions.push_back(*version);
      }
    }
    std::sort(versions.begin(), versions.end());
    return versions;
  }

  Status CheckEntry(int64_t version) {
    version_ = version;
    line_ = 0;
    std::ifstream file(folder_ / EntryName(version), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (!file && !file.eof()) {
      return Error{ErrorKind::kStorage, fmt::format("cannot read {}", EntryName(version))};
    }
    if (bytes.empty()) {
      Find("log entry is empty");
      return {};
    }
    if (bytes.back() != '\n') {
      Find("log entry does not end with a line end");
    }
    entry_ = {};
    std::string_view rest = bytes;
    while (!rest.empty()) {
      ++line_;
      const size_t end = std::min(rest.find('\n'), rest.size());
      CheckLine(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (line_ == 1) {
        entry_.tail_sum = Hex(Xxh3_128(rest));
      }
    }
    FinishEntry();
    return {};
  }

  void CheckLine(std::string_view line) {
    const std::optional<json> parsed = ParseLine(line);
    if (!parsed.has_value() || !parsed->is_object() || parsed->size() != 1) {
      Find("line is not one JSON object with one action");
      return;
    }
    const std::string& name = parsed->begin().key();
    const json& action = parsed->begin().value();
    if (std::find(kActions.begin(), kActions.end(), name) == kActions.end()) {
      Find(fmt::format("action is not known: {}", name.substr(0, 120)));
      return;
    }
    if (!action.is_object()) {
      Find(fmt::format("action is not an object: {}", name));
      return;
    }
    if ((name == "commitInfo") != (line_ == 1)) {
      Find("commitInfo is not the first line, or not alone");
    }
    ++entry_.counts[name];
    CheckAction(name, action);
  }

  void CheckAction(const std::string& name, const json& action) {
    if (name == "commitInfo") {
      CheckCommitInfo(action);
    } else if (name == "protocol") {
      CheckProtocol(action);
    } else if (name == "metaData") {
      CheckMetaData(action);
    } else if (name == "add") {
      CheckAdd(action);
    } else if (name == "remove") {
      CheckRemove(action);
    } else if (name == "cdc") {
      CheckNewPath(TextAt(action, "path"));
    } else if (name == "txn") {
      CheckTxn(action);
    } else {
      CheckDomain(action);
    }
  }

  void CheckCommitInfo(const json& info) {
    entry_.count = IntegerAt(info, "norma.actions");
    entry_.sum = TextAt(info, "norma.sum");
    is_sealed_ = is_sealed_ || entry_.count.has_value();
    const auto timestamp = IntegerAt(info, "inCommitTimestamp");
    if (!timestamp.has_value()) {
      Find("commitInfo has no inCommitTimestamp");
      return;
    }
    if (last_timestamp_.has_value() && *timestamp <= *last_timestamp_) {
      Find(fmt::format("inCommitTimestamp does not rise: {} after {}", *timestamp,
                       *last_timestamp_));
    }
    last_timestamp_ = timestamp;
  }

  void CheckProtocol(const json& protocol) {
    if (IntegerAt(protocol, "minReaderVersion") != 1 ||
        IntegerAt(protocol, "minWriterVersion") != 7) {
      Find("protocol is not that of reader version 1 and writer version 7");
    }
    std::set<std::string> features;
    if (const auto listed = protocol.find("writerFeatures");
        listed != protocol.end() && listed->is_array()) {
      for (const json& feature : *listed) {
        features.insert(feature.is_string() ? feature.get<std::string>() : std::string());
      }
    }
    for (const std::string_view feature : kFeatures) {
      if (features.erase(std::string(feature)) == 0) {
        Find(fmt::format("protocol lacks a feature: {}", feature));
      }
    }
    for (const std::string& feature : features) {
      Find(fmt::format("protocol has a feature that norma does not use: {}",
                       feature.substr(0, 120)));
    }
  }

  void CheckMetaData(const json& meta_data) {
    const std::string schema = TextAt(meta_data, "schemaString");
    if (!ParseLine(schema).has_value()) {
      Find("the schema is not JSON");
    }
  }

  void CheckNewPath(const std::string& path) {
    if (!StaysInside(path)) {
      Find(fmt::format("path does not stay inside the table: {}", path.substr(0, 120)));
    }
    if (!named_.insert(path).second) {
      Find(fmt::format("path was named before: {}", path.substr(0, 120)));
    }
  }

  void CheckAdd(const json& add) {
    const std::string path = TextAt(add, "path");
    CheckNewPath(path);
    AddedFile file{.version = version_, .line = line_};
    const auto size = IntegerAt(add, "size");
    const std::optional<json> stats = ParseLine(TextAt(add, "stats"));
    const auto rows =
        stats.has_value() && stats->is_object() ? IntegerAt(*stats, "numRecords") : std::nullopt;
    if (!size.has_value() || !rows.has_value() || *size < 0 || *rows < 0) {
      Find(fmt::format("add has no size or no numRecords: {}", path.substr(0, 120)));
      return;
    }
    file.size = *size;
    file.rows = *rows;
    CheckRowIds(add, file);
    live_[path] = file;
  }

  void CheckRowIds(const json& add, const AddedFile& file) {
    const auto first = IntegerAt(add, "baseRowId");
    if (!first.has_value()) {
      Find("add has no baseRowId");
      return;
    }
    if (IntegerAt(add, "defaultRowCommitVersion") != version_) {
      Find("add does not carry the version of its entry");
    }
    if (*first < next_row_id_) {
      Find(fmt::format("row ids overlap: {} is not past {}", *first, next_row_id_ - 1));
    }
    next_row_id_ = std::max(next_row_id_, *first + file.rows);
  }

  void CheckRemove(const json& remove) {
    const std::string path = TextAt(remove, "path");
    if (live_.erase(path) == 0 && report_.first_version == 0) {
      Find(fmt::format("remove names a file that is not live: {}", path.substr(0, 120)));
    }
    named_.insert(path);
  }

  void CheckTxn(const json& txn) {
    const std::string app_id = TextAt(txn, "appId");
    const auto number = IntegerAt(txn, "version");
    if (app_id.empty() || !number.has_value()) {
      Find("txn has no appId or no version");
      return;
    }
    const auto [last, is_first] = last_txn_.try_emplace(app_id, *number);
    if (!is_first && *number <= last->second) {
      Find(fmt::format("txn of {} does not rise: {} after {}", app_id.substr(0, 120), *number,
                       last->second));
    }
    last->second = *number;
    report_.txns.push_back({app_id, *number, version_});
  }

  void CheckDomain(const json& domain) {
    if (TextAt(domain, "domain") != "delta.rowTracking") {
      return;
    }
    const std::optional<json> configuration = ParseLine(TextAt(domain, "configuration"));
    const auto mark = configuration.has_value() && configuration->is_object()
                          ? IntegerAt(*configuration, "rowIdHighWaterMark")
                          : std::nullopt;
    if (!mark.has_value()) {
      Find("the row id high-water mark cannot be read");
    } else if (high_water_.has_value() && *mark < *high_water_) {
      Find(fmt::format("the row id high-water mark falls: {} after {}", *mark, *high_water_));
    }
    high_water_ = mark.has_value() ? mark : high_water_;
  }

  void FinishEntry() {
    const auto more_than_one = [this](const char* action) { return entry_.counts[action] > 1; };
    if (more_than_one("protocol") || more_than_one("metaData")) {
      Find(EntryName(version_), 0, "log entry has two protocols or two metaData");
    }
    if (version_ == 0 && (entry_.counts["protocol"] != 1 || entry_.counts["metaData"] != 1)) {
      Find(EntryName(version_), 0, "the first log entry has no protocol or no metaData");
    }
    if (entry_.count.has_value() && *entry_.count != line_) {
      Find(EntryName(version_), 0,
           fmt::format("log entry was written with {} actions and has {}", *entry_.count, line_));
    }
    if (!entry_.sum.empty() && entry_.sum != entry_.tail_sum) {
      Find(EntryName(version_), 0, "log entry does not have the sum that it was written with");
    }
    if (is_sealed_ && (!entry_.count.has_value() || entry_.sum.empty())) {
      Find(EntryName(version_), 0,
           "log entry has no count or no sum, as others of this table have");
    }
    if (next_row_id_ > 0 && high_water_.value_or(-1) < next_row_id_ - 1) {
      Find(EntryName(version_), 0,
           fmt::format("the row id high-water mark {} is below row id {}", high_water_.value_or(-1),
                       next_row_id_ - 1));
    }
  }

  void CheckLiveFiles() {
    for (const auto& [path, added] : live_) {
      report_.live.push_back({path, added.rows});
      if (!StaysInside(path)) {
        continue;
      }
      const fs::path file = folder_ / path;
      const auto find = [this, &added, &path](std::string_view what) {
        Find(EntryName(added.version), added.line, fmt::format("{}: {}", what, path));
      };
      std::error_code failure;
      const uint64_t size = fs::file_size(file, failure);
      if (failure) {
        find("live file is missing");
        continue;
      }
      if (size != static_cast<uint64_t>(added.size)) {
        find(fmt::format("live file has {} bytes, not {}", size, added.size));
        continue;
      }
      const Result<int64_t> rows = ParquetRowCount(file.string());
      if (!rows.ok()) {
        find(rows.error().message);
      } else if (rows.value() != added.rows) {
        find(fmt::format("live file has {} rows, not {}", rows.value(), added.rows));
      }
    }
  }

  Status FindOrphans() {
    std::error_code failure;
    auto file = fs::recursive_directory_iterator(folder_, failure);
    for (; !failure && file != fs::recursive_directory_iterator(); file.increment(failure)) {
      if (!file->is_regular_file()) {
        continue;
      }
      const std::string path = file->path().lexically_relative(folder_).generic_string();
      const bool in_log = path.starts_with(fmt::format("{}/", kLogFolder));
      const bool is_staging = file->path().filename().string().starts_with(".");
      if (in_log ? is_staging : !named_.contains(path)) {
        report_.orphans.push_back(path);
      }
    }
    if (failure) {
      return Error{ErrorKind::kStorage,
                   fmt::format("cannot list the table's folder: {}", folder_.string())};
    }
    std::sort(report_.orphans.begin(), report_.orphans.end());
    return {};
  }

  /// What is gathered over one entry.
  struct Entry {
    std::map<std::string, int64_t> counts;
    std::optional<int64_t> count;
    std::string sum;
    std::string tail_sum;
  };

  const fs::path folder_;
  LogReport report_;
  bool is_sealed_ = false;
  int64_t version_ = 0;
  int64_t line_ = 0;
  Entry entry_;
  std::optional<int64_t> last_timestamp_;
  std::optional<int64_t> high_water_;
  int64_t next_row_id_ = 0;
  std::map<std::string, int64_t> last_txn_;
  std::map<std::string, AddedFile> live_;
  std::set<std::string> named_;
};

}  // namespace

Result<LogReport> CheckLog(const std::string& table_folder) {
  return Checker(fs::path(table_folder)).Run();
}

}  // namespace norma::delta
