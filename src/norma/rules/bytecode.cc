#include "norma/rules/bytecode.h"

#include "norma/expr/functions.h"

namespace norma::rules {

using expr::Table;

Result<Table> WithPyTag(const Table& rows, const expr::RuleInputs& inputs) {
  NORMA_ASSIGN_OR_RETURN(const Table units, inputs.Get("py_bc_code_units"));
  NORMA_ASSIGN_OR_RETURN(const Table tags,
                         units.Select({{"unit_id", units["code_unit_id"]}, "py_tag"}));
  NORMA_ASSIGN_OR_RETURN(const Table joined,
                         rows.LeftJoin(tags, rows["code_unit_id"] == tags["unit_id"]));
  return joined.Drop({"unit_id"});
}

expr::Column CodeSpan(const Table& rows) {
  const auto type = sql::DataType::Struct(
      {{"start_offset", sql::DataType::Int32()}, {"end_offset", sql::DataType::Int32()}});
  return expr::IfElse(
      expr::IsNull(rows["start_offset"]), expr::Null(type),
      expr::Struct({{"start_offset", rows["start_offset"]}, {"end_offset", rows["end_offset"]}}));
}

}  // namespace norma::rules
