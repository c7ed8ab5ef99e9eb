#include "norma/rules/reaching_defs.h"

#include <array>
#include <string_view>

#include "norma/rules/bytecode.h"

namespace norma::rules {
namespace {

using expr::Table;

constexpr std::array<std::string_view, 2> kInputs = {"py_bc_reaches", "py_bc_code_units"};

Result<Table> Build(const RuleInputs& inputs) {
  NORMA_ASSIGN_OR_RETURN(const Table pairs, inputs.Get("py_bc_reaches"));
  NORMA_ASSIGN_OR_RETURN(const Table rows, WithPyTag(pairs, inputs));
  NORMA_ASSIGN_OR_RETURN(
      const Table result,
      rows.Select({"file_id", "path", "py_tag", "edge_id", "code_unit_id", "def_code_unit_id",
                   "def_event_id", "use_event_id", "symbol", "var_class", "via", "certainty"}));
  return result.Conform(inputs.output_schema());
}

}  // namespace

constinit const Rule kReachingDefs = {
    .name = "reaching_defs",
    .output = "py_bc_reaches_v1",
    .inputs = kInputs,
    .optional_inputs = {},
    .build = &Build,
};

}  // namespace norma::rules
