#include "norma/extract/cpython/scopes.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>
#include <optional>
#include <span>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "norma/base/id.h"
#include "norma/source/adapter.h"

namespace norma::extract::cpython {
namespace {

/// What CPython's `symtable` module says of a symbol (Lib/symtable.py, class Symbol).
struct SymbolFacts {
  bool is_referenced;
  bool is_imported;
  bool is_parameter;
  bool is_type_parameter;
  bool is_global;
  bool is_nonlocal;
  bool is_declared_global;
  bool is_local;
  bool is_annotated;
  bool is_free;
  bool is_assigned;

  static SymbolFacts Of(int32_t flags, bool in_module, const SymbolBits& bits) {
    const int32_t scope = (flags >> bits.scope_shift) & bits.scope_mask;
    const bool bound_in_module = in_module && (flags & bits.bound) != 0;
    return {
        .is_referenced = (flags & bits.use) != 0,
        .is_imported = (flags & bits.import) != 0,
        .is_parameter = (flags & bits.parameter) != 0,
        .is_type_parameter = (flags & bits.type_parameter) != 0,
        .is_global = scope == bits.scope_global_implicit || scope == bits.scope_global_explicit ||
                     bound_in_module,
        .is_nonlocal = (flags & bits.nonlocal) != 0,
        .is_declared_global = scope == bits.scope_global_explicit,
        .is_local = scope == bits.scope_local || scope == bits.scope_cell || bound_in_module,
        .is_annotated = (flags & bits.annotated) != 0,
        .is_free = scope == bits.scope_free,
        .is_assigned = (flags & bits.local) != 0,
    };
  }
};

/// The name that a symbol of a class has for `name` as it is written (the language reference,
/// "private name mangling").
std::string Mangled(std::string_view class_name, std::string_view name) {
  const size_t first = class_name.find_first_not_of('_');
  if (!name.starts_with("__") || name.ends_with("__") || first == std::string_view::npos) {
    return std::string(name);
  }
  std::string mangled = "_";
  mangled += class_name.substr(first);
  mangled += name;
  return mangled;
}

/// Turns scopes into rows; knows ids and children of all scopes of one file.
class ScopeRows {
 public:
  ScopeRows(const ScopeTree& tree, const source::SourceFile& file, const Greeting& greeting)
      : tree_(tree), file_(file), greeting_(greeting) {
    SetOrdinals();
    SetIds();
  }

  const std::vector<std::string>& ids() const { return ids_; }

  void AppendScopes(arrow::TableBuilder& builder) const {
    for (const size_t index : Sorted([this](size_t i) {
           return std::tuple(tree_.scopes[i].line, std::string_view(ids_[i]));
         })) {
      AppendScope(index, builder);
    }
  }

  void AppendSymbols(arrow::TableBuilder& builder) const {
    for (const size_t index : Sorted([this](size_t i) { return std::string_view(ids_[i]); })) {
      AppendSymbolsOf(index, builder);
    }
  }

 private:
  std::span<const Symbol> SymbolsOf(size_t scope) const {
    return std::span(tree_.symbols)
        .subspan(tree_.scopes[scope].first_symbol, tree_.scopes[scope].symbol_count);
  }

  template <typename Key>
  std::vector<size_t> Sorted(Key key) const {
    std::vector<size_t> order(tree_.scopes.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&key](size_t a, size_t b) { return key(a) < key(b); });
    return order;
  }

  /// Numbers siblings of one type and name by line, and in CPython's order on one line.
  void SetOrdinals() {
    ordinals_.resize(tree_.scopes.size());
    children_.resize(tree_.scopes.size());
    const auto group = [this](size_t i) {
      const Scope& scope = tree_.scopes[i];
      return std::tuple(scope.parent, scope.type, scope.name);
    };
    const std::vector<size_t> order = Sorted([this, &group](size_t i) {
      return std::tuple_cat(group(i), std::tuple(tree_.scopes[i].line));
    });
    for (size_t i = 1; i < order.size(); ++i) {
      if (group(order[i]) == group(order[i - 1])) {
        ordinals_[order[i]] = ordinals_[order[i - 1]] + 1;
      }
    }
    for (size_t i = 1; i < tree_.scopes.size(); ++i) {
      children_[static_cast<size_t>(tree_.scopes[i].parent)].push_back(i);
    }
  }

  void SetIds() {
    for (size_t i = 0; i < tree_.scopes.size(); ++i) {
      const Scope& scope = tree_.scopes[i];
      const bool is_root = scope.parent < 0;
      const auto parent = static_cast<size_t>(std::max(scope.parent, 0));
      ids_.push_back(IdBuilder("scope")
                         .Text(is_root ? std::string_view(file_.file_id) : ids_[parent])
                         .Text(greeting_.py_tag)
                         .Text(scope.type)
                         .Text(scope.name)
                         .Int(ordinals_[i])
                         .Build());
    }
  }

