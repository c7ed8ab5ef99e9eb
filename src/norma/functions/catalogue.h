#pragma once

/// \file
/// All SQL functions of norma, on one screen: catalogue.cc.

#include <span>

#include "norma/engine/function.h"

namespace norma::functions {

/// Every function that a session of norma registers. All immutable. The list lives for ever.
std::span<const engine::ScalarFunction> NormaFunctions();

}  // namespace norma::functions
