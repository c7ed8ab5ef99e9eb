#pragma once

/// \file
/// Help for people, printed from the argument tables.

#include <nlohmann/json.hpp>
#include <string>

#include "norma/cli/argument_table.h"

namespace norma::cli {

/// The overview: what norma is, its commands, two examples, exit codes.
std::string OverviewHelp();

/// One sentence, usage, grouped options with defaults, two examples.
std::string CommandHelp(const CommandSpec& command);

/// The same for programs: {"commands": [...]}, and one command.
nlohmann::json OverviewJson();
nlohmann::json CommandJson(const CommandSpec& command);

/// The page docs/commands/<name>.md.
std::string CommandPage(const CommandSpec& command);

}  // namespace norma::cli
