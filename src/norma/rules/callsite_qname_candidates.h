#pragma once

#include "norma/rules/rule.h"

namespace norma::rules {

/// The names that a call may mean, ranked.
extern const Rule kCallsiteQnameCandidates;

}  // namespace norma::rules
