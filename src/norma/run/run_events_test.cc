#include "norma/run/run_events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace norma::run {
namespace {

using diagnostics::Event;
using diagnostics::EventCode;
using testing::ElementsAre;
using testing::Pair;
using testing::UnorderedElementsAre;

TEST(RunEvents, BelongToTheirStage) {
  RunEvents events(SystemClock());
  events.RunStarted(3);
  events.SetStage("scan");
  events.FilesSkipped({{"SYMLINK", 2}, {"TOO_MANY", 1}});
  events.FilesSkipped({});
  events.FilesFailed({});
  events.StageFinished(0.25);
  const std::vector<Event> all = events.Events();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].stage, "run");
  EXPECT_EQ(all[0].attrs.at("run_number"), "3");
  EXPECT_EQ(all[1].code, EventCode::kFilesSkipped);
  EXPECT_EQ(all[1].stage, "scan");
  EXPECT_THAT(all[1].attrs, UnorderedElementsAre(Pair("SYMLINK", "2"), Pair("TOO_MANY", "1")));
  EXPECT_EQ(all[2].attrs.at("seconds"), "0.250");
}

TEST(RunEvents, TellWritingFromFindingWritten) {
  RunEvents events(SystemClock());
  events.TableCommitted("t",
                        {.outcome = engine::CommitOutcome::kCommitted, .version = 4, .rows = 2});
  events.TableCommitted("t", {.outcome = engine::CommitOutcome::kAlreadyApplied, .version = 4});
  const std::vector<Event> all = events.Events();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].code, EventCode::kTableWritten);
  EXPECT_THAT(all[0].attrs, UnorderedElementsAre(Pair("version", "4"), Pair("rows", "2")));
  EXPECT_EQ(all[1].code, EventCode::kAlreadyApplied);
}

TEST(RunEvents, ACancelledRunWasAskedToStop) {
  RunEvents events(SystemClock());
  events.RunFailed({ErrorKind::kStorage, "full"});
  events.RunFailed({ErrorKind::kCancelled, "the run was stopped"});
  std::vector<EventCode> codes;
  for (const Event& event : events.Events()) {
    codes.push_back(event.code);
  }
  EXPECT_THAT(codes, ElementsAre(EventCode::kRunFailed, EventCode::kCancelRequested,
                                 EventCode::kRunFailed));
  EXPECT_EQ(events.Events().front().attrs.at("kind"), "Storage");
}

}  // namespace
}  // namespace norma::run
