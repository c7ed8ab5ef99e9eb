#pragma once

#include "norma/rules/rule.h"

namespace norma::rules {

/// What the rows of outputs are evidence of. Rivals stay side by side: nobody wins here.
extern const Rule kNormalizeEvidence;

}  // namespace norma::rules
