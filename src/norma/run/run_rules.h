#pragma once

/// \file
/// The rules of a run: several at a time, recorded in their order.

#include <atomic>
#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>

#include "norma/base/result.h"
#include "norma/rules/rule.h"
#include "norma/run/rule_stage.h"
#include "norma/run/run_events.h"

namespace norma::run {

/// Called with each rule that was run to its end, whether it failed or not, in the order of the
/// rules.
using RuleReceiver = std::function<void(RuleResult)>;

/// Runs rules side by side, each when its inputs are made. One that fails costs itself and the
/// rules that read its output. Results and events come in the order of the rules, so that nothing a
/// run records depends on which rule was faster. A rule that finds no memory beside others runs
/// once more, alone.
///
/// \param rules in an order in which each finds its inputs made.
/// \param at_once the most rules that run at a time, at least 1.
/// \param done counts the rules that are behind.
/// \return the first failure in the order of the rules; kCancelled after `stop`, which ends the
///     rules that run, except for a commit in hand. After kCommitUnknown, which comes before all
///     others, no rule is begun: nobody may write before that is settled.
Status RunRules(RuleStage& stage, std::span<const rules::Rule* const> rules, int at_once,
                RunEvents& events, const RuleReceiver& receive, std::atomic<int64_t>& done,
                const std::stop_token& stop);

}  // namespace norma::run
