#include "norma/cli/interrupt.h"

#include <errno.h>
#include <unistd.h>

#include <string_view>

#include "norma/base/error.h"

namespace norma::cli {
namespace {

/// All that a signal handler can reach. Lock-free, so it may be used there.
std::atomic<bool> interrupted{false};
std::atomic<bool> is_line_drawn{false};
static_assert(std::atomic<bool>::is_always_lock_free);

/// Nothing can be done when stderr is gone.
void Say(std::string_view text) {
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
}

extern "C" void OnInterrupt(int) {
  const int saved_errno = errno;
  if (interrupted.exchange(true)) {
    _exit(130);
  }
  if (is_line_drawn) {
    Say("\r\x1b[K");
  }
  Say("norma: stopping, the commit in hand is settled first; once more to stop at once\n");
  errno = saved_errno;
}

}  // namespace

InterruptGuard::InterruptGuard(ProgressStyle style) {
  interrupted.store(false);
  is_line_drawn.store(style == ProgressStyle::kTerminal);
  struct sigaction action{};
  action.sa_handler = &OnInterrupt;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, &old_interrupt_);
  sigaction(SIGTERM, &action, &old_terminate_);
}

InterruptGuard::~InterruptGuard() {
  sigaction(SIGINT, &old_interrupt_, nullptr);
  sigaction(SIGTERM, &old_terminate_, nullptr);
}

const std::atomic<bool>& InterruptGuard::flag() const { return interrupted; }

}  // namespace norma::cli
