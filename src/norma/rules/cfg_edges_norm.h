#pragma once

#include "norma/rules/rule.h"

namespace norma::rules {

/// Edges between the basic blocks of the bytecode.
extern const Rule kCfgEdgesNorm;

}  // namespace norma::rules
