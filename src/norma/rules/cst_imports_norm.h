#pragma once

#include "norma/rules/rule.h"

namespace norma::rules {

/// Imported aliases with the places of alias and statement.
extern const Rule kCstImportsNorm;

}  // namespace norma::rules
