#pragma once

#include "norma/rules/rule.h"

namespace norma::rules {

/// Type annotations with their canonical types.
extern const Rule kTypeExprsNorm;

}  // namespace norma::rules
