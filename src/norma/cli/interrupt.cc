#include "norma/cli/interrupt.h"

#include <errno.h>
#include <semaphore.h>
#include <time.h>
#include <unistd.h>

#include <atomic>

namespace norma::cli {
namespace {

/// All that a signal handler can reach. The atomics are lock-free, and sem_post is allowed there.
std::atomic<bool> interrupted{false};
std::atomic<bool> is_line_drawn{false};
std::atomic<const char*> notice_text{nullptr};
std::atomic<size_t> notice_size{0};
sem_t changed;  ///< posted once for an interruption and once for the guard's end
static_assert(std::atomic<bool>::is_always_lock_free);
static_assert(std::atomic<const char*>::is_always_lock_free);

/// That of kCancelled.
constexpr int kExitCode = 130;

/// Nothing can be done when stderr is gone.
void Say(std::string_view text) {
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
}

extern "C" void OnInterrupt(int) {
  const int saved_errno = errno;
  if (interrupted.exchange(true)) {
    _exit(kExitCode);
  }
  if (const std::string_view notice(notice_text, notice_size); !notice.empty()) {
    if (is_line_drawn) {
      Say("\r\x1b[K");
    }
    Say(notice);
  }
  sem_post(&changed);
  errno = saved_errno;
}

void WaitForChange() {
  while (sem_wait(&changed) != 0 && errno == EINTR) {
  }
}

/// \return whether there was one.
bool WaitForChange(std::chrono::milliseconds patience) {
  struct timespec end{};
  clock_gettime(CLOCK_REALTIME, &end);
  const auto nanoseconds = std::chrono::nanoseconds(end.tv_nsec) + patience;
  const auto seconds = std::chrono::floor<std::chrono::seconds>(nanoseconds);
  end.tv_sec += seconds.count();
  end.tv_nsec = (nanoseconds - seconds).count();
  int done = 0;
  while ((done = sem_timedwait(&changed, &end)) != 0 && errno == EINTR) {
  }
  return done == 0;
}

}  // namespace

InterruptGuard::InterruptGuard(const InterruptManner& manner) {
  interrupted = false;
  is_line_drawn = manner.style == ProgressStyle::kTerminal;
  notice_text = manner.notice.data();
  notice_size = manner.notice.size();
  sem_init(&changed, /*pshared=*/0, /*value=*/0);
  thread_ = std::jthread([this, patience = manner.patience] { Wait(patience); });
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
  sem_post(&changed);
  // The semaphore stays: a handler may still run on another thread.
  thread_.join();
}

void InterruptGuard::Wait(std::optional<std::chrono::milliseconds> patience) {
  WaitForChange();
  if (!interrupted) {
    return;
  }
  stop_.request_stop();
  if (patience.has_value() && !WaitForChange(*patience)) {
    _exit(kExitCode);
  }
}

}  // namespace norma::cli
