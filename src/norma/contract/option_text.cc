#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "norma/base/nearest_names.h"
#include "norma/contract/option_text_internal.h"

namespace norma::contract {
namespace {

enum class DeltaValue { kTrue, kPositive, kInterval, kPaths, kRefused };

struct DeltaOption {
  std::string_view key;
  DeltaValue value;
  std::string_view reason;  // why it is refused
};

constexpr std::string_view kReaders = "not every reader could follow";

constexpr std::array<DeltaOption, 12> kDeltaOptions = {{
    {"delta.enableChangeDataFeed", DeltaValue::kTrue, ""},
    {"delta.enableRowTracking", DeltaValue::kTrue, ""},
    {"delta.enableInCommitTimestamps", DeltaValue::kTrue, ""},
    {"delta.targetFileSize", DeltaValue::kPositive, ""},
    {"delta.checkpointInterval", DeltaValue::kPositive, ""},
    {"delta.dataSkippingStatsColumns", DeltaValue::kPaths, ""},
    {"delta.logRetentionDuration", DeltaValue::kInterval, ""},
    {"delta.deletedFileRetentionDuration", DeltaValue::kInterval, ""},
    {"delta.setTransactionRetentionDuration", DeltaValue::kRefused,
     "it would forget which runs were applied"},
    {"delta.enableDeletionVectors", DeltaValue::kRefused, kReaders},
    {"delta.columnMapping.mode", DeltaValue::kRefused, kReaders},
    {"delta.checkpointPolicy", DeltaValue::kRefused, kReaders},
}};

std::string_view Trim(std::string_view text) {
  const size_t begin = std::min(text.find_first_not_of(" \t\r\n"), text.size());
  text.remove_prefix(begin);
  const size_t last = text.find_last_not_of(" \t\r\n");
  return last == std::string_view::npos ? std::string_view() : text.substr(0, last + 1);
}

/// `interval 30 days`
bool IsInterval(std::string_view text) {
  constexpr std::array<std::string_view, 10> kUnits = {
      "second", "seconds", "minute", "minutes", "hour", "hours", "day", "days", "week", "weeks"};
  if (!text.starts_with("interval ")) {
    return false;
  }
  text.remove_prefix(9);
  const size_t blank = text.find(' ');
  return blank != std::string_view::npos && ParsePositive(text.substr(0, blank)).ok() &&
         std::ranges::find(kUnits, text.substr(blank + 1)) != kUnits.end();
}

}  // namespace

Result<std::vector<std::string>> SplitWords(std::string_view text) {
  std::vector<std::string> words;
  size_t begin = 0;
  while (begin <= text.size()) {
    const size_t end = std::min(text.find(',', begin), text.size());
    const std::string_view word = Trim(text.substr(begin, end - begin));
    if (word.empty()) {
      return Error{ErrorKind::kInvalidArgument, fmt::format("an empty item in a list: {}", text)};
    }
    std::string value(word == "''" ? std::string_view() : word);
    if (std::ranges::find(words, value) != words.end()) {
      return Error{ErrorKind::kInvalidArgument,
                   fmt::format("an item is there twice in a list: {}", word)};
    }
    words.push_back(std::move(value));
    begin = end + 1;
  }
  return words;
}

Result<int64_t> ParsePositive(std::string_view text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 1) {
    return Error{ErrorKind::kInvalidArgument, fmt::format("not a positive whole number: {}", text)};
  }
  return number;
}

Result<double> ParseDecimal(std::string_view text) {
  double number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error != std::errc() || end != text.data() + text.size()) {
    return Error{ErrorKind::kInvalidArgument, fmt::format("not a decimal number: {}", text)};
  }
  return number;
}

Status CheckDeltaOption(std::string_view key, std::string_view value) {
  if (key.starts_with("delta.constraints.")) {
    return Error{ErrorKind::kInvalidArgument, fmt::format("refused, {}: {}", kReaders, key)};
  }
  const auto option = std::ranges::find(kDeltaOptions, key, &DeltaOption::key);
  if (option == kDeltaOptions.end()) {
    std::vector<std::string> keys;
    keys.reserve(kDeltaOptions.size());
    for (const DeltaOption& known : kDeltaOptions) {
      keys.emplace_back(known.key);
    }
    return Error{ErrorKind::kInvalidArgument,
                 fmt::format("unknown option: {}{}", key, DidYouMean(key, keys))};
  }
  bool good = true;
  switch (option->value) {
    case DeltaValue::kTrue:
      good = value == "true";
      break;
    case DeltaValue::kPositive:
      good = ParsePositive(value).ok();
      break;
    case DeltaValue::kInterval:
      good = IsInterval(value);
      break;
    case DeltaValue::kPaths:  // The paths are resolved where the columns are known.
      break;
    case DeltaValue::kRefused:
      return Error{ErrorKind::kInvalidArgument,
                   fmt::format("refused, {}: {}", option->reason, key)};
  }
  if (!good) {
    return Error{ErrorKind::kInvalidArgument,
                 fmt::format("not a value that {} takes: {}", key, value)};
  }
  return {};
}

}  // namespace norma::contract
