#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string_view>

#include "norma/contract/check_text.h"
#include "norma/contract/contract_options_internal.h"
#include "norma/contract/evidence_options.h"
#include "norma/contract/option_text_internal.h"

namespace norma::contract {
namespace {

Error Bad(std::string message) { return Error{ErrorKind::kInvalidArgument, std::move(message)}; }

/// One value of a closed vocabulary.
template <typename T, size_t N>
Result<T> Choose(std::string_view value,
                 const std::array<std::pair<std::string_view, T>, N>& words) {
  for (const auto& [word, meaning] : words) {
    if (word == value) {
      return meaning;
    }
  }
  return Bad(fmt::format("not a value that it takes: {}", value));
}

/// Reads options one by one. Each method takes the value of one option, `item` being what follows
/// the option's prefix.
class OptionReader {
 public:
  explicit OptionReader(Contract& contract) : contract_(contract) {}

  Status Read(std::string_view key, std::string_view value) {
    if (key.starts_with("delta.")) {
      contract_.properties.emplace(key, value);
      NORMA_RETURN_IF_ERROR(CheckDeltaOption(key, value));
      return key == "delta.dataSkippingStatsColumns" ? Statistics(value) : Status();
    }
    for (const Entry& entry : kEntries) {
      if (entry.prefix ? key.starts_with(entry.key) && key.size() > entry.key.size()
                       : key == entry.key) {
        return (this->*entry.read)(key.substr(entry.prefix ? entry.key.size() : key.size()), value);
      }
    }
    return Bad("unknown option");
  }

  /// What can be judged only when all options are known.
  Status Finish() {
    if (!kind_given_) {
      return Bad("a contract must give norma.kind");
    }
    if (contract_.schema_version == 0) {
      return Bad("a contract must give norma.schema_version");
    }
    if (contract_.comment.empty()) {
      return Bad("a contract must give norma.comment");
    }
    if (!coordinates_given_) {
      return Bad("a contract must give norma.coordinates");
    }
    if (!contract_.properties.contains("delta.dataSkippingStatsColumns")) {
      return Bad("a contract must give delta.dataSkippingStatsColumns");
    }
    NORMA_RETURN_IF_ERROR(FinishReplaceBy());
    NORMA_RETURN_IF_ERROR(FinishOrders());
    return FinishEvidence();
  }

 private:
  struct Entry {
    std::string_view key;
    bool prefix;
    Status (OptionReader::*read)(std::string_view item, std::string_view value);
  };
  static const std::array<Entry, 17> kEntries;

  Status Kind(std::string_view /*item*/, std::string_view value) {
    constexpr std::array<std::pair<std::string_view, ContractKind>, 3> kWords = {{
        {"evidence", ContractKind::kEvidence},
        {"output", ContractKind::kOutput},
        {"control", ContractKind::kControl},
    }};
    NORMA_ASSIGN_OR_RETURN(contract_.kind, Choose(value, kWords));
    kind_given_ = true;
    return {};
  }

  Status Comment(std::string_view /*item*/, std::string_view value) {
    contract_.comment = value;
    return {};
  }

  Status SchemaVersion(std::string_view /*item*/, std::string_view value) {
    NORMA_ASSIGN_OR_RETURN(contract_.schema_version, ParsePositive(value));
    return {};
  }

  Status Alias(std::string_view /*item*/, std::string_view value) {
    contract_.alias = value;
    return IsPlainName(value) ? Status() : Status(Bad("an alias must be a-z, 0-9 and _"));
  }

  Status Sort(std::string_view /*item*/, std::string_view value) {
    NORMA_ASSIGN_OR_RETURN(contract_.sort, OrderPaths(value));
    return {};
  }

  Status CoordinatesOf(std::string_view /*item*/, std::string_view value) {
    constexpr std::array<std::pair<std::string_view, Coordinates>, 3> kWords = {{
        {"bytes", Coordinates::kBytes},
        {"offsets", Coordinates::kOffsets},
        {"none", Coordinates::kNone},
    }};
    NORMA_ASSIGN_OR_RETURN(contract_.coordinates, Choose(value, kWords));
    coordinates_given_ = true;
    return {};
  }

  Status Replace(std::string_view /*item*/, std::string_view value) {
    constexpr std::array<std::pair<std::string_view, ReplaceBy>, 2> kWords = {{
        {"path", ReplaceBy::kPath},
        {"table", ReplaceBy::kTable},
    }};
    NORMA_ASSIGN_OR_RETURN(const ReplaceBy replace, Choose(value, kWords));
    replace_by_ = replace;
    return {};
  }

