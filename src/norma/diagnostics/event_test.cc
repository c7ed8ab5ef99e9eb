#include "norma/diagnostics/event.h"

#include <gmock/gmock.h>

#include <set>
#include <thread>

namespace norma::diagnostics {
namespace {

class ManualClock final : public Clock {
 public:
  int64_t UnixMs() const override { return now_ms; }
  int64_t MonotonicNs() const override { return now_ms * 1'000'000; }

  int64_t now_ms = 1000;
};

TEST(EventLog, KeepsOrderTimeAndLevel) {
  ManualClock clock;
  EventLog log(clock);
  log.Add(EventCode::kRunStarted, {.stage = "run", .message = "began"});
  clock.now_ms = 1500;
  log.Add(EventCode::kFilesFailed, {.stage = "extract",
                                    .subject = "a\nb.py",
                                    .message = "bad \x1b[2J",
                                    .attrs = {{"reason", "NUL_BYTE\r"}}});
  const std::vector<Event> events = log.Events();
  ASSERT_EQ(events.size(), 2);
  EXPECT_EQ(events[0].seq, 0);
  EXPECT_EQ(events[0].level(), EventLevel::kInfo);
  EXPECT_EQ(events[0].subject, std::nullopt);
  EXPECT_EQ(events[1].seq, 1);
  EXPECT_EQ(events[1].time_unix_ms, 1500);
  EXPECT_EQ(events[1].level(), EventLevel::kWarning);
  EXPECT_EQ(EventCodeText(events[1].code), "FILES_FAILED");
  EXPECT_EQ(events[1].subject, "a\\nb.py");
  EXPECT_EQ(events[1].message, "bad \\x1b[2J");
  EXPECT_EQ(events[1].attrs.at("reason"), "NUL_BYTE\\r");
}

TEST(EventLog, CountsWhatItDoesNotKeep) {
  const ManualClock clock;
  EventLog log(clock, 2);
  for (int i = 0; i < 5; ++i) {
    log.Add(EventCode::kFilesFailed, {.stage = "extract", .message = "x"});
  }
  const std::vector<Event> events = log.Events();
  ASSERT_EQ(events.size(), 3);
  EXPECT_EQ(events[2].code, EventCode::kEventsDropped);
  EXPECT_EQ(events[2].seq, 2);
  EXPECT_EQ(events[2].attrs.at("count"), "3");
}

TEST(EventLog, TakesEventsFromManyThreads) {
  const ManualClock clock;
  EventLog log(clock);
  {
    std::vector<std::jthread> threads;
    threads.reserve(4);
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&log] {
        for (int i = 0; i < 250; ++i) {
          log.Add(EventCode::kFilesSkipped, {.stage = "extract", .message = "again"});
        }
      });
    }
  }
  const std::vector<Event> events = log.Events();
  ASSERT_EQ(events.size(), 1000);
  for (size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i].seq, static_cast<int64_t>(i));
  }
}

TEST(EventCodes, HaveOneTextEach) {
  std::set<std::string_view> texts;
  size_t count = 0;
#define NORMA_EVENT_CODE(name, text, level, meaning)            \
  texts.insert(EventCodeText(EventCode::k##name));              \
  EXPECT_EQ(LevelOf(EventCode::k##name), EventLevel::k##level); \
  ++count;
#include "norma/diagnostics/event_codes.def"
#undef NORMA_EVENT_CODE
  EXPECT_EQ(texts.size(), count);
  EXPECT_EQ(EventLevelName(EventLevel::kInfo), "INFO");
  EXPECT_EQ(EventLevelName(EventLevel::kWarning), "WARNING");
  EXPECT_EQ(EventLevelName(EventLevel::kError), "ERROR");
}

}  // namespace
}  // namespace norma::diagnostics
