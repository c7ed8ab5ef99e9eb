#include "norma/rules/span_errors.h"

#include <array>
#include <string_view>
#include <vector>

#include "norma/rules/span.h"

namespace norma::rules {
namespace {

using expr::Cases;
using expr::Column;
using expr::Lit;
using expr::Null;
using expr::Table;
using sql::DataType;

/// One position of an evidence table. An empty producer or unit is that of the row.
struct Source {
  std::string_view table;
  std::string_view prefix;
  std::string_view producer;
  std::string_view col_unit;
  std::array<std::string_view, 3> key;  // as many as are not empty
};

constexpr std::array<Source, 24> kSources = {{
    {"extract_errors", "", "", "", {"error_id"}},
    {"cst_parse_errors", "", "", "", {"parse_error_id"}},
    {"cst_defs", "", "treesitter", "byte", {"def_id"}},
    {"cst_defs", "name", "treesitter", "byte", {"def_id"}},
    {"cst_imports", "stmt", "treesitter", "byte", {"import_id"}},
    {"cst_imports", "alias", "treesitter", "byte", {"import_id"}},
    {"cst_callsites", "", "treesitter", "byte", {"call_id"}},
    {"cst_callsites", "callee", "treesitter", "byte", {"call_id"}},
    {"cst_call_args", "", "treesitter", "byte", {"call_id", "arg_index"}},
    {"cst_refs", "", "treesitter", "byte", {"ref_id"}},
    {"cst_type_exprs", "", "treesitter", "byte", {"type_expr_id"}},
    {"cst_docstrings", "", "treesitter", "byte", {"owner_key"}},
    {"cst_decorators", "", "treesitter", "byte", {"owner_def_id", "decorator_index"}},
    {"ts_errors", "", "treesitter", "byte", {"ts_error_id"}},
    {"ts_missing", "", "treesitter", "byte", {"ts_missing_id"}},
    {"ast_nodes", "", "cpython", "utf8", {"file_id", "py_tag", "ast_id"}},
    {"symtable_scopes", "", "cpython", "utf8", {"scope_id"}},
    {"py_bc_code_units", "", "flow", "utf8", {"code_unit_id"}},
    {"py_bc_instructions", "", "flow", "utf8", {"instr_id"}},
    {"py_bc_blocks", "", "flow", "utf8", {"block_id"}},
    {"py_bc_events", "", "flow", "utf8", {"event_id"}},
    {"scip_occurrences", "", "scip", "", {"document_id", "occ_index"}},
    {"scip_occurrences", "enc", "scip", "", {"document_id", "occ_index"}},
    {"scip_diagnostics", "", "scip", "", {"document_id", "occ_index", "diag_index"}},
}};

constexpr std::array<std::string_view, 21> kOptionalInputs = {
    "extract_errors", "cst_parse_errors", "cst_defs",         "cst_imports",
    "cst_callsites",  "cst_call_args",    "cst_refs",         "cst_type_exprs",
    "cst_docstrings", "cst_decorators",   "ts_errors",        "ts_missing",
    "ast_nodes",      "symtable_scopes",  "py_bc_code_units", "py_bc_instructions",
    "py_bc_blocks",   "py_bc_events",     "scip_occurrences", "scip_diagnostics",
    "scip_documents",
};

Column RowId(const Table& table, const Source& source) {
  std::vector<Column> parts;
  for (const std::string_view column : source.key) {
    if (column.empty()) {
      continue;
    }
    if (!parts.empty()) {
      parts.push_back(Lit(":"));
    }
    parts.push_back(table[column].Cast(DataType::Utf8()));
  }
  return expr::ConcatStrict(std::move(parts));
}

Column Producer(const Table& table, const Source& source) {
  if (!source.producer.empty()) {
    return Lit(source.producer);
  }
  return source.table == "cst_parse_errors" ? table["parser"] : table["producer"];
}

Column Unit(const Table& table, const Source& source) {
  if (!source.col_unit.empty()) {
    return Lit(source.col_unit);
  }
  if (source.table != "extract_errors") {
    return table["col_unit"];
  }
  return Cases({{expr::In(table["producer"], {Lit("cpython"), Lit("flow")}), Lit("utf8")},
                {table["producer"] == Lit("scip"), Lit("utf16")}},
               Lit("byte"));
}

/// The rows of one source whose position went wrong.
Result<Table> ErrorsOf(const Table& table, const Source& source) {
  const PositionColumns all(table, source.prefix);
  NORMA_ASSIGN_OR_RETURN(const Table rows, table.Filter(IsSpanError(all.span_reason)));
  const PositionColumns position(rows, source.prefix);
  const bool is_scip = source.producer == "scip";
  return rows.Select({"path",
                      "file_id",
                      {"document_id", is_scip ? rows["document_id"] : Null(DataType::Utf8())},
                      {"producer", Producer(rows, source)},
                      {"source_table", Lit(source.table)},
                      {"source_row_id", RowId(rows, source)},
                      {"span_column", Lit(source.prefix)},
                      {"reason", position.span_reason},
                      {"outcome", SpanOutcome(position.span_reason)},
                      {"raw_start_line", position.raw_start_line},
                      {"raw_start_col", position.raw_start_col},
                      {"raw_end_line", position.raw_end_line},
                      {"raw_end_col", position.raw_end_col},
                      {"col_unit", Unit(rows, source)},
                      {"bstart", position.bstart},
                      {"bend", position.bend}});
}

/// One row for each document that describes another state of its file.
Result<Table> StaleDocuments(const Table& stale) {
  const Column no_number = Null(DataType::Int32());
  const Column no_byte = Null(DataType::Int64());
  return stale.Select({"path",
                       "file_id",
                       "document_id",
                       {"producer", Lit("scip")},
                       {"source_table", Lit("scip_documents")},
                       {"source_row_id", stale["document_id"]},
                       {"span_column", Lit("")},
                       {"reason", Lit("stale_index")},
                       {"outcome", Lit("out_of_range")},
                       {"raw_start_line", no_number},
                       {"raw_start_col", no_number},
                       {"raw_end_line", no_number},
                       {"raw_end_col", no_number},
                       "col_unit",
                       {"bstart", no_byte},
                       {"bend", no_byte}});
}

Result<Table> Build(const RuleInputs& inputs) {
  NORMA_ASSIGN_OR_RETURN(const Table documents, inputs.Get("scip_documents"));
  NORMA_ASSIGN_OR_RETURN(const Table stale, documents.Filter(documents["is_stale"]));
  NORMA_ASSIGN_OR_RETURN(const Table stale_rows, StaleDocuments(stale));

  std::vector<Table> errors = {stale_rows};
  for (const Source& source : kSources) {
    NORMA_ASSIGN_OR_RETURN(Table table, inputs.Get(source.table));
    if (source.producer == "scip") {
      // The positions of a stale document say nothing; one row tells so.
      NORMA_ASSIGN_OR_RETURN(table,
                             table.AntiJoin(stale, table["document_id"] == stale["document_id"]));
    }
    NORMA_ASSIGN_OR_RETURN(Table rows, ErrorsOf(table, source));
    errors.push_back(std::move(rows));
  }
  NORMA_ASSIGN_OR_RETURN(const Table all, expr::UnionAll(errors));
  return all.Conform(inputs.output_schema());
}

}  // namespace

constinit const Rule kSpanErrors = {
    .name = "span_errors",
    .output = "span_errors_v1",
    .inputs = {},
    .optional_inputs = kOptionalInputs,
    .build = &Build,
};

}  // namespace norma::rules
