#include "norma/run/run_rules.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "norma/run/rule_queue.h"

namespace norma::run {
namespace {

/// What became of a rule that had its turn.
struct Outcome {
  std::string_view failed_input;  ///< not empty when the rule was not run
  RuleResult result;
};

bool FailedWith(const Status& status, ErrorKind kind) {
  return !status.ok() && status.error().kind == kind;
}

class RulesRun {
 public:
  RulesRun(RuleStage& stage, std::span<const rules::Rule* const> rules, RunEvents& events,
           const RuleReceiver& receive, std::atomic<int64_t>& done)
      : stage_(stage),
        rules_(rules),
        events_(events),
        receive_(receive),
        done_(done),
        queue_(rules),
        outcomes_(rules.size()) {}

  Status Run(int at_once, const std::stop_token& stop) {
    const std::stop_callback forward(stop, [this] { Halt(); });
    at_once = std::min(at_once, static_cast<int>(rules_.size()));
    {
      std::vector<std::jthread> workers;
      for (int i = 0; i < at_once; ++i) {
        workers.emplace_back([this, is_only = at_once == 1] { Work(is_only); });
      }
    }
    // Behind a rule that had no turn are results that were not recorded yet.
    for (; next_ < outcomes_.size(); ++next_) {
      if (outcomes_[next_].has_value()) {
        Record(next_);
      }
    }
    if (!unknown_.ok()) {
      return unknown_;
    }
    if (stop.stop_requested()) {
      return Error{ErrorKind::kCancelled, "the run was stopped"};
    }
    return first_;
  }

 private:
  void Halt() {
    halt_.request_stop();
    queue_.Clear();
  }

  void Work(bool is_only) {
    while (const std::optional<RuleQueue::Turn> turn = queue_.Next()) {
      Outcome outcome{.failed_input = turn->failed_input};
      if (outcome.failed_input.empty()) {
        outcome.result = stage_.Run(*rules_[turn->index], halt_.get_token());
      }
      const Status& status = outcome.result.status;
      if (FailedWith(status, ErrorKind::kLimitExceeded) && !turn->is_alone && !is_only) {
        queue_.Postpone(*turn);
        continue;
      }
      if (FailedWith(status, ErrorKind::kCommitUnknown)) {
        Halt();
      }
      ++done_;
      queue_.Finish(*turn, outcome.failed_input.empty() && status.ok());
      Deliver(turn->index, std::move(outcome));
    }
  }

  /// Records what is complete from the first rule on.
  void Deliver(size_t index, Outcome outcome) {
    const std::lock_guard lock(mutex_);
    outcomes_[index] = std::move(outcome);
    for (; next_ < outcomes_.size() && outcomes_[next_].has_value(); ++next_) {
      Record(next_);
    }
  }

  void Record(size_t index) {
    const rules::Rule& rule = *rules_[index];
    Outcome& outcome = *outcomes_[index];
    if (!outcome.failed_input.empty()) {
      events_.RuleSkipped(rule.name, outcome.failed_input);
      return;
    }
    const RuleResult& result = outcome.result;
    if (FailedWith(result.status, ErrorKind::kCancelled)) {
      return;
    }
    RecordEvents(result);
    if (FailedWith(result.status, ErrorKind::kCommitUnknown)) {
      unknown_ = unknown_.ok() ? result.status : unknown_;
    }
    if (!result.status.ok()) {
      first_ = first_.ok() ? result.status : first_;
    }
    receive_(std::move(outcome.result));
  }

  void RecordEvents(const RuleResult& result) {
    for (size_t i = 0; i < result.conflicts.size(); ++i) {
      events_.CommitRetried(result.rule, static_cast<int>(i + 1), result.conflicts[i]);
    }
    if (!result.gate.dropped_columns.empty()) {
      events_.ColumnsDropped(result.rule, result.gate.dropped_columns);
    }
    if (result.gate.diverted.bad_rows > 0) {
      events_.RowsDiverted(result.rule, result.gate.diverted);
    }
    if (!result.status.ok()) {
      events_.RuleFailed(result.rule, result.step, result.status.error());
    }
  }

  RuleStage& stage_;
  const std::span<const rules::Rule* const> rules_;
  RunEvents& events_;
  const RuleReceiver& receive_;
  std::atomic<int64_t>& done_;
  RuleQueue queue_;
  std::stop_source halt_;
  std::mutex mutex_;  ///< guards all below
  std::vector<std::optional<Outcome>> outcomes_;
  size_t next_ = 0;  ///< the first rule that is not recorded
  Status first_;
  Status unknown_;
};

}  // namespace

Status RunRules(RuleStage& stage, std::span<const rules::Rule* const> rules, int at_once,
                RunEvents& events, const RuleReceiver& receive, std::atomic<int64_t>& done,
                const std::stop_token& stop) {
  return RulesRun(stage, rules, events, receive, done).Run(at_once, stop);
}

}  // namespace norma::run
