#pragma once

/// \file
/// From bound IR to the SQL text that DataFusion runs.

#include <cstddef>
#include <string>
#include <string_view>

#include "norma/base/result.h"
#include "norma/sql/ir.h"

namespace norma::sql {

/// The longest text that is given to the engine, in bytes.
inline constexpr size_t kMaxSqlBytes = size_t{1024} * 1024;

/// A chain of AND, OR or UNION with more operands than this prints as a balanced tree: the engine's
/// parser makes a flat chain as deep as it is long.
inline constexpr size_t kMaxFlatOperands = 8;

/// Prints the query `ir.root`. Equal IR gives equal text.
///
/// Names and function names are always quoted, operands that are no name, literal or call are in
/// brackets, casts are calls of `arrow_cast`. A query that is used more than once is a CTE.
///
/// \pre Verify(ir, Stage::kTyped).
/// \return kLimitExceeded when the text is longer than kMaxSqlBytes; kUnsupported for what has no
///     text (a field name with a quote in a cast); kInvalidArgument for names that are none.
/// Cost: linear in the text.
Result<std::string> EmitDataFusion(const Ir& ir);

/// The operator as it is written in SQL: "+", "=", "~*".
std::string_view BinaryOperatorText(BinaryOperator op);

}  // namespace norma::sql
