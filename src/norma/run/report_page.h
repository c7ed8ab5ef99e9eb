#pragma once

/// \file
/// The report page of a run, written beside its tables.

#include <string>
#include <vector>

#include "norma/base/result.h"
#include "norma/run/control_rows.h"
#include "norma/run/rule_stage.h"
#include "norma/run/run.h"
#include "norma/run/workspace.h"

namespace norma::run {

/// What the page shows beside the summary.
struct ReportSources {
  const Workspace& workspace;
  const RunRecord& record;
  const std::vector<RuleResult>& rules;
  const std::vector<Setting>& settings;
};

/// Writes `<output>/report.html`; an old one is replaced in one step.
/// \return its path; kStorage if it cannot be written.
Result<std::string> WriteReport(const RunOptions& options, const RunSummary& summary,
                                const ReportSources& sources);

}  // namespace norma::run
