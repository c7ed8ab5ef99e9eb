#pragma once

/// \file
/// The end of a run, for people and for programs.

#include <nlohmann/json.hpp>
#include <string>

#include "norma/cli/console.h"
#include "norma/run/run.h"

namespace norma::cli {

/// The summary as text of several lines.
std::string RunSummaryText(const run::RunSummary& summary, Style style);

/// The summary as JSON: numbers plain, times in seconds, sizes in bytes.
nlohmann::json RunSummaryJson(const run::RunSummary& summary);

}  // namespace norma::cli
