#include "norma/engine/write.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "norma/engine/session.h"
#include "norma/engine/table_test_support.h"
#include "norma/engine/test_support.h"
#include "tests/support/matchers.h"

namespace norma::engine {
namespace {

using norma::testing_support::IsError;
using norma::testing_support::IsErrorWith;
using norma::testing_support::IsOk;
using testing::HasSubstr;
using testing_support::kSchema;
using testing_support::OpenSession;
using testing_support::Row;

class WriteTest : public testing_support::TableTest {};

TEST_F(WriteTest, AppendsOnceForATransaction) {
  const Table table = Create();
  const auto first =
      WriteRows(table, {}, 7, {{{"a.py", "x", 1}, {"a.py", "y", 2}}, {{"b.py", "z", 1}}});
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(first.value().outcome, CommitOutcome::kCommitted);
  EXPECT_EQ(first.value().version, 1);
  EXPECT_EQ(first.value().rows, 3);
  const auto again = WriteRows(table, {}, 7, {{{"a.py", "x", 1}}});
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again.value().outcome, CommitOutcome::kAlreadyApplied);
  EXPECT_EQ(again.value().version, 1);
  ASSERT_THAT(WriteRows(table, {}, 9, {{{"c.py", "x", 1}}}), IsOk());
  // 8 was passed by 9 and never applied: a later run has won.
  EXPECT_THAT(WriteRows(table, {}, 8, {{{"d.py", "x", 1}}}), IsError(ErrorKind::kCommitConflict));
  // 7 was applied, although 9 has passed it.
  EXPECT_EQ(WriteRows(table, {}, 7, {}).value().outcome, CommitOutcome::kAlreadyApplied);
  const auto facts = Open().Facts("norma/facts_v1");
  ASSERT_THAT(facts, IsOk());
  EXPECT_EQ(facts.value().rows, 4);
  EXPECT_EQ(facts.value().txn, 9);
}

TEST_F(WriteTest, AWriteTakesOneSourceAndCommitsOnce) {
  const Table table = Create();
  auto write = Write::Begin(table, {});
  ASSERT_THAT(write, IsOk());
  ASSERT_THAT(write.value().FromStream(Stream({{{"a.py", "x", 1}}})), IsOk());
  EXPECT_THAT(write.value().FromStream(Stream({{{"b.py", "x", 1}}})),
              IsErrorWith(ErrorKind::kInvalidArgument, "from one source, once"));
}

TEST_F(WriteTest, ACommittedWriteIsDone) {
  auto write = Write::Begin(Create(), {});
  ASSERT_THAT(write, IsOk());
  ASSERT_THAT(write.value().FromStream(Stream({{{"a.py", "x", 1}}})), IsOk());
  ASSERT_THAT(write.value().CommitRows({.app_id = "a", .txn = 1}), IsOk());
  EXPECT_THAT(write.value().CommitRows({.app_id = "a", .txn = 2}),
              IsErrorWith(ErrorKind::kInvalidArgument, "was committed before"));
  EXPECT_EQ(Open().Facts().value().version, 1);
}

TEST_F(WriteTest, ReplacesThePlannedVersionOnly) {
  const Table table = Create();
  ASSERT_THAT(WriteRows(table, {}, 1, {{{"a.py", "x", 1}, {"a.py", "y", 2}}}), IsOk());
  const WriteSpec replace{.mode = WriteMode::kReplace};
  EXPECT_THAT(WriteRows(table, replace, 2, {{{"b.py", "x", 1}}}),
              IsErrorWith(ErrorKind::kCommitConflict, "planned on version 0"));
  const auto done = WriteRows(Open(), replace, 2, {{{"b.py", "x", 1}}});
  ASSERT_THAT(done, IsOk());
  EXPECT_EQ(Open().Facts().value().rows, 1);
  EXPECT_EQ(Open().Facts().value().files.size(), 1U);
  // Nothing at all is a replacement, too.
  ASSERT_THAT(WriteRows(Open(), replace, 3, {}), IsOk());
  EXPECT_EQ(Open().Facts().value().rows, 0);
}

TEST_F(WriteTest, FilesOfARefusedWriteAreRemoved) {
  const Table table = Create();
  const WriteSpec replace{.mode = WriteMode::kReplace, .planned_version = 5};
  ASSERT_THAT(WriteRows(table, replace, 1, {{{"a.py", "x", 1}}}),
              IsError(ErrorKind::kCommitConflict));
  int data_files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_)) {
    data_files += entry.path().extension() == ".parquet" ? 1 : 0;
  }
  EXPECT_EQ(data_files, 0);
}

