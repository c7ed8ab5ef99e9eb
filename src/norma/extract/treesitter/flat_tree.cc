#include "norma/extract/treesitter/flat_tree.h"

namespace norma::extract::treesitter {
/// A tree cursor that frees itself.
class FlatTree::Cursor {
 public:
  explicit Cursor(TSNode node) : cursor_(ts_tree_cursor_new(node)) {}
  ~Cursor() { ts_tree_cursor_delete(&cursor_); }
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;

  TSNode node() const { return ts_tree_cursor_current_node(&cursor_); }
  TSFieldId field() const { return ts_tree_cursor_current_field_id(&cursor_); }
  bool FirstChild() { return ts_tree_cursor_goto_first_child(&cursor_); }
  bool NextSibling() { return ts_tree_cursor_goto_next_sibling(&cursor_); }
  void Parent() { ts_tree_cursor_goto_parent(&cursor_); }

 private:
  TSTreeCursor cursor_;
};

namespace {

/// Kinds whose children say nothing: skipped for speed, unless they may hold an error.
bool IsLeaf(Kind kind) {
  return kind == Kind::kIdentifier || kind == Kind::kStringContent || kind == Kind::kInteger ||
         kind == Kind::kFloat || kind == Kind::kTrue || kind == Kind::kFalse ||
         kind == Kind::kNone || kind == Kind::kImportPrefix || kind == Kind::kWildcardImport;
}

/// A definition, or what can stand between it and the end of its body. Its own end takes in the
/// comments that follow the last statement.
bool EndsWithBlock(Kind kind) {
  switch (kind) {
    case Kind::kBlock:
    case Kind::kCaseClause:
    case Kind::kClassDefinition:
    case Kind::kDecoratedDefinition:
    case Kind::kElifClause:
    case Kind::kElseClause:
    case Kind::kExceptClause:
    case Kind::kFinallyClause:
    case Kind::kForStatement:
    case Kind::kFunctionDefinition:
    case Kind::kIfStatement:
    case Kind::kMatchStatement:
    case Kind::kTryStatement:
    case Kind::kWhileStatement:
    case Kind::kWithStatement:
      return true;
    default:  // NOLINT: all other kinds end with a token
      return false;
  }
}

}  // namespace

void FlatTree::Build(const TSTree& tree, const Grammar& grammar) {
  nodes_.clear();
  const TSNode root = ts_tree_root_node(&tree);
  has_error_ = ts_node_has_error(root);
  Cursor cursor(root);
  NodeIndex parent = 0;
  size_t depth = 0;
  while (true) {
    if (Append(cursor.node(), cursor, parent, grammar)) {
      const auto index = static_cast<NodeIndex>(nodes_.size() - 1);
      if (!IsLeaf(nodes_[index].kind) && cursor.FirstChild()) {
        parent = index;
        ++depth;
        continue;
      }
      nodes_[index].end = size();
    }
    while (depth > 0 && !cursor.NextSibling()) {
      cursor.Parent();
      --depth;
      nodes_[parent].end = size();
      parent = nodes_[parent].parent;
    }
    if (depth == 0) {
      break;
    }
  }
  TrimTrailingComments();
}

bool FlatTree::Append(TSNode current, const Cursor& cursor, NodeIndex parent,
                      const Grammar& grammar) {
  const TSSymbol symbol = ts_node_symbol(current);
  const Kind kind = grammar.KindOf(symbol);
  const bool is_fact = grammar.IsNamed(symbol) && kind != Kind::kComment &&
                       kind != Kind::kLineContinuation;
  const bool is_missing = has_error_ && ts_node_is_missing(current);
  const bool is_root = nodes_.empty();
  if (!is_fact && !is_missing && !is_root) {
    return false;
  }
  Node node;
  node.parent = parent;
  node.bstart = ts_node_start_byte(current);
  node.bend = ts_node_end_byte(current);
  node.symbol = symbol;
  node.kind = kind;
  node.is_missing = is_missing;
  if (!is_root) {
    const Node& above = nodes_[parent];
    node.field = grammar.FieldOf(cursor.field());
    node.in_error = above.in_error || above.kind == Kind::kError;
    node.in_decorator = above.in_decorator || above.kind == Kind::kDecorator;
  }
  nodes_.push_back(node);
  return true;
}

// In reverse, so that a node's last child is trimmed before the node.
void FlatTree::TrimTrailingComments() {
  for (NodeIndex i = size(); i-- > 1;) {
    const Node& node = nodes_[i];
    Node& parent = nodes_[node.parent];
    const bool is_last = node.end == parent.end;
    if (is_last && EndsWithBlock(parent.kind) &&
        (parent.kind == Kind::kBlock || EndsWithBlock(node.kind))) {
      parent.bend = node.bend;
    }
  }
}

}  // namespace norma::extract::treesitter
