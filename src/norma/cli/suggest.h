#pragma once

/// \file
/// The word that was probably meant.

#include <span>
#include <string>
#include <string_view>

namespace norma::cli {

/// The candidate nearest to `word` by edits (insert, delete, change, swap neighbours), or nothing
/// when all are farther away than a third of its letters. The first of equals wins.
std::string NearestWord(std::string_view word, std::span<const std::string> candidates);

/// " (did you mean x?)", or nothing when there is no near word.
std::string Suggestion(std::string_view word, std::span<const std::string> candidates);

}  // namespace norma::cli
