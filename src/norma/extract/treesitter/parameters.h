#pragma once

/// \file
/// The parameters of a function definition.

#include <string_view>
#include <vector>

#include "norma/extract/treesitter/flat_tree.h"

namespace norma::extract::treesitter {

struct Parameter {
  NodeIndex name = kNoNode;        ///< the identifier; kNoNode for a tuple of Python 2
  NodeIndex annotation = kNoNode;  ///< kNoNode if there is none
  std::string_view kind;           ///< posonly | positional | vararg | kwonly | kwarg
  bool has_default = false;
};

/// Reads a `parameters` node in order. `/` and `*` are no parameters, and neither is what an error
/// left.
/// \param list kNoNode gives none.
std::vector<Parameter> ReadParameters(const FlatTree& tree, NodeIndex list);

}  // namespace norma::extract::treesitter
