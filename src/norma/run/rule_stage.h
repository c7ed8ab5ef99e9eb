#pragma once

/// \file
/// Runs one rule: plan, gate, write, commit.

#include <string>
#include <vector>

#include "norma/base/result.h"
#include "norma/engine/type_resolver.h"
#include "norma/engine/write.h"
#include "norma/rules/rule.h"
#include "norma/run/control_rows.h"
#include "norma/run/table_writes.h"
#include "norma/run/workspace.h"
#include "norma/sql/type_resolver.h"

namespace norma::run {

struct RuleResult {
  std::string rule;
  std::string output;
  std::string sql;  ///< what the rule means, as emitted
  std::string fingerprint;
  std::vector<std::string> inputs;  ///< required and optional tables
  engine::Commit commit;
  std::vector<Artifact> artifacts;
  double seconds = 0;
};

/// Runs rules over the tables that a workspace has registered. One rule at a time.
class RuleStage {
 public:
  RuleStage(const Workspace& workspace, RunIdentity identity);

  /// \return kInternal for a plan that is not what the rule's IR says (a bug), kContractViolation
  /// for
  ///     rows or keys that break the contract, and what writing and committing return; with the
  ///     rule's name in front.
  Result<RuleResult> Run(const rules::Rule& rule);

 private:
  Result<RuleResult> RunUnnamed(const rules::Rule& rule);

  const Workspace& workspace_;
  RunIdentity identity_;
  engine::EngineTypeResolver engine_resolver_;
  sql::CachingTypeResolver resolver_;
};

}  // namespace norma::run
