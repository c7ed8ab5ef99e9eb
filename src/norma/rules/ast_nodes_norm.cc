#include "norma/rules/ast_nodes_norm.h"

#include <array>
#include <string_view>

#include "norma/rules/span.h"

namespace norma::rules {
namespace {

using expr::Lit;
using expr::Table;

constexpr std::array<std::string_view, 1> kInputs = {"ast_nodes"};

Result<Table> Build(const RuleInputs& inputs) {
  NORMA_ASSIGN_OR_RETURN(const Table nodes, inputs.Get("ast_nodes"));
  const PositionColumns position(nodes, "");
  NORMA_ASSIGN_OR_RETURN(const Table result,
                         nodes.Select({"file_id",
                                       "path",
                                       {"span", CanonicalSpan(Lit("cpython"), position)},
                                       {"span_id", SpanId(nodes, position)},
                                       "py_tag",
                                       "ast_id",
                                       "parent_ast_id",
                                       "depth",
                                       "field",
                                       "field_index",
                                       "kind",
                                       "name",
                                       "ctx",
                                       "ops",
                                       "value_kind",
                                       "value_repr",
                                       "value_len",
                                       {"attrs", SpanAttrs({{"span", position}})}}));
  return result.Conform(inputs.output_schema());
}

}  // namespace

constinit const Rule kAstNodesNorm = {
    .name = "ast_nodes_norm",
    .output = "ast_nodes_norm_v1",
    .inputs = kInputs,
    .optional_inputs = {},
    .build = &Build,
};

}  // namespace norma::rules
