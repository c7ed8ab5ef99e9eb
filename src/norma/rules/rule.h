#pragma once

/// \file
/// What a rule is.

#include <span>
#include <string_view>
#include <vector>

#include "norma/base/result.h"
#include "norma/contract/registry.h"
#include "norma/expr/rule_inputs.h"
#include "norma/expr/table.h"
#include "norma/sql/type_resolver.h"

namespace norma::rules {

/// What a rule is built from: its tables, and what the contracts of all tables say.
class RuleInputs : public expr::RuleInputs {
 public:
  /// \param contracts,resolver must outlive every table that is made here.
  RuleInputs(const contract::Registry& contracts, sql::TypeResolver& resolver,
             expr::RuleInterface rule);

  const contract::Registry& contracts() const { return *contracts_; }

 private:
  const contract::Registry* contracts_;
};

/// A query over tables, and the table that it makes. Rules are constants: each stands in a file of
/// its own, and catalogue.cc lists them.
struct Rule {
  std::string_view name;
  /// The table that it makes; its contract is contracts/<output>.sql.
  std::string_view output;
  /// Tables without which the result means nothing.
  std::span<const std::string_view> inputs;
  /// Tables that add to the result. What did not run is empty.
  std::span<const std::string_view> optional_inputs;
  /// Makes the plan. Reads no row.
  Result<expr::Table> (*build)(const RuleInputs& inputs);
};

/// A rule's query, and what it takes for granted about rows.
struct BuiltRule {
  expr::Table plan;  ///< exactly the columns of the rule's output
  std::vector<expr::UniqueClaim> claims;
};

/// Builds a rule's query over the tables of a registry.
///
/// \param registry,resolver must outlive the result.
/// \return kNotFound when a table is not in the registry, and what the rule itself meets.
Result<BuiltRule> BuildRule(const Rule& rule, const contract::Registry& registry,
                            sql::TypeResolver& resolver);

}  // namespace norma::rules
