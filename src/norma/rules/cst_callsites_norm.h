#pragma once

#include "norma/rules/rule.h"

namespace norma::rules {

/// Calls with the counts of their arguments.
extern const Rule kCstCallsitesNorm;

}  // namespace norma::rules
