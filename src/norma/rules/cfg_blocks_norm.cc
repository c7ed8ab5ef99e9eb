#include "norma/rules/cfg_blocks_norm.h"

#include <array>
#include <string_view>

#include "norma/rules/bytecode.h"
#include "norma/rules/span.h"

namespace norma::rules {
namespace {

using expr::Lit;
using expr::Table;

constexpr std::array<std::string_view, 2> kInputs = {"py_bc_blocks", "py_bc_code_units"};

Result<Table> Build(const RuleInputs& inputs) {
  NORMA_ASSIGN_OR_RETURN(const Table blocks, inputs.Get("py_bc_blocks"));
  NORMA_ASSIGN_OR_RETURN(const Table rows, WithPyTag(blocks, inputs));
  const PositionColumns position(rows, "");
  NORMA_ASSIGN_OR_RETURN(const Table result,
                         rows.Select({"file_id",
                                      "path",
                                      {"span", CanonicalSpan(Lit("cpython"), position)},
                                      "py_tag",
                                      "block_id",
                                      "code_unit_id",
                                      "block_index",
                                      {"code_span", CodeSpan(rows)},
                                      "kind",
                                      "exit_kind",
                                      "is_reachable",
                                      {"attrs", SpanAttrs({{"span", position}})}}));
  return result.Conform(inputs.output_schema());
}

}  // namespace

constinit const Rule kCfgBlocksNorm = {
    .name = "cfg_blocks_norm",
    .output = "py_bc_blocks_norm_v1",
    .inputs = kInputs,
    .optional_inputs = {},
    .build = &Build,
};

}  // namespace norma::rules
