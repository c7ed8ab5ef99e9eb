#pragma once

/// \file
/// Whether a compiled query may run: the engine plans what norma thinks it wrote.

#include "norma/base/result.h"
#include "norma/engine/session.h"
#include "norma/sql/compile.h"
#include "norma/sql/schema.h"

namespace norma::run {

/// Plans the query all the way down, without reading a row, and compares the columns of the plan
/// with those that the IR promises.
///
/// \return the planned columns. The engine's own error, with the place of the query in the rule,
///     when it cannot plan the text; kInternal, `sql.admit.…`, when it plans other columns than the
///     IR's or calls one nullable that the IR does not.
Result<sql::Schema> Admit(const engine::Session& session, const sql::Compiled& compiled);

}  // namespace norma::run
