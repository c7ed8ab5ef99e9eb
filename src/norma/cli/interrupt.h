#pragma once

/// \file
/// Ctrl-C: once to stop in good order, twice to stop at once.

#include <atomic>
#include <csignal>

#include "norma/base/progress.h"

namespace norma::cli {

/// While it lives, the first SIGINT or SIGTERM sets flag() and says so on stderr; the second ends
/// the process with exit code 130. At most one lives at a time.
class InterruptGuard {
 public:
  /// \param style of the progress that is drawn meanwhile: a drawn line gives way to the notice.
  explicit InterruptGuard(ProgressStyle style);
  ~InterruptGuard();

  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  const std::atomic<bool>& flag() const;

 private:
  struct sigaction old_interrupt_{};
  struct sigaction old_terminate_{};
};

}  // namespace norma::cli
