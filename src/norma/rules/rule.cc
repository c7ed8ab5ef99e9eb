#include "norma/rules/rule.h"

#include <fmt/format.h>

#include <string>

namespace norma::rules {

Result<expr::Table> BuildRule(const Rule& rule, const contract::Registry& registry,
                              sql::TypeResolver& resolver) {
  const std::string context = fmt::format("rule {}", rule.name);
  const contract::Contract* output = registry.FindContract(rule.output);
  if (output == nullptr) {
    return Error{ErrorKind::kNotFound, fmt::format("table not found: {}", rule.output)}.WithContext(
        context);
  }
  expr::RuleInterface interface{.inputs = {}, .output = output->Schema()};
  for (const auto names : {rule.inputs, rule.optional_inputs}) {
    for (const std::string_view name : names) {
      interface.inputs.emplace_back(name);
    }
  }
  return rule.build(expr::RuleInputs(registry, resolver, std::move(interface)))
      .WithContext(context);
}

}  // namespace norma::rules
