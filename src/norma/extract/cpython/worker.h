#pragma once

/// \file
/// A confined Python process that answers one request after another.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "norma/base/result.h"
#include "norma/extract/cpython/child_process.h"
#include "norma/extract/cpython/greeting.h"
#include "norma/extract/cpython/interpreter.h"

namespace norma::extract::cpython {

/// The Python text of norma's worker: worker/loader.py, then the modules of worker/norma_worker.
std::string WorkerScript();

/// What else is in work beside a file.
enum class Room {
  kShared,  ///< other files
  kAlone,   ///< nothing
};

/// What one file may cost. Beyond `large_file_bytes` time and answer grow with the size.
struct WorkerLimits {
  int64_t cpu_seconds = 10;
  /// Time to wait for a worker that does not use the processor (Patience).
  std::chrono::milliseconds wall_time = std::chrono::seconds(20);
  std::chrono::milliseconds start_time = std::chrono::seconds(30);
  int64_t shared_memory_bytes = int64_t{1} << 30;  ///< address space of a worker in Room::kShared
  int64_t alone_memory_bytes = int64_t{1} << 30;   ///< the same in Room::kAlone
  int64_t answer_bytes = int64_t{64} << 20;
  int64_t large_file_bytes = int64_t{2} << 20;
};

/// The limits for a file of `size` bytes. An answer never takes more than a quarter of the memory
/// that a file may have alone.
WorkerLimits LimitsFor(const WorkerLimits& limits, int64_t size);

/// The recode map that a request asks for.
enum class RecodeMode : uint32_t { kNone, kTable, kCharacters };

/// Why there is no answer.
struct WorkerFailure {
  enum class Kind {
    kCrashed,   ///< it ended, or broke the protocol
    kTimedOut,  ///< of processor or wall time
    kOutOfMemory,
  };
  Kind kind = Kind::kCrashed;
  std::string message;
  std::string signal;      ///< name, if one ended it
  std::string last_words;  ///< end of its standard error
};

/// One worker process. After a failure it is dead; make another. Movable; for one thread at a time,
/// and the thread that starts it must outlive it (ChildProcess::Start).
class Worker {
 public:
  /// Starts the interpreter on `script` and reads the greeting.
  /// \param folder an empty folder for it to work in.
  /// \return kNotFound or kStorage if it cannot be started, kInvalidArgument if it does not greet
  /// as
  ///     a worker does.
  static Result<Worker> Start(const Interpreter& interpreter, const std::string& script,
                              const std::string& folder, const WorkerLimits& limits);

  /// Sends one request; the worker then works while the caller does something else.
  ///
  /// \param source any bytes; only read during the call.
  /// \return false if the worker was dead or out of step before it got the whole request. Nothing
  /// is
  ///     then known of the file; TakeFailure() tells the rest.
  bool Send(std::string_view source, std::string_view encoding, RecodeMode recode, Room room);

  /// Waits for the answer to the request that was sent.
  /// \return its payload, valid until the next call; nothing if the worker failed.
  std::optional<std::string_view> Receive();

  /// Ends the process and frees its memory. The answer that Receive() gave stays as it is.
  void EndProcess() { child_.End(); }

  /// Ends the worker and says why it failed.
  WorkerFailure TakeFailure();

  /// Whether the worker has ended or said something unasked, so that it must be replaced.
  bool IsOutOfStep() const { return child_.HasOutput(); }

  const Greeting& greeting() const { return greeting_; }
  int pid() const { return child_.pid(); }
  /// Memory that the process holds now.
  int64_t ResidentBytes() const { return child_.ResidentBytes(); }
  /// Whether no request was sent yet, so that no file has left its mark on the process.
  bool is_fresh() const { return sequence_ == 0; }

 private:
  Worker(ChildProcess child, const WorkerLimits& limits)
      : child_(std::move(child)), limits_(limits), current_(limits) {}

  std::optional<std::string_view> ReceiveFrame(Patience patience, int64_t max_bytes);
  Patience NewPatience() const;
  void Note(Transfer transfer, std::string_view doing);

  ChildProcess child_;
  WorkerLimits limits_;
  WorkerLimits current_;   // of the request under way
  uint32_t sequence_ = 0;  // of the request under way; the greeting answers request 0
  Greeting greeting_;
  std::unique_ptr<char[]> buffer_;
  size_t capacity_ = 0;
  bool timed_out_ = false;
  std::string complaint_;  // what was wrong, if the worker did not end by itself
};

}  // namespace norma::extract::cpython
