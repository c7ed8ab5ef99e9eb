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
  enum class Source { kOption, kVariable };

  struct Given {
    std::vector<std::string> values;  ///< one for a flag
    Source source = Source::kOption;
  };

  bool Has(std::string_view option) const { return given_.contains(option); }
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

/// Reads what follows the command's name; options that are absent are taken from NORMA_ variables.
/// With --help nothing else is asked for.
std::variant<Arguments, UsageError> ParseArguments(const CommandSpec& command,
                                                   std::span<const char* const> args,
                                                   const Console& console);

}  // namespace norma::cli
