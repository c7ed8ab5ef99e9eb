#pragma once

#include "norma/rules/rule.h"

namespace norma::rules {

/// Types, each once: those that are written and those that an index infers.
extern const Rule kTypeNodes;

}  // namespace norma::rules
