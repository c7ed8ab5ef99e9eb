#pragma once

/// \file
/// Ctrl-C: once to stop in good order, twice to stop at once.

#include <chrono>
#include <csignal>
#include <optional>
#include <stop_token>
#include <string_view>
#include <thread>

#include "norma/base/progress.h"

namespace norma::cli {

/// How a command takes an interruption.
struct InterruptManner {
  /// Said on stderr at the first one; may be empty. Must outlive the guard.
  std::string_view notice;
  /// A drawn line of progress gives way to the notice.
  ProgressStyle style = ProgressStyle::kPlain;
  /// How long the command may take to end in good order; nothing stands for any time.
  std::optional<std::chrono::milliseconds> patience;
};

/// While it lives, the first SIGINT or SIGTERM requests a stop; the second, or the end of the
/// patience, ends the process with exit code 130. At most one lives at a time.
class InterruptGuard {
 public:
  explicit InterruptGuard(const InterruptManner& manner);
  ~InterruptGuard();

  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  /// Its callbacks are called on a thread of the guard's own, so they may do what a signal handler
  /// must not.
  std::stop_token token() const { return stop_.get_token(); }

 private:
  void Wait(std::optional<std::chrono::milliseconds> patience);

  std::stop_source stop_;
  struct sigaction old_interrupt_{};
  struct sigaction old_terminate_{};
  std::jthread thread_;
};

}  // namespace norma::cli
