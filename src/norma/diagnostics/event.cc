#include "norma/diagnostics/event.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "norma/diagnostics/escape.h"

namespace norma::diagnostics {

std::string_view EventLevelName(EventLevel level) {
  switch (level) {
    case EventLevel::kInfo:
      return "INFO";
    case EventLevel::kWarning:
      return "WARNING";
    case EventLevel::kError:
      return "ERROR";
  }
  return "ERROR";
}

std::string_view EventCodeText(EventCode code) {
  switch (code) {
#define NORMA_EVENT_CODE(name, text, level, meaning) \
  case EventCode::k##name:                           \
    return text;
#include "norma/diagnostics/event_codes.def"
#undef NORMA_EVENT_CODE
  }
  return "UNKNOWN";
}

EventLevel LevelOf(EventCode code) {
  switch (code) {
#define NORMA_EVENT_CODE(name, text, level, meaning) \
  case EventCode::k##name:                           \
    return EventLevel::k##level;
#include "norma/diagnostics/event_codes.def"
#undef NORMA_EVENT_CODE
  }
  return EventLevel::kError;
}

EventLog::EventLog(const Clock& clock, size_t capacity)
    : clock_(clock), capacity_(std::max<size_t>(capacity, 1)) {}

void EventLog::Add(EventCode code, const EventDetails& details) {
  Event event{.code = code, .stage = std::string(details.stage), .attrs = details.attrs};
  event.message = EscapeControls(details.message);
  if (details.subject.has_value()) {
    event.subject = EscapeControls(*details.subject);
  }
  for (auto& [key, value] : event.attrs) {
    value = EscapeControls(value);
  }
  // The time is taken under the lock, so that it does not go back from one seq to the next.
  const std::lock_guard lock(mutex_);
  event.time_unix_ms = clock_.UnixMs();
  if (events_.size() == capacity_) {
    ++dropped_;
    last_dropped_unix_ms_ = event.time_unix_ms;
    return;
  }
  event.seq = static_cast<int64_t>(events_.size());
  events_.push_back(std::move(event));
}

std::vector<Event> EventLog::Events() const {
  const std::lock_guard lock(mutex_);
  std::vector<Event> events = events_;
  if (dropped_ > 0) {
    events.push_back(Event{.seq = static_cast<int64_t>(events.size()),
                           .time_unix_ms = last_dropped_unix_ms_,
                           .code = EventCode::kEventsDropped,
                           .stage = "run",
                           .message = "some events were not kept",
                           .attrs = {{"count", fmt::format("{}", dropped_)}}});
  }
  return events;
}

}  // namespace norma::diagnostics
