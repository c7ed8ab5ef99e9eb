#pragma once

/// \file
/// Sizes in bytes as people write them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace norma {

/// Reads "2GiB", "512MiB", "1.5GiB", "64KiB", "1GB" (decimal), "1073741824" or "10B". Case does not
/// matter, one space may stand before the unit.
/// \return nothing for anything else, zero, and what does not fit.
std::optional<int64_t> ParseSize(std::string_view text);

/// Prints a size with three digits: "812 MiB", "1.25 GiB", "17 B".
std::string SizeText(int64_t bytes);

}  // namespace norma
