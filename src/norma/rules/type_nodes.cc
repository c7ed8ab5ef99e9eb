#include "norma/rules/type_nodes.h"

#include <array>
#include <string_view>

#include "norma/expr/functions.h"

namespace norma::rules {
namespace {

using expr::Asc;
using expr::Call;
using expr::Column;
using expr::Lit;
using expr::Table;

constexpr std::array<std::string_view, 1> kInputs = {"type_exprs_norm_v1"};
constexpr std::array<std::string_view, 2> kOptionalInputs = {"scip_symbol_information",
                                                             "scip_documents"};

/// Types that an index names in documents that still describe their file, and of other packages.
Result<Table> InferredTypes(const expr::RuleInputs& inputs) {
  NORMA_ASSIGN_OR_RETURN(const Table symbols, inputs.Get("scip_symbol_information"));
  NORMA_ASSIGN_OR_RETURN(const Table documents, inputs.Get("scip_documents"));
  NORMA_ASSIGN_OR_RETURN(const Table stale, documents.Filter(documents["is_stale"]));
  NORMA_ASSIGN_OR_RETURN(const Table current,
                         symbols.AntiJoin(stale, symbols["document_id"] == stale["document_id"]));
  NORMA_ASSIGN_OR_RETURN(const Table typed,
                         current.Filter(expr::CharLength(expr::Strip(current["type_text"])) > 0));
  const Column repr = Call("norma_type_repr", {typed["type_text"]});
  return typed.Select({{"type_id", expr::Id("type", {repr})},
                       {"type_repr", repr},
                       {"type_form", Call("norma_type_form", {repr})},
                       {"origin", Lit("inferred")},
                       {"source_priority", 0}});
}

/// SCIP wins when both know a type, and then the whole row does.
Result<Table> Build(const RuleInputs& inputs) {
  NORMA_ASSIGN_OR_RETURN(const Table exprs, inputs.Get("type_exprs_norm_v1"));
  NORMA_ASSIGN_OR_RETURN(const Table inferred, InferredTypes(inputs));
  NORMA_ASSIGN_OR_RETURN(const Table written, exprs.Select({"type_id",
                                                            "type_repr",
                                                            "type_form",
                                                            {"origin", Lit("annotation")},
                                                            {"source_priority", 1}}));
  NORMA_ASSIGN_OR_RETURN(const Table all, expr::UnionAll({inferred, written}));
  NORMA_ASSIGN_OR_RETURN(const Table best,
                         all.Prefer({"type_id"}, {Asc("source_priority"), Asc("type_repr"),
                                                  Asc("type_form"), Asc("origin")}));
  NORMA_ASSIGN_OR_RETURN(const Table result, best.Drop({"source_priority"}));
  return result.Conform(inputs.output_schema());
}

}  // namespace

constinit const Rule kTypeNodes = {
    .name = "type_nodes",
    .output = "type_nodes_v1",
    .inputs = kInputs,
    .optional_inputs = kOptionalInputs,
    .build = &Build,
};

}  // namespace norma::rules
