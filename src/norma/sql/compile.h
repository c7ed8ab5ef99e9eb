#pragma once

/// \file
/// From typed IR to what the engine runs and what norma remembers of it.

#include <string>
#include <vector>

#include "norma/base/result.h"
#include "norma/sql/ir.h"
#include "norma/sql/schema.h"

namespace norma::sql {

/// A query that is ready to be planned.
struct Compiled {
  Ir ir;                            ///< Compacted and verified.
  std::string sql;                  ///< What DataFusion runs.
  Schema output;                    ///< The columns it gives.
  std::string def;                  ///< The fingerprint "def1:…".
  std::vector<std::string> tables;  ///< The tables it reads, sorted, each once.
  /// What may give other rows for equal inputs and is allowed: one line each, with its place.
  std::vector<std::string> warnings;
};

/// Verifies, compacts, prints and fingerprints. Pure: equal IR gives equal bytes.
///
/// \return kLimitExceeded for what is too large; kUnsupported for what has no text; kInternal for
///     IR that is not well formed.
Result<Compiled> Compile(const Ir& ir);

/// Conditions 2 and 3 of admission: the planned columns are those of the IR in number, order, name
/// and exact type (names of list items and map entries aside), and what the IR calls NOT NULL is
/// NOT NULL in the plan. Condition 1, that the engine plans the text at all, is the caller's.
///
/// \return kInternal, with every column that differs: one of the two is norma's fault.
Status CheckAdmission(const Schema& ir, const Schema& planned);

}  // namespace norma::sql
