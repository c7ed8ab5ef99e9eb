#include "norma/contract/registry.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

#include "norma/base/nearest_names.h"
#include "norma/base/unicode.h"

namespace norma::contract {
namespace {

Error Bad(std::string message) { return Error{ErrorKind::kInvalidArgument, std::move(message)}; }

}  // namespace

Result<Registry> Registry::Make(std::vector<Contract> contracts,
                                std::map<std::string, std::string> rules) {
  Registry registry;
  registry.contracts_ = std::move(contracts);
  registry.rules_ = std::move(rules);
  for (size_t i = 0; i < registry.contracts_.size(); ++i) {
    const Contract& contract = registry.contracts_[i];
    if (!registry.by_name_.emplace(contract.name, i).second) {
      return Bad(fmt::format("two tables have one name: {}", contract.name));
    }
    if (!contract.alias.empty() && !registry.by_name_.emplace(contract.alias, i).second) {
      return Bad(fmt::format("contract {}: the alias is the name of another table: {}",
                             contract.name, contract.alias));
    }
  }
  for (const Contract& contract : registry.contracts_) {
    for (const Reference& reference : contract.references) {
      const Contract* target = registry.FindContract(reference.table);
      if (target == nullptr || target->name != reference.table ||
          target->FindColumn(reference.target) == nullptr) {
        return Bad(fmt::format("contract {}: column {} refers to what is not there: {}.{}",
                               contract.name, reference.column, reference.table, reference.target));
      }
    }
  }
  for (const auto& [table, rule] : registry.rules_) {
    const Contract* output = registry.FindContract(table);
    if (output == nullptr || output->name != table || output->kind != ContractKind::kOutput) {
      return Bad(fmt::format("rule {} makes a table that no contract declares as output: {}", rule,
                             table));
    }
  }
  return registry;
}

const Contract* Registry::FindContract(std::string_view name_or_alias) const {
  const auto found = by_name_.find(name_or_alias);
  return found == by_name_.end() ? nullptr : &contracts_[found->second];
}

Result<const Contract*> Registry::GetContract(std::string_view name_or_alias) const {
  const Contract* contract = FindContract(name_or_alias);
  if (contract == nullptr) {
    const std::vector<std::string> near = NearestNames(name_or_alias, Names());
    return Error{ErrorKind::kNotFound,
                 fmt::format("table not found: {}", EscapeForMessage(name_or_alias)),
                 near.empty() ? "norma tables lists the tables"
                              : fmt::format("did you mean {}?", fmt::join(near, ", "))};
  }
  return contract;
}

Result<sql::TableDescription> Registry::Find(std::string_view name) const {
  NORMA_ASSIGN_OR_RETURN(const Contract* contract, GetContract(name));
  const auto rule = rules_.find(contract->name);
  return sql::TableDescription{.name = contract->name,
                               .schema = contract->Schema(),
                               .rule = rule == rules_.end() ? "" : rule->second};
}

std::vector<std::string> Registry::Names() const {
  std::vector<std::string> names;
  names.reserve(by_name_.size());
  for (const auto& [name, index] : by_name_) {
    names.push_back(name);
  }
  return names;
}

}  // namespace norma::contract
