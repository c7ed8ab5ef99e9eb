#pragma once

#include "norma/rules/rule.h"

namespace norma::rules {

/// Definitions, uses, deletions and captures of variables.
extern const Rule kDefUseEvents;

}  // namespace norma::rules
