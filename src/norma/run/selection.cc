#include "norma/run/selection.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <span>

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

std::vector<AbsentInput> AbsentInputs(const Selection& selection,
                                      const contract::Registry& contracts, bool has_index) {
  std::map<std::string, bool> is_required;
  const auto add = [&](std::span<const std::string_view> inputs, bool required) {
    for (const std::string_view input : inputs) {
      const contract::Contract* contract = contracts.FindContract(input);
      if (contract != nullptr && contract->kind == contract::ContractKind::kEvidence &&
          (!HasProducer(input) || (input.starts_with("scip_") && !has_index))) {
        is_required[contract->name] |= required;
      }
    }
  };
  for (const rules::Rule* rule : selection.rules) {
    add(rule->inputs, true);
    add(rule->optional_inputs, false);
  }
  std::vector<AbsentInput> absent;
  for (const auto& [table, required] : is_required) {
    absent.push_back({.table = table, .is_required = required});
  }
  return absent;
}

std::vector<std::string> AbsentInputTexts(const std::vector<AbsentInput>& absent) {
  std::vector<std::string> texts;
  for (const AbsentInput& input : absent) {
    texts.push_back(input.table);
    if (input.is_required) {
      texts.push_back(fmt::format("empty: {}", input.table));
    }
  }
  return texts;
}

}  // namespace norma::run
