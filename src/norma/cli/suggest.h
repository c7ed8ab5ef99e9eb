#pragma once

/// \file
/// The word that was probably meant.

#include <span>
#include <string>
#include <string_view>

namespace norma::cli {

/// " (did you mean x?)", or nothing when there is no near word.
std::string Suggestion(std::string_view word, std::span<const std::string> candidates);

}  // namespace norma::cli
