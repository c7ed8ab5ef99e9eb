#pragma once

/// \file
/// The syntax tree as one array in preorder: all that the extractor needs of it, and none of
/// tree-sitter's own costs for each look at a node.

#include <tree_sitter/api.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "norma/extract/treesitter/grammar.h"

namespace norma::extract::treesitter {

/// How a name or a target is used where it stands.
enum class Context : uint8_t {
  kLoad,
  kStore,
  kDel,
  kParam,  // declares a parameter
  kNone,   // a name that is no use of a variable: of a definition, an import, a keyword
};

/// The index of a node in its FlatTree. The root is 0, which is no child of anything.
using NodeIndex = uint32_t;
inline constexpr NodeIndex kNoNode = 0;

/// A named node, an ERROR node, or a missing token. Comments are left out.
struct Node {
  NodeIndex parent = 0;
  NodeIndex end = 0;  ///< the index after the last node below this one
  uint32_t bstart = 0;
  uint32_t bend = 0;   ///< of a compound statement: without comments that follow its body
  uint32_t scope = 0;  ///< set by Analyze(): the scope in which the node is evaluated
  uint32_t aux = 0;    ///< set by Analyze(): identifier: its name; a node that opens a scope: that
  TSSymbol symbol = 0;
  Kind kind = Kind::kOther;
  FieldName field = FieldName::kNone;
  Context context = Context::kLoad;  ///< set by Analyze()
  bool is_missing = false;
  bool in_error = false;      ///< below an ERROR node
  bool in_decorator = false;  ///< below a decorator
  bool is_made_up = false;    ///< a call that the tree does not have; see FlatTree::Build()
};

/// A whole tree in preorder: the children of `n` are n + 1, then the `end` of each child in turn.
class FlatTree {
 public:
  /// Copies `tree`. Iterative; linear in the nodes.
  ///
  /// The grammar takes `type(x).a = 1` and `type[x] = 1` for type aliases. They are copied as what
  /// they are: assignments to a part of a call or subscript of the name `type`. It also binds the
  /// star of `*a.b()` to `a` alone; the copy has it around nothing, and the access begins at `a`.
  void Build(const TSTree& tree, const Grammar& grammar);

  uint32_t size() const { return static_cast<uint32_t>(nodes_.size()); }
  const Node& operator[](NodeIndex index) const { return nodes_[index]; }
  Node& operator[](NodeIndex index) { return nodes_[index]; }
  bool has_error() const { return has_error_; }

  bool HasChildren(NodeIndex index) const { return nodes_[index].end > index + 1; }
  /// The first child, or kNoNode.
  NodeIndex FirstChild(NodeIndex index) const { return HasChildren(index) ? index + 1 : kNoNode; }
  /// The next child of the same parent, or kNoNode.
  NodeIndex NextSibling(NodeIndex index) const {
    const Node& node = nodes_[index];
    return index != 0 && node.end < nodes_[node.parent].end ? node.end : kNoNode;
  }
  /// The first child with this field, or kNoNode.
  NodeIndex Child(NodeIndex index, FieldName field) const {
    for (NodeIndex child = FirstChild(index); child != kNoNode; child = NextSibling(child)) {
      if (nodes_[child].field == field) {
        return child;
      }
    }
    return kNoNode;
  }
  /// The first child of this kind, or kNoNode.
  NodeIndex Child(NodeIndex index, Kind kind) const {
    for (NodeIndex child = FirstChild(index); child != kNoNode; child = NextSibling(child)) {
      if (nodes_[child].kind == kind) {
        return child;
      }
    }
    return kNoNode;
  }
  /// The expression inside any number of parentheses.
  NodeIndex StripParentheses(NodeIndex index) const {
    while (nodes_[index].kind == Kind::kParenthesizedExpression && HasChildren(index)) {
      index = index + 1;
    }
    return index;
  }

  /// Whether a node is a star that Build() took off, and so stands for its only child.
  bool IsLiftedStar(NodeIndex index, const Grammar& grammar) const {
    return nodes_[index].kind == Kind::kParenthesizedExpression &&
           grammar.KindOf(nodes_[index].symbol) != Kind::kParenthesizedExpression;
  }

 private:
  class Cursor;

  /// Adds the current node if it is kept, and gives the index under which its children belong.
  std::optional<NodeIndex> Append(TSNode current, const Cursor& cursor, NodeIndex parent,
                                  const Grammar& grammar);
  /// Ends the last child of `parent` and the made-up calls around it; gives what is open then.
  NodeIndex Close(NodeIndex index);
  /// Looks through a type alias for the bracket that follows `type` directly.
  void FindDisguise(TSNode statement, const Grammar& grammar);
  /// Adds `type` in front of the bracket found by FindDisguise(), which becomes its arguments.
  NodeIndex AppendDisguised(Node bracket, const Grammar& grammar);
  /// Takes the star off the base of attributes, calls and subscripts.
  void LiftStars();
  /// Ends compound statements and definitions at their last statement, as CPython does.
  void TrimTrailingComments();

  std::vector<Node> nodes_;
  bool has_error_ = false;
  bool has_starred_base_ = false;
  const void* disguise_ = nullptr;  // tree-sitter's id of the bracket; null if there is none
  uint32_t disguise_bstart_ = 0;    // of the word `type`
};

}  // namespace norma::extract::treesitter