  /// The names of the scopes from the module to this one. Made anew for each row: all of them
  /// together can be far longer than the file.
  std::string PathOf(size_t index) const {
    std::vector<std::string_view> names = {tree_.scopes[index].name};
    for (int32_t above = tree_.scopes[index].parent; above >= 0;
         above = tree_.scopes[static_cast<size_t>(above)].parent) {
      names.push_back(tree_.scopes[static_cast<size_t>(above)].name);
    }
    return fmt::format("{}", fmt::join(names.rbegin(), names.rend(), "/"));
  }

  /// Names of the symbols of a scope that satisfy `keep`, sorted unless they are parameters:
  /// CPython adds some symbols in the order of a set of strings, which changes from run to run.
  template <typename Keep>
  void AppendNames(size_t scope, bool is_sorted, Keep keep, arrow::TableBuilder& builder) const {
    std::vector<std::string_view> names;
    for (const Symbol& symbol : SymbolsOf(scope)) {
      if (keep(symbol.flags)) {
        names.push_back(symbol.name);
      }
    }
    if (is_sorted) {
      std::sort(names.begin(), names.end());
    }
    builder.BeginList();
    for (const std::string_view name : names) {
      builder.Text(name);
    }
    builder.EndList();
  }

  void AppendFunctionLists(size_t index, bool is_function, arrow::TableBuilder& builder) const {
    const SymbolBits& bits = greeting_.symbol_bits;
    const auto scope_of = [&bits](int32_t flags) {
      return (flags >> bits.scope_shift) & bits.scope_mask;
    };
    AppendNames(
        index, /*is_sorted=*/false,
        [&](int32_t flags) { return is_function && (flags & bits.parameter) != 0; }, builder);
    AppendNames(
        index, /*is_sorted=*/true,
        [&](int32_t flags) {
          return is_function &&
                 (scope_of(flags) == bits.scope_local || scope_of(flags) == bits.scope_cell);
        },
        builder);
    AppendNames(
        index, /*is_sorted=*/true,
        [&](int32_t flags) {
          return is_function && (scope_of(flags) == bits.scope_global_implicit ||
                                 scope_of(flags) == bits.scope_global_explicit);
        },
        builder);
    AppendNames(
        index, /*is_sorted=*/true,
        [&](int32_t flags) { return is_function && (flags & bits.nonlocal) != 0; }, builder);
    AppendNames(
        index, /*is_sorted=*/true,
        [&](int32_t flags) { return is_function && scope_of(flags) == bits.scope_free; }, builder);
  }

