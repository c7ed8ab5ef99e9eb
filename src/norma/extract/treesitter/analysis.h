#pragma once

/// \file
/// The first pass over a file's tree: scopes, definitions, imports, and what each name is there
/// for.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "norma/extract/treesitter/flat_tree.h"
#include "norma/extract/treesitter/scopes.h"
#include "norma/extract/treesitter/source_text.h"
#include "norma/extract/treesitter/type_parameters.h"
#include "norma/source/source_file.h"

namespace norma::extract::treesitter {

enum class DefinitionKind : uint8_t { kFunction, kAsyncFunction, kClass };

/// function | async_function | class
std::string_view DefinitionKindName(DefinitionKind kind);

/// One `def`, `async def` or `class`.
struct Definition {
  NodeIndex node = kNoNode;
  NodeIndex decorated = kNoNode;  ///< the node that holds it and its decorators, if any
  NodeIndex name_node = kNoNode;
  NodeIndex body = kNoNode;
  DefinitionKind kind = DefinitionKind::kFunction;
  NameTable::Id name = NameTable::kEmpty;
  uint32_t parent = kNoDefinition;
  uint32_t ordinal = 0;
  uint32_t header_scope = 0;  ///< of annotations and bases
  std::string id;             ///< def_id
  std::string qualname;
  std::vector<TypeParameter> type_parameters;
};

/// One `type X = …`.
struct TypeAlias {
  NodeIndex node = kNoNode;
  NodeIndex value = kNoNode;  ///< kNoNode if it is missing
  NameTable::Id name = NameTable::kEmpty;
  uint32_t scope = 0;        ///< in which the alias is bound
  uint32_t inner_scope = 0;  ///< of its value and its type parameters
  std::string qualname;
  std::vector<TypeParameter> type_parameters;
};

enum class ImportKind : uint8_t { kImport, kImportFrom, kFuture };

/// One imported alias.
struct ImportedName {
  NodeIndex statement = kNoNode;
  NodeIndex alias = kNoNode;  ///< of `from m import *`: the star
  ImportKind kind = ImportKind::kImport;
  int32_t alias_index = 0;
  int32_t relative_level = 0;
  std::optional<std::string> module;
  std::optional<std::string> name;
  std::optional<std::string> asname;
  bool is_star = false;
  std::optional<std::string> bound_name;
  /// What bound_name means: `a.b`, `m.x`; with leading dots if relative.
  std::string target;
};

/// What the first pass knows of one file. The fields belong together; filled by Analyze(), reused
/// from file to file for their capacity.
struct Analysis {
  FlatTree tree;
  NameTable names;
  ScopeTable scopes;
  std::vector<Definition> definitions;  ///< in source order, so a parent comes before its children
  std::vector<TypeAlias> aliases;
  std::vector<ImportedName> imports;  ///< in source order

  /// The `owner` part of ids: the def_id, or the file_id.
  std::string_view OwnerKey(uint32_t definition, const source::SourceFile& file) const {
    return definition == kNoDefinition ? std::string_view(file.file_id)
                                       : std::string_view(definitions[definition].id);
  }
  /// The definition that facts at a node belong to.
  uint32_t OwnerOf(NodeIndex node) const { return scopes[tree[node].scope].definition; }
};

/// Fills everything but `tree`, which must hold the file's tree, and sets scope, aux and context of
/// its nodes. Iterative; linear in the nodes and the dotted names.
///
/// \param most_name_bytes that dotted names may take. Each repeats the names around it, so that a
///     long one costs its length once for every definition below it.
/// \return false if they would take more; the analysis is then of no use.
bool Analyze(const source::SourceFile& file, SourceText& text, Analysis& analysis,
             int64_t most_name_bytes);

}  // namespace norma::extract::treesitter
