#pragma once

/// \file
/// All built-in rules and all contracts.

#include <span>
#include <string_view>

#include "norma/rules/rule.h"

namespace norma::rules {

/// Every built-in rule, each after the rules whose outputs it reads.
std::span<const Rule* const> Catalogue();

/// \return nullptr when there is no such rule.
const Rule* FindRule(std::string_view name);

/// The name and the DDL file of a table.
struct EmbeddedContract {
  std::string_view name;
  std::string_view ddl;
};

/// The contracts of all built-in tables, by name. They live as long as the program.
std::span<const EmbeddedContract> EmbeddedContracts();

}  // namespace norma::rules
