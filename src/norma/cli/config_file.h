#pragma once

/// \file
/// The file of --config: settings that neither an option nor a variable gives.

#include <map>
#include <string>
#include <variant>
#include <vector>

namespace norma::cli {

/// Values by the name of the option; a flag that is off has none.
using ConfigSettings = std::map<std::string, std::vector<std::string>, std::less<>>;

/// Reads a TOML file whose keys are the names of options that have a variable, of any command:
///
///     out = "facts"
///     jobs = 4
///     only = ["cst_defs_norm_v1", "cst_imports_norm_v1"]
///     strict = true
///
/// \return or what is wrong, in one sentence that names the place.
std::variant<ConfigSettings, std::string> ReadConfigFile(const std::string& path);

}  // namespace norma::cli
