#pragma once

/// \file
/// What must be true of an Ir.

#include <cstddef>

#include "norma/base/result.h"
#include "norma/sql/identifier.h"
#include "norma/sql/ir.h"

namespace norma::sql {

/// How far a query has come. Each stage includes those before it.
enum class Stage {
  kParsed,  ///< ids in range, no cycle, required children, limits
  kBound,   ///< sources visible where used, output names there and unique, frames explicit
  kTyped,   ///< every expression has its type and nullability
};

/// Levels of queries, relations and expressions; AND, OR and UNION count by their balanced height.
inline constexpr int kMaxDepth = 256;
inline constexpr size_t kMaxNodes = 250'000;
/// Nodes when everything that is shared is written out, CTEs aside.
inline constexpr size_t kMaxExpandedNodes = 1'000'000;
inline constexpr size_t kMaxColumns = 4096;
inline constexpr size_t kMaxSourcesInFrom = 256;
/// Queries that are used more than once: each is a CTE in the text.
inline constexpr size_t kMaxSharedQueries = 1000;
inline constexpr size_t kMaxValuesRows = 10'000;

/// Checks what `ir.root` reaches.
///
/// \return kLimitExceeded with the limit and the value; kInternal for everything else, since only a
///     fault in norma can build it. The message ends with the node's place.
Status Verify(const Ir& ir, Stage stage);

}  // namespace norma::sql
