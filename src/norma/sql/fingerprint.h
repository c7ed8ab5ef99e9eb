#pragma once

/// \file
/// Whether a query is still the one that it was.

#include <string>

#include "norma/sql/ir.h"

namespace norma::sql {

/// The `def` fingerprint: "def1:" and 64 hex digits over the query as it was built. Equal for equal
/// text, whatever the layout, comments and places in the source; any change of a node changes it.
/// Every table counts as a base table. It says nothing about data.
///
/// \pre Verify(ir, Stage::kTyped).
/// Cost: linear in the nodes when everything shared within one query is written out.
std::string DefFingerprint(const Ir& ir);

}  // namespace norma::sql
