#pragma once

/// \file
/// From the command line to the options of a run.

#include <variant>

#include "norma/cli/arguments.h"
#include "norma/run/run.h"

namespace norma::cli {

/// Checks the values of `norma run` and turns them into options. Opens no file.
std::variant<run::RunOptions, UsageError> ReadRunOptions(const Arguments& arguments);

}  // namespace norma::cli
