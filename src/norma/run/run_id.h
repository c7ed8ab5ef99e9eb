#pragma once

/// \file
/// Names of runs.

#include <string>

#include "norma/base/clock.h"

namespace norma::run {

/// A new run id: the time in digits and a part that differs between runs of one moment, so that the
/// ids of an output root sort by age: "20261122215000-9f3a01c2".
std::string NewRunId(const Clock& clock);

}  // namespace norma::run
