#include "norma/contract/evidence_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "norma/contract/contract.h"
#include "norma/contract/option_text_internal.h"

namespace norma::contract {
namespace {

constexpr std::string_view kColumn = "column:";
constexpr std::string_view kWhen = " when ";
constexpr std::string_view kElse = " else ";

Error Bad(std::string message) { return Error{ErrorKind::kInvalidArgument, std::move(message)}; }

bool IsText(const sql::DataType& type) { return type.is_text(); }
bool IsInteger(const sql::DataType& type) { return type.is_integer(); }
bool IsBoolean(const sql::DataType& type) { return type.kind() == sql::TypeKind::kBoolean; }

/// Reads values against the columns of one contract.
class Reader {
 public:
  explicit Reader(const std::vector<ContractColumn>& columns) : columns_(columns) {}

  Result<EvidenceText> Text(std::string_view value) const {
    EvidenceText text;
    if (value.starts_with(kColumn)) {
      text.column = value.substr(kColumn.size());
      NORMA_RETURN_IF_ERROR(Find(text.column, "text", &IsText));
      return text;
    }
    const size_t when = value.find(kWhen);
    if (when == std::string_view::npos) {
      text.literal = value;
      return text;
    }
    const size_t otherwise = value.find(kElse, when);
    if (otherwise == std::string_view::npos) {
      return Bad(fmt::format("a choice has an else: {}", value));
    }
    text.literal = value.substr(0, when);
    text.otherwise = value.substr(otherwise + kElse.size());
    const size_t begin = when + kWhen.size();
    NORMA_ASSIGN_OR_RETURN(text.condition, Condition(value.substr(begin, otherwise - begin)));
    return text;
  }

  Result<EvidencePenalty> Penalty(std::string_view value) const {
    const size_t when = value.find(kWhen);
    if (when == std::string_view::npos) {
      return Bad(fmt::format("a penalty is <number> when <condition>: {}", value));
    }
    EvidencePenalty penalty;
    NORMA_ASSIGN_OR_RETURN(penalty.amount, ParseDecimal(value.substr(0, when)));
    NORMA_ASSIGN_OR_RETURN(penalty.condition, Condition(value.substr(when + kWhen.size())));
    return penalty;
  }

  Result<EvidenceGroup> Group(std::string_view value) const {
    NORMA_ASSIGN_OR_RETURN(std::vector<std::string> words, SplitWords(value));
    if (words.size() != 2) {
      return Bad(fmt::format("a group is <subject kind>, <column>: {}", value));
    }
    NORMA_RETURN_IF_ERROR(Find(words[1], "text", &IsText));
    return EvidenceGroup{std::move(words[0]), std::move(words[1])};
  }

 private:
  using TypeTest = bool (*)(const sql::DataType&);

  Status Find(std::string_view name, std::string_view kind, TypeTest fits) const {
    const auto column = std::ranges::find(columns_, name, &ContractColumn::name);
    if (column == columns_.end() || !fits(column->type)) {
      return Bad(fmt::format("there is no such {} column: {}", kind, name));
    }
    return {};
  }

  Result<EvidenceCondition> Condition(std::string_view text) const {
    constexpr std::array<std::string_view, 6> kComparisons = {"=", "!=", "<", "<=", ">", ">="};
    EvidenceCondition condition;
    const size_t first = text.find(' ');
    condition.column = text.substr(0, first);
    if (first == std::string_view::npos) {
      NORMA_RETURN_IF_ERROR(Find(condition.column, "BOOLEAN", &IsBoolean));
      return condition;
    }
    const size_t second = text.find(' ', first + 1);
    if (second == std::string_view::npos) {
      return Bad(
          fmt::format("a condition is <column> or <column> <comparison> <number>: {}", text));
    }
    condition.comparison = text.substr(first + 1, second - first - 1);
    condition.number = text.substr(second + 1);
    if (std::ranges::find(kComparisons, condition.comparison) == kComparisons.end()) {
      return Bad(fmt::format("there is no such comparison: {}", condition.comparison));
    }
    if (condition.number != "0") {
      NORMA_RETURN_IF_ERROR(ParsePositive(condition.number).status());
    }
    NORMA_RETURN_IF_ERROR(Find(condition.column, "integer", &IsInteger));
    return condition;
  }

  const std::vector<ContractColumn>& columns_;
};

Result<std::map<std::string, double>> Weights(std::string_view text) {
  NORMA_ASSIGN_OR_RETURN(const std::vector<std::string> words, SplitWords(text));
  std::map<std::string, double> weights;
  for (const std::string& word : words) {
    const size_t equals = word.find('=');
    if (equals == std::string::npos) {
      return Bad(fmt::format("a weight is name=number: {}", word));
    }
    NORMA_ASSIGN_OR_RETURN(const double weight, ParseDecimal(word.substr(equals + 1)));
    weights.emplace(word.substr(0, equals), weight);
  }
  return weights;
}

Result<double> Confidence(std::string_view text) {
  NORMA_ASSIGN_OR_RETURN(const double confidence, ParseDecimal(text));
  if (confidence < 0 || confidence > 1) {
    return Bad(fmt::format("a confidence lies between 0 and 1: {}", text));
  }
  return confidence;
}

Status ReadOption(std::string_view item, std::string_view value, const Reader& reader,
                  EvidenceOptions& options) {
  if (item == "family") {
    options.family = value;
  } else if (item == "source") {
    NORMA_ASSIGN_OR_RETURN(options.source, reader.Text(value));
  } else if (item == "role") {
    NORMA_ASSIGN_OR_RETURN(options.role, reader.Text(value));
  } else if (item == "confidence") {
    NORMA_ASSIGN_OR_RETURN(options.confidence, Confidence(value));
  } else if (item == "weights") {
    NORMA_ASSIGN_OR_RETURN(options.weights, Weights(value));
  } else if (item == "penalty") {
    NORMA_ASSIGN_OR_RETURN(options.penalty, reader.Penalty(value));
  } else if (item == "group") {
    NORMA_ASSIGN_OR_RETURN(options.group, reader.Group(value));
  } else if (item != "emit") {
    return Bad("unknown option");
  }
  return {};
}

}  // namespace

Result<std::optional<EvidenceOptions>> ParseEvidenceOptions(
    const std::map<std::string, std::string, std::less<>>& given,
    const std::vector<ContractColumn>& columns) {
  const Reader reader(columns);
  EvidenceOptions options;
  for (const auto& [item, value] : given) {
    NORMA_RETURN_IF_ERROR(ReadOption(item, value, reader, options)
                              .WithContext(fmt::format("norma.evidence.{}", item)));
  }
  const auto emit = given.find("emit");
  if (emit == given.end() || emit->second == "false") {
    return given.size() > (emit == given.end() ? 0U : 1U)
               ? Result<std::optional<EvidenceOptions>>(
                     Bad("norma.evidence options are given without norma.evidence.emit"))
               : std::optional<EvidenceOptions>();
  }
  if (emit->second != "true") {
    return Bad("norma.evidence.emit is true or false");
  }
  for (const std::string_view item : {"family", "source", "role", "confidence"}) {
    if (!given.contains(item)) {
      return Bad(fmt::format("a contract that emits evidence must give norma.evidence.{}", item));
    }
  }
  return std::optional(std::move(options));
}

}  // namespace norma::contract
