#include "norma/rules/rule.h"

#include <utility>

namespace norma::rules {

RuleInputs::RuleInputs(const contract::Registry& contracts, sql::TypeResolver& resolver,
                       expr::RuleInterface rule)
    : expr::RuleInputs(contracts, resolver, std::move(rule)), contracts_(&contracts) {}

Result<BuiltRule> BuildRule(const Rule& rule, const contract::Registry& registry,
                            sql::TypeResolver& resolver) {
  NORMA_ASSIGN_OR_RETURN(const contract::Contract* output, registry.GetContract(rule.output));
  expr::RuleInterface interface{.inputs = {}, .output = output->Schema()};
  for (const auto names : {rule.inputs, rule.optional_inputs}) {
    for (const std::string_view name : names) {
      interface.inputs.emplace_back(name);
    }
  }
  const RuleInputs inputs(registry, resolver, std::move(interface));
  NORMA_ASSIGN_OR_RETURN(expr::Table plan, rule.build(inputs));
  NORMA_ASSIGN_OR_RETURN(std::vector<expr::UniqueClaim> claims, inputs.Claims());
  return BuiltRule{std::move(plan), std::move(claims)};
}

}  // namespace norma::rules
