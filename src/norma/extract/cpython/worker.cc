#include "norma/extract/cpython/worker.h"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "norma/base/unicode.h"
#include "norma/embedded/worker_script.h"
#include "norma/extract/cpython/columns.h"

namespace norma::extract::cpython {
namespace {

constexpr std::string_view kRequestMark = "NRMQ";
constexpr std::string_view kAnswerMark = "NRMA";
constexpr size_t kKeptBytes = size_t{8} << 20;

// Keeps freed memory for the next file: glibc would give it back and fetch it anew for each,
// which is two thirds of a worker's page faults. Nothing else is in the worker's environment.
constexpr const char* kKeepMemory = "MALLOC_TRIM_THRESHOLD_=67108864";

// How the limits of a large file grow. A MiB of ordinary source takes 0.5 s of processor time and
// 3 MiB of answer; these leave room for source that is not ordinary.
constexpr int64_t kMebibyte = int64_t{1} << 20;
constexpr int64_t kCpuSecondsPerMebibyte = 5;
constexpr int64_t kWallSecondsPerMebibyte = 10;
constexpr int64_t kAnswerPerByte = 32;
// Whatever an answer tells, the worker held ten times as much to find it out.
constexpr int64_t kAnswerShare = 4;

void AppendInteger(std::string& bytes, size_t value) {
  const auto number = static_cast<uint32_t>(value);
  std::array<char, sizeof number> raw{};
  std::memcpy(raw.data(), &number, sizeof number);
  bytes.append(raw.data(), raw.size());
}

}  // namespace

std::string WorkerScript() {
  const auto files = norma::embedded::worker_script::Files();
  std::string script(files.front().content);
  for (const auto& file : files.subspan(1)) {
    const std::string_view module = file.name.substr(0, file.name.find('.'));
    // A module is sent as a raw text, so three single quotes are all that it may not hold.
    script += fmt::format("load('{}', r'''{}''')\n", module, file.content);
  }
  return script;
}

WorkerLimits LimitsFor(const WorkerLimits& limits, int64_t size) {
  WorkerLimits grown = limits;
  const int64_t excess = size - limits.large_file_bytes;
  if (excess > 0) {
    const int64_t mebibytes = (excess + kMebibyte - 1) / kMebibyte;
    grown.cpu_seconds += mebibytes * kCpuSecondsPerMebibyte;
    grown.wall_time += std::chrono::seconds(mebibytes * kWallSecondsPerMebibyte);
    grown.answer_bytes += excess * kAnswerPerByte;
  }
  grown.answer_bytes = std::min(grown.answer_bytes, limits.alone_memory_bytes / kAnswerShare);
  return grown;
}

Result<Worker> Worker::Start(const Interpreter& interpreter, const std::string& script,
                             const std::string& folder, const WorkerLimits& limits) {
  NORMA_ASSIGN_OR_RETURN(ChildProcess child,
                         ChildProcess::Start({.arguments = {interpreter.executable, "-I", "-S",
                                                            "-B", "-X", "utf8", "-c", script},
                                              .environment = {kKeepMemory},
                                              .folder = folder,
                                              .confined = true,
                                              .cpu_seconds = limits.cpu_seconds,
                                              .address_space_bytes = limits.alone_memory_bytes}));
  Worker worker(std::move(child), limits);
  const std::optional<std::string_view> payload =
      worker.ReceiveFrame(Patience(limits.start_time), limits.answer_bytes);
  if (!payload.has_value()) {
    const WorkerFailure failure = worker.TakeFailure();
    return Error{ErrorKind::kInvalidArgument,
                 fmt::format("the worker does not start: {}: {}: {}", interpreter.executable,
                             failure.message, EscapeForMessage(failure.last_words))};
  }
  NORMA_ASSIGN_OR_RETURN(worker.greeting_, Greeting::Parse(*payload));
  return worker;
}

bool Worker::Send(std::string_view source, std::string_view encoding, RecodeMode recode,
                  Room room) {
  if (IsOutOfStep()) {
    complaint_ = "it ended or spoke between two files";
    return false;
  }
  current_ = LimitsFor(limits_, static_cast<int64_t>(source.size()));
  child_.MoveLimits(current_.cpu_seconds, room == Room::kAlone ? current_.alone_memory_bytes
                                                               : current_.shared_memory_bytes);
  ++sequence_;
  std::string head(kRequestMark);
  AppendInteger(head, sequence_);
  AppendInteger(head, encoding.size());
  AppendInteger(head, source.size());
  AppendInteger(head, static_cast<size_t>(recode));
  head += encoding;
  const std::array<std::string_view, 2> parts = {head, source};
  Patience patience = NewPatience();
  const Transfer sent = child_.Send(parts, patience);
  Note(sent, "it was sent a file");
  return sent == Transfer::kDone;
}

Patience Worker::NewPatience() const {
  return Patience(current_.wall_time, child_.ProcessorTime().value_or(std::chrono::nanoseconds(0)));
}

std::optional<std::string_view> Worker::Receive() {
  // Counted from here, since the caller may have been busy; the processor time counts from Send().
  return ReceiveFrame(NewPatience(), current_.answer_bytes);
}

std::optional<std::string_view> Worker::ReceiveFrame(Patience patience, int64_t max_bytes) {
  std::array<char, 12> head{};
  if (const Transfer got = child_.Receive(head.data(), head.size(), patience);
      got != Transfer::kDone) {
    Note(got, "its answer was awaited");
    return std::nullopt;
  }
  uint32_t sequence = 0;
  uint32_t size = 0;
  std::memcpy(&sequence, head.data() + 4, sizeof sequence);
  std::memcpy(&size, head.data() + 8, sizeof size);
  if (!std::string_view(head.data(), head.size()).starts_with(kAnswerMark)) {
    complaint_ = "its answer has no mark";
    return std::nullopt;
  }
  if (sequence != sequence_) {
    complaint_ = fmt::format("its answer is that of another file: {}, not {}", sequence, sequence_);
    return std::nullopt;
  }
  if (static_cast<int64_t>(size) > max_bytes) {
    complaint_ = fmt::format("its answer is too long, in bytes: {}", size);
    return std::nullopt;
  }
  if (size > capacity_ || capacity_ > kKeptBytes) {
    buffer_ = std::make_unique_for_overwrite<char[]>(size);
    capacity_ = size;
  }
  if (const Transfer got = child_.Receive(buffer_.get(), size, patience); got != Transfer::kDone) {
    Note(got, "its answer was read");
    return std::nullopt;
  }
  return std::string_view(buffer_.get(), size);
}

void Worker::Note(Transfer transfer, std::string_view doing) {
  switch (transfer) {
    case Transfer::kDone:
    case Transfer::kEnded:
      return;
    case Transfer::kTimeout:
      timed_out_ = true;
      return;
    case Transfer::kFailed:
      complaint_ = fmt::format("the system failed while {}: {}", doing, std::strerror(errno));
      return;
  }
}

WorkerFailure Worker::TakeFailure() {
  // A worker that closed its pipe is about to end; how it ends is worth a moment.
  const bool ended_itself = !timed_out_ && complaint_.empty();
  const ChildEnd end = ended_itself ? child_.WaitFor(std::chrono::seconds(5)) : child_.End();
  WorkerFailure failure;
  failure.last_words = ToValidUtf8(child_.last_words());
  if (timed_out_) {
    failure.kind = WorkerFailure::Kind::kTimedOut;
    failure.message = fmt::format("the worker did nothing for {} ms", current_.wall_time.count());
  } else if (!complaint_.empty()) {
    failure.message = fmt::format("the worker failed: {}", complaint_);
  } else if (end.signal == SIGXCPU) {
    failure.kind = WorkerFailure::Kind::kTimedOut;
    failure.message =
        fmt::format("the worker used more than {} s of processor time", current_.cpu_seconds);
  } else if (failure.last_words.find("MemoryError") != std::string::npos) {
    failure.kind = WorkerFailure::Kind::kOutOfMemory;
    failure.message = "the worker ran out of memory";
  } else if (end.signal.has_value()) {
    failure.message = fmt::format("the worker was ended by signal {}", *end.signal);
  } else {
    failure.message = fmt::format("the worker ended with exit code {}", end.exit_code.value_or(-1));
  }
  if (end.signal.has_value() && ended_itself) {
    const char* const name = sigabbrev_np(*end.signal);
    failure.signal = name == nullptr ? fmt::format("{}", *end.signal) : fmt::format("SIG{}", name);
  }
  return failure;
}

}  // namespace norma::extract::cpython
