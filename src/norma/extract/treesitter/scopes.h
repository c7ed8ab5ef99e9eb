#pragma once

/// \file
/// Python's scopes in one file, and which statements bind which name in them.

#include <cstdint>
#include <optional>
#include <vector>

#include "norma/extract/treesitter/flat_map.h"
#include "norma/extract/treesitter/flat_tree.h"
#include "norma/extract/treesitter/source_text.h"

namespace norma::extract::treesitter {

/// "No definition": the module itself.
inline constexpr uint32_t kNoDefinition = 0xFFFFFFFF;

enum class ScopeKind : uint8_t {
  kModule,
  kClass,
  kFunction,
  kLambda,
  kComprehension,
  kTypeParameters,  // around a generic function, class or type alias (PEP 695)
};

struct Scope {
  ScopeKind kind = ScopeKind::kModule;
  uint32_t parent = 0;                  ///< the module's parent is itself
  uint32_t definition = kNoDefinition;  ///< innermost definition around facts of this scope
  NodeIndex first_clause = kNoNode;     ///< comprehension: the clause whose iterable lies outside
};

/// What made a name a name of its scope.
enum class BindingKind : uint8_t {
  kImport,         // item: an index into the imports
  kFunction,       // item: an index into the definitions
  kClass,          // the same
  kTypeAlias,      // item: an index into the type aliases
  kTypeParameter,  // no item
  kOther,          // assignment, parameter, loop variable, …; no item
};

struct Binding {
  BindingKind kind = BindingKind::kOther;
  uint32_t item = 0;
  uint32_t next = 0;  ///< the next binding of the same name and scope; kNoBinding ends
};
inline constexpr uint32_t kNoBinding = 0xFFFFFFFF;

/// All scopes of one file. Filled by Analyze(), then only read. Not safe to share.
class ScopeTable {
 public:
  void Clear();
  /// The number of the new scope; the first is the module's, 0.
  uint32_t Add(const Scope& scope);
  const Scope& operator[](uint32_t index) const { return scopes_[index]; }
  void SetFirstClause(uint32_t scope, NodeIndex clause) { scopes_[scope].first_clause = clause; }

  /// Notes `global name` and `nonlocal name`.
  void DeclareGlobal(uint32_t scope, NameTable::Id name);
  void DeclareNonlocal(uint32_t scope, NameTable::Id name);
  bool IsDeclaredGlobal(uint32_t scope, NameTable::Id name) const;

  /// Binds a name where Python does: in the module if it is declared global there, in the enclosing
  /// function if nonlocal.
  void Bind(uint32_t scope, NameTable::Id name, BindingKind kind, uint32_t item);
  /// Settles nonlocal bindings, whose function may bind the name only later. Call once, last.
  void FinishBinding();

  /// The first binding that a name in `scope` refers to by Python's rules: the scope itself,
  /// enclosing functions but no classes, the module. kNoBinding: not bound in this file.
  uint32_t Resolve(uint32_t scope, NameTable::Id name) const;
  const Binding& binding(uint32_t index) const { return bindings_[index]; }

 private:
  enum class Declaration : uint32_t { kGlobal = 1, kNonlocal = 2 };
  struct List {
    uint32_t first;
    uint32_t last;
  };
  struct Deferred {
    uint32_t scope;
    NameTable::Id name;
    Binding binding;
  };

  std::optional<Declaration> DeclarationOf(uint32_t scope, NameTable::Id name) const;
  void Append(uint32_t scope, NameTable::Id name, Binding binding);
  uint32_t FirstIn(uint32_t scope, NameTable::Id name) const;
  /// The enclosing function that binds a nonlocal name.
  std::optional<uint32_t> NonlocalTarget(uint32_t scope, NameTable::Id name) const;

  std::vector<Scope> scopes_;
  std::vector<Binding> bindings_;
  std::vector<List> lists_;
  FlatMap list_of_;   // (scope, name) → index into lists_
  FlatMap declared_;  // (scope, name) → Declaration
  bool has_declarations_ = false;
  std::vector<Deferred> deferred_;
};

}  // namespace norma::extract::treesitter
