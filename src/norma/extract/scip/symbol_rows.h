#pragma once

/// \file
/// From the symbols of indexes to the rows of tables that have no path.

#include <atomic>
#include <functional>

#include "norma/base/result.h"
#include "norma/extract/evidence_tables.h"
#include "norma/extract/scip/index_set.h"

namespace norma::extract::scip {

/// Appends the rows of scip_indexes, scip_symbol_information and scip_relationships, in the order
/// of their contracts. A symbol that a document describes twice keeps its first description, and
/// the relationships of both.
///
/// \param filled called from time to time, to take the rows that are there.
/// \param stop ends the call with kCancelled when it becomes true.
/// \return kStorage if an index changed since it was opened, and what `filled` returns.
Status AppendSymbols(const IndexSet& indexes, EvidenceTables& tables,
                     const std::function<Status()>& filled, const std::atomic<bool>& stop);

}  // namespace norma::extract::scip
