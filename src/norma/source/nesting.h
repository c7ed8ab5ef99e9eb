#pragma once

/// \file
/// A bound on nesting that is checked before anything is parsed.

#include <cstdint>
#include <optional>
#include <string_view>

namespace norma::source {

struct NestingLimits {
  /// CPython's own limits: no valid Python file is deeper.
  int32_t brackets = 200;
  int32_t indentation = 100;
};

/// Where a limit was passed.
struct NestingExcess {
  std::string_view what;  ///< "brackets" or "indentation"
  int64_t offset = 0;     ///< of the bracket or the line's first character
};

/// Counts open brackets and indentation levels in one linear scan that skips comments and strings.
///
/// \return the first place beyond a limit, if any. Works on any bytes; in a file that is no Python
///     the answer is about brackets outside of what looks like a string.
///
/// Guards tree-sitter, whose error recovery can be quadratic in unclosed brackets.
std::optional<NestingExcess> FindNestingExcess(std::string_view bytes,
                                               const NestingLimits& limits = {});

}  // namespace norma::source
