#include "norma/cli/interrupt.h"

#include <errno.h>
#include <unistd.h>

#include <string_view>

#include "norma/base/error.h"

namespace norma::cli {
namespace {

/// The one thing that a signal handler can reach. Lock-free, so it may be set there.
std::atomic<bool> interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free);

extern "C" void OnInterrupt(int) {
  const int saved_errno = errno;
  if (interrupted.exchange(true)) {
    _exit(130);
  }
  constexpr std::string_view kNotice =
      "\nnorma: stopping; the commit in hand is settled first. Again to stop at once.\n";
  // Nothing can be done when stderr is gone.
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, kNotice.data(), kNotice.size());
  errno = saved_errno;
}

}  // namespace

InterruptGuard::InterruptGuard() {
  interrupted.store(false);
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
