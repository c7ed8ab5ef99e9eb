#pragma once

/// \file
/// The command line of norma.

#include <span>

#include "norma/cli/console.h"

namespace norma::cli {

/// Runs one command line and gives its exit code (docs/error-kinds.md). Throws nothing.
///
/// \param args without the program's name.
int Main(std::span<const char* const> args, const Console& console);

}  // namespace norma::cli
