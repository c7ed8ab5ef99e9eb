#include "norma/extract/treesitter/context.h"

namespace norma::extract::treesitter {
namespace {

/// A dotted name of a pattern: a class, a value `a.b`, or a capture.
Context ContextOfDottedName(const FlatTree& tree, NodeIndex name, const Node& parent) {
  switch (parent.kind) {
    case Kind::kImportStatement:
    case Kind::kImportFromStatement:
    case Kind::kFutureImportStatement:
    case Kind::kAliasedImport:
    case Kind::kRelativeImport:
    case Kind::kError:
      return Context::kNone;
    case Kind::kClassPattern:
      return Context::kLoad;
    default: {  // NOLINT: every other parent is a pattern
      const NodeIndex first = tree.FirstChild(name);
      const bool is_single = first != kNoNode && tree.NextSibling(first) == kNoNode;
      return is_single ? Context::kStore : Context::kLoad;
    }
  }
}

Context ContextOfAsPatternChild(const FlatTree& tree, NodeIndex child, const Node& node) {
  // `case P() as name`; in `with a as b` and `except A as b` the target is a node of its own.
  const bool is_case_target = node.kind == Kind::kIdentifier && child != node.parent + 1 &&
                              tree[node.parent + 1].kind == Kind::kCasePattern;
  return is_case_target ? Context::kStore : Context::kLoad;
}

}  // namespace

Context ContextOf(const FlatTree& tree, NodeIndex child) {
  const Node& node = tree[child];
  const Node& parent = tree[node.parent];
  if (node.kind == Kind::kDottedName) {
    return ContextOfDottedName(tree, child, parent);
  }
  switch (parent.kind) {
    case Kind::kAssignment:
    case Kind::kAugmentedAssignment:
    case Kind::kForStatement:
    case Kind::kForInClause:
    case Kind::kTypeAliasStatement:
      return node.field == FieldName::kLeft ? Context::kStore : Context::kLoad;
    case Kind::kNamedExpression:
      return node.field == FieldName::kName ? Context::kStore : Context::kLoad;
    case Kind::kAsPattern:
      return ContextOfAsPatternChild(tree, child, node);
    case Kind::kAsPatternTarget:
    case Kind::kSplatPattern:
      return Context::kStore;
    case Kind::kDeleteStatement:
      return Context::kDel;
    case Kind::kPatternList:
    case Kind::kTuplePattern:
    case Kind::kListPattern:
    case Kind::kListSplatPattern:
    case Kind::kDictionarySplatPattern:
    case Kind::kDottedName:
    case Kind::kExpressionList:
    case Kind::kTuple:
    case Kind::kList:
    case Kind::kListSplat:
    case Kind::kParenthesizedExpression:
    case Kind::kType:
      return parent.context;
    case Kind::kGenericType:
      return node.kind == Kind::kIdentifier ? parent.context : Context::kLoad;
    case Kind::kParameters:
    case Kind::kLambdaParameters:
      return Context::kParam;
    case Kind::kTypedParameter:
    case Kind::kDefaultParameter:
    case Kind::kTypedDefaultParameter:
      return node.field == FieldName::kType || node.field == FieldName::kValue ? Context::kLoad
                                                                               : Context::kParam;
    case Kind::kFunctionDefinition:
    case Kind::kClassDefinition:
    case Kind::kKeywordArgument:
      return node.field == FieldName::kName ? Context::kNone : Context::kLoad;
    case Kind::kKeywordPattern:
      return child == node.parent + 1 ? Context::kNone : Context::kLoad;
    case Kind::kAliasedImport:
    case Kind::kGlobalStatement:
    case Kind::kNonlocalStatement:
      return Context::kNone;
    case Kind::kAttribute:
      return node.field == FieldName::kAttribute ? Context::kNone : Context::kLoad;
    case Kind::kMemberType:
    case Kind::kError:
      return node.kind == Kind::kIdentifier ? Context::kNone : Context::kLoad;
    default:  // NOLINT: everywhere else a name is read
      return Context::kLoad;
  }
}

}  // namespace norma::extract::treesitter
