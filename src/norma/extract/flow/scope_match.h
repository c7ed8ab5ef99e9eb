#pragma once

/// \file
/// Which scope of the symbol tables each code unit was compiled from.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "norma/extract/flow/code_unit.h"

namespace norma::extract::flow {

/// A scope as the symbol tables have it.
struct NamedScope {
  int32_t parent = -1;  ///< index of the enclosing scope; -1 for the module
  std::string_view name;
  int32_t line = 0;
  bool is_anonymous = false;    ///< a lambda or a comprehension, whose name is no one's choice
  bool is_type_params = false;  ///< holds type parameters of what it is named after
};

/// Matches module with module, and below each matched pair the children: lambdas and comprehensions
/// by name and line if each side has exactly one; all others by name, and equal names by rank in
/// source order if both sides have equally many. Dead code has a scope and no unit.
///
/// \param scopes in preorder.
/// \return for each unit the index of its scope; -1 if none matched.
std::vector<int32_t> MatchScopes(const CodeUnits& units, std::span<const NamedScope> scopes);

}  // namespace norma::extract::flow
