#include "norma/extract/treesitter/analysis.h"

#include <algorithm>
#include <utility>

#include "norma/base/id.h"
#include "norma/extract/treesitter/context.h"
#include "norma/extract/treesitter/import_statement.h"

namespace norma::extract::treesitter {
namespace {

class Analyzer {
 public:
  Analyzer(const source::SourceFile& file, SourceText& text, Analysis& analysis,
           int64_t most_name_bytes)
      : file_(file),
        text_(text),
        analysis_(analysis),
        tree_(analysis.tree),
        names_(analysis.names),
        scopes_(analysis.scopes),
        name_bytes_left_(most_name_bytes) {}

  bool Run() {
    names_.Clear();
    scopes_.Clear();
    analysis_.definitions.clear();
    analysis_.aliases.clear();
    analysis_.imports.clear();
    scopes_.Add(Scope{});
    for (NodeIndex i = 1; i < tree_.size(); ++i) {
      tree_[i].scope = ScopeOf(i);
      tree_[i].context = ContextOf(tree_, i);
      Visit(i);
      if (name_bytes_left_ < 0) {
        return false;
      }
    }
    scopes_.FinishBinding();
    return true;
  }

 private:
  uint32_t ScopeOf(NodeIndex child) const {
    const Node& node = tree_[child];
    const Node& parent = tree_[node.parent];
    switch (parent.kind) {
      case Kind::kFunctionDefinition:
      case Kind::kClassDefinition:
        return ScopeOfDefinitionPart(node, parent);
      case Kind::kLambda:
        return node.field == FieldName::kBody ? parent.aux : parent.scope;
      case Kind::kListComprehension:
      case Kind::kSetComprehension:
      case Kind::kDictionaryComprehension:
      case Kind::kGeneratorExpression:
        return parent.aux;
      case Kind::kForInClause:
        // The first iterable is evaluated where the comprehension stands.
        return node.field == FieldName::kRight && scopes_[parent.scope].first_clause == node.parent
                   ? scopes_[parent.scope].parent
                   : parent.scope;
      case Kind::kDefaultParameter:
      case Kind::kTypedDefaultParameter:
        return ScopeOfDefault(node, parent);
      case Kind::kTypeAliasStatement:
        return node.field == FieldName::kRight ? parent.aux : parent.scope;
      case Kind::kGenericType:
        return node.kind == Kind::kTypeParameter && parent.context == Context::kStore
                   ? AliasScope(node.parent)
                   : parent.scope;
      default:  // NOLINT: all other nodes are evaluated where their parent is
        return parent.scope;
    }
  }

  uint32_t ScopeOfDefinitionPart(const Node& node, const Node& parent) const {
    switch (node.field) {
      case FieldName::kBody:
        return parent.aux;
      case FieldName::kParameters:
      case FieldName::kReturnType:
      case FieldName::kSuperclasses:
      case FieldName::kTypeParameters:
        return scopes_[parent.aux].parent;
      default:  // NOLINT: the name, and what an error left
        return parent.scope;
    }
  }

  /// Defaults are evaluated outside of the type parameters' scope, unlike annotations.
  uint32_t ScopeOfDefault(const Node& node, const Node& parent) const {
    const bool is_default = node.field == FieldName::kValue &&
                            tree_[parent.parent].kind == Kind::kParameters &&
                            scopes_[parent.scope].kind == ScopeKind::kTypeParameters;
    return is_default ? scopes_[parent.scope].parent : parent.scope;
  }

  /// The scope of the type parameters of `type X[T] = …`, from the node X[T].
  uint32_t AliasScope(NodeIndex generic) const {
    const Node& statement = tree_[tree_[tree_[generic].parent].parent];
    return statement.kind == Kind::kTypeAliasStatement ? statement.aux : tree_[generic].scope;
  }

  void Visit(NodeIndex index) {
    switch (tree_[index].kind) {
      case Kind::kIdentifier:
        VisitIdentifier(index);
        return;
      case Kind::kFunctionDefinition:
        OpenFunction(index);
        return;
      case Kind::kClassDefinition:
        OpenClass(index);
        return;
      case Kind::kLambda:
        tree_[index].aux = AddScope(ScopeKind::kLambda, tree_[index].scope, OwnerAt(index));
        return;
      case Kind::kListComprehension:
      case Kind::kSetComprehension:
      case Kind::kDictionaryComprehension:
      case Kind::kGeneratorExpression:
        tree_[index].aux = AddScope(ScopeKind::kComprehension, tree_[index].scope, OwnerAt(index));
        scopes_.SetFirstClause(tree_[index].aux, tree_.Child(index, Kind::kForInClause));
        return;
      case Kind::kTypeAliasStatement:
        OpenTypeAlias(index);
        return;
      case Kind::kImportStatement:
      case Kind::kImportFromStatement:
      case Kind::kFutureImportStatement:
        ReadImport(index);
        return;
      case Kind::kGlobalStatement:
      case Kind::kNonlocalStatement:
        Declare(index);
        return;
      default:  // NOLINT: nothing is bound or opened
        return;
    }
  }

