#include "norma/extract/evidence_tables.h"

#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>

#include "norma/extract/outcome.h"

namespace norma::extract {
namespace {

struct TableText {
  EvidenceTable table;
  std::string_view name;
  std::string_view columns;  // FILE and POS(prefix) stand for shared columns
};

constexpr std::array<TableText, kEvidenceTableCount> kTables = {{
    {EvidenceTable::kRepoFiles, "repo_files",
     "FILE, repo_id s, size_bytes i64!, content_sha256 s!, file_kind s!, module_name s, "
     "is_package b!, module_root s!"},
    {EvidenceTable::kFileLineIndex, "file_line_index",
     "FILE, encoding s!, encoding_source s!, bom b!, ascii b!, utf8_valid b!, recoded b!, has_nul "
     "b!, "
     "has_lf b!, has_crlf b!, has_cr b!, cr_only b!, line_count i32!, line_starts list<i64>!, "
     "non_ascii_lines list<i32>!, max_line_bytes i64!"},
    {EvidenceTable::kExtractStatus, "extract_status",
     "FILE, producer s!, producer_version s!, py_tag s!, content_sha256 s!, status s!, row_count "
     "i64!"},
    {EvidenceTable::kExtractErrors, "extract_errors",
     "error_id s!, file_id s, path s!, producer s!, py_tag s!, stage s!, code s!, message s!, "
     "severity s!, POS, attrs map!"},
    {EvidenceTable::kCstParseErrors, "cst_parse_errors",
     "FILE, parse_error_id s!, parser s!, py_tag s!, error_type s!, message s!, col_unit s!, POS"},
    {EvidenceTable::kCstDefs, "cst_defs",
     "FILE, def_id s!, parent_def_id s, parent_kind s!, kind s!, name s!, ordinal i32!, qualname "
     "s!, "
     "decorator_count i32!, has_docstring b!, type_param_names list<s>!, "
     "qnames list<struct<name s, source s>>!, def_fqns list<s>!, "
     "params list<struct<name s, kind s, has_default b, annotation_text s>>!, "
     "POS, POS(name), decl_bstart i64!, body_bstart i64, body_bend i64"},
    {EvidenceTable::kCstImports, "cst_imports",
     "FILE, import_id s!, owner_def_id s, alias_index i32!, kind s!, relative_level i32!, module "
     "s, "
     "name s, asname s, is_star b!, bound_name s, guard s, POS(stmt), POS(alias)"},
    {EvidenceTable::kCstCallsites, "cst_callsites",
     "FILE, call_id s!, owner_def_id s, ordinal i32!, callee_shape s!, callee_text s!, "
     "callee_dotted s, arg_count i32!, is_awaited b!, in_decorator b!, callee_key s!, "
     "callee_qnames list<struct<name s, source s>>!, callee_fqns list<s>!, "
     "POS, POS(callee), name_bstart i64, name_bend i64"},
    {EvidenceTable::kCstCallArgs, "cst_call_args",
     "FILE, call_id s!, arg_index i32!, keyword s, star s!, arg_shape s!, arg_text s!, POS"},
    {EvidenceTable::kCstRefs, "cst_refs",
     "FILE, ref_id s!, owner_def_id s, ordinal i32!, ref_kind s!, ref_text s!, expr_ctx s!, "
     "base_dotted s, parent_kind s!, qnames list<struct<name s, source s>>!, POS"},
    {EvidenceTable::kCstTypeExprs, "cst_type_exprs",
     "FILE, type_expr_id s!, owner_def_id s, ordinal i32!, expr_kind s!, expr_role s!, param_name "
     "s, "
     "target_text s!, expr_text s!, resolved_text s!, is_string b!, POS"},
    {EvidenceTable::kCstDocstrings, "cst_docstrings",
     "FILE, owner_key s!, owner_def_id s, owner_kind s!, docstring s!, POS"},
    {EvidenceTable::kCstDecorators, "cst_decorators",
     "FILE, owner_def_id s!, decorator_index i32!, decorator_text s!, callee_dotted s, has_args "
     "b!, POS"},
    {EvidenceTable::kTsErrors, "ts_errors",
     "FILE, ts_error_id s!, ordinal i32!, parent_kind s!, kind s!, text s!, POS"},
    {EvidenceTable::kTsMissing, "ts_missing",
     "FILE, ts_missing_id s!, ordinal i32!, parent_kind s!, kind s!, POS"},
    {EvidenceTable::kAstNodes, "ast_nodes",
     "FILE, py_tag s!, ast_id i32!, parent_ast_id i32, depth i32!, kind s!, field s, field_index "
     "i32, "
     "name s, ctx s, ops list<s>!, value_kind s, value_repr s, value_len i64, POS"},
    {EvidenceTable::kSymtableScopes, "symtable_scopes",
     "FILE, py_tag s!, scope_id s!, parent_scope_id s, name s!, ordinal i32!, qualpath s!, "
     "scope_type s!, is_nested b!, is_optimized b!, parameters list<s>!, locals list<s>!, "
     "globals list<s>!, nonlocals list<s>!, frees list<s>!, methods list<s>!, POS"},
    {EvidenceTable::kSymtableSymbols, "symtable_symbols",
     "FILE, py_tag s!, scope_id s!, symbol_id s!, name s!, is_referenced b!, is_imported b!, "
     "is_parameter b!, is_type_parameter b!, is_global b!, is_nonlocal b!, is_declared_global b!, "
     "is_local b!, is_annotated b!, is_free b!, is_assigned b!, is_namespace b!, namespace_count "
     "i32!"},
    {EvidenceTable::kScipIndexes, "scip_indexes",
     "index_id s!, label s!, index_sha256 s!, protocol_version i32!, tool_name s!, tool_version "
     "s!, text_document_encoding i32!, document_count i64!, occurrence_count i64!, symbol_count "
     "i64!, external_symbol_count i64!"},
    {EvidenceTable::kScipDocuments, "scip_documents",
     "index_id s!, document_id s!, path s!, file_id s, language s!, position_encoding i32!, "
     "col_unit s!, unit_source s!, occurrence_count i32!, checked_count i32!, matched_count i32!, "
     "freshness f32, text_matches b, is_stale b!"},
    {EvidenceTable::kScipOccurrences, "scip_occurrences",
     "document_id s!, path s!, file_id s, occ_index i32!, symbol s!, symbol_roles i32!, "
     "is_definition b!, is_import b!, is_write b!, is_read b!, is_generated b!, is_test b!, "
     "is_forward_definition b!, syntax_kind i32!, override_documentation list<s>!, "
     "range_raw list<i32>!, col_unit s!, POS, POS(enc)"},
    {EvidenceTable::kScipSymbolInformation, "scip_symbol_information",
     "index_id s!, document_id s, document_key s!, symbol s!, display_name s, kind i32!, "
     "kind_name s!, enclosing_symbol s, documentation list<s>!, signature_text s, "
     "signature_language s, type_text s"},
    {EvidenceTable::kScipRelationships, "scip_relationships",
     "index_id s!, document_key s!, symbol s!, related_symbol s!, is_reference b!, "
     "is_implementation b!, is_type_definition b!, is_definition b!"},
    {EvidenceTable::kScipDiagnostics, "scip_diagnostics",
     "document_id s!, path s!, file_id s, occ_index i32!, diag_index i32!, severity i32!, code s, "
     "message s!, source s, tags list<i32>!, col_unit s!, POS"},
}};

constexpr bool TablesStandInOrder() {
  for (size_t i = 0; i < kTables.size(); ++i) {
    if (static_cast<size_t>(kTables[i].table) != i) {
      return false;
    }
  }
  return true;
}
static_assert(TablesStandInOrder());

std::string PositionColumns(std::string_view prefix) {
  const std::string p = prefix.empty() ? "" : fmt::format("{}_", prefix);
  return fmt::format(
      "{0}raw_start_line i32, {0}raw_start_col i32, {0}raw_end_line i32, {0}raw_end_col i32, "
      "{0}bstart i64, {0}bend i64, {0}span_ok b!, {0}span_reason s",
      p);
}

/// Replaces FILE, POS and POS(prefix) by the columns they stand for.
std::string WriteOut(std::string_view columns) {
  std::string text;
  size_t begin = 0;
  while (begin <= columns.size()) {
    size_t end = begin;
    int depth = 0;
    while (end < columns.size() && (columns[end] != ',' || depth > 0)) {
      depth += columns[end] == '<' ? 1 : columns[end] == '>' ? -1 : 0;
      ++end;
    }
    const size_t word = columns.find_first_not_of(' ', begin);
    const std::string_view item = columns.substr(word, end - word);
    text += text.empty() ? "" : ", ";
    if (item == "FILE") {
      text += "file_id s!, path s!";
    } else if (item == "POS") {
      text += PositionColumns("");
    } else if (item.starts_with("POS(")) {
      text += PositionColumns(item.substr(4, item.size() - 5));
    } else {
      text += item;
    }
    begin = end + 1;
  }
  return text;
}

}  // namespace

std::string_view FileStatusName(FileStatus status) {
  switch (status) {
    case FileStatus::kOk:
      return "ok";
    case FileStatus::kPartial:
      return "partial";
    case FileStatus::kFailed:
      return "failed";
    case FileStatus::kSkipped:
      return "skipped";
  }
  return "failed";
}

std::array<EvidenceTable, kEvidenceTableCount> AllEvidenceTables() {
  std::array<EvidenceTable, kEvidenceTableCount> tables{};
  for (size_t i = 0; i < tables.size(); ++i) {
    tables[i] = kTables[i].table;
  }
  return tables;
}

std::string_view EvidenceTableName(EvidenceTable table) {
  return kTables[static_cast<size_t>(table)].name;
}

std::string EvidenceTableSchema(EvidenceTable table) {
  return WriteOut(kTables[static_cast<size_t>(table)].columns);
}

Result<EvidenceTables> EvidenceTables::Make() {
  EvidenceTables tables;
  for (const TableText& text : kTables) {
    NORMA_ASSIGN_OR_RETURN(const arrow::Schema schema,
                           arrow::ParseSchemaText(WriteOut(text.columns)));
    NORMA_ASSIGN_OR_RETURN(arrow::TableBuilder builder, arrow::TableBuilder::Make(schema));
    tables.builders_.push_back(std::move(builder));
  }
  return tables;
}

void EvidenceTables::DivideAt(int64_t bytes, EvidenceReceiver receive) {
  const auto shared = std::make_shared<const EvidenceReceiver>(std::move(receive));
  for (const EvidenceTable table : AllEvidenceTables()) {
    (*this)[table].DivideAt(bytes, [shared, table](nanoarrow::UniqueArray batch) {
      return (*shared)(table, std::move(batch));
    });
  }
}

int64_t EvidenceTables::rows() const {
  int64_t rows = 0;
  for (const arrow::TableBuilder& builder : builders_) {
    rows += builder.rows();
  }
  return rows;
}

}  // namespace norma::extract