struct BadRows {
  const char* label;
  WriteSpec spec;
  std::vector<std::vector<Row>> batches;
  const char* message;
};

class WriteChecks : public WriteTest, public testing::WithParamInterface<BadRows> {};

TEST_P(WriteChecks, RefuseAndNameTheRows) {
  const Table table = Create();
  EXPECT_THAT(WriteRows(table, GetParam().spec, 1, GetParam().batches),
              IsErrorWith(ErrorKind::kContractViolation, GetParam().message));
  EXPECT_EQ(Open().Facts().value().version, 0);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, WriteChecks,
    testing::Values(BadRows{"order_in_a_batch",
                            {.sort = {"path", "span.bstart"}, .key = {"id"}},
                            {{{"a.py", "x", 5}, {"a.py", "y", 4}}},
                            "rows are not in the order of path, span.bstart: id=y"},
                    BadRows{"order_over_batches",
                            {.sort = {"path"}},
                            {{{"b.py", "x", 5}}, {{"a.py", "y", 4}}},
                            "path=a.py"},
                    BadRows{"order_by_bytes",
                            {.sort = {"path"}},
                            {{{"a.py", "x", 1}, {"B.py", "y", 1}}},
                            "path=B.py"},
                    BadRows{"key_over_batches",
                            {.key = {"id"}},
                            {{{"a.py", "x", 5}}, {{"b.py", "y", 4}, {"c.py", "x", 1}}},
                            "key comes more than once (id): id=x"},
                    BadRows{"key_of_two",
                            {.key = {"path", "span.bstart"}},
                            {{{"a.py", "x", 5}, {"a.py", "y", 5}}},
                            "path=a.py span.bstart=5"},
                    BadRows{"key_in_a_path",
                            {.sort = {"path"}, .key = {"id"}, .key_scope = KeyScope::kPath},
                            {{{"a.py", "x", 1}, {"b.py", "x", 1}}, {{"b.py", "x", 2}}},
                            "key comes more than once (id)"}),
    [](const auto& test) { return test.param.label; });

TEST_F(WriteTest, KeysOfAnotherPathMayComeAgain) {
  const WriteSpec spec{.sort = {"path"}, .key = {"id"}, .key_scope = KeyScope::kPath};
  EXPECT_THAT(WriteRows(Create(), spec, 1, {{{"a.py", "x", 1}}, {{"b.py", "x", 1}}}), IsOk());
}

TEST_F(WriteTest, RefusesWhatIsNotItsSchema) {
  const Table table = Create();
  struct Case {
    const char* schema;
    const char* message;
  };
  for (const Case& bad : {
           Case{"path s!, span struct<bstart i64!, bend i64!>, tags list<s>",
                "column is missing: id"},
           Case{"path s!, id s!, span struct<bstart i64!, bend i64!>, tags list<s>, more s",
                "column is not in the table: more"},
           Case{"path s!, id i64!, span struct<bstart i64!, bend i64!>, tags list<s>", "Int64: id"},
           Case{"path s!, id s!, span struct<bstart i64!, bstop i64!>, tags list<s>",
                ": span.bend"},
       }) {
    auto write = Write::Begin(table, {});
    ASSERT_THAT(write, IsOk());
    EXPECT_THAT(write.value().FromStream(Stream({}, bad.schema)),
                IsErrorWith(ErrorKind::kContractViolation, bad.message));
  }
}

TEST_F(WriteTest, RefusesNullsDeepInside) {
  const Table table = Create();
  const arrow::Schema loose =
      arrow::ParseSchemaText("path s, id s, span struct<bstart i64, bend i64>, tags list<s>")
          .value();
  auto builder = arrow::TableBuilder::Make(loose).value();
  builder.Text("a.py").Text("x").Null().Null().EndRow();  // a null span has no null bstart
  builder.Text("a.py").Text("y").BeginStruct().Null().Int64(1).EndStruct().Null().EndRow();
  auto queue = arrow::BatchQueue::Make(arrow::ToArrowSchema(loose).value(), 2);
  ASSERT_THAT(queue->Push(builder.Finish().value()), IsOk());
  queue->Close();
  nanoarrow::UniqueArrayStream stream;
  queue->Export(stream.get());
  auto write = Write::Begin(table, {.key = {"id"}});
  ASSERT_THAT(write, IsOk());
  EXPECT_THAT(write.value().FromStream(std::move(stream)),
              IsErrorWith(ErrorKind::kContractViolation,
                          "column must not be null: span.bstart, in rows: id=y"));
}

