#include "norma/rules/cfg_edges_norm.h"

#include <array>
#include <string_view>

#include "norma/rules/bytecode.h"

namespace norma::rules {
namespace {

using expr::Table;

constexpr std::array<std::string_view, 2> kInputs = {"py_bc_cfg_edges", "py_bc_code_units"};

Result<Table> Build(const RuleInputs& inputs) {
  NORMA_ASSIGN_OR_RETURN(const Table edges, inputs.Get("py_bc_cfg_edges"));
  NORMA_ASSIGN_OR_RETURN(const Table rows, WithPyTag(edges, inputs));
  NORMA_ASSIGN_OR_RETURN(
      const Table result,
      rows.Select({"file_id", "path", "py_tag", "edge_id", "code_unit_id", "src_block_id",
                   "dst_block_id", "kind", "cond_instr_id", "exc_index"}));
  return result.Conform(inputs.output_schema());
}

}  // namespace

constinit const Rule kCfgEdgesNorm = {
    .name = "cfg_edges_norm",
    .output = "py_bc_cfg_edges_norm_v1",
    .inputs = kInputs,
    .optional_inputs = {},
    .build = &Build,
};

}  // namespace norma::rules