  Status NotNull(std::string_view /*item*/, std::string_view value) {
    NORMA_ASSIGN_OR_RETURN(const std::vector<std::string> words, SplitWords(value));
    for (const std::string& word : words) {
      NORMA_ASSIGN_OR_RETURN(ColumnPath path, ColumnPath::Parse(word));
      NORMA_RETURN_IF_ERROR(TypeAt(path).status());
      if (path.is_column()) {
        return Bad(fmt::format("write NOT NULL at the column itself: {}", word));
      }
      contract_.not_null.push_back(std::move(path));
    }
    return {};
  }

  Status Ids(std::string_view /*item*/, std::string_view value) {
    NORMA_ASSIGN_OR_RETURN(contract_.ids, SplitWords(value));
    for (const std::string& name : contract_.ids) {
      NORMA_RETURN_IF_ERROR(TextColumn(name));
    }
    return {};
  }

  Status Values(std::string_view item, std::string_view value) {
    NORMA_RETURN_IF_ERROR(TextColumn(item));
    NORMA_ASSIGN_OR_RETURN(std::vector<std::string> words, SplitWords(value));
    contract_.values.push_back({std::string(item), std::move(words)});
    return {};
  }

  Status CheckOf(std::string_view item, std::string_view value) {
    if (!IsPlainName(item)) {
      return Bad("the name of a check must be a-z, 0-9 and _");
    }
    std::vector<std::string> names;
    names.reserve(contract_.columns.size());
    for (const ContractColumn& column : contract_.columns) {
      names.push_back(column.name);
    }
    NORMA_RETURN_IF_ERROR(CheckColumns(value, names).status());
    contract_.checks.push_back({std::string(item), std::string(value)});
    return {};
  }

  Status ReferenceOf(std::string_view item, std::string_view value) {
    const size_t dot = value.find('.');
    if (contract_.FindColumn(item) == nullptr || dot == std::string_view::npos ||
        !IsPlainName(value.substr(0, dot)) || !IsPlainName(value.substr(dot + 1))) {
      return Bad(fmt::format("a reference goes from a column to table.column: {}", value));
    }
    contract_.references.push_back(
        {std::string(item), std::string(value.substr(0, dot)), std::string(value.substr(dot + 1))});
    return {};
  }

  Status Dedupe(std::string_view /*item*/, std::string_view value) {
    constexpr std::array<std::pair<std::string_view, bool>, 1> kWords = {{{"keep_first", true}}};
    NORMA_ASSIGN_OR_RETURN(dedupe_, Choose(value, kWords));
    return {};
  }

  Status DedupeOrder(std::string_view /*item*/, std::string_view value) {
    NORMA_ASSIGN_OR_RETURN(contract_.dedupe_order, OrderPaths(value));
    return {};
  }

  Status OnErrorOf(std::string_view /*item*/, std::string_view value) {
    constexpr std::array<std::pair<std::string_view, OnError>, 2> kWords = {{
        {"divert", OnError::kDivert},
        {"fail", OnError::kFail},
    }};
    NORMA_ASSIGN_OR_RETURN(contract_.on_error, Choose(value, kWords));
    return {};
  }

  Status TextOf(std::string_view /*item*/, std::string_view value) {
    if (value.starts_with("cut:")) {
      NORMA_ASSIGN_OR_RETURN(contract_.text_cut, ParsePositive(value.substr(4)));
      return {};
    }
    return value == "full" ? Status() : Status(Bad("not full or cut:<bytes>"));
  }

  Status Evidence(std::string_view item, std::string_view value) {
    evidence_.emplace(item, value);
    return {};
  }

  Status Statistics(std::string_view value) const {
    NORMA_ASSIGN_OR_RETURN(const std::vector<std::string> words, SplitWords(value));
    for (const std::string& word : words) {
      NORMA_ASSIGN_OR_RETURN(const ColumnPath path, ColumnPath::Parse(word));
      NORMA_ASSIGN_OR_RETURN(const sql::DataType type, TypeAt(path));
      if (path.has_items() || !type.fields().empty()) {
        return Bad(fmt::format("statistics are kept of single values only: {}", word));
      }
    }
    return {};
  }

  Status FinishReplaceBy() {
    if (contract_.kind == ContractKind::kControl) {
      contract_.replace_by = ReplaceBy::kNone;
      return replace_by_ ? Status(Bad("rows of a control table are never replaced")) : Status();
    }
    if (!replace_by_) {
      return Bad("a contract must give norma.replace_by");
    }
    contract_.replace_by = *replace_by_;
    const ContractColumn* path = contract_.FindColumn("path");
    if (*replace_by_ == ReplaceBy::kPath && (path == nullptr || path->nullable)) {
      return Bad("norma.replace_by path wants a column path that is NOT NULL");
    }
    return {};
  }

