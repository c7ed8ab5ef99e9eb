#include "norma/rules/diagnostics_norm.h"

#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "norma/expr/functions.h"
#include "norma/rules/diagnostics_sources_internal.h"

namespace norma::rules {
namespace {

using expr::Asc;
using expr::Column;
using expr::Table;

constexpr std::array<std::string_view, 10> kOptionalInputs = {
    "cst_parse_errors", "ts_errors",        "ts_missing",     "scip_diagnostics", "scip_documents",
    "symtable_scopes",  "py_bc_code_units", "extract_errors", "extract_status",   "span_errors_v1",
};

Result<Table> Build(const RuleInputs& inputs) {
  NORMA_ASSIGN_OR_RETURN(const std::vector<Table> sources, DiagnosticSources(inputs));
  NORMA_ASSIGN_OR_RETURN(const Table joined, expr::UnionAll(sources));
  NORMA_ASSIGN_OR_RETURN(const Table keyed, joined.Unique({"source_table", "source_row_key"}));
  NORMA_ASSIGN_OR_RETURN(const Table all, keyed.Mutate({{"bstart", keyed["span"].Field("bstart")},
                                                        {"bend", keyed["span"].Field("bend")}}));

  // One place may be reported many times: by five equal occurrences of an index, for example.
  NORMA_ASSIGN_OR_RETURN(const Table once,
                         all.Prefer({"path", "diag_source", "code", "message", "bstart", "bend",
                                     "raw_start_line", "raw_start_col"},
                                    {Asc("source_table"), Asc("source_row_key")}));

  const Column rank = expr::RowNumber().Over(
      {.by = {"file_id", "path", "diag_source", "code", "message"},
       .order = {Asc("bstart"), Asc("bend"), Asc("source_table"), Asc("source_row_key")}});
  NORMA_ASSIGN_OR_RETURN(const Table ranked,
                         once.Mutate({{"ordinal", rank.Cast(sql::DataType::Int64()) - 1}}));
  NORMA_ASSIGN_OR_RETURN(
      const Table result,
      ranked.Select(
          {"file_id",
           "path",
           "span",
           {"diag_id", expr::Id("diag", {ranked["file_id"], ranked["path"], ranked["diag_source"],
                                         ranked["code"], ranked["message"], ranked["ordinal"]})},
           "severity",
           "message",
           "diag_source",
           "code",
           "details",
           "attrs"}));
  return result.Conform(inputs.output_schema());
}

}  // namespace

constinit const Rule kDiagnosticsNorm = {
    .name = "diagnostics_norm",
    .output = "diagnostics_norm_v1",
    .inputs = {},
    .optional_inputs = kOptionalInputs,
    .build = &Build,
};

}  // namespace norma::rules
