#include "norma/extract/treesitter/tables.h"

namespace norma::extract::treesitter {
namespace {

struct ErrorRow {
  RowKey key;
  std::string_view parent_kind;
  std::string_view kind;
  NameTable::Id group = NameTable::kEmpty;
};

/// What the parent of a node is called. The root has none.
std::string_view ParentKind(const FileFacts& facts, NodeIndex node) {
  const FlatTree& tree = facts.analysis.tree;
  return node == 0 ? std::string_view("file")
                   : facts.grammar.NameOf(tree[tree[node].parent].symbol);
}

ErrorRow MakeRow(const FileFacts& facts, NodeIndex index) {
  const Node& node = facts.analysis.tree[index];
  ErrorRow row;
  row.key.bstart = node.bstart;
  row.key.bend = node.bend;
  row.parent_kind = ParentKind(facts, index);
  row.kind = facts.grammar.NameOf(node.symbol);
  row.group =
      facts.analysis.names.InternExact(std::string(row.parent_kind) + '\n' + std::string(row.kind));
  return row;
}

void Number(const FileFacts& facts, std::string_view id_kind, std::vector<ErrorRow>& rows) {
  NumberAndSort(
      rows, facts.ordinals, [](const ErrorRow& row) { return uint64_t{row.group}; },
      [&](ErrorRow& row) {
        IdBuilder(id_kind)
            .Text(facts.file.file_id)
            .Text(row.parent_kind)
            .Text(row.kind)
            .Int(row.key.ordinal)
            .BuildTo(row.key.id.data());
      });
}

/// The columns up to `kind`, which both tables share.
arrow::TableBuilder& Begin(const FileFacts& facts, arrow::TableBuilder& table,
                           const ErrorRow& row) {
  return facts.rows.File(table)
      .Text(View(row.key.id))
      .Int32(static_cast<int32_t>(row.key.ordinal))
      .Text(row.parent_kind)
      .Text(row.kind);
}

}  // namespace

void AppendErrors(const FileFacts& facts, EvidenceTables& tables) {
  const FlatTree& tree = facts.analysis.tree;
  if (!tree.has_error()) {
    return;
  }
  std::vector<ErrorRow> errors;
  std::vector<ErrorRow> missing;
  for (NodeIndex i = 0; i < tree.size(); ++i) {
    if (tree[i].is_missing) {
      missing.push_back(MakeRow(facts, i));
    } else if (tree[i].kind == Kind::kError && !tree[i].in_error) {
      errors.push_back(MakeRow(facts, i));
    }
  }
  Number(facts, "ts_error", errors);
  Number(facts, "ts_missing", missing);
  arrow::TableBuilder& error_table = tables[EvidenceTable::kTsErrors];
  for (const ErrorRow& row : errors) {
    Begin(facts, error_table, row).Text(facts.text.CutText(row.key.bstart, row.key.bend));
    facts.rows.Position(error_table, row.key.bstart, row.key.bend);
    error_table.EndRow();
  }
  arrow::TableBuilder& missing_table = tables[EvidenceTable::kTsMissing];
  for (const ErrorRow& row : missing) {
    facts.rows.Position(Begin(facts, missing_table, row), row.key.bstart, row.key.bend);
    missing_table.EndRow();
  }
}

}  // namespace norma::extract::treesitter
