#pragma once

#include "norma/rules/rule.h"

namespace norma::rules {

/// Which definition reaches which use.
extern const Rule kReachingDefs;

}  // namespace norma::rules
