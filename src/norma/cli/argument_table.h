#pragma once

/// \file
/// The commands of norma and what each takes. Parsing, help, and docs/commands come from here.

#include <span>
#include <string_view>

namespace norma::cli {

enum class OptionKind {
  kFlag,
  kValue,  ///< given at most once
  kList,   ///< may be given again
};

struct OptionSpec {
  std::string_view name;  ///< without the dashes
  char short_name = '\0';
  OptionKind kind = OptionKind::kFlag;
  std::string_view value_name;  ///< "DIR"; empty for a flag
  std::string_view group;
  std::string_view help;          ///< one sentence without a full stop, with the unit
  std::string_view default_text;  ///< empty: none
  bool is_required = false;
  /// Whether NORMA_<NAME> gives the value when the option is absent.
  bool has_variable = true;
};

struct PositionalSpec {
  std::string_view name;  ///< "REPO"
  std::string_view help;
  bool is_required = true;
  bool is_repeated = false;  ///< only the last one may be
};

struct Example {
  std::string_view line;
  std::string_view meaning;
};

struct CommandSpec {
  std::string_view name;
  std::string_view summary;  ///< one sentence
  std::span<const PositionalSpec> positionals;
  std::span<const OptionSpec> options;
  std::span<const Example> examples;
};

/// All commands, in the order of the overview.
std::span<const CommandSpec> Commands();

/// The command of this name, or null.
const CommandSpec* FindCommand(std::string_view name);

}  // namespace norma::cli
