#pragma once

/// \file
/// What the rules about bytecode share.

#include "norma/base/result.h"
#include "norma/expr/rule_inputs.h"
#include "norma/expr/table.h"

namespace norma::rules {

/// `rows` with the interpreter of their code unit as a last column, py_tag. A row without its unit
/// stays, with NULL.
///
/// \param rows of a table with code_unit_id. The rule must have the input py_bc_code_units.
Result<expr::Table> WithPyTag(const expr::Table& rows, const expr::RuleInputs& inputs);

/// Two offsets as one struct, in code bytes, half open. NULL where the offsets are.
expr::Column CodeSpan(const expr::Table& rows);

}  // namespace norma::rules
