#include "norma/extract/treesitter/dotted_chain.h"

#include <array>

namespace norma::extract::treesitter {

NodeIndex AttributeName(const FlatTree& tree, NodeIndex attribute) {
  const NodeIndex name = tree.Child(attribute, FieldName::kAttribute);
  return name != kNoNode && tree[name].bend > tree[name].bstart ? name : kNoNode;
}

bool ReadChain(const Analysis& analysis, NodeIndex node, DottedChain& chain) {
  const FlatTree& tree = analysis.tree;
  std::array<NodeIndex, kMaxChainParts> parts{};
  size_t count = 0;
  node = tree.StripParentheses(node);
  while (tree[node].kind == Kind::kAttribute) {
    const NodeIndex name = AttributeName(tree, node);
    const NodeIndex object = tree.Child(node, FieldName::kObject);
    if (name == kNoNode || object == kNoNode || count + 1 == parts.size()) {
      return false;
    }
    parts[count++] = name;
    node = tree.StripParentheses(object);
  }
  if (tree[node].kind != Kind::kIdentifier || tree[node].is_missing) {
    return false;
  }
  chain.head = node;
  chain.text = analysis.names.Text(tree[node].aux);
  while (count > 0) {
    chain.text += '.';
    chain.text += analysis.names.Text(tree[parts[--count]].aux);
  }
  return true;
}

}  // namespace norma::extract::treesitter
