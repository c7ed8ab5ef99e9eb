#include "norma/extract/treesitter/flat_tree.h"

#include <algorithm>

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

bool HasBase(Kind kind) {
  return kind == Kind::kAttribute || kind == Kind::kCall || kind == Kind::kSubscript;
}

bool IsStarredBase(Kind kind, Kind parent) {
  return (kind == Kind::kListSplat || kind == Kind::kListSplatPattern) && HasBase(parent);
}

}  // namespace

void FlatTree::Build(const TSTree& tree, const Grammar& grammar) {
  nodes_.clear();
  disguise_ = nullptr;
  has_starred_base_ = false;
  const TSNode root = ts_tree_root_node(&tree);
  has_error_ = ts_node_has_error(root);
  nodes_.reserve(
      ts_node_descendant_count(root));  // more than are kept; what is not used costs nothing
  Cursor cursor(root);
  NodeIndex parent = 0;
  size_t depth = 0;
  while (true) {
    const std::optional<NodeIndex> index = Append(cursor.node(), cursor, parent, grammar);
    if (index.has_value()) {
      if (!IsLeaf(nodes_[*index].kind) && cursor.FirstChild()) {
        parent = *index;
        ++depth;
        continue;
      }
      Close(*index);
    }
    while (depth > 0 && !cursor.NextSibling()) {
      cursor.Parent();
      --depth;
      parent = Close(parent);
    }
    if (depth == 0) {
      break;
    }
  }
  if (has_starred_base_) {
    LiftStars();
  }
  TrimTrailingComments();
}

NodeIndex FlatTree::Close(NodeIndex index) {
  nodes_[index].end = size();
  NodeIndex parent = nodes_[index].parent;
  while (nodes_[parent].is_made_up) {
    nodes_[parent].end = size();
    parent = nodes_[parent].parent;
  }
  return parent;
}

std::optional<NodeIndex> FlatTree::Append(TSNode current, const Cursor& cursor, NodeIndex parent,
                                          const Grammar& grammar) {
  const TSSymbol symbol = ts_node_symbol(current);
  const Kind kind = grammar.KindOf(symbol);
  const bool is_fact =
      grammar.IsNamed(symbol) && kind != Kind::kComment && kind != Kind::kLineContinuation;
  const bool is_missing = has_error_ && ts_node_is_missing(current);
  const bool is_root = nodes_.empty();
  if (!is_fact && !is_missing && !is_root) {
    if (symbol == grammar.semicolon()) {
      nodes_[parent].aux = ts_node_end_byte(current);  // for TrimTrailingComments()
    }
    return std::nullopt;
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
    has_starred_base_ = has_starred_base_ || IsStarredBase(node.kind, above.kind);
  }
  if (disguise_ != nullptr) {
    if (current.id == disguise_) {
      disguise_ = nullptr;
      return AppendDisguised(node, grammar);
    }
    node.bstart = disguise_bstart_;
  } else if (kind == Kind::kTypeAliasStatement) {
    FindDisguise(current, grammar);
    if (disguise_ != nullptr) {
      node.kind = Kind::kAssignment;
      node.symbol = grammar.SymbolOf(Kind::kAssignment);
    }
  }
  nodes_.push_back(node);
  return static_cast<NodeIndex>(nodes_.size() - 1);
}

void FlatTree::FindDisguise(TSNode statement, const Grammar& grammar) {
  const uint32_t statement_bstart = ts_node_start_byte(statement);
  TSNode node = ts_node_named_child(statement, 0);
  const uint32_t target_bstart = ts_node_is_null(node) ? 0 : ts_node_start_byte(node);
  while (!ts_node_is_null(node) && ts_node_start_byte(node) == target_bstart) {
    switch (grammar.KindOf(ts_node_symbol(node))) {
      case Kind::kType:
      case Kind::kAttribute:
      case Kind::kSubscript:
      case Kind::kCall:
        node = ts_node_named_child(node, 0);
        break;
      case Kind::kParenthesizedExpression:
      case Kind::kTuple:
      case Kind::kGeneratorExpression:
      case Kind::kList:
        disguise_ = node.id;
        disguise_bstart_ = statement_bstart;
        return;
      default:  // NOLINT: a type alias, or an error
        return;
    }
  }
}

NodeIndex FlatTree::AppendDisguised(Node bracket, const Grammar& grammar) {
  const bool is_subscript = bracket.kind == Kind::kList;
  constexpr uint32_t kWordBytes = 4;  // of `type`
  Node whole = bracket;
  whole.bstart = disguise_bstart_;
  whole.kind = is_subscript ? Kind::kSubscript : Kind::kCall;
  whole.symbol = grammar.SymbolOf(whole.kind);
  whole.is_made_up = !is_subscript;
  const auto whole_index = static_cast<NodeIndex>(nodes_.size());
  nodes_.push_back(whole);
  Node word = whole;
  word.is_made_up = false;
  word.parent = whole_index;
  word.bend = word.bstart + kWordBytes;
  word.kind = Kind::kIdentifier;
  word.symbol = grammar.SymbolOf(Kind::kIdentifier);
  word.field = is_subscript ? FieldName::kValue : FieldName::kFunction;
  word.end = whole_index + 2;
  nodes_.push_back(word);
  if (is_subscript) {
    return whole_index;
  }
  bracket.parent = whole_index;
  bracket.field = FieldName::kArguments;
  if (bracket.kind != Kind::kGeneratorExpression) {
    bracket.kind = Kind::kArgumentList;
    bracket.symbol = grammar.SymbolOf(Kind::kArgumentList);
  }
  nodes_.push_back(bracket);
  return static_cast<NodeIndex>(nodes_.size() - 1);
}

void FlatTree::LiftStars() {
  for (NodeIndex i = 1; i < size(); ++i) {
    const NodeIndex parent = nodes_[i].parent;
    if (!IsStarredBase(nodes_[i].kind, nodes_[parent].kind) || i != parent + 1 || !HasChildren(i)) {
      continue;
    }
    const uint32_t star = nodes_[i].bstart;
    const uint32_t base = nodes_[i + 1].bstart;
    nodes_[i].kind = Kind::kParenthesizedExpression;  // which the readers of a chain look through
    nodes_[i].bstart = base;
    for (NodeIndex above = parent; HasBase(nodes_[above].kind) && nodes_[above].bstart == star;
         above = nodes_[above].parent) {
      nodes_[above].bstart = base;
    }
  }
}

// In reverse, so that a node's last child is trimmed before the node.
void FlatTree::TrimTrailingComments() {
  for (NodeIndex i = size(); i-- > 1;) {
    const Node& node = nodes_[i];
    Node& parent = nodes_[node.parent];
    const bool is_last = node.end == parent.end;
    if (is_last && EndsWithBlock(parent.kind) &&
        (parent.kind == Kind::kBlock || EndsWithBlock(node.kind))) {
      parent.bend = std::max(node.bend, parent.aux);  // aux: the end of the last semicolon
    }
  }
  for (Node& node : nodes_) {
    node.aux = 0;
  }
}

}  // namespace norma::extract::treesitter
