#pragma once

/// \file
/// Arrow schemas of the engine as types of the IR.

#include <nanoarrow/nanoarrow.hpp>

#include "norma/base/result.h"
#include "norma/sql/schema.h"

namespace norma::engine {

/// Reads a struct schema, such as that of a planned query, into columns. Unique keys are not known.
/// \return kUnsupported for types that no query of norma gives (unions, decimals, times).
Result<sql::Schema> SchemaFromArrow(const ArrowSchema& schema);

}  // namespace norma::engine
