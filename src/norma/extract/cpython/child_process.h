#pragma once

/// \file
/// A child process that talks over pipes and can be given up at any time.

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "norma/base/result.h"

namespace norma::extract::cpython {

using Clock = std::chrono::steady_clock;

/// How a child is started.
struct ChildOptions {
  std::vector<std::string> arguments;    ///< the first is an absolute path; no shell is involved
  std::vector<std::string> environment;  ///< "NAME=value"; empty means none
  std::string folder = "/";              ///< working directory
  /// Limits of resources, no new privileges, killed with the thread that starts it.
  bool confined = true;
  int64_t cpu_seconds = 10;                        ///< soft limit, if confined
  int64_t address_space_bytes = int64_t{1} << 30;  ///< soft limit, if confined
};

/// How a transfer ended.
enum class Transfer {
  kDone,
  kEnded,    ///< the child closed its end
  kTimeout,  ///< patience ran out
  kFailed,   ///< the system refused; errno says why
};

/// How long to wait for a child: until a `window` passes in which it has used less than a hundredth
/// of that in processor time. So a child that hangs is given up after one window, and one that a
/// busy machine starves is not: whether a file gets its facts should not depend on the machine's
/// load. The limit of processor time ends the rest.
class Patience {
 public:
  /// \param used processor time of the child so far.
  explicit Patience(std::chrono::milliseconds window, std::chrono::nanoseconds used = {})
      : window_(window), deadline_(Clock::now() + window), used_(used) {}

  Clock::time_point deadline() const { return deadline_; }
  /// Opens another window if the child has worked in this one.
  /// \param used processor time of the child so far; nothing if it has ended.
  bool Extend(std::optional<std::chrono::nanoseconds> used);

 private:
  std::chrono::milliseconds window_;
  Clock::time_point deadline_;
  std::chrono::nanoseconds used_;
};

/// How a child ended.
struct ChildEnd {
  std::optional<int> exit_code;
  std::optional<int> signal;
};

/// A child with three pipes: standard input, output and error. The child is killed when the object
/// dies.
///
/// It gets a process group of its own, no other descriptors, default signal handlers and, if
/// confined, limits (see Start). Movable; for one thread at a time.
class ChildProcess {
 public:
  /// Starts a program.
  ///
  /// A confined child has no core files, may write no files, start no processes (unless it runs as
  /// root, whom Linux does not count) and open 64 descriptors, gets no new privileges, and is
  /// killed when the thread that called Start ends: that thread must outlive the child. Under a
  /// sanitizer the address space is not limited.
  ///
  /// \return kNotFound if the program does not exist, kStorage if the system refuses to start it.
  static Result<ChildProcess> Start(const ChildOptions& options);

  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&& other) noexcept;
  ~ChildProcess();

  /// Writes all parts to the child's input. What the child says on standard error meanwhile is
  /// kept.
  Transfer Send(std::span<const std::string_view> parts, Patience& patience);
  /// Reads exactly `size` bytes of the child's output.
  Transfer Receive(char* bytes, size_t size, Patience& patience);
  /// Whether the child has said something unasked, or has ended.
  bool HasOutput() const;
  /// Closes the child's input, which asks it to end.
  void CloseInput();

  /// Processor time that the child has used; nothing if it has ended.
  std::optional<std::chrono::nanoseconds> ProcessorTime() const;
  /// Memory that the child holds now; 0 if it has ended.
  int64_t ResidentBytes() const;
  /// Moves the soft limits: `cpu_seconds` counts from what the child has used so far.
  void MoveLimits(int64_t cpu_seconds, int64_t address_space_bytes);

  /// Kills the child's group if it still runs, and waits for its end.
  ChildEnd End();
  /// Gives the child that long to end by itself, then kills it.
  ChildEnd WaitFor(std::chrono::milliseconds window);

  /// The last words of standard error, at most 2 KiB; complete after End().
  const std::string& last_words() const { return last_words_; }
  int pid() const { return pid_; }

 private:
  ChildProcess() = default;
  Transfer Poll(int descriptor, short events, Patience& patience);  // NOLINT: poll's type
  void ReadErrors();
  void CloseAll();
  ChildEnd Reap(int status);

  int pid_ = -1;  // -1 after its end
  int input_ = -1;
  int output_ = -1;
  int errors_ = -1;
  ChildEnd end_;
  std::string last_words_;
};

}  // namespace norma::extract::cpython
