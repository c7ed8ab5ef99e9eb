#pragma once

/// \file
/// The value of a Python string literal.

#include <optional>
#include <string>
#include <string_view>

namespace norma::extract::treesitter {

/// Evaluates one text literal with its prefix and quotes, as CPython does: escapes, raw strings,
/// line continuations, and every line end as LF.
///
/// \param literal valid UTF-8.
/// \return nothing for bytes, f-strings and t-strings, and for what is no complete literal.
///
/// Lone surrogates become U+FFFD. An escape that Python refuses stays as it is written, and so does
/// `\N{…}`, which would need the names of all characters.
///
/// Source: "String and Bytes literals" of the Python reference.
std::optional<std::string> EvaluateTextLiteral(std::string_view literal);

}  // namespace norma::extract::treesitter
