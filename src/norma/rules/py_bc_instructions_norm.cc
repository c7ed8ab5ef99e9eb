#include "norma/rules/py_bc_instructions_norm.h"

#include <array>
#include <string_view>

#include "norma/rules/bytecode.h"
#include "norma/rules/span.h"

namespace norma::rules {
namespace {

using expr::Lit;
using expr::Table;

constexpr std::array<std::string_view, 3> kInputs = {"py_bc_instructions", "py_bc_code_units",
                                                     "py_bc_blocks"};

Result<Table> Build(const RuleInputs& inputs) {
  NORMA_ASSIGN_OR_RETURN(const Table instructions, inputs.Get("py_bc_instructions"));
  NORMA_ASSIGN_OR_RETURN(const Table tagged, WithPyTag(instructions, inputs));
  NORMA_ASSIGN_OR_RETURN(const Table blocks, inputs.Get("py_bc_blocks"));
  NORMA_ASSIGN_OR_RETURN(const Table places,
                         blocks.Select({{"block_unit_id", blocks["code_unit_id"]},
                                        {"block_at", blocks["block_index"]},
                                        "block_id"}));
  NORMA_ASSIGN_OR_RETURN(
      const Table rows, tagged.LeftJoin(places, tagged["code_unit_id"] == places["block_unit_id"] &&
                                                    tagged["block_index"] == places["block_at"]));
  const PositionColumns position(rows, "");
  NORMA_ASSIGN_OR_RETURN(const Table result,
                         rows.Select({"file_id",
                                      "path",
                                      {"span", CanonicalSpan(Lit("cpython"), position)},
                                      {"span_id", SpanId(rows, position)},
                                      "py_tag",
                                      "instr_id",
                                      "code_unit_id",
                                      "block_id",
                                      "instr_index",
                                      {"code_span", CodeSpan(rows)},
                                      "opname",
                                      "opcode",
                                      "oparg",
                                      "argval_kind",
                                      "argval_str",
                                      "argval_int",
                                      "argval2_str",
                                      "argrepr",
                                      "jump_target_offset",
                                      "is_jump_target",
                                      "may_raise",
                                      {"attrs", SpanAttrs({{"span", position}})}}));
  return result.Conform(inputs.output_schema());
}

}  // namespace

constinit const Rule kPyBcInstructionsNorm = {
    .name = "py_bc_instructions_norm",
    .output = "py_bc_instructions_norm_v1",
    .inputs = kInputs,
    .optional_inputs = {},
    .build = &Build,
};

}  // namespace norma::rules
