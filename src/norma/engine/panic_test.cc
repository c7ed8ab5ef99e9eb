#include <gmock/gmock.h>
#include <norma/bridge.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "norma/engine/error_translation.h"
#include "norma/engine/handle_access.h"
#include "norma/engine/session.h"
#include "norma/engine/test_support.h"
#include "tests/support/matchers.h"

namespace norma::engine {
namespace {

using norma::testing_support::IsErrorWith;
using norma::testing_support::IsOk;
using testing_support::OpenSession;
using testing_support::RowsText;

/// A session with the function and the table that panic.
Session OpenPanicking() {
  Session session = OpenSession();
  BridgeCall call;
  EXPECT_THAT(call.Check(norma_test_register(HandleAccess::Of(session), call.error())), IsOk());
  return session;
}

/// What panics is said by errors alone: stderr is the host's.
class PanicTest : public ::testing::Test {
 protected:
  void SetUp() override { ::testing::internal::CaptureStderr(); }
  void TearDown() override { EXPECT_EQ(::testing::internal::GetCapturedStderr(), ""); }
};

/// A closed session refuses everything, and a new one works.
void ExpectClosed(Session& session) {
  EXPECT_TRUE(session.closed());
  EXPECT_THAT(session.Plan("SELECT 1"), IsErrorWith(ErrorKind::kInternal, "closed by a panic"));
  EXPECT_THAT(session.RegisterAlias("a", "norma_test_texts"),
              IsErrorWith(ErrorKind::kInternal, "closed by a panic"));
  EXPECT_THAT(session.Functions(), IsErrorWith(ErrorKind::kInternal, "closed by a panic"));

  const Session fresh = OpenSession();
  EXPECT_FALSE(fresh.closed());
  const Result<std::string> rows = RowsText(fresh, "SELECT 1 + 1");
  ASSERT_THAT(rows, IsOk());
  EXPECT_EQ(rows.value(), "2");
}

TEST_F(PanicTest, InACall) {
  Session session = OpenPanicking();
  BridgeCall call;
  EXPECT_THAT(call.Check(norma_test_panic_in_call(HandleAccess::Of(session), call.error())),
              IsErrorWith(ErrorKind::kInternal, "in a call: bridge/src/test_support.rs:"));
  ExpectClosed(session);
}

TEST_F(PanicTest, InAFunction) {
  Session session = OpenPanicking();
  EXPECT_THAT(RowsText(session, "SELECT norma_test_panic(plain) FROM norma_test_texts"),
              IsErrorWith(ErrorKind::kInternal, "in a function: bridge/src/test_support.rs:"));
  ExpectClosed(session);
}

TEST_F(PanicTest, InAStream) {
  Session session = OpenPanicking();
  EXPECT_THAT(RowsText(session, "SELECT n FROM norma_test_panic_table"),
              IsErrorWith(ErrorKind::kInternal, "in a stream: bridge/src/test_support.rs:"));
  ExpectClosed(session);
}

// Below a repartition the rows are made in spawned tasks, whose panics travel another way.
TEST_F(PanicTest, InASpawnedTask) {
  Session session = OpenPanicking();
  EXPECT_THAT(RowsText(session, "SELECT n, count(*) FROM norma_test_panic_table GROUP BY n"),
              IsErrorWith(ErrorKind::kInternal, "bridge/src/test_support.rs:"));
  ExpectClosed(session);
}

TEST_F(PanicTest, WhileSaving) {
  Session session = OpenPanicking();
  const Result<Query> query = session.Plan("SELECT n FROM norma_test_panic_table");
  ASSERT_THAT(query, IsOk());
  const std::string path = ::testing::TempDir() + "/norma_panic.csv";
  EXPECT_THAT(query.value().Save("csv", path), IsErrorWith(ErrorKind::kInternal, "in a stream"));
  ExpectClosed(session);
}

// A query that was planned before the panic is of the closed session too.
TEST_F(PanicTest, ClosesTheOtherQueriesOfTheSession) {
  const Session session = OpenPanicking();
  const Result<Query> other = session.Plan("SELECT 1");
  ASSERT_THAT(other, IsOk());
  EXPECT_THAT(RowsText(session, "SELECT n FROM norma_test_panic_table"),
              IsErrorWith(ErrorKind::kInternal, "in a stream"));
  EXPECT_THAT(other.value().Run(), IsErrorWith(ErrorKind::kInternal, "closed by a panic"));
}

// Who works in the session meanwhile is answered, rightly or that it is closed.
TEST_F(PanicTest, WhileOthersWork) {
  const Session session = OpenPanicking();
  std::atomic<int> answered = 0;
  {
    std::vector<std::jthread> threads;
    threads.reserve(4);
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&session, &answered] {
        for (int i = 0; i < 50; ++i) {
          const auto rows = RowsText(session, "SELECT count(*) FROM generate_series(1, 1000)");
          const bool is_answer =
              rows.ok() ? rows.value() == "1000" : rows.error().kind == ErrorKind::kInternal;
          answered += is_answer ? 1 : 0;
        }
      });
    }
    EXPECT_THAT(RowsText(session, "SELECT n FROM norma_test_panic_table"),
                IsErrorWith(ErrorKind::kInternal, "in a stream"));
  }
  EXPECT_EQ(answered, 4 * 50);
  EXPECT_TRUE(session.closed());
}

// Text of a user that looks like the report of a panic is none.
TEST_F(PanicTest, IsNotTakenFromTheText) {
  const Session session = OpenSession();
  EXPECT_FALSE(
      RowsText(session, "SELECT \"task 7 panicked with message 'x'\" FROM (VALUES (1)) t(a)").ok());
  EXPECT_FALSE(RowsText(session,
                        "SELECT CAST(a AS BIGINT) FROM (VALUES "
                        "('task 7 panicked with message ''x''')) t(a)")
                   .ok());
  EXPECT_FALSE(session.closed());
}

TEST(ErrorKindTest, NumbersAndNamesAreThoseOfTheEngine) {
  size_t index = 0;
#define NORMA_ERROR_KIND(number, name, exit_code, whose, meaning) \
  EXPECT_EQ(norma_test_error_kind(index), number) << #name;       \
  EXPECT_EQ(TakeText(norma_test_error_kind_name(index)), #name);  \
  ++index;
#include "norma/base/error_kinds.def"
#undef NORMA_ERROR_KIND
  EXPECT_EQ(norma_test_error_kind(index), 0) << "the engine has a kind that C++ has not";
}

}  // namespace
}  // namespace norma::engine
