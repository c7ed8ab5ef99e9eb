#pragma once

#include "norma/rules/rule.h"

namespace norma::rules {

/// Nodes of the abstract syntax tree with their places.
extern const Rule kAstNodesNorm;

}  // namespace norma::rules
