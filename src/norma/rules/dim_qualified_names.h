#pragma once

#include "norma/rules/rule.h"

namespace norma::rules {

/// Qualified names, each once.
extern const Rule kDimQualifiedNames;

}  // namespace norma::rules