  Status FinishOrders() {
    if (contract_.sort.empty()) {
      return Bad("a contract must give norma.sort");
    }
    for (const std::string& column : contract_.key) {
      AppendColumn(column, contract_.sort);
    }
    if (dedupe_ != !contract_.dedupe_order.empty()) {
      return Bad("norma.dedupe and norma.dedupe.order are given together");
    }
    if (dedupe_) {
      // Rows that agree in every column are the same row, so an order over all of them is total.
      std::set<std::string> ordered(contract_.key.begin(), contract_.key.end());
      for (const ColumnPath& path : contract_.dedupe_order) {
        if (path.is_column()) {
          ordered.insert(path.column());
        }
      }
      for (const ContractColumn& column : contract_.columns) {
        if (!ordered.contains(column.name)) {
          return Bad(
              fmt::format("norma.dedupe.order is not total, it leaves out: {}", column.name));
        }
      }
    }
    return {};
  }

  Status FinishEvidence() {
    NORMA_ASSIGN_OR_RETURN(contract_.evidence, ParseEvidenceOptions(evidence_, contract_.columns));
    return {};
  }

  static void AppendColumn(const std::string& column, std::vector<ColumnPath>& paths) {
    const bool there = std::ranges::any_of(
        paths, [&](const ColumnPath& path) { return path.is_column() && path.column() == column; });
    if (!there) {
      paths.push_back(ColumnPath::Parse(column).value());  // A plain name always parses.
    }
  }

  Result<std::vector<ColumnPath>> OrderPaths(std::string_view text) const {
    NORMA_ASSIGN_OR_RETURN(const std::vector<std::string> words, SplitWords(text));
    std::vector<ColumnPath> paths;
    for (const std::string& word : words) {
      NORMA_ASSIGN_OR_RETURN(ColumnPath path, ColumnPath::Parse(word));
      NORMA_ASSIGN_OR_RETURN(const sql::DataType type, TypeAt(path));
      if (path.has_items() || !type.fields().empty()) {
        return Bad(fmt::format("rows are ordered by single values only: {}", word));
      }
      paths.push_back(std::move(path));
    }
    return paths;
  }

  Result<sql::DataType> TypeAt(const ColumnPath& path) const {
    const ContractColumn* column = contract_.FindColumn(path.column());
    if (column == nullptr) {
      return Bad(fmt::format("there is no such column: {}", path.column()));
    }
    return path.TypeIn(column->type);
  }

  Status TextColumn(std::string_view name) const {
    const ContractColumn* column = contract_.FindColumn(name);
    if (column == nullptr || !column->type.is_text()) {
      return Bad(fmt::format("there is no such text column: {}", name));
    }
    return {};
  }

  Contract& contract_;
  bool kind_given_ = false;
  bool coordinates_given_ = false;
  bool dedupe_ = false;
  std::optional<ReplaceBy> replace_by_;
  std::map<std::string, std::string, std::less<>> evidence_;
};

const std::array<OptionReader::Entry, 17> OptionReader::kEntries = {{
    {"norma.kind", false, &OptionReader::Kind},
    {"norma.comment", false, &OptionReader::Comment},
    {"norma.schema_version", false, &OptionReader::SchemaVersion},
    {"norma.alias", false, &OptionReader::Alias},
    {"norma.sort", false, &OptionReader::Sort},
    {"norma.coordinates", false, &OptionReader::CoordinatesOf},
    {"norma.replace_by", false, &OptionReader::Replace},
    {"norma.not_null", false, &OptionReader::NotNull},
    {"norma.ids", false, &OptionReader::Ids},
    {"norma.dedupe", false, &OptionReader::Dedupe},
    {"norma.dedupe.order", false, &OptionReader::DedupeOrder},
    {"norma.on_error", false, &OptionReader::OnErrorOf},
    {"norma.text", false, &OptionReader::TextOf},
    {"norma.values.", true, &OptionReader::Values},
    {"norma.check.", true, &OptionReader::CheckOf},
    {"norma.reference.", true, &OptionReader::ReferenceOf},
    {"norma.evidence.", true, &OptionReader::Evidence},
}};

}  // namespace

Status ReadOptions(std::span<const std::pair<std::string, std::string>> options,
                   Contract& contract) {
  OptionReader reader(contract);
  std::set<std::string_view> seen;
  for (const auto& [key, value] : options) {
    if (!seen.insert(key).second) {
      return Bad(fmt::format("an option is given twice: {}", key));
    }
    NORMA_RETURN_IF_ERROR(reader.Read(key, value).WithContext(fmt::format("option {}", key)));
  }
  return reader.Finish();
}

}  // namespace norma::contract
