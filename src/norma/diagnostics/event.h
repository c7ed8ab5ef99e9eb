#pragma once

/// \file
/// What happened during a run, as rows.

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "norma/base/clock.h"

namespace norma::diagnostics {

enum class EventLevel { kInfo, kWarning, kError };

/// The word of events_v1.level: INFO, WARNING or ERROR.
std::string_view EventLevelName(EventLevel level);

/// The closed list of things that can happen (event_codes.def).
enum class EventCode {
#define NORMA_EVENT_CODE(name, text, level, meaning) k##name,
#include "norma/diagnostics/event_codes.def"
#undef NORMA_EVENT_CODE
};

/// The text of events_v1.code, "TABLE_WRITTEN".
std::string_view EventCodeText(EventCode code);
/// The level that events of this code have.
EventLevel LevelOf(EventCode code);

/// One row of events_v1, without the run.
struct Event {
  int64_t seq = 0;  ///< from 0, without gaps
  int64_t time_unix_ms = 0;
  EventCode code = EventCode::kRunStarted;
  std::string stage;
  std::optional<std::string> subject;  ///< a table, rule or path
  std::string message;                 ///< one line; control characters are escaped
  std::map<std::string, std::string> attrs;

  EventLevel level() const { return LevelOf(code); }
};

/// What a caller gives of an event.
struct EventDetails {
  std::string_view stage;
  std::optional<std::string_view> subject;
  std::string_view message;
  std::map<std::string, std::string> attrs;
};

/// Collects the events of one run. Safe to use from any thread.
class EventLog {
 public:
  static constexpr size_t kDefaultCapacity = 100'000;

  /// \param clock must outlive this.
  /// \param capacity the most events that are kept, at least 1. What comes later is counted.
  explicit EventLog(const Clock& clock, size_t capacity = kDefaultCapacity);

  /// Adds an event with the present time. Text from data may stand in `details` as it is.
  void Add(EventCode code, const EventDetails& details);

  /// The events so far in order of their seq. When some were not kept, the last one is
  /// EVENTS_DROPPED with their count.
  std::vector<Event> Events() const;

 private:
  const Clock& clock_;
  const size_t capacity_;
  mutable std::mutex mutex_;
  std::vector<Event> events_;
  int64_t dropped_ = 0;
  int64_t last_dropped_unix_ms_ = 0;
};

}  // namespace norma::diagnostics