  uint32_t OwnerAt(NodeIndex index) const { return scopes_[tree_[index].scope].definition; }

  uint32_t AddScope(ScopeKind kind, uint32_t parent, uint32_t definition) {
    return scopes_.Add(Scope{kind, parent, definition, kNoNode});
  }

  NameTable::Id NameOf(NodeIndex identifier) {
    const Node& node = tree_[identifier];
    return names_.Intern(text_.Text(node.bstart, node.bend));
  }

  void VisitIdentifier(NodeIndex index) {
    Node& node = tree_[index];
    node.aux = NameOf(index);
    if (node.is_missing) {
      node.context = Context::kNone;
    } else if (node.context == Context::kStore || node.context == Context::kDel) {
      if (tree_[node.parent].kind == Kind::kType || tree_[node.parent].kind == Kind::kGenericType) {
        return;  // the name of a type alias, bound with its statement
      }
      uint32_t scope = node.scope;
      if (tree_[node.parent].kind == Kind::kNamedExpression) {
        while (scopes_[scope].kind == ScopeKind::kComprehension) {
          scope = scopes_[scope].parent;  // PEP 572
        }
      }
      scopes_.Bind(scope, node.aux, BindingKind::kOther, 0);
    } else if (node.context == Context::kParam) {
      scopes_.Bind(ScopeOfParameter(index), node.aux, BindingKind::kOther, 0);
    } else if (scopes_[node.scope].kind == ScopeKind::kTypeParameters &&
               IsTypeParameterName(node)) {
      node.context = Context::kNone;
    }
  }

  uint32_t ScopeOfParameter(NodeIndex identifier) const {
    NodeIndex above = tree_[identifier].parent;
    while (above != 0 && tree_[above].kind != Kind::kFunctionDefinition &&
           tree_[above].kind != Kind::kLambda) {
      above = tree_[above].parent;
    }
    return above == 0 ? tree_[identifier].scope : tree_[above].aux;
  }

  bool IsTypeParameterName(const Node& node) const {
    return std::ranges::binary_search(type_parameter_names_, node.bstart);
  }

  /// Opens the scope of a type parameter list, or gives the scope around it if there is none.
  uint32_t OpenTypeParameters(NodeIndex list, uint32_t around, uint32_t owner,
                              std::vector<TypeParameter>& parameters) {
    if (list == kNoNode) {
      return around;
    }
    const uint32_t scope = AddScope(ScopeKind::kTypeParameters, around, owner);
    parameters =
        ReadTypeParameters(text_.Raw(tree_[list].bstart, tree_[list].bend), tree_[list].bstart);
    type_parameter_names_.clear();
    for (const TypeParameter& parameter : parameters) {
      const NameTable::Id name =
          names_.Intern(text_.Text(parameter.name.bstart, parameter.name.bend));
      scopes_.Bind(scope, name, BindingKind::kTypeParameter, 0);
      type_parameter_names_.push_back(parameter.name.bstart);
    }
    return scope;
  }

  void OpenFunction(NodeIndex index) {
    const bool is_async = text_.Raw(tree_[index].bstart, tree_[index].bend).starts_with("async");
    OpenDefinition(index, is_async ? DefinitionKind::kAsyncFunction : DefinitionKind::kFunction,
                   ScopeKind::kFunction);
  }

  void OpenClass(NodeIndex index) {
    OpenDefinition(index, DefinitionKind::kClass, ScopeKind::kClass);
  }

  void OpenDefinition(NodeIndex index, DefinitionKind kind, ScopeKind scope_kind) {
    const uint32_t owner = OwnerAt(index);
    const uint32_t scope = tree_[index].scope;
    Definition definition;
    definition.node = index;
    definition.kind = kind;
    definition.parent = owner;
    definition.name_node = tree_.Child(index, FieldName::kName);
    definition.body = tree_.Child(index, FieldName::kBody);
    if (tree_[tree_[index].parent].kind == Kind::kDecoratedDefinition) {
      definition.decorated = tree_[index].parent;
    }
    definition.header_scope = OpenTypeParameters(tree_.Child(index, FieldName::kTypeParameters),
                                                 scope, owner, definition.type_parameters);
    const NodeIndex name = definition.name_node;
    const bool is_named = name != kNoNode && tree_[name].bend > tree_[name].bstart;
    // A definition without a name is only a scope; what is in it belongs to the next one outside.
    const auto number = static_cast<uint32_t>(analysis_.definitions.size());
    tree_[index].aux = AddScope(scope_kind, definition.header_scope, is_named ? number : owner);
    if (!is_named) {
      return;
    }
    definition.name = NameOf(name);
    const BindingKind binding =
        kind == DefinitionKind::kClass ? BindingKind::kClass : BindingKind::kFunction;
    scopes_.Bind(scope, definition.name, binding, number);
    definition.qualname = QualnameOf(scope, definition.name);
    const uint64_t key = PairKey(owner + 1, definition.name * 3 + static_cast<uint32_t>(kind));
    definition.ordinal = ordinals_.FindOrAdd(key, 0)++;
    definition.id = IdBuilder("def")
                        .Text(analysis_.OwnerKey(owner, file_))
                        .Text(DefinitionKindName(kind))
                        .Text(names_.Text(definition.name))
                        .Int(definition.ordinal)
                        .Build();
    analysis_.definitions.push_back(std::move(definition));
  }

