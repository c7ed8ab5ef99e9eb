#pragma once

#include "norma/rules/rule.h"

namespace norma::rules {

/// Occurrences of symbols with their places; those of a stale document keep their lines alone.
extern const Rule kScipOccurrencesNorm;

}  // namespace norma::rules
