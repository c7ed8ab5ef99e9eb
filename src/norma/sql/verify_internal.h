#pragma once

#include <string_view>
#include <vector>

#include "norma/base/result.h"
#include "norma/sql/ir_walk.h"

namespace norma::sql {

/// A fault of norma itself, with the place of the node.
Error IrFault(const Ir& ir, OriginId origin, std::string_view what);

/// Stage::kBound: columns see their sources, aggregates and windows stand where they may.
Status VerifyScopes(const Ir& ir, const std::vector<AnyId>& nodes);

/// Stage::kTyped: types of columns, sources and outputs agree; conditions are Boolean.
Status VerifyTypes(const Ir& ir, const std::vector<AnyId>& nodes);

}  // namespace norma::sql
