#include <string>

#include "norma/extract/treesitter/tables.h"

namespace norma::extract::treesitter {
namespace {

struct ImportRow {
  RowKey key;
  const ImportedName* import = nullptr;
  uint32_t owner = kNoDefinition;
  NameTable::Id parts = NameTable::kEmpty;  // all parts of the id but the ordinal
};

std::string_view KindName(ImportKind kind) {
  switch (kind) {
    case ImportKind::kImport:
      return "import";
    case ImportKind::kImportFrom:
      return "importfrom";
    case ImportKind::kFuture:
      return "future";
  }
  return "import";
}

/// Whether a condition is `TYPE_CHECKING` or an attribute of that name.
bool IsTypeChecking(const Analysis& analysis, NodeIndex condition) {
  const FlatTree& tree = analysis.tree;
  if (condition == kNoNode) {
    return false;
  }
  NodeIndex name = tree.StripParentheses(condition);
  if (tree[name].kind == Kind::kAttribute) {
    name = tree.Child(name, FieldName::kAttribute);
  }
  return tree[name].kind == Kind::kIdentifier &&
         analysis.names.Text(tree[name].aux) == "TYPE_CHECKING";
}

/// Whether a handler names ImportError or ModuleNotFoundError.
bool CatchesImportError(const Analysis& analysis, NodeIndex handler) {
  const FlatTree& tree = analysis.tree;
  for (NodeIndex child = tree.FirstChild(handler); child != kNoNode;
       child = tree.NextSibling(child)) {
    if (tree[child].kind == Kind::kBlock) {
      continue;
    }
    for (NodeIndex node = child; node < tree[child].end; ++node) {
      if (tree[node].kind == Kind::kIdentifier && tree[node].context == Context::kLoad) {
        const std::string_view name = analysis.names.Text(tree[node].aux);
        if (name == "ImportError" || name == "ModuleNotFoundError") {
          return true;
        }
      }
    }
  }
  return false;
}

/// What makes an import conditional: the nearest statement around it, up to the function it is in.
std::string_view GuardOf(const Analysis& analysis, NodeIndex statement) {
  const FlatTree& tree = analysis.tree;
  for (NodeIndex node = statement; node != 0; node = tree[node].parent) {
    const NodeIndex above = tree[node].parent;
    switch (tree[above].kind) {
      case Kind::kFunctionDefinition:
        return {};
      case Kind::kIfStatement:
      case Kind::kElifClause:
        return tree[node].field == FieldName::kConsequence &&
                       IsTypeChecking(analysis, tree.Child(above, FieldName::kCondition))
                   ? "type_checking"
                   : "if";
      case Kind::kTryStatement:
        return tree[node].kind == Kind::kExceptClause && CatchesImportError(analysis, node)
                   ? "except_import_error"
                   : "try";
      default:  // NOLINT: no guard
        break;
    }
  }
  return {};
}

/// All parts of an import_id but the ordinal, each with its length.
std::string PartsOf(const ImportRow& row) {
  const ImportedName& import = *row.import;
  std::string parts = std::to_string(row.owner) + ' ' + std::string(KindName(import.kind)) + ' ' +
                      std::to_string(import.relative_level);
  for (const auto& part : {import.module, import.name, import.asname}) {
    parts += part.has_value() ? ' ' + std::to_string(part->size()) + ' ' + *part : " -";
  }
  return parts;
}

}  // namespace

void AppendImports(const FileFacts& facts, EvidenceTables& tables) {
  Analysis& analysis = facts.analysis;
  const FlatTree& tree = analysis.tree;
  std::vector<ImportRow> rows;
  for (const ImportedName& import : analysis.imports) {
    ImportRow row;
    row.key.bstart = tree[import.alias].bstart;
    row.key.bend = tree[import.alias].bend;
    row.import = &import;
    row.owner = analysis.OwnerOf(import.statement);
    row.parts = analysis.names.InternExact(PartsOf(row));
    rows.push_back(row);
  }
  NumberAndSort(
      rows, facts.ordinals, [](const ImportRow& row) { return uint64_t{row.parts}; },
      [&](ImportRow& row) {
        IdBuilder("import")
            .Text(analysis.OwnerKey(row.owner, facts.file))
            .Text(KindName(row.import->kind))
            .Int(row.import->relative_level)
            .OptionalText(row.import->module)
            .OptionalText(row.import->name)
            .OptionalText(row.import->asname)
            .Int(row.key.ordinal)
            .BuildTo(row.key.id.data());
      });
  arrow::TableBuilder& table = tables[EvidenceTable::kCstImports];
  for (const ImportRow& row : rows) {
    const ImportedName& import = *row.import;
    facts.rows.File(table).Text(View(row.key.id));
    RowWriter::Owner(table, analysis, row.owner);
    table.Int32(import.alias_index)
        .Text(KindName(import.kind))
        .Int32(import.relative_level)
        .OptionalText(import.module)
        .OptionalText(import.name)
        .OptionalText(import.asname)
        .Bool(import.is_star)
        .OptionalText(import.bound_name);
    if (const std::string_view guard = GuardOf(analysis, import.statement); !guard.empty()) {
      table.Text(guard);
    } else {
      table.Null();
    }
    facts.rows.Position(table, tree[import.statement].bstart, tree[import.statement].bend);
    facts.rows.Position(table, row.key.bstart, row.key.bend);
    table.EndRow();
  }
}

}  // namespace norma::extract::treesitter