  /// Python's __qualname__ of a name that is bound in `scope`.
  std::string QualnameOf(uint32_t scope, NameTable::Id name) {
    std::string qualname;
    const uint32_t outer = scopes_[scope].definition;
    if (outer != kNoDefinition && !scopes_.IsDeclaredGlobal(scope, name)) {
      const Definition& definition = analysis_.definitions[outer];
      qualname = definition.qualname;
      qualname += definition.kind == DefinitionKind::kClass ? "." : ".<locals>.";
    }
    qualname += names_.Text(name);
    name_bytes_left_ -= static_cast<int64_t>(qualname.size());
    return qualname;
  }

  void OpenTypeAlias(NodeIndex index) {
    const uint32_t scope = tree_[index].scope;
    const NodeIndex left = tree_.Child(index, FieldName::kLeft);
    tree_[index].aux = scope;
    NodeIndex name = tree_.FirstChild(left);
    if (left == kNoNode || name == kNoNode) {
      return;
    }
    TypeAlias alias;
    NodeIndex list = kNoNode;
    if (tree_[name].kind == Kind::kGenericType) {
      list = tree_.Child(name, Kind::kTypeParameter);
      name = tree_.FirstChild(name);
    }
    if (tree_[name].kind != Kind::kIdentifier || tree_[name].bend == tree_[name].bstart) {
      return;
    }
    alias.node = index;
    alias.value = tree_.Child(index, FieldName::kRight);
    alias.name = NameOf(name);
    alias.scope = scope;
    alias.inner_scope = OpenTypeParameters(list, scope, OwnerAt(index), alias.type_parameters);
    alias.qualname = QualnameOf(scope, alias.name);
    tree_[index].aux = alias.inner_scope;
    scopes_.Bind(scope, alias.name, BindingKind::kTypeAlias,
                 static_cast<uint32_t>(analysis_.aliases.size()));
    analysis_.aliases.push_back(std::move(alias));
  }

  void ReadImport(NodeIndex index) {
    // Each of the names that `from m import …` lists repeats m.
    if (const NodeIndex module = tree_.Child(index, FieldName::kModuleName); module != kNoNode) {
      name_bytes_left_ -=
          int64_t{tree_[module].bend - tree_[module].bstart} * int64_t{tree_[index].end - index};
    }
    if (name_bytes_left_ < 0) {
      return;
    }
    const size_t before = analysis_.imports.size();
    ReadImportStatement(tree_, index, text_, names_, analysis_.imports);
    for (size_t i = before; i < analysis_.imports.size(); ++i) {
      const ImportedName& import = analysis_.imports[i];
      if (import.bound_name.has_value()) {
        scopes_.Bind(tree_[index].scope, names_.Intern(*import.bound_name), BindingKind::kImport,
                     static_cast<uint32_t>(i));
      }
    }
  }

  void Declare(NodeIndex index) {
    const bool is_global = tree_[index].kind == Kind::kGlobalStatement;
    for (NodeIndex child = tree_.FirstChild(index); child != kNoNode;
         child = tree_.NextSibling(child)) {
      if (tree_[child].kind != Kind::kIdentifier) {
        continue;
      }
      if (is_global) {
        scopes_.DeclareGlobal(tree_[index].scope, NameOf(child));
      } else {
        scopes_.DeclareNonlocal(tree_[index].scope, NameOf(child));
      }
    }
  }

  const source::SourceFile& file_;
  SourceText& text_;
  Analysis& analysis_;
  FlatTree& tree_;
  NameTable& names_;
  ScopeTable& scopes_;
  FlatMap ordinals_;
  int64_t name_bytes_left_;
  std::vector<uint32_t> type_parameter_names_;  // where those of the list opened last start
};

}  // namespace

std::string_view DefinitionKindName(DefinitionKind kind) {
  switch (kind) {
    case DefinitionKind::kFunction:
      return "function";
    case DefinitionKind::kAsyncFunction:
      return "async_function";
    case DefinitionKind::kClass:
      return "class";
  }
  return "function";
}

bool Analyze(const source::SourceFile& file, SourceText& text, Analysis& analysis,
             int64_t most_name_bytes) {
  return Analyzer(file, text, analysis, most_name_bytes).Run();
}

}  // namespace norma::extract::treesitter
