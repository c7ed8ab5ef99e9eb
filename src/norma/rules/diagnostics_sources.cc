#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "norma/rules/diagnostics_sources_internal.h"
#include "norma/rules/span.h"

namespace norma::rules {
namespace {

using expr::Cases;
using expr::Column;
using expr::ConcatStrict;
using expr::IfElse;
using expr::Lit;
using expr::Null;
using expr::RuleInputs;
using expr::Table;
using sql::DataType;

Column Text(const Column& number) { return number.Cast(DataType::Utf8()); }

Column Or(const Column& text, std::string_view otherwise) {
  return IfElse(expr::IsTrue(expr::CharLength(expr::Strip(text)) > 0), text, Lit(otherwise));
}

DataType DetailType() {
  return DataType::Struct({{"detail_kind", DataType::Utf8()},
                           {"error_type", DataType::Utf8()},
                           {"source", DataType::Utf8()},
                           {"tags", DataType::List(DataType::Utf8())}});
}

Column NoDetails() { return expr::EmptyList(DetailType()); }

/// What one source says of its rows.
struct Diagnostic {
  Column span;
  Column severity;
  Column message;
  Column diag_source;
  Column code;
  Column details;
  Column attrs;
  std::string_view source_table;
  Column source_row_key;
  Column raw_start_line;
  Column raw_start_col;
};

Result<Table> Form(const Table& rows, const Diagnostic& diagnostic) {
  return rows.Select({"file_id",
                      "path",
                      {"span", diagnostic.span},
                      {"severity", diagnostic.severity},
                      {"message", diagnostic.message},
                      {"diag_source", diagnostic.diag_source},
                      {"code", diagnostic.code},
                      {"details", diagnostic.details},
                      {"attrs", diagnostic.attrs},
                      {"source_table", Lit(diagnostic.source_table)},
                      {"source_row_key", diagnostic.source_row_key},
                      {"raw_start_line", diagnostic.raw_start_line},
                      {"raw_start_col", diagnostic.raw_start_col}});
}

Result<Table> ParseErrors(const RuleInputs& inputs) {
  NORMA_ASSIGN_OR_RETURN(const Table errors, inputs.Get("cst_parse_errors"));
  const PositionColumns position(errors, "");
  // CPython's errors come in two units; the name of the adapter says which.
  const Column adapter = IfElse(errors["parser"] == Lit("treesitter"), Lit("treesitter"),
                                ConcatStrict({Lit("cpython_error_"), errors["col_unit"]}));
  const Column code =
      Cases({{errors["error_type"] == Lit("IndentationError"), Lit("INDENTATION_ERROR")},
             {errors["error_type"] == Lit("TabError"), Lit("TAB_ERROR")},
             {errors["error_type"] == Lit("NoTree"), Lit("NO_TREE")}},
            Lit("SYNTAX_ERROR"));
  // Line numbers would change the identity of the diagnostic with every line above it.
  const Column message = expr::RegexpReplace(
      errors["message"], Lit(" on line [0-9]+| \\(detected at line [0-9]+\\)"), Lit(""), "g");
  return Form(errors, {.span = CanonicalSpan(adapter, position),
                       .severity = Lit("ERROR"),
                       .message = Or(message, "syntax error"),
                       .diag_source = errors["parser"],
                       .code = code,
                       .details = NoDetails(),
                       .attrs = SpanAttrs({{"span", position}}),
                       .source_table = "cst_parse_errors",
                       .source_row_key = errors["parse_error_id"],
                       .raw_start_line = position.raw_start_line,
                       .raw_start_col = position.raw_start_col});
}

/// How one of tree-sitter's tables is reported.
struct TreeSitterSource {
  std::string_view table;
  std::string_view key;
  std::string_view severity;
  std::string_view code;
  std::string_view message;
};

/// The compiler judges syntax: what it accepts is a gap of tree-sitter's grammar.
Result<Table> TreeSitterErrors(const RuleInputs& inputs, const TreeSitterSource& source) {
  NORMA_ASSIGN_OR_RETURN(const Table errors, inputs.Get(source.table));
  NORMA_ASSIGN_OR_RETURN(const Table status, inputs.Get("extract_status"));
  NORMA_ASSIGN_OR_RETURN(const Table compiled, status.Filter(status["producer"] == Lit("cpython") &&
                                                             status["status"] == Lit("ok")));
  NORMA_ASSIGN_OR_RETURN(const Table files,
                         compiled.Select({{"compiled_file_id", compiled["file_id"]}}));
  NORMA_ASSIGN_OR_RETURN(const Table once, files.Distinct());
  NORMA_ASSIGN_OR_RETURN(const Table rows,
                         errors.LeftJoin(once, errors["file_id"] == once["compiled_file_id"]));
  const PositionColumns position(rows, "");
  const Column demoted = expr::IsNotNull(rows["compiled_file_id"]);
  return Form(rows, {.span = CanonicalSpan(Lit("treesitter"), position),
                     .severity = IfElse(demoted, Lit("INFO"), Lit(source.severity)),
                     .message = Lit(source.message),
                     .diag_source = Lit("treesitter"),
                     .code = IfElse(demoted, Lit("TS_GRAMMAR_GAP"), Lit(source.code)),
                     .details = NoDetails(),
                     .attrs = SpanAttrs({{"span", position}}),
                     .source_table = source.table,
                     .source_row_key = rows[source.key],
                     .raw_start_line = position.raw_start_line,
                     .raw_start_col = position.raw_start_col});
}

/// The names of the tags that SCIP knows.
Column TagNames(const Column& tags) {
  const auto name = [&](int number, std::string_view text) {
    return IfElse(expr::ListContains(tags, Lit(std::to_string(number), DataType::Int32())),
                  expr::List({Lit(text)}), expr::EmptyList(DataType::Utf8()));
  };
  return expr::ListConcat({name(1, "unnecessary"), name(2, "deprecated")});
}

Result<Table> ScipDiagnostics(const RuleInputs& inputs, const Table& stale) {
  NORMA_ASSIGN_OR_RETURN(const Table all, inputs.Get("scip_diagnostics"));
  NORMA_ASSIGN_OR_RETURN(const Table rows,
                         all.AntiJoin(stale, all["document_id"] == stale["document_id"]));
  const PositionColumns position(rows, "");
  const Column severity = Cases({{rows["severity"] == 1, Lit("ERROR")},
                                 {rows["severity"] == 2, Lit("WARNING")},
                                 {rows["severity"] == 3, Lit("INFO")},
                                 {rows["severity"] == 4, Lit("HINT")}},
                                Lit("UNKNOWN"));
  const Column detail = expr::Struct({{"detail_kind", Lit("scip")},
                                      {"error_type", Null(DataType::Utf8())},
                                      {"source", rows["source"]},
                                      {"tags", TagNames(rows["tags"])}});
  return Form(
      rows,
      {.span = CanonicalSpan(ConcatStrict({Lit("scip_"), rows["col_unit"]}), position),
       .severity = severity,
       .message = Or(rows["message"], "SCIP diagnostic"),
       .diag_source = Lit("scip"),
       .code = Or(rows["code"], "SCIP"),
       .details = IfElse(expr::ListLength(rows["tags"]) > 0, expr::List({detail}), NoDetails()),
       .attrs = SpanAttrs({{"span", position}}, {{"tool", rows["source"]}}),
       .source_table = "scip_diagnostics",
       .source_row_key = ConcatStrict({rows["document_id"], Lit(":"), Text(rows["occ_index"]),
                                       Lit(":"), Text(rows["diag_index"])}),
       .raw_start_line = position.raw_start_line,
       .raw_start_col = position.raw_start_col});
}

Result<Table> StaleDocuments(const Table& stale) {
  const Column line = Null(DataType::Int32());
  const Column byte = Null(DataType::Int64());
  const Column span = expr::Call("norma_span", {ConcatStrict({Lit("scip_"), stale["col_unit"]}),
                                                line, line, line, line, byte, byte, false});
  return Form(stale, {.span = span,
                      .severity = Lit("WARNING"),
                      .message = Lit("the SCIP index does not match this file"),
                      .diag_source = Lit("scip"),
                      .code = Lit("SCIP_STALE_DOCUMENT"),
                      .details = NoDetails(),
                      .attrs = SpanAttrs({{"span", Column(false), Lit("no_position")}},
                                         {{"checked", Text(stale["checked_count"])},
                                          {"matched", Text(stale["matched_count"])}}),
                      .source_table = "scip_documents",
                      .source_row_key = stale["document_id"],
                      .raw_start_line = line,
                      .raw_start_col = line});
}

/// The names of a list as one text, each once, sorted, without those that the compiler adds.
Column SourceNames(const Column& names) {
  // Every name stands between commas of its own, so that a match never takes part of a neighbour.
  const Column text = expr::Concat(
      {Lit(","), expr::ListJoin(expr::ListSort(expr::ListDistinct(names)), Lit(",,")), Lit(",")});
  return expr::RegexpReplace(text, Lit(",(\\.[^,]*|__classdict__|__conditional_annotations__),"),
                             Lit(""), "g");
}

/// One self-check of what two of CPython's views say of one function.
struct ScopeCheck {
  std::string_view code;
  std::string_view message;
  Column symtable;
  Column bytecode;
};

Result<Table> CheckScopes(const Table& rows, const ScopeCheck& check) {
  NORMA_ASSIGN_OR_RETURN(const Table unequal, rows.Filter(check.symtable != check.bytecode));
  const PositionColumns position(unequal, "");
  return Form(unequal,
              {.span = CanonicalSpan(Lit("symtable"), position),
               .severity = Lit("WARNING"),
               .message = Lit(check.message),
               .diag_source = Lit("symtable_bytecode"),
               .code = Lit(check.code),
               .details = NoDetails(),
               .attrs = SpanAttrs({{"span", position}}, {{"bytecode", check.bytecode},
                                                         {"code_unit_id", unequal["code_unit_id"]},
                                                         {"scope_id", unequal["scope_id"]},
                                                         {"symtable", check.symtable}}),
               .source_table = "symtable_scopes",
               .source_row_key = ConcatStrict({Lit(check.code), Lit(":"), unequal["scope_id"],
                                               Lit(":"), unequal["code_unit_id"]}),
               .raw_start_line = position.raw_start_line,
               .raw_start_col = position.raw_start_col});
}

Result<std::vector<Table>> ScopesAgainstUnits(const RuleInputs& inputs) {
  NORMA_ASSIGN_OR_RETURN(const Table all, inputs.Get("symtable_scopes"));
  NORMA_ASSIGN_OR_RETURN(const Table units, inputs.Get("py_bc_code_units"));
  NORMA_ASSIGN_OR_RETURN(const Table functions, all.Filter(all["scope_type"] == Lit("function")));
  const auto as_one = [](const Column& flag) { return IfElse(flag, 1, 0); };
  // argcount holds the positional-only parameters already.
  const Column parameters = units["argcount"].Cast(DataType::Int64()) +
                            units["kwonlyargcount"].Cast(DataType::Int64()) +
                            as_one(units["has_varargs"]) + as_one(units["has_varkeywords"]);
  NORMA_ASSIGN_OR_RETURN(const Table counted,
                         units.Select({{"unit_scope_id", units["scope_id"]},
                                       "code_unit_id",
                                       {"unit_parameters", Text(parameters)},
                                       {"unit_frees", SourceNames(units["freevars"])}}));
  NORMA_ASSIGN_OR_RETURN(
      const Table rows,
      functions.InnerJoin(counted, functions["scope_id"] == counted["unit_scope_id"]));
  NORMA_ASSIGN_OR_RETURN(
      Table parameter_rows,
      CheckScopes(rows, {.code = "SYM_BC_PARAM_COUNT_MISMATCH",
                         .message = "symtable and bytecode disagree on parameters",
                         .symtable = Text(expr::ListLength(rows["parameters"])),
                         .bytecode = rows["unit_parameters"]}));
  NORMA_ASSIGN_OR_RETURN(
      Table free_rows,
      CheckScopes(rows, {.code = "SYM_BC_FREEVARS_MISMATCH",
                         .message = "symtable and bytecode disagree on free variables",
                         .symtable = SourceNames(rows["frees"]),
                         .bytecode = rows["unit_frees"]}));
  return std::vector<Table>{std::move(parameter_rows), std::move(free_rows)};
}

Result<Table> ExtractErrors(const RuleInputs& inputs) {
  NORMA_ASSIGN_OR_RETURN(const Table errors, inputs.Get("extract_errors"));
  const PositionColumns position(errors, "");
  const Column adapter =
      Cases({{expr::In(errors["producer"], {Lit("cpython"), Lit("flow")}), Lit("cpython")},
             {errors["producer"] == Lit("scip"), Lit("scip_utf16")}},
            Lit("treesitter"));
  // What the producers say beside the message.
  std::vector<Attribute> attributes;
  for (const std::string_view key : {"limit_bytes", "signal", "stderr"}) {
    attributes.push_back({key, errors["attrs"].At(key)});
  }
  return Form(errors, {.span = CanonicalSpan(adapter, position),
                       .severity = errors["severity"],
                       .message = errors["message"],
                       .diag_source = Lit("extract"),
                       .code = errors["code"],
                       .details = NoDetails(),
                       .attrs = SpanAttrs({{"span", position}}, attributes),
                       .source_table = "extract_errors",
                       .source_row_key = errors["error_id"],
                       .raw_start_line = position.raw_start_line,
                       .raw_start_col = position.raw_start_col});
}

/// One diagnostic per path, producer and reason, at the place of the first error.
Result<Table> SpanErrors(const RuleInputs& inputs) {
  NORMA_ASSIGN_OR_RETURN(const Table all, inputs.Get("span_errors_v1"));
  NORMA_ASSIGN_OR_RETURN(const Table errors, all.Filter(all["reason"] != Lit("stale_index")));
  const std::vector<expr::Key> group = {"path", "producer", "reason"};
  NORMA_ASSIGN_OR_RETURN(const Table counted,
                         errors.Mutate({{"group_count", expr::CountRows().Over({.by = group})}}));
  NORMA_ASSIGN_OR_RETURN(const Table rows,
                         counted.Prefer({"path", "producer", "reason"},
                                        {expr::Asc("bstart"), expr::Asc("source_table"),
                                         expr::Asc("source_row_id"), expr::Asc("span_column")}));
  const Column is_parse_error = rows["source_table"] == Lit("cst_parse_errors");
  const Column adapter =
      Cases({{rows["producer"] == Lit("treesitter") || rows["producer"] == Lit("scan"),
              Lit("treesitter")},
             {rows["producer"] == Lit("scip"), ConcatStrict({Lit("scip_"), rows["col_unit"]})},
             {is_parse_error, ConcatStrict({Lit("cpython_error_"), rows["col_unit"]})},
             {rows["source_table"] == Lit("symtable_scopes"), Lit("symtable")}},
            Lit("cpython"));
  const Column span = expr::Call(
      "norma_span", {adapter, rows["raw_start_line"], rows["raw_start_col"], rows["raw_end_line"],
                     rows["raw_end_col"], rows["bstart"], rows["bend"], false});
  return Form(
      rows, {.span = span,
             .severity = IfElse(rows["outcome"] == Lit("snapped"), Lit("INFO"), Lit("WARNING")),
             .message = Lit("positions could not be converted exactly"),
             .diag_source = Lit("span"),
             .code = ConcatStrict({Lit("SPAN_"), expr::Upper(rows["reason"])}),
             .details = NoDetails(),
             .attrs = SpanAttrs({{"span", Column(false), rows["reason"]}},
                                {{"count", Text(rows["group_count"])}, {"reason", rows["reason"]}}),
             .source_table = "span_errors_v1",
             .source_row_key = ConcatStrict({rows["source_table"], Lit(":"), rows["source_row_id"],
                                             Lit(":"), rows["span_column"]}),
             .raw_start_line = rows["raw_start_line"],
             .raw_start_col = rows["raw_start_col"]});
}

}  // namespace

Result<std::vector<Table>> DiagnosticSources(const RuleInputs& inputs) {
  NORMA_ASSIGN_OR_RETURN(const Table documents, inputs.Get("scip_documents"));
  NORMA_ASSIGN_OR_RETURN(const Table stale, documents.Filter(documents["is_stale"]));

  NORMA_ASSIGN_OR_RETURN(Table parse_errors, ParseErrors(inputs));
  NORMA_ASSIGN_OR_RETURN(Table ts_errors,
                         TreeSitterErrors(inputs, {.table = "ts_errors",
                                                   .key = "ts_error_id",
                                                   .severity = "ERROR",
                                                   .code = "TS_ERROR",
                                                   .message = "tree-sitter error node"}));
  NORMA_ASSIGN_OR_RETURN(Table ts_missing,
                         TreeSitterErrors(inputs, {.table = "ts_missing",
                                                   .key = "ts_missing_id",
                                                   .severity = "WARNING",
                                                   .code = "TS_MISSING",
                                                   .message = "tree-sitter missing node"}));
  NORMA_ASSIGN_OR_RETURN(Table scip, ScipDiagnostics(inputs, stale));
  NORMA_ASSIGN_OR_RETURN(Table stale_rows, StaleDocuments(stale));
  NORMA_ASSIGN_OR_RETURN(std::vector<Table> scopes, ScopesAgainstUnits(inputs));
  NORMA_ASSIGN_OR_RETURN(Table extract_errors, ExtractErrors(inputs));
  NORMA_ASSIGN_OR_RETURN(Table span_errors, SpanErrors(inputs));

  std::vector<Table> sources = {parse_errors, ts_errors,      ts_missing, scip,
                                stale_rows,   extract_errors, span_errors};
  sources.insert(sources.end(), scopes.begin(), scopes.end());
  return sources;
}

}  // namespace norma::rules
