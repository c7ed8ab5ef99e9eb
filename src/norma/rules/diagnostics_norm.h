#pragma once

#include "norma/rules/rule.h"

namespace norma::rules {

/// What any producer has to say about a file.
extern const Rule kDiagnosticsNorm;

}  // namespace norma::rules
