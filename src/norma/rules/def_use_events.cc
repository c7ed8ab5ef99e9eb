#include "norma/rules/def_use_events.h"

#include <array>
#include <string_view>

#include "norma/rules/bytecode.h"
#include "norma/rules/span.h"

namespace norma::rules {
namespace {

using expr::Lit;
using expr::Table;

constexpr std::array<std::string_view, 3> kInputs = {"py_bc_events", "py_bc_instructions",
                                                     "py_bc_code_units"};

Result<Table> Build(const RuleInputs& inputs) {
  NORMA_ASSIGN_OR_RETURN(const Table events, inputs.Get("py_bc_events"));
  NORMA_ASSIGN_OR_RETURN(const Table tagged, WithPyTag(events, inputs));
  NORMA_ASSIGN_OR_RETURN(const Table instructions, inputs.Get("py_bc_instructions"));
  NORMA_ASSIGN_OR_RETURN(
      const Table names,
      instructions.Select({{"named_instr_id", instructions["instr_id"]}, "opname"}));
  // Entry events have no instruction.
  NORMA_ASSIGN_OR_RETURN(const Table rows,
                         tagged.LeftJoin(names, tagged["instr_id"] == names["named_instr_id"]));
  const PositionColumns position(rows, "");
  NORMA_ASSIGN_OR_RETURN(const Table result,
                         rows.Select({"file_id",
                                      "path",
                                      {"span", CanonicalSpan(Lit("cpython"), position)},
                                      "py_tag",
                                      "event_id",
                                      "instr_id",
                                      "code_unit_id",
                                      "event_index",
                                      "kind",
                                      "var_class",
                                      "symbol",
                                      "origin",
                                      "opname",
                                      {"code_span", CodeSpan(rows)},
                                      "synthetic",
                                      "fallback",
                                      "maybe_unbound",
                                      "def_count",
                                      {"attrs", SpanAttrs({{"span", position}})}}));
  return result.Conform(inputs.output_schema());
}

}  // namespace

constinit const Rule kDefUseEvents = {
    .name = "def_use_events",
    .output = "py_bc_def_use_events_v1",
    .inputs = kInputs,
    .optional_inputs = {},
    .build = &Build,
};

}  // namespace norma::rules
