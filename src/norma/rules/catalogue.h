#pragma once

/// \file
/// All built-in rules and all contracts.

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "norma/rules/rule.h"

namespace norma::rules {

/// Every built-in rule, each after the rules whose outputs it reads.
std::span<const Rule* const> Catalogue();

/// \return nullptr when there is no such rule.
const Rule* FindRule(std::string_view name);

/// Which rule makes which output: rule by table name.
std::map<std::string, std::string> RulesByOutput();

/// The DDL file of a table.
struct EmbeddedContract {
  std::string_view table;
  std::string_view ddl;
};

/// The contracts of all built-in tables, by name. They live as long as the program.
std::span<const EmbeddedContract> EmbeddedContracts();

}  // namespace norma::rules
