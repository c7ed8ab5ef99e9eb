#pragma once

/// \file
/// Finding the docstring of a module, class or function.

#include <optional>
#include <vector>

#include "norma/extract/treesitter/analysis.h"

namespace norma::extract::treesitter {

/// A docstring's literals: one, or several that Python joins.
struct Docstring {
  NodeIndex node = kNoNode;  ///< the string, or the concatenation
  std::vector<NodeIndex> literals;
};

/// The first statement of a body if it is nothing but a text literal: no bytes, no f- or t-string.
/// \param body a block, or the root for the module's own.
std::optional<Docstring> FindDocstring(const FlatTree& tree, const SourceText& text,
                                       NodeIndex body);

}  // namespace norma::extract::treesitter
