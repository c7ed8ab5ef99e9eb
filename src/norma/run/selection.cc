#include "norma/run/selection.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "norma/rules/catalogue.h"

namespace norma::run {
namespace {

const rules::Rule* MakerOf(std::string_view table) {
  for (const rules::Rule* rule : rules::Catalogue()) {
    if (rule->output == table) {
      return rule;
    }
  }
  return nullptr;
}

/// Adds a table and everything it is made of.
void AddWithInputs(const std::string& table, std::set<std::string>& wanted) {
  std::vector<std::string> waiting = {table};
  while (!waiting.empty()) {
    const std::string next = waiting.back();
    waiting.pop_back();
    if (!wanted.insert(next).second) {
      continue;
    }
    if (const rules::Rule* maker = MakerOf(next); maker != nullptr) {
      waiting.insert(waiting.end(), maker->inputs.begin(), maker->inputs.end());
      waiting.insert(waiting.end(), maker->optional_inputs.begin(), maker->optional_inputs.end());
    }
  }
}

/// Whether an extractor of this build fills the evidence table.
bool HasProducer(std::string_view evidence_table) {
  return std::ranges::any_of(extract::AllEvidenceTables(), [&](extract::EvidenceTable table) {
    return EvidenceTableName(table) == evidence_table;
  });
}

}  // namespace

Result<Selection> Select(const std::vector<std::string>& only,
                         const contract::Registry& contracts) {
  std::set<std::string> wanted = {"repo_files", "extract_status", "extract_errors"};
  for (const std::string& name : only) {
    NORMA_ASSIGN_OR_RETURN(const contract::Contract* contract, contracts.GetContract(name));
    if (!HasProducer(contract->name) && MakerOf(contract->name) == nullptr) {
      return Error{ErrorKind::kInvalidArgument,
                   fmt::format("nothing in this version makes the table: {}", name)};
    }
    AddWithInputs(contract->name, wanted);
  }
  Selection selection;
  for (const extract::EvidenceTable table : extract::AllEvidenceTables()) {
    if (only.empty() || wanted.contains(std::string(EvidenceTableName(table)))) {
      selection.evidence.push_back(table);
    }
  }
  for (const rules::Rule* rule : rules::Catalogue()) {
    if (only.empty() || wanted.contains(std::string(rule->output))) {
      selection.rules.push_back(rule);
    }
  }
  return selection;
}

std::vector<std::string> AbsentInputs(const Selection& selection,
                                      const contract::Registry& contracts, bool has_index) {
  std::set<std::string> absent;
  for (const rules::Rule* rule : selection.rules) {
    for (const auto inputs : {rule->inputs, rule->optional_inputs}) {
      for (const std::string_view input : inputs) {
        const contract::Contract* contract = contracts.FindContract(input);
        if (contract != nullptr && contract->kind == contract::ContractKind::kEvidence &&
            (!HasProducer(input) || (input.starts_with("scip_") && !has_index))) {
          absent.insert(contract->name);
        }
      }
    }
  }
  return {absent.begin(), absent.end()};
}

}  // namespace norma::run
