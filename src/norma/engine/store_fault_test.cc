#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

#include "norma/engine/session.h"
#include "norma/engine/table.h"
#include "norma/engine/test_support.h"
#include "norma/engine/write.h"
#include "tests/fault/test_root.h"
#include "tests/support/matchers.h"

namespace norma::engine {
namespace {

using norma::testing_support::IsError;
using norma::testing_support::IsErrorWith;
using norma::testing_support::IsOk;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;
using testing_support::OpenSession;
namespace fs = std::filesystem;

constexpr std::string_view kLocation = "numbers_v1";

/// A table of version 1 with one file, in a root whose store fails on command.
class StoreFaultTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "norma_store_fault_XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    TableSpec spec;
    spec.schema = {{.name = "number", .type = arrow::TypeKind::kInt64}};
    ASSERT_THAT(Table::Create(OpenRoot(), kLocation, spec), IsOk());
    ASSERT_THAT(WriteRows(OpenRoot(), 1), IsOk());
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string RecordPath() const { return folder_ + "/record"; }
  std::string Recorded() const {
    std::ifstream file(RecordPath());
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }

  /// \param fault a fault plan, or empty for a store that works.
  Root OpenRoot(std::string_view fault = "") const {
    return TestRoot::Open({.path = folder_ + "/root", .record = RecordPath()},
                          fmt::format("[{}]", fault))
        .value();
  }
  static Table OpenTable(const Root& root) { return Table::Open(root, kLocation).value(); }

  Result<Commit> WriteRows(const Root& root, int64_t txn) const {
    NORMA_ASSIGN_OR_RETURN(const Table table, Table::Open(root, kLocation));
    NORMA_ASSIGN_OR_RETURN(const Query rows,
                           session_.Plan("SELECT value AS number FROM generate_series(1, 100)"));
    NORMA_ASSIGN_OR_RETURN(Write write, Write::Begin(table, {}));
    NORMA_RETURN_IF_ERROR(write.FromQuery(rows));
    return write.CommitRows({.app_id = "numbers", .txn = txn});
  }

  fs::path TableFolder() const { return fs::path(folder_) / "root" / kLocation; }
  bool HasLogFile(std::string_view name) const {
    return fs::exists(TableFolder() / "_delta_log" / name);
  }
  int DataFiles() const {
    int count = 0;
    for (const auto& entry : fs::directory_iterator(TableFolder())) {
      count += entry.is_regular_file() ? 1 : 0;
    }
    return count;
  }
  void ExpectVersion(int64_t version, int64_t rows) const {
    const Result<TableFacts> facts = OpenTable(OpenRoot()).Facts();
    ASSERT_THAT(facts, IsOk());
    EXPECT_EQ(facts.value().version, version);
    EXPECT_EQ(facts.value().rows, rows);
  }

