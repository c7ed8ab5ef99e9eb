#include "norma/extract/cpython/child_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "norma/base/process_memory.h"

namespace norma::extract::cpython {
namespace {

constexpr size_t kMaxLastWords = 2048;
constexpr int kPipeBytes = 1 << 20;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kLimitAddressSpace = false;  // Shadow memory is terabytes of address space.
#else
constexpr bool kLimitAddressSpace = true;
#endif

/// Closes a descriptor when it goes out of scope.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(other.Release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() {
    if (number_ >= 0) {
      close(number_);
    }
  }
  int number() const { return number_; }
  int Release() { return std::exchange(number_, -1); }

 private:
  int number_;
};

struct Pipe {
  Descriptor mine;
  Descriptor childs;
};

/// The child's end lies above the numbers it gets in the child, so that moving one there closes no
/// other.
bool MoveUp(Descriptor& end) {
  const int moved = fcntl(end.number(), F_DUPFD_CLOEXEC, 4);
  end = Descriptor(moved);
  return moved >= 0;
}

Result<Pipe> MakePipe(bool child_reads) {
  std::array<int, 2> ends{};
  // Writing to a pipe whose reader is gone raises SIGPIPE; on a socket that can be switched off.
  const int made = child_reads ? socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data())
                               : pipe2(ends.data(), O_CLOEXEC);
  if (made != 0) {
    return Error{ErrorKind::kStorage, fmt::format("cannot make a pipe: {}", std::strerror(errno))};
  }
  Pipe pipe{Descriptor(ends[0]), Descriptor(ends[1])};
  if (!child_reads) {
    // As long as the pipe is not full, the child works on while the answer before is decoded.
    fcntl(pipe.childs.number(), F_SETPIPE_SZ, kPipeBytes);
  }
  const bool ready = MoveUp(pipe.childs) && fcntl(pipe.mine.number(), F_SETFL, O_NONBLOCK) == 0;
  if (!ready) {
    return Error{ErrorKind::kStorage,
                 fmt::format("cannot prepare a pipe: {}", std::strerror(errno))};
  }
  return pipe;
}

/// What the child needs between fork and exec, where it may not allocate.
struct Launch {
  const char* program;
  char* const* arguments;
  char* const* environment;
  const char* folder;
  int input;
  int output;
  int errors;
  int report;  // tells why the start failed
  pid_t parent;
  bool confined;
  rlim_t cpu_seconds;
  rlim_t address_space_bytes;
};

bool Limit(__rlimit_resource resource, rlim_t soft, rlim_t hard) {
  const rlimit limit{soft, hard};
  return setrlimit(resource, &limit) == 0;
}

