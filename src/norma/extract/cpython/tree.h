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

/// A constant of the source.
struct ConstantValue {
  std::string_view kind;  ///< none | bool | int | float | complex | str | bytes | ellipsis
  std::string_view text;  ///< its repr, perhaps cut
  int32_t length = -1;    ///< characters of a str, bytes of a bytes; -1 for others
};

/// One node, its texts and names borrowed from the answer and the greeting.
struct Node {
  const NodeClass* node_class = nullptr;
  int32_t parent = -1;  ///< index of the parent; -1 for the root
  int32_t depth = 0;
  const std::string* field = nullptr;  ///< in the parent; null for the root
  int32_t field_index = -1;            ///< -1 if the field is no list
  std::optional<std::string_view> name;
  const Member* context = nullptr;
  std::vector<const Member*> operators;
  std::optional<ConstantValue> constant;
  int32_t start_line = 0;  ///< places as CPython gives them; 0 unless node_class->has_place
  int32_t start_column = 0;
  int32_t end_line = 0;
  int32_t end_column = 0;
};

/// The tree of an answer, read node by node in preorder, since a large file has more nodes than
/// memory holds. Borrows from the frame and the greeting. Works iteratively, in time linear in the
/// sections, whatever they hold; its memory grows with the depth alone. Copy it to read once more.
class TreeReader {
 public:
  /// Opens the sections TREE, NAME, CKND, CLEN and CREP.
  /// \return kCorruptData if one is missing or torn.
  static Result<TreeReader> Make(const Sections& sections, const Greeting& greeting);

  /// The next node, valid until the next call; null after the last.
  /// \return kCorruptData if the sections break the protocol.
  Result<const Node*> Next();

 private:
  /// A node whose children are being read.
  struct Open {
    const NodeClass* node_class = nullptr;
    int32_t node = 0;
    size_t first_count = 0;  // of the node's fields, in counts_
    size_t field = 0;
    int32_t item = 0;
  };

  explicit TreeReader(const Greeting& greeting) : greeting_(&greeting) {}

  Result<bool> ReadNextChild();
  Result<bool> ReadNode(int32_t parent, const std::string* field, int32_t field_index);
  Result<int32_t> ReadField(const Field& field, int32_t& member_count);
  Result<int32_t> ReadFlag();
  Result<int32_t> ReadCount();
  Result<const Member*> ReadMember();
  Status ReadName();
  Status ReadOperators(int32_t count);
  Status ReadPlace();
  Status ReadConstant();
  Status CheckEnd() const;

  const Greeting* greeting_;
  IntegerColumn numbers_;
  TextColumn names_;
  std::string_view constant_kinds_;
  IntegerColumn constant_lengths_;
  TextColumn constant_texts_;
  Node node_;
  int32_t node_count_ = 0;
  std::vector<Open> open_;       // a stack of our own: an answer may nest as deep as it is long
  std::vector<int32_t> counts_;  // children of each field of the open nodes
};

/// Reads a tree to its end.
/// \return how many nodes it has; kCorruptData if it breaks the protocol.
Result<int64_t> CountNodes(TreeReader reader);

/// Appends one row of ast_nodes for each node of a tree that CountNodes() found whole.
void AppendTree(TreeReader reader, const source::SourceFile& file, std::string_view py_tag,
                arrow::TableBuilder& builder);

}  // namespace norma::extract::cpython
