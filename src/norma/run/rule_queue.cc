#include "norma/run/rule_queue.h"

#include <algorithm>
#include <map>

namespace norma::run {

RuleQueue::RuleQueue(std::span<const rules::Rule* const> rules) : entries_(rules.size()) {
  std::map<std::string_view, size_t> makers;
  for (size_t i = 0; i < rules.size(); ++i) {
    for (const auto inputs : {rules[i]->inputs, rules[i]->optional_inputs}) {
      for (const std::string_view input : inputs) {
        if (const auto maker = makers.find(input); maker != makers.end()) {
          entries_[i].inputs.push_back({.table = input, .maker = maker->second});
        }
      }
    }
    makers.emplace(rules[i]->output, i);
  }
}

std::optional<RuleQueue::Turn> RuleQueue::Next() {
  std::unique_lock lock(mutex_);
  std::optional<Turn> turn;
  changed_.wait(lock, [&] {
    turn = FindTurn();
    return turn.has_value() || IsEmpty();
  });
  if (turn.has_value()) {
    entries_[turn->index].state = State::kRunning;
    is_one_alone_ = turn->is_alone;
    ++running_;
  }
  return turn;
}

void RuleQueue::Finish(const Turn& turn, bool is_made) {
  End(turn, is_made ? State::kMade : State::kFailed);
}

void RuleQueue::Postpone(const Turn& turn) { End(turn, State::kPostponed); }

void RuleQueue::Clear() {
  const std::lock_guard lock(mutex_);
  is_cleared_ = true;
  changed_.notify_all();
}

std::optional<RuleQueue::Turn> RuleQueue::FindTurn() const {
  if (is_one_alone_ || is_cleared_) {
    return std::nullopt;
  }
  const auto next =
      std::ranges::find_if(entries_, [&](const Entry& entry) { return CanRun(entry); });
  if (next != entries_.end()) {
    return Turn{.index = static_cast<size_t>(next - entries_.begin()),
                .failed_input = FailedInput(*next)};
  }
  const auto postponed = std::ranges::find(entries_, State::kPostponed, &Entry::state);
  if (running_ > 0 || postponed == entries_.end()) {
    return std::nullopt;
  }
  return Turn{.index = static_cast<size_t>(postponed - entries_.begin()), .is_alone = true};
}

bool RuleQueue::CanRun(const Entry& entry) const {
  return entry.state == State::kWaiting &&
         std::ranges::all_of(entry.inputs, [&](const Input& input) {
           const State maker = entries_[input.maker].state;
           return maker == State::kMade || maker == State::kFailed;
         });
}

std::string_view RuleQueue::FailedInput(const Entry& entry) const {
  const auto failed = std::ranges::find_if(entry.inputs, [&](const Input& input) {
    return entries_[input.maker].state == State::kFailed;
  });
  return failed == entry.inputs.end() ? std::string_view() : failed->table;
}

bool RuleQueue::IsEmpty() const {
  return is_cleared_ || std::ranges::none_of(entries_, [](const Entry& entry) {
           return entry.state == State::kWaiting || entry.state == State::kPostponed;
         });
}

void RuleQueue::End(const Turn& turn, State state) {
  const std::lock_guard lock(mutex_);
  entries_[turn.index].state = state;
  is_one_alone_ = false;
  --running_;
  changed_.notify_all();
}

}  // namespace norma::run
