#include "norma/cli/help.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "norma/cli/arguments.h"

namespace norma::cli {
namespace {

std::string UsageLine(const CommandSpec& command) {
  std::string line = fmt::format("norma {}", command.name);
  for (const PositionalSpec& positional : command.positionals) {
    std::string name(positional.name);
    if (positional.is_repeated) {
      name += "...";
    }
    line += positional.is_required ? fmt::format(" {}", name) : fmt::format(" [{}]", name);
  }
  for (const OptionSpec& option : command.options) {
    if (option.is_required) {
      line += fmt::format(" --{} {}", option.name, option.value_name);
    }
  }
  return line + " [options]";
}

std::string OptionNames(const OptionSpec& option) {
  std::string names = option.short_name == '\0'
                          ? fmt::format("    --{}", option.name)
                          : fmt::format("-{}, --{}", option.short_name, option.name);
  if (!option.value_name.empty()) {
    names += fmt::format(" {}", option.value_name);
  }
  return names;
}

std::string OptionHelp(const OptionSpec& option) {
  std::string help(option.help);
  if (option.is_required) {
    help += " (required)";
  } else if (!option.default_text.empty()) {
    help += fmt::format(" (default: {})", option.default_text);
  }
  return help;
}

/// The columns that help takes at most.
constexpr size_t kHelpWidth = 100;

/// Breaks `text` between words; what follows the first line starts at column `indent`.
std::string Wrapped(std::string_view text, size_t indent) {
  std::string wrapped;
  size_t column = indent;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    if (column > indent && column + 1 + word.size() > kHelpWidth) {
      wrapped += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      wrapped.push_back(' ');
      ++column;
    }
    wrapped += word;
    column += word.size();
  }
  return wrapped;
}

std::vector<std::string_view> GroupsOf(const CommandSpec& command) {
  std::vector<std::string_view> groups;
  for (const OptionSpec& option : command.options) {
    if (std::find(groups.begin(), groups.end(), option.group) == groups.end()) {
      groups.push_back(option.group);
    }
  }
  return groups;
}

/// Where a page says that options may come from.
std::string SettingsText(const CommandSpec& command) {
  std::string settings;
  bool has_file = false;
  for (const OptionSpec& option : command.options) {
    if (option.has_variable) {
      settings += fmt::format("{}`{}`", settings.empty() ? "" : ", ", VariableName(option));
    }
    has_file = has_file || option.name == "config";
  }
  if (settings.empty()) {
    return {};
  }
  return fmt::format(
      "\nAn option beats its variable{}: {}.\n",
      has_file ? ", which beats the file of `--config`, which beats the default" : "", settings);
}

nlohmann::json OptionJson(const OptionSpec& option) {
  const auto text = [](std::string_view value) {
    return value.empty() ? nlohmann::json() : nlohmann::json(value);
  };
  const std::string short_name(option.short_name == '\0' ? 0 : 1, option.short_name);
  return {{"name", option.name},
          {"short_name", text(short_name)},
          {"value", text(option.value_name)},
          {"group", option.group},
          {"help", option.help},
          {"default", text(option.default_text)},
          {"required", option.is_required},
          {"repeatable", option.kind == OptionKind::kList},
          {"variable", text(option.has_variable ? VariableName(option) : std::string())}};
}

}  // namespace

std::string OverviewHelp() {
  std::string text =
      "norma turns a Python repository into versioned Delta tables of facts.\n"
      "\n"
      "Usage: norma COMMAND [options]\n"
      "\n"
      "Commands:\n";
  for (const CommandSpec& command : Commands()) {
    text += fmt::format("  {:<10} {}\n", command.name, command.summary);
  }
  text +=
      "\n"
      "Examples:\n"
      "  norma run path/to/repo --out facts\n"
      "  norma query --out facts \"SELECT kind, count(*) FROM cst_defs_norm GROUP BY 1\"\n"
      "\n"
      "Settings: an option beats its NORMA_ variable, which beats the file of --config; norma "
      "config\n"
      "shows what is in force.\n"
      "Exit codes: 0 done, 1 done and the answer is no, 2 wrong command line, 11 to 22 an error\n"
      "of the kind in docs/error-kinds.md, 130 stopped.\n"
      "More: norma help COMMAND\n";
  return text;
}

