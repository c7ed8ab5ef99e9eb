#pragma once

/// \file
/// Which rule may run next.

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "norma/rules/rule.h"

namespace norma::run {

/// Hands out rules to several workers. A rule waits for the earlier ones that make its inputs.
/// Safe to use from any thread.
class RuleQueue {
 public:
  /// A rule that is handed out.
  struct Turn {
    size_t index = 0;
    /// The first input that could not be made, so that the rule cannot run; empty if there is none.
    std::string_view failed_input;
    /// No other rule runs meanwhile.
    bool is_alone = false;
  };

  /// \param rules in an order in which each finds its inputs made; must outlive this.
  explicit RuleQueue(std::span<const rules::Rule* const> rules);

  /// The first rule that can run. Waits for one; nothing when none is left.
  std::optional<Turn> Next();

  /// The rule has ended; with its output if `is_made`.
  void Finish(const Turn& turn, bool is_made);

  /// Puts a rule back. It is handed out once more when no other can run, and then runs alone.
  void Postpone(const Turn& turn);

  /// Hands out nothing more.
  void Clear();

 private:
  enum class State { kWaiting, kPostponed, kRunning, kMade, kFailed };

  struct Input {
    std::string_view table;
    size_t maker;  ///< place of the rule that makes it
  };
  struct Entry {
    std::vector<Input> inputs;  ///< those that an earlier rule makes
    State state = State::kWaiting;
  };

  std::optional<Turn> FindTurn() const;
  bool CanRun(const Entry& entry) const;
  std::string_view FailedInput(const Entry& entry) const;
  bool IsEmpty() const;
  void End(const Turn& turn, State state);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Entry> entries_;
  size_t running_ = 0;
  bool is_one_alone_ = false;
  bool is_cleared_ = false;
};

}  // namespace norma::run
