#pragma once

#include "norma/rules/rule.h"

namespace norma::rules {

/// Positions that could not be converted exactly.
extern const Rule kSpanErrors;

}  // namespace norma::rules
