#pragma once

/// \file
/// The names that were probably meant.

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace norma {

/// Up to three of `names` that look most like `wanted`, nearest first; none that is farther away
/// than a third of its letters, in edits (insert, delete, change, swap neighbours), or than one
/// edit more than the nearest. A name that `wanted` begins counts as near. Equally near names keep
/// their order.
///
/// Nothing for an empty `wanted` and for one longer than 64 bytes, which nobody types by hand.
std::vector<std::string> NearestNames(std::string_view wanted, std::span<const std::string> names);

/// "; did you mean a, b?", or "" when no name is near. For the end of a message.
std::string DidYouMean(std::string_view wanted, std::span<const std::string> names);

}  // namespace norma