  /// Functions defined in a class body. A generic one lies in the scope of its type parameters.
  void AppendMethods(size_t index, arrow::TableBuilder& builder) const {
    std::vector<std::string_view> names;
    const Scope& scope = tree_.scopes[index];
    if (scope.type == "class") {
      for (const size_t child : children_[index]) {
        if (HoldsFunction(child) && IsLocal(index, Mangled(scope.name, tree_.scopes[child].name))) {
          names.push_back(tree_.scopes[child].name);
        }
      }
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    builder.BeginList();
    for (const std::string_view name : names) {
      builder.Text(name);
    }
    builder.EndList();
  }

  bool HoldsFunction(size_t index) const {
    const Scope& scope = tree_.scopes[index];
    if (scope.type == "function") {
      // A lambda or comprehension may share its name with a local symbol.
      const auto symbols = SymbolsOf(index);
      return scope.name != "lambda" &&
             std::none_of(symbols.begin(), symbols.end(),
                          [](const Symbol& symbol) { return symbol.name == ".0"; });
    }
    return scope.type == "type_params" &&
           std::any_of(children_[index].begin(), children_[index].end(), [&](size_t child) {
             return tree_.scopes[child].type == "function" &&
                    tree_.scopes[child].name == scope.name;
           });
  }

  bool IsLocal(size_t scope, std::string_view name) const {
    const SymbolBits& bits = greeting_.symbol_bits;
    const auto symbols = SymbolsOf(scope);
    return std::any_of(symbols.begin(), symbols.end(), [&](const Symbol& symbol) {
      return symbol.name == name &&
             SymbolFacts::Of(symbol.flags, /*in_module=*/false, bits).is_local;
    });
  }

  void AppendScope(size_t index, arrow::TableBuilder& builder) const {
    const Scope& scope = tree_.scopes[index];
    const bool is_function = scope.type == "function";
    builder.Text(file_.file_id).Text(file_.path).Text(greeting_.py_tag).Text(ids_[index]);
    if (scope.parent < 0) {
      builder.Null();
    } else {
      builder.Text(ids_[static_cast<size_t>(scope.parent)]);
    }
    builder.Text(scope.name).Int32(ordinals_[index]).Text(PathOf(index)).Text(scope.type);
    builder.Bool(scope.is_nested).Bool(is_function);
    AppendFunctionLists(index, is_function, builder);
    AppendMethods(index, builder);
    source::AppendPosition(builder, source::Convert(file_, source::Adapter::kSymtable, scope.line,
                                                    std::nullopt, std::nullopt, std::nullopt));
    builder.EndRow();
  }

  void AppendSymbolsOf(size_t index, arrow::TableBuilder& builder) const {
    const auto symbols = SymbolsOf(index);
    std::vector<const Symbol*> sorted;
    for (const Symbol& symbol : symbols) {
      sorted.push_back(&symbol);
    }
    std::sort(sorted.begin(), sorted.end(),
              [](const Symbol* a, const Symbol* b) { return a->name < b->name; });
    std::unordered_map<std::string_view, int32_t> namespaces;
    for (const size_t child : children_[index]) {
      ++namespaces[tree_.scopes[child].name];
    }
    const bool in_module = tree_.scopes[index].type == "module";
    for (const Symbol* symbol : sorted) {
      const SymbolFacts facts = SymbolFacts::Of(symbol->flags, in_module, greeting_.symbol_bits);
      const auto found = namespaces.find(symbol->name);
      const int32_t namespace_count = found == namespaces.end() ? 0 : found->second;
      builder.Text(file_.file_id).Text(file_.path).Text(greeting_.py_tag).Text(ids_[index]);
      builder.Text(IdBuilder("symbol").Text(ids_[index]).Text(symbol->name).Build());
      builder.Text(symbol->name);
      builder.Bool(facts.is_referenced).Bool(facts.is_imported).Bool(facts.is_parameter);
      builder.Bool(facts.is_type_parameter).Bool(facts.is_global).Bool(facts.is_nonlocal);
      builder.Bool(facts.is_declared_global).Bool(facts.is_local).Bool(facts.is_annotated);
      builder.Bool(facts.is_free).Bool(facts.is_assigned);
      builder.Bool(namespace_count > 0).Int32(namespace_count).EndRow();
    }
  }

  const ScopeTree& tree_;
  const source::SourceFile& file_;
  const Greeting& greeting_;
  std::vector<int32_t> ordinals_;
  std::vector<std::vector<size_t>> children_;
  std::vector<std::string> ids_;
};

}  // namespace

Result<ScopeTree> ScopeTree::Parse(const Sections& sections, const Greeting& greeting) {
  NORMA_ASSIGN_OR_RETURN(IntegerColumn rows, sections.Integers("SCOP"));
  NORMA_ASSIGN_OR_RETURN(TextColumn names, sections.Texts("SNAM"));
  NORMA_ASSIGN_OR_RETURN(IntegerColumn flags, sections.Integers("SYMF"));
  NORMA_ASSIGN_OR_RETURN(TextColumn symbol_names, sections.Texts("SYMN"));
  ScopeTree tree;
  while (rows.size() >= 5) {
    Scope scope;
    scope.parent = rows.Take();
    const auto type = greeting.scope_types.find(rows.Take());
    scope.line = rows.Take();
    const int32_t is_nested = rows.Take();
    const int32_t symbol_count = rows.Take();
    const auto index = static_cast<int32_t>(tree.scopes.size());
    const bool parent_known =
        index == 0 ? scope.parent == -1 : scope.parent >= 0 && scope.parent < index;
    const std::optional<std::string_view> name = names.Next();
    if (!parent_known || type == greeting.scope_types.end() || (is_nested & ~1) != 0 ||
        symbol_count < 0 || static_cast<size_t>(symbol_count) > flags.size() || !name.has_value()) {
      return Malformed("a scope is not as declared");
    }
    scope.type = type->second;
    scope.name = *name;
    scope.is_nested = is_nested == 1;
    scope.first_symbol = tree.symbols.size();
    scope.symbol_count = static_cast<size_t>(symbol_count);
    for (int32_t i = 0; i < symbol_count; ++i) {
      const std::optional<std::string_view> symbol = symbol_names.Next();
      if (!symbol.has_value()) {
        return Malformed("a symbol has no name");
      }
      tree.symbols.push_back({*symbol, flags.Take()});
    }
    tree.scopes.push_back(scope);
  }
  if (!rows.empty() || !names.empty() || !flags.empty() || !symbol_names.empty() ||
      tree.scopes.empty()) {
    return Malformed("the columns of scopes do not agree");
  }
  return tree;
}

std::vector<std::string> ScopeIds(const ScopeTree& tree, const source::SourceFile& file,
                                  const Greeting& greeting) {
  return ScopeRows(tree, file, greeting).ids();
}

int64_t AppendScopes(const ScopeTree& tree, const source::SourceFile& file,
                     const Greeting& greeting, EvidenceTables& tables) {
  const ScopeRows rows(tree, file, greeting);
  rows.AppendScopes(tables[EvidenceTable::kSymtableScopes]);
  rows.AppendSymbols(tables[EvidenceTable::kSymtableSymbols]);
  return static_cast<int64_t>(tree.scopes.size() + tree.symbols.size());
}

}  // namespace norma::extract::cpython
