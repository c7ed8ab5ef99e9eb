#pragma once

/// \file
/// The abstract syntax tree of one file: from a worker's columns to rows of ast_nodes.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "norma/base/result.h"
#include "norma/extract/cpython/columns.h"
#include "norma/extract/cpython/greeting.h"
#include "norma/extract/evidence_tables.h"
#include "norma/source/source_file.h"

namespace norma::extract::cpython {

/// One node, its texts and names borrowed from the answer and the greeting.
struct Node {
  const NodeClass* node_class = nullptr;
  int32_t parent = -1;  ///< index of the parent; -1 for the root
  int32_t depth = 0;
  const std::string* field = nullptr;  ///< in the parent; null for the root
  int32_t field_index = -1;            ///< -1 if the field is no list
  std::optional<std::string_view> name;
  const Member* context = nullptr;
  uint32_t first_operator = 0;  ///< index into Tree::operators
  uint32_t operator_count = 0;
  int32_t constant = -1;   ///< index into Tree::constants
  int32_t start_line = 0;  ///< places as CPython gives them; 0 unless node_class->has_place
  int32_t start_column = 0;
  int32_t end_line = 0;
  int32_t end_column = 0;
};

/// A constant of the source.
struct ConstantValue {
  std::string_view kind;  ///< none | bool | int | float | complex | str | bytes | ellipsis
  std::string_view text;  ///< its repr, perhaps cut
  int32_t length = -1;    ///< characters of a str, bytes of a bytes; -1 for others
};

/// Nodes in preorder. Borrows from the frame and the greeting it was read from.
struct Tree {
  std::vector<Node> nodes;
  std::vector<const Member*> operators;
  std::vector<ConstantValue> constants;

  /// Reads the sections TREE, NAME, CKND, CLEN and CREP. Works iteratively, in time and memory
  /// linear in the sections, whatever they hold.
  /// \return kCorruptData if they break the protocol.
  static Result<Tree> Parse(const Sections& sections, const Greeting& greeting);
};

/// Appends one row of ast_nodes for each node.
void AppendTree(const Tree& tree, const source::SourceFile& file, std::string_view py_tag,
                arrow::TableBuilder& builder);

}  // namespace norma::extract::cpython
