#pragma once

/// \file
/// Time as an input, so that tests can give their own.

#include <cstdint>
#include <string>

namespace norma {

/// Where times come from. Implementations are safe to call from any thread.
class Clock {
 public:
  virtual ~Clock() = default;

  /// Milliseconds since 1970-01-01 UTC. May jump when the machine's clock is set.
  virtual int64_t UnixMs() const = 0;
  /// Nanoseconds since an unnamed start. Never goes back.
  virtual int64_t MonotonicNs() const = 0;
};

/// The machine's clock. Lives as long as the process.
const Clock& SystemClock();

/// Prints a time as "2026-11-22T21:50:00.123Z". Times before 1970 are clamped to it.
std::string UtcText(int64_t unix_ms);

/// Prints a duration for people, to three digits: "0.012 s", "8.42 s", "3 min 07 s", "2 h 05 min".
std::string DurationText(double seconds);

}  // namespace norma
