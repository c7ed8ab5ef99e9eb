#pragma once

#include "norma/rules/rule.h"

namespace norma::rules {

/// Basic blocks of the bytecode, with the source that they cover.
extern const Rule kCfgBlocksNorm;

}  // namespace norma::rules
