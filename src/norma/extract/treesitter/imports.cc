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

/// Finds what makes an import conditional. Remembers the last answer, since the imports of one
/// statement and of one handler come together.
class GuardFinder {
 public:
  explicit GuardFinder(const Analysis& analysis) : analysis_(analysis), tree_(analysis.tree) {}

  /// The nearest guard around a statement, up to the function it is in; empty if there is none.
  std::string_view GuardOf(NodeIndex statement) {
    if (statement != statement_) {
      statement_ = statement;
      guard_ = FindGuard(statement);
    }
    return guard_;
  }

 private:
  std::string_view FindGuard(NodeIndex statement) {
    for (NodeIndex node = statement; node != 0; node = tree_[node].parent) {
      const NodeIndex above = tree_[node].parent;
      switch (tree_[above].kind) {
        case Kind::kFunctionDefinition:
          return {};
        case Kind::kIfStatement:
        case Kind::kElifClause:
          return tree_[node].field == FieldName::kConsequence &&
                         IsTypeChecking(tree_.Child(above, FieldName::kCondition))
                     ? "type_checking"
                     : "if";
        case Kind::kTryStatement:
          return tree_[node].kind == Kind::kExceptClause && CatchesImportError(node)
                     ? "except_import_error"
                     : "try";
        default:  // NOLINT: no guard
          break;
      }
    }
    return {};
  }

  /// Whether a condition is `TYPE_CHECKING` or an attribute of that name.
  bool IsTypeChecking(NodeIndex condition) const {
    if (condition == kNoNode) {
      return false;
    }
    NodeIndex name = tree_.StripParentheses(condition);
    if (tree_[name].kind == Kind::kAttribute) {
      name = tree_.Child(name, FieldName::kAttribute);
    }
    return tree_[name].kind == Kind::kIdentifier &&
           analysis_.names.Text(tree_[name].aux) == "TYPE_CHECKING";
  }

  /// Whether a handler names ImportError or ModuleNotFoundError.
  bool CatchesImportError(NodeIndex handler) {
    if (handler == handler_) {
      return catches_;
    }
    handler_ = handler;
    catches_ = false;
    const NodeIndex block = tree_.Child(handler, Kind::kBlock);
    const NodeIndex end = block == kNoNode ? tree_[handler].end : block;
    for (NodeIndex node = handler + 1; node < end && !catches_; ++node) {
      if (tree_[node].kind == Kind::kIdentifier && tree_[node].context == Context::kLoad) {
        const std::string_view name = analysis_.names.Text(tree_[node].aux);
        catches_ = name == "ImportError" || name == "ModuleNotFoundError";
      }
    }
    return catches_;
  }

  const Analysis& analysis_;
  const FlatTree& tree_;
  NodeIndex statement_ = kNoNode;
  std::string_view guard_;
  NodeIndex handler_ = kNoNode;
  bool catches_ = false;
};

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
  GuardFinder guards(analysis);
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
    if (const std::string_view guard = guards.GuardOf(import.statement); !guard.empty()) {
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
