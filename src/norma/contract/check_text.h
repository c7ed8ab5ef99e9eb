#pragma once

/// \file
/// Judges the SQL text of a contract's checks before it becomes part of a statement.

#include <string>
#include <string_view>
#include <vector>

#include "norma/base/result.h"

namespace norma::contract {

/// The longest check, in bytes.
inline constexpr size_t kMaxCheckBytes = 1024;

/// Checks that `text`, put in brackets, stays one expression over the columns of a row: brackets
/// and quotes are closed, and there is no comment, no end of statement, no parameter, no subquery
/// and no word that opens one. Whether it is a good expression is for the engine to say.
///
/// \return the columns that it names, sorted; kInvalidArgument when the text could be anything
///     else or names none of `columns`; kLimitExceeded beyond kMaxCheckBytes.
Result<std::vector<std::string>> CheckColumns(std::string_view text,
                                              const std::vector<std::string>& columns);

}  // namespace norma::contract