  std::string folder_;
  Session session_ = OpenSession();
};

TEST_F(StoreFaultTest, AFullDiskIsSaidLeavesNothingAndHeals) {
  int64_t txn = 1;
  for (const char* fault :
       {R"({"path": ".parquet", "kind": "put_overwrite", "action": "error_before", "errno": 28})",
        R"({"path": "_delta_log", "kind": "put_create", "action": "error_before", "errno": 28})"}) {
    ++txn;
    EXPECT_THAT(WriteRows(OpenRoot(fault), txn),
                IsErrorWith(ErrorKind::kStorage, "No space left on device"))
        << fault;
    EXPECT_EQ(DataFiles(), txn - 1) << fault;
    ExpectVersion(txn - 1, (txn - 1) * 100);
    EXPECT_THAT(WriteRows(OpenRoot(), txn), IsOk());
    ExpectVersion(txn, txn * 100);
  }
}

TEST_F(StoreFaultTest, AFailedWriteDoesNotRemoveTheFileThatHasItsName) {
  fs::remove(RecordPath());
  EXPECT_THAT(
      WriteRows(OpenRoot(R"({"path": ".parquet", "action": "error_before", "errno": 17})"), 2),
      IsErrorWith(ErrorKind::kStorage, "File exists"));
  EXPECT_THAT(Recorded(), HasSubstr("put_overwrite"));
  EXPECT_THAT(Recorded(), Not(HasSubstr("delete")));
}

TEST_F(StoreFaultTest, APanicInACommitIsUnknownAndKeepsTheFiles) {
  ::testing::internal::CaptureStderr();
  EXPECT_THAT(
      WriteRows(
          OpenRoot(R"({"path": "_delta_log", "kind": "put_create", "action": "panic_before"})"), 2),
      IsErrorWith(ErrorKind::kCommitUnknown, "in the store: bridge/src/store/faulty.rs:"));
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
  EXPECT_EQ(DataFiles(), 2);
  ExpectVersion(1, 100);
  EXPECT_EQ(WriteRows(OpenRoot(), 2).value().version, 2);
}

using CheckpointTest = StoreFaultTest;

constexpr std::string_view kCheckpoint = "00000000000000000001.checkpoint.parquet";
constexpr std::string_view kHint = "_last_checkpoint";

TEST_F(CheckpointTest, IsWrittenWhenItIsDue) {
  const Root root = OpenRoot();
  const Table table = OpenTable(root);
  EXPECT_EQ(table.Checkpoint(2).value(), std::nullopt);
  EXPECT_FALSE(HasLogFile(kCheckpoint));
  ASSERT_THAT(WriteRows(root, 2), IsOk());
  EXPECT_EQ(table.Checkpoint(2).value(), 2);
  EXPECT_EQ(table.Checkpoint(2).value(), std::nullopt);
  ASSERT_THAT(WriteRows(root, 3), IsOk());
  EXPECT_EQ(table.Checkpoint(2).value(), std::nullopt);
  ASSERT_THAT(WriteRows(root, 4), IsOk());
  EXPECT_EQ(table.Checkpoint(2).value(), 4);
  ExpectVersion(4, 400);
}

TEST_F(CheckpointTest, IsReadBackBeforeTheHintMoves) {
  fs::remove(RecordPath());
  EXPECT_EQ(OpenTable(OpenRoot()).Checkpoint(1).value(), 1);
  // Who reads a table lists its log first.
  EXPECT_THAT(Recorded(), ContainsRegex(fmt::format("put_overwrite[^\n]*{0}.*list[^\n]*_delta_log.*"
                                                    "(get|ranges)[^\n]*{0}.*put_overwrite[^\n]*{1}",
                                                    kCheckpoint, kHint)));
}

TEST_F(CheckpointTest, OneThatDoesNotHoldTheTableIsRemoved) {
  const Root broken = OpenRoot(
      R"({"path": "checkpoint.parquet", "kind": "put_overwrite", "action": "short_body"})");
  EXPECT_THAT(OpenTable(broken).Checkpoint(1), IsError(ErrorKind::kCorruptData));
  EXPECT_FALSE(HasLogFile(kCheckpoint));
  EXPECT_FALSE(HasLogFile(kHint));
  ExpectVersion(1, 100);
  EXPECT_EQ(OpenTable(OpenRoot()).Checkpoint(1).value(), 1);
}

TEST_F(CheckpointTest, AHintThatCannotMoveLosesNothing) {
  const Root full = OpenRoot(
      R"({"path": "_last_checkpoint", "kind": "put_overwrite", "action": "error_before", "errno": 28})");
  EXPECT_THAT(OpenTable(full).Checkpoint(1),
              IsErrorWith(ErrorKind::kStorage, "No space left on device"));
  EXPECT_TRUE(HasLogFile(kCheckpoint));
  EXPECT_FALSE(HasLogFile(kHint));
  ExpectVersion(1, 100);
  EXPECT_THAT(WriteRows(OpenRoot(), 2), IsOk());
  ExpectVersion(2, 200);
}

TEST_F(CheckpointTest, BelongsToTheProcessThatNamesIt) {
  const Root late = OpenRoot(
      R"({"path": "checkpoint.parquet", "kind": "put_overwrite", "action": "error_before", "errno": 17})");
  EXPECT_EQ(OpenTable(late).Checkpoint(1).value(), std::nullopt);
  EXPECT_FALSE(HasLogFile(kHint));
}

}  // namespace
}  // namespace norma::engine