nlohmann::json OverviewJson() {
  nlohmann::json commands = nlohmann::json::array();
  for (const CommandSpec& command : Commands()) {
    commands.push_back(CommandJson(command));
  }
  return {{"commands", std::move(commands)}};
}

nlohmann::json CommandJson(const CommandSpec& command) {
  nlohmann::json arguments = nlohmann::json::array();
  for (const PositionalSpec& positional : command.positionals) {
    arguments.push_back({{"name", positional.name},
                         {"help", positional.help},
                         {"required", positional.is_required},
                         {"repeatable", positional.is_repeated}});
  }
  nlohmann::json options = nlohmann::json::array();
  for (const OptionSpec& option : command.options) {
    options.push_back(OptionJson(option));
  }
  nlohmann::json examples = nlohmann::json::array();
  for (const Example& example : command.examples) {
    examples.push_back({{"line", example.line}, {"meaning", example.meaning}});
  }
  return {{"name", command.name},          {"summary", command.summary},
          {"usage", UsageLine(command)},   {"arguments", std::move(arguments)},
          {"options", std::move(options)}, {"examples", std::move(examples)}};
}

std::string CommandHelp(const CommandSpec& command) {
  std::string text = fmt::format("{}\n\nUsage: {}\n", command.summary, UsageLine(command));
  size_t width = 0;
  for (const OptionSpec& option : command.options) {
    width = std::max(width, OptionNames(option).size());
  }
  for (const PositionalSpec& positional : command.positionals) {
    width = std::max(width, positional.name.size());
  }
  if (!command.positionals.empty()) {
    text += "\nArguments:\n";
  }
  for (const PositionalSpec& positional : command.positionals) {
    text += fmt::format("  {:<{}}  {}\n", positional.name, width, positional.help);
  }
  for (const std::string_view group : GroupsOf(command)) {
    text += fmt::format("\n{}:\n", group);
    for (const OptionSpec& option : command.options) {
      if (option.group == group) {
        text += fmt::format("  {:<{}}  {}\n", OptionNames(option), width,
                            Wrapped(OptionHelp(option), width + 4));
      }
    }
  }
  text += "\nExamples:\n";
  for (const Example& example : command.examples) {
    text += fmt::format("  {}\n      {}\n", example.line, example.meaning);
  }
  return text;
}

std::string CommandPage(const CommandSpec& command) {
  std::string text = fmt::format("# norma {}\n\n{}\n\n```\n{}\n```\n", command.name,
                                 command.summary, UsageLine(command));
  if (!command.positionals.empty()) {
    text += "\n| argument | meaning |\n| --- | --- |\n";
  }
  for (const PositionalSpec& positional : command.positionals) {
    text += fmt::format("| `{}` | {} |\n", positional.name, positional.help);
  }
  for (const std::string_view group : GroupsOf(command)) {
    text += fmt::format("\n## {}\n\n| option | meaning | default |\n| --- | --- | --- |\n", group);
    for (const OptionSpec& option : command.options) {
      if (option.group != group) {
        continue;
      }
      std::string names = OptionNames(option);
      names.erase(0, names.find_first_not_of(' '));
      text += fmt::format("| `{}` | {} | {} |\n", names, option.help,
                          option.is_required ? "required" : option.default_text);
    }
  }
  text += SettingsText(command);
  text += "\n## Examples\n";
  for (const Example& example : command.examples) {
    text += fmt::format("\n{}:\n\n```\n{}\n```\n", example.meaning, example.line);
  }
  return text;
}

}  // namespace norma::cli
