#pragma once

/// \file
/// Reads a command line by the tables of argument_table.h.

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "norma/cli/argument_table.h"
#include "norma/cli/console.h"

namespace norma::cli {

/// A command line that cannot be understood: one sentence, with the nearest right word.
struct UsageError {
  std::string message;
};

/// What was given to one command. Options are asked for by their name in the table.
class Arguments {
 public:
  enum class Source { kOption, kVariable, kFile };

  struct Given {
    std::vector<std::string> values;  ///< one for a flag that is on, none for one that is off
    Source source = Source::kOption;
  };

  /// Whether the option has a value, or the flag is on.
  bool Has(std::string_view option) const;
  /// The value of an option that was given; empty when it was not.
  std::string Value(std::string_view option) const;
  /// The values of an option that may be given again.
  std::vector<std::string> Values(std::string_view option) const;

  const std::vector<std::string>& positionals() const { return positionals_; }
  /// All options that were given, by name.
  const std::map<std::string, Given, std::less<>>& given() const { return given_; }
  const CommandSpec& command() const { return *command_; }

 private:
  friend std::variant<Arguments, UsageError> ParseArguments(const CommandSpec&,
                                                            std::span<const char* const>,
                                                            const Console&);

  const CommandSpec* command_ = nullptr;
  std::map<std::string, Given, std::less<>> given_;
  std::vector<std::string> positionals_;
};

/// Reads what follows the command's name. An option that is absent is taken from its NORMA_
/// variable, else from the file of --config. With --help nothing else is asked for.
std::variant<Arguments, UsageError> ParseArguments(const CommandSpec& command,
                                                   std::span<const char* const> args,
                                                   const Console& console);

/// "option", "variable" or "file".
std::string_view SourceName(Arguments::Source source);

/// The variable that gives an option its value: NORMA_RUN_ID for run-id.
std::string VariableName(const OptionSpec& option);

}  // namespace norma::cli
