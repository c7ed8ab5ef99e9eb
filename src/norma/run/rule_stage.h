#pragma once

/// \file
/// Runs one rule: plan, gate, write, commit.

#include <atomic>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "norma/base/result.h"
#include "norma/contract/gate.h"
#include "norma/engine/type_resolver.h"
#include "norma/engine/write.h"
#include "norma/rules/rule.h"
#include "norma/run/control_rows.h"
#include "norma/run/run_events.h"
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
  engine::Commit commit;
  /// Texts for plan_artifacts_v1: as many as there are at that step, and always the report.
  std::vector<Artifact> artifacts;
  double seconds = 0;
};

/// Runs rules over the tables that a workspace has registered. One rule at a time.
class RuleStage {
 public:
  /// All must outlive this.
  RuleStage(Workspace& workspace, RunIdentity identity, RunEvents& events);

  /// Runs the rule and registers what it wrote. When another writer wins, the rule is planned again
  /// on what that one left, up to three times.
  ///
  /// A failure has the rule's name in front: kInternal for a plan that is not what the rule's IR
  /// says (a bug), kContractViolation for rows, keys or claims that do not hold, and what planning,
  /// writing and committing return. Nothing was written then, except after kCommitUnknown.
  RuleResult Run(const rules::Rule& rule);

  /// Called with each rule that was run, whether it failed or not.
  using Receiver = std::function<void(RuleResult)>;

  /// Runs the rules in this order. One that fails costs itself and the rules that read its output.
  ///
  /// \param done counts the rules that are behind.
  /// \return the first failure; kCancelled when `stop` became true. After kCommitUnknown no rule is
  ///     run: nobody may write before that is settled.
  Status RunAll(std::span<const rules::Rule* const> rules, const Receiver& receive,
                std::atomic<int64_t>& done, const std::atomic<bool>& stop);

 private:
  Status RunSteps(const rules::Rule& rule, RuleResult& result, contract::GatedQuery& gated);

  Workspace& workspace_;
  RunIdentity identity_;
  RunEvents& events_;
  engine::EngineTypeResolver engine_resolver_;
  sql::CachingTypeResolver resolver_;
};

}  // namespace norma::run
