#pragma once

/// \file
/// Finds the Python interpreters that read source for norma.

#include <optional>
#include <string>
#include <string_view>

#include "norma/base/result.h"

namespace norma::extract::cpython {

/// A CPython of at least kMinimumVersion. A plain value.
struct Interpreter {
  std::string executable;  ///< absolute; not a launcher script that needs an environment
  std::string version;     ///< "3.13.0"
  std::string py_tag;      ///< its cache tag: "cpython-313"
  int major = 0;
  int minor = 0;

  friend bool operator==(const Interpreter&, const Interpreter&) = default;
};

inline constexpr int kMinimumMajor = 3;
inline constexpr int kMinimumMinor = 11;

/// Runs `given` once to learn what it is, or without it the first of python3.14, python3.13,
/// python3.12, python3.11 and python3 on `search_path` that norma can use.
///
/// \param given a path, or a name that is looked up on `search_path`.
/// \param search_path folders with ":" between them, usually the variable PATH. Relative folders
///     are passed over, since the current one may be that of the studied repository.
/// \return kNotFound if there is no such program, or none that fits; kInvalidArgument if `given` is
///     no CPython, is older than 3.11, or does not answer.
///
/// Runs up to five programs, each for at most ten seconds, with the caller's environment.
Result<Interpreter> FindInterpreter(std::optional<std::string_view> given,
                                    std::string_view search_path);

}  // namespace norma::extract::cpython
