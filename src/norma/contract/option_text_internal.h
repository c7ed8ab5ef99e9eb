#pragma once

/// \file
/// The values of contract options, as text.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "norma/base/result.h"

namespace norma::contract {

/// Splits at commas and trims blanks. `''` stands for the empty word.
///
/// \return kInvalidArgument for an empty list, an empty item or an item that is there twice.
Result<std::vector<std::string>> SplitWords(std::string_view text);

/// A whole number of at least 1, in decimal digits.
Result<int64_t> ParsePositive(std::string_view text);

/// A decimal number such as `0.4` or `-0.1`.
Result<double> ParseDecimal(std::string_view text);

/// Checks the value of one `delta.` option.
///
/// \return kInvalidArgument for a value that Delta does not take, for an option that norma refuses
///     with the reason, and for an unknown one with the nearest spelling.
Status CheckDeltaOption(std::string_view key, std::string_view value);

}  // namespace norma::contract
