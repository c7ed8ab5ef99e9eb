#pragma once

/// \file
/// Chains of names: a.b.c.

#include <string>
#include <string_view>

#include "norma/extract/treesitter/analysis.h"

namespace norma::extract::treesitter {

/// The most parts of a chain that is read as one. A longer chain counts as an expression, or the
/// rows of its attributes would repeat it without end.
inline constexpr int kMaxChainParts = 64;

/// A name, or attributes of a name, without parentheses.
struct DottedChain {
  NodeIndex head = kNoNode;  ///< the identifier at the start
  std::string text;          ///< a.b.c, normalised

  /// ".b.c": what follows the head.
  std::string_view Suffix(const NameTable& names, const FlatTree& tree) const {
    return std::string_view(text).substr(names.Text(tree[head].aux).size());
  }
};

/// Reads the chain at `node` into `chain`, whose buffer is reused.
/// \return false if the node is no chain of at most kMaxChainParts names.
bool ReadChain(const Analysis& analysis, NodeIndex node, DottedChain& chain);

/// The identifier that ends an attribute access; kNoNode if it is missing.
NodeIndex AttributeName(const FlatTree& tree, NodeIndex attribute);

}  // namespace norma::extract::treesitter
