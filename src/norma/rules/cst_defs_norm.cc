#include "norma/rules/cst_defs_norm.h"

#include <array>
#include <string_view>

#include "norma/rules/span.h"

namespace norma::rules {
namespace {

using expr::Lit;
using expr::Table;

constexpr std::array<std::string_view, 1> kInputs = {"cst_defs"};
constexpr std::array<std::string_view, 1> kOptionalInputs = {"cst_docstrings"};

Result<Table> Build(const RuleInputs& inputs) {
  NORMA_ASSIGN_OR_RETURN(const Table defs, inputs.Get("cst_defs"));
  NORMA_ASSIGN_OR_RETURN(const Table docstrings, inputs.Get("cst_docstrings"));
  NORMA_ASSIGN_OR_RETURN(const Table texts, docstrings.Select({"owner_key", "docstring"}));
  NORMA_ASSIGN_OR_RETURN(const Table rows,
                         defs.LeftJoin(texts, defs["def_id"] == texts["owner_key"]));

  // No filter on spans: a row whose span did not convert stays, with span.ok false.
  const PositionColumns name(rows, "name");
  const PositionColumns whole(rows, "");
  NORMA_ASSIGN_OR_RETURN(
      const Table result,
      rows.Select({"file_id",
                   "path",
                   {"span", CanonicalSpan(Lit("treesitter"), name)},
                   {"def_span", CanonicalSpan(Lit("treesitter"), whole)},
                   {"span_id", SpanId(rows, name)},
                   "def_id",
                   "parent_def_id",
                   "parent_kind",
                   "kind",
                   "name",
                   "ordinal",
                   "qualname",
                   {"fqn", rows["def_fqns"].At(1)},
                   "params",
                   "type_param_names",
                   "decorator_count",
                   "docstring",
                   "decl_bstart",
                   "body_bstart",
                   "body_bend",
                   {"attrs", SpanAttrs({{"span", name}, {"def_span", whole}})}}));
  return result.Conform(inputs.output_schema());
}

}  // namespace

constinit const Rule kCstDefsNorm = {
    .name = "cst_defs_norm",
    .output = "cst_defs_norm_v1",
    .inputs = kInputs,
    .optional_inputs = kOptionalInputs,
    .build = &Build,
};

}  // namespace norma::rules
