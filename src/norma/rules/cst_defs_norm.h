#pragma once

#include "norma/rules/rule.h"

namespace norma::rules {

/// Definitions with the places of their names and their docstrings.
extern const Rule kCstDefsNorm;

}  // namespace norma::rules
