#pragma once

/// \file
/// The sources of diagnostics, each brought to one form.

#include <vector>

#include "norma/base/result.h"
#include "norma/expr/rule_inputs.h"
#include "norma/expr/table.h"

namespace norma::rules {

/// One table per source, all with the columns
///
///     file_id, path, span, severity, message, diag_source, code, details, attrs,
///     source_table, source_row_key, raw_start_line, raw_start_col
///
/// where (source_table, source_row_key) is unique in all of them together.
Result<std::vector<expr::Table>> DiagnosticSources(const expr::RuleInputs& inputs);

}  // namespace norma::rules
