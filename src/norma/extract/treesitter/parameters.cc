#include "norma/extract/treesitter/parameters.h"

namespace norma::extract::treesitter {
namespace {

/// The first identifier of a parameter: its name.
NodeIndex NameInside(const FlatTree& tree, NodeIndex parameter) {
  while (parameter != kNoNode && tree[parameter].kind != Kind::kIdentifier) {
    switch (tree[parameter].kind) {
      case Kind::kTypedParameter:
      case Kind::kListSplatPattern:
      case Kind::kDictionarySplatPattern:
        parameter = tree.FirstChild(parameter);
        break;
      case Kind::kDefaultParameter:
      case Kind::kTypedDefaultParameter:
        parameter = tree.Child(parameter, FieldName::kName);
        break;
      default:  // NOLINT: a tuple, or an error
        return kNoNode;
    }
  }
  return parameter;
}

/// Whether a parameter is `*args` or `**kwargs`: the kind of its pattern.
Kind StarKind(const FlatTree& tree, NodeIndex parameter) {
  const NodeIndex inner =
      tree[parameter].kind == Kind::kTypedParameter ? tree.FirstChild(parameter) : parameter;
  return tree[inner].kind;
}

}  // namespace

std::vector<Parameter> ReadParameters(const FlatTree& tree, NodeIndex list) {
  std::vector<Parameter> parameters;
  std::string_view kind = "positional";
  if (list == kNoNode) {
    return parameters;
  }
  for (NodeIndex child = tree.FirstChild(list); child != kNoNode; child = tree.NextSibling(child)) {
    const Kind node_kind = tree[child].kind;
    if (node_kind == Kind::kError || tree[child].is_missing) {
      continue;
    }
    if (node_kind == Kind::kPositionalSeparator) {
      for (Parameter& before : parameters) {
        before.kind = "posonly";
      }
      continue;
    }
    if (node_kind == Kind::kKeywordSeparator) {
      kind = "kwonly";
      continue;
    }
    Parameter parameter;
    parameter.name = NameInside(tree, child);
    parameter.annotation = tree.Child(child, FieldName::kType);
    parameter.has_default =
        node_kind == Kind::kDefaultParameter || node_kind == Kind::kTypedDefaultParameter;
    parameter.kind = kind;
    if (StarKind(tree, child) == Kind::kListSplatPattern) {
      parameter.kind = "vararg";
      kind = "kwonly";
    } else if (StarKind(tree, child) == Kind::kDictionarySplatPattern) {
      parameter.kind = "kwarg";
    }
    parameters.push_back(parameter);
  }
  return parameters;
}

}  // namespace norma::extract::treesitter
