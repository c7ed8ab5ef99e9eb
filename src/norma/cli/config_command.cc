#include <fmt/format.h>

#include <string>
#include <utility>

#include "norma/cli/commands.h"
#include "norma/cli/text_table.h"

namespace norma::cli {
namespace {

/// A setting in force, as text.
struct InForce {
  std::string value;   ///< empty: none
  std::string source;  ///< option | variable | file | default
};

InForce InForceOf(const OptionSpec& option, const Arguments& arguments) {
  const bool is_flag = option.kind == OptionKind::kFlag;
  const auto found = arguments.given().find(option.name);
  if (found == arguments.given().end()) {
    return {.value = is_flag ? "false" : std::string(option.default_text), .source = "default"};
  }
  const Arguments::Given& given = found->second;
  return {.value = is_flag ? (given.values.empty() ? "false" : "true")
                           : fmt::format("{}", fmt::join(given.values, ",")),
          .source = std::string(SourceName(given.source))};
}

}  // namespace

int ConfigCommand(const Arguments& arguments, const Reply& reply) {
  TextTable text(
      {{.title = "setting"}, {.title = "value"}, {.title = "source"}, {.title = "variable"}},
      reply.console().out, reply.out_style());
  nlohmann::json list = nlohmann::json::array();
  for (const OptionSpec& option : arguments.command().options) {
    if (!option.has_variable) {
      continue;
    }
    const InForce setting = InForceOf(option, arguments);
    const std::string variable = VariableName(option);
    text.Row({std::string(option.name), setting.value.empty() ? "-" : setting.value, setting.source,
              variable});
    list.push_back(
        {{"name", option.name},
         {"value", setting.value.empty() ? nlohmann::json() : nlohmann::json(setting.value)},
         {"source", setting.source},
         {"variable", variable}});
  }
  if (reply.is_json()) {
    return reply.Json({{"settings", std::move(list)}});
  }
  text.Finish();
  return reply.Done();
}

}  // namespace norma::cli
