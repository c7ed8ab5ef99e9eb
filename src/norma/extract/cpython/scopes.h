#pragma once

/// \file
/// The symbol tables of one file: from a worker's columns to rows of symtable_scopes and
/// symtable_symbols.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "norma/base/result.h"
#include "norma/extract/cpython/columns.h"
#include "norma/extract/cpython/greeting.h"
#include "norma/extract/evidence_tables.h"
#include "norma/source/source_file.h"

namespace norma::extract::cpython {

/// A name in a scope, with CPython's flags (Include/internal/pycore_symtable.h).
struct Symbol {
  std::string_view name;
  int32_t flags = 0;
};

/// One scope, its texts borrowed from the answer and the greeting.
struct Scope {
  int32_t parent = -1;  ///< index of the enclosing scope; -1 for the module
  std::string_view type;
  std::string_view name;
  int32_t line = 0;  ///< 1-based; 0 for the module
  bool is_nested = false;
  size_t first_symbol = 0;  ///< index into ScopeTree::symbols
  size_t symbol_count = 0;
};

/// Scopes in preorder, and their symbols scope by scope in CPython's order.
struct ScopeTree {
  std::vector<Scope> scopes;
  std::vector<Symbol> symbols;

  /// Reads the sections SCOP, SNAM, SYMF and SYMN.
  /// \return kCorruptData if they break the protocol.
  static Result<ScopeTree> Parse(const Sections& sections, const Greeting& greeting);
};

/// The scope_id of each scope.
std::vector<std::string> ScopeIds(const ScopeTree& tree, const source::SourceFile& file,
                                  const Greeting& greeting);

/// Appends the rows of all scopes and symbols, in the order of the tables' contracts.
/// \return how many rows.
int64_t AppendScopes(const ScopeTree& tree, const source::SourceFile& file,
                     const Greeting& greeting, EvidenceTables& tables);

}  // namespace norma::extract::cpython
