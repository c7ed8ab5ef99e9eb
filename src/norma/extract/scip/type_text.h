#pragma once

/// \file
/// The type that a symbol's documentation names.

#include <optional>
#include <string>
#include <string_view>

namespace norma::extract::scip {

/// The content of the first fenced block of a Markdown text; nothing if it has none.
std::optional<std::string_view> FencedBlock(std::string_view markdown);

/// The block as a type expression, trimmed: nothing for a signature and for what is no type.
std::optional<std::string_view> TypeOfBlock(std::string_view block);

}  // namespace norma::extract::scip
