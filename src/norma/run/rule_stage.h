#pragma once

/// \file
/// Runs one rule: plan, gate, write, commit.

#include <stop_token>
#include <string>
#include <vector>

#include "norma/base/result.h"
#include "norma/contract/gate.h"
#include "norma/engine/type_resolver.h"
#include "norma/engine/write.h"
#include "norma/rules/rule.h"
#include "norma/run/control_rows.h"
#include "norma/run/table_writes.h"
#include "norma/run/workspace.h"
#include "norma/sql/type_resolver.h"

namespace norma::run {

/// What became of a rule.
struct RuleResult {
  std::string rule;
  std::string output;
  std::string sql;  ///< what the rule means, as emitted
  std::string fingerprint;
  std::vector<std::string> warnings;
  std::vector<std::string> inputs;  ///< required and optional tables
  /// How far it came: build, compile, admit, gate, claims, write, commit, done.
  std::string step;
  /// Why it went no further.
  Status status;
  /// The times that another writer won and the rule was planned again.
  std::vector<Error> conflicts;
  engine::Commit commit;
  /// What the gate did with the rows; with counts once they are committed.
  GateResult gate;
  /// Texts for plan_artifacts_v1: as many as there are at that step, and always the report.
  std::vector<Artifact> artifacts;
  double seconds = 0;
};

/// Runs rules over the tables that a workspace has registered. Safe to use from several threads,
/// for rules that do not read each other's outputs.
class RuleStage {
 public:
  /// `workspace` must outlive this.
  RuleStage(Workspace& workspace, RunIdentity identity);

  /// Runs the rule and registers what it wrote. When another writer wins, the rule is planned again
  /// on what that one left, up to three times.
  ///
  /// A failure has the rule's name in front: kInternal for a plan that is not what the rule's IR
  /// says (a bug), kContractViolation for keys or claims that do not hold, and for
  /// rows that do not if the contract says so or they are too many; else those are left out,
  /// kCancelled after `stop`, and what planning, writing and committing return. Nothing was written
  /// then, except after kCommitUnknown.
  RuleResult Run(const rules::Rule& rule, const std::stop_token& stop = {});

 private:
  Status RunSteps(const rules::Rule& rule, const std::stop_token& stop, RuleResult& result,
                  contract::GatedQuery& gated);

  Workspace& workspace_;
  RunIdentity identity_;
  engine::EngineTypeResolver engine_resolver_;
  sql::CachingTypeResolver resolver_;
};

}  // namespace norma::run
