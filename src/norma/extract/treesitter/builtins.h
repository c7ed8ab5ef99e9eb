#pragma once

/// \file
/// Names that every Python module sees without binding them.

#include <string_view>

namespace norma::extract::treesitter {

/// Whether `name` is a name of Python's `builtins` module.
bool IsBuiltin(std::string_view name);

}  // namespace norma::extract::treesitter
