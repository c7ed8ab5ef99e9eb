#pragma once

/// \file
/// What a node is there for, as its parent decides: read, bound, deleted.

#include "norma/extract/treesitter/flat_tree.h"

namespace norma::extract::treesitter {

/// The context of a child, from that of its parent, which must be set already.
///
/// As in Python's `ast`: targets pass Store and Del on to the elements of tuples and lists; the
/// parts of an attribute or subscript are loads, whatever happens to the whole.
Context ContextOf(const FlatTree& tree, NodeIndex child);

}  // namespace norma::extract::treesitter