bool Confine(const Launch& launch) {
  // The soft limits of time and memory move from file to file; the others stay.
  return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == launch.parent &&
         Limit(RLIMIT_CPU, launch.cpu_seconds, RLIM_INFINITY) &&
         (!kLimitAddressSpace || Limit(RLIMIT_AS, launch.address_space_bytes, RLIM_INFINITY)) &&
         Limit(RLIMIT_FSIZE, 0, 0) && Limit(RLIMIT_NOFILE, 64, 64) && Limit(RLIMIT_CORE, 0, 0) &&
         Limit(RLIMIT_NPROC, 0, 0) && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

void ResetSignals() {
  struct sigaction action{};
  action.sa_handler = SIG_DFL;  // NOLINT: a union of the C library
  for (int signal = 1; signal < 32; ++signal) {
    sigaction(signal, &action, nullptr);  // Fails for two, which cannot be handled anyway.
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// Runs in the child. Only async-signal-safe calls: other threads of the parent may have held
/// locks.
[[noreturn]] void BecomeChild(const Launch& launch) {
  ResetSignals();
  setpgid(0, 0);
  const bool ready = dup2(launch.input, 0) == 0 && dup2(launch.output, 1) == 1 &&
                     dup2(launch.errors, 2) == 2 && dup2(launch.report, 3) == 3 &&
                     fcntl(3, F_SETFD, FD_CLOEXEC) == 0 && chdir(launch.folder) == 0;
  if (syscall(SYS_close_range, 4U, ~0U, 0U) != 0) {
    for (int descriptor = 4; descriptor < 1024; ++descriptor) {
      close(descriptor);
    }
  }
  if (ready && (!launch.confined || Confine(launch))) {
    execve(launch.program, launch.arguments, launch.environment);
  }
  const int reason = errno;
  if (write(3, &reason, sizeof reason) < 0) {
    _exit(126);  // The parent sees the end of the pipe and our exit code.
  }
  _exit(127);
}

std::vector<char*> Pointers(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (const std::string& text : texts) {
    pointers.push_back(const_cast<char*>(text.c_str()));  // exec's type; it does not write
  }
  pointers.push_back(nullptr);
  return pointers;
}

int MillisecondsUntil(Clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
  return static_cast<int>(std::clamp<int64_t>(left, 0, 1'000'000'000));
}

}  // namespace

bool Patience::Extend(std::optional<std::chrono::nanoseconds> used) {
  if (!used.has_value() || *used - used_ < window_ / 100) {
    return false;
  }
  used_ = *used;
  deadline_ = Clock::now() + window_;
  return true;
}

Result<ChildProcess> ChildProcess::Start(const ChildOptions& options) {
  if (options.arguments.empty()) {
    return Error{ErrorKind::kInvalidArgument, "a program must be named"};
  }
  NORMA_ASSIGN_OR_RETURN(Pipe input, MakePipe(/*child_reads=*/true));
  NORMA_ASSIGN_OR_RETURN(Pipe output, MakePipe(/*child_reads=*/false));
  NORMA_ASSIGN_OR_RETURN(Pipe errors, MakePipe(/*child_reads=*/false));
  NORMA_ASSIGN_OR_RETURN(Pipe report, MakePipe(/*child_reads=*/false));

  const std::vector<char*> arguments = Pointers(options.arguments);
  const std::vector<char*> environment = Pointers(options.environment);
  const Launch launch{.program = options.arguments.front().c_str(),
                      .arguments = arguments.data(),
                      .environment = environment.data(),
                      .folder = options.folder.c_str(),
                      .input = input.childs.number(),
                      .output = output.childs.number(),
                      .errors = errors.childs.number(),
                      .report = report.childs.number(),
                      .parent = getpid(),
                      .confined = options.confined,
                      .cpu_seconds = static_cast<rlim_t>(options.cpu_seconds),
                      .address_space_bytes = static_cast<rlim_t>(options.address_space_bytes)};
  const pid_t pid = fork();
  if (pid < 0) {
    return Error{ErrorKind::kStorage,
                 fmt::format("cannot start a process: {}", std::strerror(errno))};
  }
  if (pid == 0) {
    BecomeChild(launch);
  }

  ChildProcess child;
  child.pid_ = pid;
  child.input_ = input.mine.Release();
  child.output_ = output.mine.Release();
  child.errors_ = errors.mine.Release();
  for (Pipe* pipe : {&input, &output, &errors, &report}) {
    pipe->childs = Descriptor();
  }
  fcntl(report.mine.number(), F_SETFL, 0);  // Wait: exec closes the pipe without a word.
  int reason = 0;
  ssize_t said = 0;
  do {
    said = read(report.mine.number(), &reason, sizeof reason);
  } while (said < 0 && errno == EINTR);
  if (said != 0) {
    child.End();
    return Error{
        reason == ENOENT ? ErrorKind::kNotFound : ErrorKind::kStorage,
        fmt::format("cannot start {}: {}", options.arguments.front(), std::strerror(reason))};
  }
  return child;
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      input_(std::exchange(other.input_, -1)),
      output_(std::exchange(other.output_, -1)),
      errors_(std::exchange(other.errors_, -1)),
      end_(other.end_),
      last_words_(std::move(other.last_words_)) {}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(input_, other.input_);
  std::swap(output_, other.output_);
  std::swap(errors_, other.errors_);
  std::swap(end_, other.end_);
  std::swap(last_words_, other.last_words_);
  return *this;
}

ChildProcess::~ChildProcess() { End(); }

Transfer ChildProcess::Send(std::span<const std::string_view> parts, Patience& patience) {
  for (std::string_view part : parts) {
    while (!part.empty()) {
      const ssize_t sent = send(input_, part.data(), part.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent >= 0) {
        part.remove_prefix(static_cast<size_t>(sent));
      } else if (errno == EAGAIN) {
        if (const Transfer ready = Poll(input_, POLLOUT, patience); ready != Transfer::kDone) {
          return ready;
        }
      } else if (errno == EPIPE || errno == ECONNRESET) {
        return Transfer::kEnded;
      } else if (errno != EINTR) {
        return Transfer::kFailed;
      }
    }
  }
  return Transfer::kDone;
}

Transfer ChildProcess::Receive(char* bytes, size_t size, Patience& patience) {
  while (size > 0) {
    const ssize_t got = read(output_, bytes, size);
    if (got > 0) {
      bytes += got;
      size -= static_cast<size_t>(got);
    } else if (got == 0) {
      return Transfer::kEnded;
    } else if (errno == EAGAIN) {
      if (const Transfer ready = Poll(output_, POLLIN, patience); ready != Transfer::kDone) {
        return ready;
      }
    } else if (errno != EINTR) {
      return Transfer::kFailed;
    }
  }
  return Transfer::kDone;
}

bool ChildProcess::HasOutput() const {
  pollfd watched{output_, POLLIN, 0};
  return poll(&watched, 1, 0) > 0;
}

void ChildProcess::CloseInput() {
  if (input_ >= 0) {
    close(std::exchange(input_, -1));
  }
}

Transfer ChildProcess::Poll(int descriptor, short events, Patience& patience) {
  while (true) {
    std::array<pollfd, 2> watched{{{descriptor, events, 0}, {errors_, POLLIN, 0}}};
    const int ready = poll(watched.data(), watched.size(), MillisecondsUntil(patience.deadline()));
    if (ready < 0 && errno != EINTR) {
      return Transfer::kFailed;
    }
    if (ready > 0 && watched[1].revents != 0) {
      ReadErrors();
    }
    if (ready > 0 && watched[0].revents != 0) {
      return Transfer::kDone;  // Also after a hang-up: the transfer itself tells.
    }
    if (Clock::now() >= patience.deadline() && !patience.Extend(ProcessorTime())) {
      return Transfer::kTimeout;
    }
  }
}

void ChildProcess::ReadErrors() {
  std::array<char, 4096> words{};
  while (errors_ >= 0) {
    const ssize_t got = read(errors_, words.data(), words.size());
    if (got > 0) {
      last_words_.append(words.data(), static_cast<size_t>(got));
      if (last_words_.size() > kMaxLastWords) {
        last_words_.erase(0, last_words_.size() - kMaxLastWords);
      }
    } else if (got < 0 && errno == EAGAIN) {
      return;
    } else if (got == 0 || errno != EINTR) {
      close(std::exchange(errors_, -1));  // poll passes over a negative descriptor.
    }
  }
}

std::optional<std::chrono::nanoseconds> ChildProcess::ProcessorTime() const {
  clockid_t clock{};
  timespec used{};
  if (pid_ < 0 || clock_getcpuclockid(pid_, &clock) != 0 || clock_gettime(clock, &used) != 0) {
    return std::nullopt;
  }
  return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

int64_t ChildProcess::ResidentBytes() const {
  return pid_ < 0 ? 0 : ResidentBytesOf(std::to_string(pid_));
}

void ChildProcess::MoveLimits(int64_t cpu_seconds, int64_t address_space_bytes) {
  const std::optional<std::chrono::nanoseconds> used = ProcessorTime();
  if (!used.has_value()) {
    return;  // The child has ended; the next transfer tells.
  }
  const int64_t used_seconds = std::chrono::ceil<std::chrono::seconds>(*used).count();
  const rlimit cpu{static_cast<rlim_t>(used_seconds + cpu_seconds), RLIM_INFINITY};
  prlimit(pid_, RLIMIT_CPU, &cpu, nullptr);
  if (kLimitAddressSpace) {
    const rlimit space{static_cast<rlim_t>(address_space_bytes), RLIM_INFINITY};
    prlimit(pid_, RLIMIT_AS, &space, nullptr);
  }
}

ChildEnd ChildProcess::End() {
  if (pid_ >= 0) {
    int status = 0;
    pid_t reaped = waitpid(pid_, &status, WNOHANG);
    if (reaped == 0) {
      kill(-pid_, SIGKILL);
      kill(pid_, SIGKILL);  // The group may not exist yet.
      do {
        reaped = waitpid(pid_, &status, 0);
      } while (reaped < 0 && errno == EINTR);
    }
    return Reap(status);
  }
  return end_;
}

ChildEnd ChildProcess::WaitFor(std::chrono::milliseconds window) {
  // Standard output ends with the child; whatever it still says is thrown away.
  Patience patience(window);
  std::array<char, 4096> rest{};
  while (pid_ >= 0 && Receive(rest.data(), rest.size(), patience) == Transfer::kDone) {
  }
  while (pid_ >= 0 && Clock::now() < patience.deadline()) {
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) == pid_) {
      return Reap(status);
    }
    poll(nullptr, 0, 1);
  }
  return End();
}

ChildEnd ChildProcess::Reap(int status) {
  ReadErrors();
  pid_ = -1;
  CloseAll();
  if (WIFSIGNALED(status)) {
    end_.signal = WTERMSIG(status);
  } else {
    end_.exit_code = WEXITSTATUS(status);
  }
  return end_;
}

void ChildProcess::CloseAll() {
  for (int* descriptor : {&input_, &output_, &errors_}) {
    if (*descriptor >= 0) {
      close(std::exchange(*descriptor, -1));
    }
  }
}

}  // namespace norma::extract::cpython
