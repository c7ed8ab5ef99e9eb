#include "norma/cli/arguments.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <utility>

#include "norma/base/unicode.h"
#include "norma/cli/suggest.h"

namespace norma::cli {
namespace {

std::string OptionText(const OptionSpec& option) { return fmt::format("--{}", option.name); }

std::string VariableName(const OptionSpec& option) {
  std::string name = "NORMA_";
  for (const char c : option.name) {
    name.push_back(c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c));
  }
  return name;
}

/// What CLI11 collects before norma looks at it.
struct Raw {
  std::map<std::string, std::vector<std::string>, std::less<>> values;
  std::map<std::string, int, std::less<>> flags;
  std::vector<std::string> positionals;
  std::vector<std::string> unknown;
};

UsageError UnknownOption(const CommandSpec& command, std::string_view given) {
  std::vector<std::string> known;
  for (const OptionSpec& option : command.options) {
    known.push_back(OptionText(option));
  }
  const std::string_view name = given.substr(0, given.find('='));
  return {fmt::format("unknown option: {}{}", EscapeForMessage(name), Suggestion(name, known))};
}

/// The option that CLI11's text "--jobs: 1 required TEXT missing" is about.
std::string SubjectOf(std::string_view what) { return std::string(what.substr(0, what.find(':'))); }

std::optional<UsageError> Collect(const CommandSpec& command, std::span<const char* const> args,
                                  Raw& raw) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  for (const OptionSpec& option : command.options) {
    std::string names = OptionText(option);
    if (option.short_name != '\0') {
      names = fmt::format("-{},{}", option.short_name, names);
    }
    if (option.kind == OptionKind::kFlag) {
      app.add_flag(names, raw.flags[std::string(option.name)]);
    } else {
      app.add_option(names, raw.values[std::string(option.name)])
          ->type_size(1)
          ->allow_extra_args(false)
          ->take_all();
    }
  }
  app.add_option("arguments", raw.positionals);
  // CLI11 wants the arguments reversed, and throws what it finds wrong.
  std::vector<std::string> reversed(args.begin(), args.end());
  std::reverse(reversed.begin(), reversed.end());
  try {
    app.parse(std::move(reversed));
  } catch (const CLI::ArgumentMismatch& error) {
    return UsageError{fmt::format("option needs a value: {}", SubjectOf(error.what()))};
  } catch (const CLI::ParseError& error) {
    return UsageError{EscapeForMessage(error.what())};
  }
  for (std::string& extra : app.remaining()) {
    if (extra != "--") {
      raw.unknown.push_back(std::move(extra));
    }
  }
  return std::nullopt;
}

std::optional<UsageError> CheckPositionals(const CommandSpec& command,
                                           const std::vector<std::string>& positionals) {
  const auto specs = command.positionals;
  const bool is_open = !specs.empty() && specs.back().is_repeated;
  if (!is_open && positionals.size() > specs.size()) {
    return UsageError{
        fmt::format("unexpected argument: {}", EscapeForMessage(positionals[specs.size()]))};
  }
  for (size_t i = positionals.size(); i < specs.size(); ++i) {
    if (specs[i].is_required) {
      return UsageError{fmt::format("argument is missing: {}", specs[i].name)};
    }
  }
  const auto empty = std::find(positionals.begin(), positionals.end(), "");
  if (empty != positionals.end()) {
    const size_t place =
        std::min(static_cast<size_t>(empty - positionals.begin()), specs.size() - 1);
    return UsageError{fmt::format("argument is empty: {}", specs[place].name)};
  }
  return std::nullopt;
}

/// Reads a flag from a variable: 1 true yes on, or 0 false no off.
std::optional<bool> ReadSwitch(std::string_view text) {
  constexpr std::array<std::string_view, 4> kOn = {"1", "true", "yes", "on"};
  constexpr std::array<std::string_view, 4> kOff = {"0", "false", "no", "off"};
  if (std::find(kOn.begin(), kOn.end(), text) != kOn.end()) {
    return true;
  }
  if (std::find(kOff.begin(), kOff.end(), text) != kOff.end()) {
    return false;
  }
  return std::nullopt;
}

}  // namespace

std::string Arguments::Value(std::string_view option) const {
  const auto found = given_.find(option);
  return found == given_.end() ? std::string() : found->second.values.front();
}

std::vector<std::string> Arguments::Values(std::string_view option) const {
  const auto found = given_.find(option);
  return found == given_.end() ? std::vector<std::string>() : found->second.values;
}

std::variant<Arguments, UsageError> ParseArguments(const CommandSpec& command,
                                                   std::span<const char* const> args,
                                                   const Console& console) {
  Raw raw;
  if (std::optional<UsageError> error = Collect(command, args, raw)) {
    return *error;
  }
  Arguments arguments;
  arguments.command_ = &command;
  arguments.positionals_ = std::move(raw.positionals);
  if (raw.flags["help"] > 0) {
    arguments.given_["help"] = {.values = {"1"}};
    return arguments;
  }
  if (!raw.unknown.empty()) {
    return UnknownOption(command, raw.unknown.front());
  }
  for (const OptionSpec& option : command.options) {
    const std::string name(option.name);
    Arguments::Given given;
    if (option.kind == OptionKind::kFlag) {
      given.values.assign(raw.flags[name] > 0 ? 1 : 0, "1");
    } else {
      given.values = std::move(raw.values[name]);
    }
    if (option.kind == OptionKind::kValue && given.values.size() > 1) {
      return UsageError{fmt::format("option is given twice: {}", OptionText(option))};
    }
    if (given.values.empty() && option.has_variable) {
      const std::string value = console.variable(VariableName(option));
      given.source = Arguments::Source::kVariable;
      if (option.kind == OptionKind::kFlag && !value.empty()) {
        const std::optional<bool> is_on = ReadSwitch(value);
        if (!is_on.has_value()) {
          return UsageError{fmt::format("variable {} must be 1 or 0: {}", VariableName(option),
                                        EscapeForMessage(value))};
        }
        given.values.assign(*is_on ? 1 : 0, "1");
      } else if (!value.empty()) {
        given.values = {value};
      }
    }
    if (!given.values.empty() &&
        std::any_of(given.values.begin(), given.values.end(),
                    [](const std::string& value) { return value.empty(); })) {
      return UsageError{fmt::format("option needs a value: {}", OptionText(option))};
    }
    if (!given.values.empty()) {
      arguments.given_[name] = std::move(given);
    }
  }
  if (std::optional<UsageError> error = CheckPositionals(command, arguments.positionals_)) {
    return *error;
  }
  for (const OptionSpec& option : command.options) {
    if (option.is_required && !arguments.Has(option.name)) {
      return UsageError{
          fmt::format("option is missing: {} {}", OptionText(option), option.value_name)};
    }
  }
  return arguments;
}

}  // namespace norma::cli
