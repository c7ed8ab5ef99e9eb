#pragma once

/// \file
/// The stages of a run, one after another: told to the observer, measured, recorded.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "norma/base/clock.h"
#include "norma/run/run.h"
#include "norma/run/run_events.h"

namespace norma::run {

class StageClock {
 public:
  /// Both must outlive this.
  StageClock(RunObserver& observer, RunEvents& events) : observer_(observer), events_(events) {}

  /// Ends the stage before and begins the next.
  /// \param total steps, each one `unit`; 0 when not known.
  void Begin(std::string_view name, int64_t total = 0, std::string_view unit = "") {
    End();
    observer_.Stage(name, total, unit);
    events_.SetStage(name);
    name_ = name;
    begun_ns_ = SystemClock().MonotonicNs();
  }

  void End() {
    if (name_.empty()) {
      return;
    }
    const double seconds = static_cast<double>(SystemClock().MonotonicNs() - begun_ns_) / 1e9;
    events_.StageFinished(seconds);
    events_.SetStage("run");
    stages_.push_back({.name = std::exchange(name_, {}), .seconds = seconds});
  }

  /// Adds a stage that nobody saw.
  void Add(std::string_view name, double seconds) {
    stages_.push_back({.name = std::string(name), .seconds = seconds});
  }

  /// Those that have ended.
  const std::vector<StageTime>& stages() const { return stages_; }

 private:
  RunObserver& observer_;
  RunEvents& events_;
  std::vector<StageTime> stages_;
  std::string name_;
  int64_t begun_ns_ = 0;
};

}  // namespace norma::run