TEST_F(WriteTest, RowsWithAFailureFailTheWrite) {
  const Table table = Create();
  const std::string with_failures = std::string(kSchema) + ", norma_failures s";
  const arrow::Schema schema = arrow::ParseSchemaText(with_failures).value();
  for (const bool has_failure : {false, true}) {
    auto builder = arrow::TableBuilder::Make(schema).value();
    builder.Text("a.py").Text("x").Null().Null();
    if (has_failure) {
      builder.Text("CHECK_FAILED span.bend");
    } else {
      builder.Null();
    }
    builder.EndRow();
    auto queue = arrow::BatchQueue::Make(arrow::ToArrowSchema(schema).value(), 2);
    ASSERT_THAT(queue->Push(builder.Finish().value()), IsOk());
    queue->Close();
    nanoarrow::UniqueArrayStream stream;
    queue->Export(stream.get());
    auto write = Write::Begin(table, {.key = {"id"}, .failures_column = "norma_failures"});
    ASSERT_THAT(write, IsOk());
    const Status written = write.value().FromStream(std::move(stream));
    if (has_failure) {
      EXPECT_THAT(written,
                  IsErrorWith(ErrorKind::kContractViolation, "CHECK_FAILED span.bend (id=x)"));
    } else {
      EXPECT_THAT(written, IsOk());
    }
  }
}

TEST_F(WriteTest, TheCallersErrorEndsTheWrite) {
  const Table table = Create();
  auto queue = arrow::BatchQueue::Make(arrow::ToArrowSchema(Spec().schema).value(), 2);
  queue->Fail(Error{ErrorKind::kCancelled, "stopped by the caller"});
  nanoarrow::UniqueArrayStream stream;
  queue->Export(stream.get());
  auto write = Write::Begin(table, {});
  ASSERT_THAT(write, IsOk());
  const Status written = write.value().FromStream(std::move(stream));
  ASSERT_FALSE(written.ok());
  EXPECT_THAT(written.error().message, HasSubstr("stopped by the caller"));
  EXPECT_THAT(write.value().CommitRows({.app_id = "a", .txn = 1}),
              IsError(ErrorKind::kInvalidArgument));
}

TEST_F(WriteTest, CancelEndsAWriteThatWaitsForRows) {
  const Table table = Create();
  auto queue = arrow::BatchQueue::Make(arrow::ToArrowSchema(Spec().schema).value(), 2);
  nanoarrow::UniqueArrayStream stream;
  queue->Export(stream.get());
  auto write = Write::Begin(table, {});
  ASSERT_THAT(write, IsOk());
  std::thread canceller([&] {
    write.value().Cancel();
    queue->Close();
  });
  EXPECT_THAT(write.value().FromStream(std::move(stream)), IsError(ErrorKind::kCancelled));
  canceller.join();
}

TEST_F(WriteTest, TakesTheRowsOfAQuery) {
  const Table table = Create();
  ASSERT_THAT(WriteRows(table, {}, 1, {{{"a.py", "x", 1}, {"b.py", "y", 2}}}), IsOk());
  Session session = OpenSession();
  ASSERT_THAT(session.RegisterTable("t", Open()), IsOk());
  const auto replace = [&](const char* sql, int64_t txn) -> Result<Commit> {
    NORMA_ASSIGN_OR_RETURN(const Query query, session.Plan(sql));
    NORMA_ASSIGN_OR_RETURN(
        Write write,
        Write::Begin(Open(), {.mode = WriteMode::kReplace, .sort = {"path"}, .key = {"id"}}));
    NORMA_RETURN_IF_ERROR(write.FromQuery(query));
    return write.CommitRows({.app_id = "norma/facts_v1", .txn = txn});
  };
  const auto done =
      replace("SELECT id, path, span, tags FROM t WHERE path > 'a.py' ORDER BY path", 2);
  ASSERT_THAT(done, IsOk());
  EXPECT_EQ(done.value().rows, 1);
  EXPECT_EQ(Open().Facts().value().rows, 1);
  EXPECT_THAT(replace("SELECT id, path, span, tags FROM t ORDER BY path DESC", 3),
              IsErrorWith(ErrorKind::kContractViolation, "not in the order of path"));
  EXPECT_THAT(replace("SELECT 'x' AS id, path, span, tags FROM t ORDER BY path", 3),
              IsErrorWith(ErrorKind::kContractViolation, "key comes more than once (id): id=x"));
  EXPECT_THAT(replace("SELECT NULL AS id, path, span, tags FROM t ORDER BY path", 3),
              IsErrorWith(ErrorKind::kContractViolation, "column must not be null: id"));
}

}  // namespace
}  // namespace norma::engine
