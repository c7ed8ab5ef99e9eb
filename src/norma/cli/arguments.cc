#include "norma/cli/arguments.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <utility>

#include "norma/base/unicode.h"
#include "norma/cli/config_file.h"
#include "norma/cli/suggest.h"

namespace norma::cli {
namespace {

std::string OptionText(const OptionSpec& option) { return fmt::format("--{}", option.name); }

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

using AllGiven = std::map<std::string, Arguments::Given, std::less<>>;

std::optional<UsageError> TakeFromLine(const OptionSpec& option, Raw& raw, AllGiven& given) {
  const std::string name(option.name);
  std::vector<std::string> values;
  if (option.kind == OptionKind::kFlag) {
    values.assign(raw.flags[name] > 0 ? 1 : 0, "1");
  } else {
    values = std::move(raw.values[name]);
  }
  if (option.kind == OptionKind::kValue && values.size() > 1) {
    return UsageError{fmt::format("option is given twice: {}", OptionText(option))};
  }
  if (std::find(values.begin(), values.end(), "") != values.end()) {
    return UsageError{fmt::format("option needs a value: {}", OptionText(option))};
  }
  if (!values.empty()) {
    given[name] = {.values = std::move(values), .source = Arguments::Source::kOption};
  }
  return std::nullopt;
}

std::optional<UsageError> TakeFromVariable(const OptionSpec& option, const Console& console,
                                           AllGiven& given) {
  const std::string value =
      option.has_variable ? console.variable(VariableName(option)) : std::string();
  if (value.empty() || given.contains(option.name)) {
    return std::nullopt;
  }
  std::vector<std::string> values = {value};
  if (option.kind == OptionKind::kFlag) {
    const std::optional<bool> is_on = ReadSwitch(value);
    if (!is_on.has_value()) {
      return UsageError{fmt::format("variable {} must be 1 or 0: {}", VariableName(option),
                                    EscapeForMessage(value))};
    }
    values.assign(*is_on ? 1 : 0, "1");
  }
  given[std::string(option.name)] = {.values = std::move(values),
                                     .source = Arguments::Source::kVariable};
  return std::nullopt;
}

/// A file holds the settings of all commands; this one takes its own.
std::optional<UsageError> TakeFromFile(const std::string& path, const CommandSpec& command,
                                       AllGiven& given) {
  std::variant<ConfigSettings, std::string> read = ReadConfigFile(path);
  if (auto* error = std::get_if<std::string>(&read)) {
    return UsageError{std::move(*error)};
  }
  auto& settings = std::get<ConfigSettings>(read);
  for (const OptionSpec& option : command.options) {
    const auto found = settings.find(option.name);
    if (found != settings.end() && !given.contains(option.name)) {
      given[found->first] = {.values = std::move(found->second),
                             .source = Arguments::Source::kFile};
    }
  }
  return std::nullopt;
}

}  // namespace

bool Arguments::Has(std::string_view option) const {
  const auto found = given_.find(option);
  return found != given_.end() && !found->second.values.empty();
}

std::string Arguments::Value(std::string_view option) const {
  return Has(option) ? given_.find(option)->second.values.front() : std::string();
}

std::vector<std::string> Arguments::Values(std::string_view option) const {
  return Has(option) ? given_.find(option)->second.values : std::vector<std::string>();
}

std::string_view SourceName(Arguments::Source source) {
  switch (source) {
    case Arguments::Source::kOption:
      return "option";
    case Arguments::Source::kVariable:
      return "variable";
    case Arguments::Source::kFile:
      return "file";
  }
  return "";
}

std::string VariableName(const OptionSpec& option) {
  std::string name = "NORMA_";
  for (const char c : option.name) {
    name.push_back(c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c));
  }
  return name;
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
    if (std::optional<UsageError> error = TakeFromLine(option, raw, arguments.given_)) {
      return *error;
    }
    if (std::optional<UsageError> error = TakeFromVariable(option, console, arguments.given_)) {
      return *error;
    }
  }
  if (arguments.Has("config")) {
    if (std::optional<UsageError> error =
            TakeFromFile(arguments.Value("config"), command, arguments.given_)) {
      return *error;
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
