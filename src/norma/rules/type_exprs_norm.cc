#include "norma/rules/type_exprs_norm.h"

#include <array>
#include <string_view>

#include "norma/rules/span.h"

namespace norma::rules {
namespace {

using expr::Call;
using expr::Column;
using expr::Lit;
using expr::Strip;
using expr::Table;

constexpr std::array<std::string_view, 1> kInputs = {"cst_type_exprs"};

Result<Table> Build(const RuleInputs& inputs) {
  NORMA_ASSIGN_OR_RETURN(const Table all, inputs.Get("cst_type_exprs"));
  NORMA_ASSIGN_OR_RETURN(const Table exprs,
                         all.Filter(expr::CharLength(Strip(all["expr_text"])) > 0));

  const PositionColumns position(exprs, "");
  const Column repr = Call("norma_type_repr", {exprs["resolved_text"]});
  const Column is_text =
      expr::IfElse(exprs["is_string"], Lit("true"), expr::Null(sql::DataType::Utf8()));
  NORMA_ASSIGN_OR_RETURN(
      const Table result,
      exprs.Select({"file_id",
                    "path",
                    {"span", CanonicalSpan(Lit("treesitter"), position)},
                    "type_expr_id",
                    "owner_def_id",
                    "param_name",
                    "expr_kind",
                    "expr_role",
                    {"expr_text", Strip(exprs["expr_text"])},
                    {"type_repr", repr},
                    {"type_form", Call("norma_type_form", {repr})},
                    {"type_id", expr::Id("type", {repr})},
                    {"attrs", SpanAttrs({{"span", position}}, {{"type.forward_ref", is_text}})}}));
  return result.Conform(inputs.output_schema());
}

}  // namespace

constinit const Rule kTypeExprsNorm = {
    .name = "type_exprs_norm",
    .output = "type_exprs_norm_v1",
    .inputs = kInputs,
    .optional_inputs = {},
    .build = &Build,
};

}  // namespace norma::rules
