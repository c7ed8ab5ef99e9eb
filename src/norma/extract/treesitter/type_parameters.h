#pragma once

/// \file
/// Type parameter lists (PEP 695, PEP 696), read from the text.

#include <cstdint>
#include <string_view>
#include <vector>

namespace norma::extract::treesitter {

/// A span of the file, empty if absent.
struct TextSpan {
  uint32_t bstart = 0;
  uint32_t bend = 0;

  bool empty() const { return bstart == bend; }
};

struct TypeParameter {
  TextSpan name;
  TextSpan bound;
  TextSpan default_value;
};

/// Reads `[T: int = str, *Ts, **P]`.
///
/// The grammar knows no defaults and makes errors of different shapes of them, while the list as a
/// whole keeps its node; so the list is read from its text.
///
/// \param list the raw bytes of the list with its brackets.
/// \param offset where the list starts in the file.
std::vector<TypeParameter> ReadTypeParameters(std::string_view list, uint32_t offset);

}  // namespace norma::extract::treesitter
