#pragma once

#include "norma/rules/rule.h"

namespace norma::rules {

/// Instructions of the bytecode, with their places in the source.
extern const Rule kPyBcInstructionsNorm;

}  // namespace norma::rules
