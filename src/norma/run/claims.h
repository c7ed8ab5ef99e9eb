#pragma once

/// \file
/// Whether what a rule takes for granted about rows is so.

#include <span>
#include <stop_token>

#include "norma/base/result.h"
#include "norma/engine/session.h"
#include "norma/expr/rule_inputs.h"

namespace norma::run {

/// Counts, for each claim and with a query of its own, the values that occur more than once.
///
/// \return kContractViolation with the columns, the count and the place of the first claim that
///     does not hold; kCancelled after `stop`.
Status CheckClaims(const engine::Session& session, std::span<const expr::UniqueClaim> claims,
                   const std::stop_token& stop = {});

}  // namespace norma::run
