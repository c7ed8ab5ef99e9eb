#pragma once

/// \file
/// How a contract says what its rows are evidence of: the options `norma.evidence.…`.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "norma/base/result.h"

namespace norma::contract {

struct ContractColumn;

/// A condition over the row: `is_stale`, or `candidate_count > 1`.
struct EvidenceCondition {
  std::string column;      ///< BOOLEAN without a comparison, else a whole number
  std::string comparison;  ///< = != < <= > >=; empty for none
  std::string number;
};

/// A text of the row: a literal, `column:<name>`, or `<literal> when <condition> else <literal>`.
struct EvidenceText {
  std::string column;   ///< whose value it is; empty for a literal
  std::string literal;  ///< if there is no condition, or it holds
  std::optional<EvidenceCondition> condition;
  std::string otherwise;  ///< if it does not
};

/// What is taken from the confidence of rows: `<number> when <condition>`.
struct EvidencePenalty {
  double amount = 0;
  EvidenceCondition condition;
};

/// Rows of one group exclude each other: `<subject kind>, <column with the subject's id>`.
struct EvidenceGroup {
  std::string kind;
  std::string column;
};

/// How a row becomes a row of normalize_evidence_v1. Its confidence is `confidence` and the weight
/// of its source, less the penalty, kept between 0 and 1.
struct EvidenceOptions {
  std::string family;
  EvidenceText source;
  EvidenceText role;
  double confidence = 1;
  std::map<std::string, double> weights;  ///< by source; 0 for any other
  std::optional<EvidencePenalty> penalty;
  std::optional<EvidenceGroup> group;
};

/// Reads the options: their values by what follows `norma.evidence.` in their names.
///
/// \return nothing if the contract does not emit evidence; kInvalidArgument for an unknown option,
///     a missing one, and a value that is none of the forms above or names no fitting column.
Result<std::optional<EvidenceOptions>> ParseEvidenceOptions(
    const std::map<std::string, std::string, std::less<>>& given,
    const std::vector<ContractColumn>& columns);

}  // namespace norma::contract
