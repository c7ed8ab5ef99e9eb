#include "norma/engine/table.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "norma/arrow/batch_queue.h"
#include "norma/arrow/table_builder.h"
#include "norma/engine/session.h"
#include "norma/engine/write.h"
#include "tests/support/matchers.h"

namespace norma::engine {
namespace {

using testing::HasSubstr;
using testing_support::IsError;
using testing_support::IsErrorWith;
using testing_support::IsOk;

constexpr std::string_view kSchema =
    "path s!, id s!, span struct<bstart i64!, bend i64!>, tags list<s>";

struct Row {
  std::string path;
  std::string id;
  int64_t bstart;
};

class TableTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "norma_table_XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    auto root = Root::Open({.path = folder_});
    ASSERT_THAT(root, IsOk());
    root_ = std::make_unique<Root>(std::move(root).value());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  static TableSpec Spec() {
    TableSpec spec;
    spec.schema = arrow::ParseSchemaText(kSchema).value();
    spec.comment = "Facts for a test";
    spec.column_comments = {{"path", "Where"}, {"id", "Which"}, {"span.bstart", "First byte"}};
    spec.contract = TableSpec::Contract{.fingerprint = "f", .version = 3, .ddl_hash = "h"};
    return spec;
  }

  Table Create() { return Table::Create(*root_, "normalize/facts_v1", Spec()).value(); }
  Table Open() { return Table::Open(*root_, "normalize/facts_v1").value(); }

  /// A stream of one batch for each row list.
  static nanoarrow::UniqueArrayStream Stream(const std::vector<std::vector<Row>>& batches,
                                             std::string_view schema = kSchema) {
    const arrow::Schema parsed = arrow::ParseSchemaText(schema).value();
    auto queue = arrow::BatchQueue::Make(arrow::ToArrowSchema(parsed).value(), batches.size() + 1);
    for (const std::vector<Row>& rows : batches) {
      auto builder = arrow::TableBuilder::Make(parsed).value();
      for (const Row& row : rows) {
        builder.Text(row.path).Text(row.id);
        builder.BeginStruct().Int64(row.bstart).Int64(row.bstart + 1).EndStruct();
        builder.BeginList().Text("t").EndList();
        builder.EndRow();
      }
      EXPECT_THAT(queue->Push(builder.Finish().value()), IsOk());
    }
    queue->Close();
    nanoarrow::UniqueArrayStream stream;
    queue->Export(stream.get());
    return stream;
  }

  static Result<Commit> WriteRows(const Table& table, const WriteSpec& spec, int64_t txn,
                                  const std::vector<std::vector<Row>>& batches) {
    NORMA_ASSIGN_OR_RETURN(Write write, Write::Begin(table, spec));
    NORMA_RETURN_IF_ERROR(write.FromStream(Stream(batches)));
    return write.CommitRows({.app_id = "norma/facts_v1", .txn = txn, .run_id = "r1"});
  }

  std::string folder_;
  std::unique_ptr<Root> root_;
};

TEST_F(TableTest, IsMadeOnceAndOpenedThen) {
  const Table table = Create();
  const auto facts = table.Facts();
  ASSERT_THAT(facts, IsOk());
  EXPECT_TRUE(facts.value().created);
  EXPECT_EQ(facts.value().version, 0);
  EXPECT_EQ(facts.value().rows, 0);
  ASSERT_TRUE(facts.value().contract.has_value());
  EXPECT_EQ(facts.value().contract->version, 3);
  EXPECT_EQ(facts.value().properties.at("delta.enableRowTracking"), "true");
  EXPECT_THAT(facts.value().schema_json, HasSubstr(R"("comment":"First byte")"));
  ASSERT_THAT(table.Schema(), IsOk());
  EXPECT_EQ(arrow::SchemaText(table.Schema().value()), arrow::SchemaText(Spec().schema));
  EXPECT_FALSE(Create().Facts().value().created);
}

TEST_F(TableTest, TheLogHoldsStatisticsOfTheNamedLeaves) {
  TableSpec spec = Spec();
  spec.properties["delta.dataSkippingStatsColumns"] = "path, span.bstart";
  const Table table = Table::Create(*root_, "normalize/facts_v1", spec).value();
  ASSERT_THAT(WriteRows(table, {.key = {"id"}}, 1, {{{"a.py", "y", 1}, {"b.py", "x", 7}}}), IsOk());
  std::ifstream log(folder_ + "/normalize/facts_v1/_delta_log/00000000000000000001.json");
  std::string line;
  while (std::getline(log, line) && !line.starts_with(R"({"add")")) {
  }
  const auto add = nlohmann::json::parse(line, nullptr, false);
  ASSERT_FALSE(add.is_discarded());
  const auto stats = nlohmann::json::parse(add["add"]["stats"].get<std::string>());
  EXPECT_EQ(stats, nlohmann::json::parse(R"({"numRecords": 2,
      "minValues": {"path": "a.py", "span": {"bstart": 1}},
      "maxValues": {"path": "b.py", "span": {"bstart": 7}},
      "nullCount": {"path": 0, "span": {"bstart": 0}}})"));
}

TEST_F(TableTest, OpensTheVersionThatIsAskedFor) {
  const Table table = Create();
  ASSERT_THAT(WriteRows(table, {}, 1, {{{"a.py", "x", 1}}}), IsOk());
  ASSERT_THAT(WriteRows(table, {}, 2, {{{"b.py", "y", 1}}}), IsOk());
  EXPECT_EQ(Open().Facts().value().rows, 2);
  EXPECT_EQ(Table::Open(*root_, "normalize/facts_v1", 1).value().Facts().value().rows, 1);
  EXPECT_THAT(Table::Open(*root_, "normalize/facts_v1", 3), IsError(ErrorKind::kNotFound));
  EXPECT_THAT(Table::Open(*root_, "normalize/none_v1"), IsError(ErrorKind::kNotFound));
}

TEST_F(TableTest, RefusesLocationsOutsideTheRoot) {
  for (const char* location : {"../x", "/etc", "a/../b", "a//b", "", "a/%2e%2e/b", "t#1"}) {
    EXPECT_THAT(Table::Open(*root_, location), IsError(ErrorKind::kInvalidArgument)) << location;
  }
  std::filesystem::create_directories(folder_ + "/real");
  std::filesystem::create_symlink(folder_ + "/real", folder_ + "/link");
  EXPECT_THAT(Table::Open(*root_, "link"), IsError(ErrorKind::kPolicyDenied));
}

TEST_F(TableTest, ReadOnlyRootCannotWrite) {
  const Table table = Create();
  auto reader = Root::Open({.path = folder_, .read_only = true});
  ASSERT_THAT(reader, IsOk());
  auto opened = Table::Open(reader.value(), "normalize/facts_v1");
  ASSERT_THAT(opened, IsOk());
  EXPECT_THAT(WriteRows(opened.value(), {}, 1, {{{"a.py", "x", 1}}}),
              IsError(ErrorKind::kPolicyDenied));
  EXPECT_THAT(Table::Create(reader.value(), "other", Spec()), IsError(ErrorKind::kPolicyDenied));
}

TEST_F(TableTest, AppendsOnceForATransaction) {
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

TEST_F(TableTest, AWriteTakesOneSourceAndCommitsOnce) {
  const Table table = Create();
  auto write = Write::Begin(table, {});
  ASSERT_THAT(write, IsOk());
  ASSERT_THAT(write.value().FromStream(Stream({{{"a.py", "x", 1}}})), IsOk());
  EXPECT_THAT(write.value().FromStream(Stream({{{"b.py", "x", 1}}})),
              IsErrorWith(ErrorKind::kInvalidArgument, "from one source, once"));
}

TEST_F(TableTest, ACommittedWriteIsDone) {
  auto write = Write::Begin(Create(), {});
  ASSERT_THAT(write, IsOk());
  ASSERT_THAT(write.value().FromStream(Stream({{{"a.py", "x", 1}}})), IsOk());
  ASSERT_THAT(write.value().CommitRows({.app_id = "a", .txn = 1}), IsOk());
  EXPECT_THAT(write.value().CommitRows({.app_id = "a", .txn = 2}),
              IsErrorWith(ErrorKind::kInvalidArgument, "was committed before"));
  EXPECT_EQ(Open().Facts().value().version, 1);
}

TEST_F(TableTest, ReplacesThePlannedVersionOnly) {
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

TEST_F(TableTest, FilesOfARefusedWriteAreRemoved) {
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

class WriteChecks : public TableTest, public testing::WithParamInterface<BadRows> {};

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

TEST_F(TableTest, KeysOfAnotherPathMayComeAgain) {
  const WriteSpec spec{.sort = {"path"}, .key = {"id"}, .key_scope = KeyScope::kPath};
  EXPECT_THAT(WriteRows(Create(), spec, 1, {{{"a.py", "x", 1}}, {{"b.py", "x", 1}}}), IsOk());
}

TEST_F(TableTest, RefusesWhatIsNotItsSchema) {
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

TEST_F(TableTest, RefusesNullsDeepInside) {
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

TEST_F(TableTest, RowsWithAFailureFailTheWrite) {
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

TEST_F(TableTest, TheCallersErrorEndsTheWrite) {
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

TEST_F(TableTest, CancelEndsAWriteThatWaitsForRows) {
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

/// The first column of a query's result, as numbers.
Result<std::vector<int64_t>> Numbers(const Session& session, std::string_view sql) {
  NORMA_ASSIGN_OR_RETURN(const Query query, session.Plan(sql));
  NORMA_ASSIGN_OR_RETURN(Stream stream, query.Run());
  NORMA_ASSIGN_OR_RETURN(const auto batches, stream.Collect());
  std::vector<int64_t> numbers;
  for (const nanoarrow::UniqueArray& batch : batches) {
    nanoarrow::UniqueArrayView view;
    ArrowArrayViewInitFromSchema(view.get(), &stream.schema(), nullptr);
    ArrowArrayViewSetArray(view.get(), batch.get(), nullptr);
    for (int64_t row = 0; row < batch->length; ++row) {
      numbers.push_back(ArrowArrayViewGetIntUnsafe(view->children[0], row));
    }
  }
  return numbers;
}

TEST_F(TableTest, IsReadAtItsVersion) {
  const Table table = Create();
  ASSERT_THAT(WriteRows(table, {}, 1, {{{"a.py", "x", 1}, {"a.py", "y", 2}}}), IsOk());
  ASSERT_THAT(WriteRows(table, {}, 2, {{{"b.py", "z", 5}}}), IsOk());
  auto session = Session::Open({.target_partitions = 2});
  ASSERT_THAT(session, IsOk());
  Session& reading = session.value();
  ASSERT_THAT(reading.RegisterTable("new", Open()), IsOk());
  const Table old = Table::Open(*root_, "normalize/facts_v1", 1).value();
  ASSERT_THAT(reading.RegisterTable("old", old), IsOk());
  ASSERT_THAT(reading.RegisterTable("empty", table), IsOk());
  const std::vector<std::pair<const char*, std::vector<int64_t>>> cases = {
      {"SELECT count(*) FROM new", {3}},
      {"SELECT count(*) FROM old", {2}},
      {"SELECT count(*) FROM empty", {0}},
      {"SELECT span['bstart'] FROM new ORDER BY 1", {1, 2, 5}},
      {"SELECT span['bstart'] FROM new WHERE path = 'b.py'", {5}},
      {"SELECT span['bstart'] FROM new WHERE path > 'a.py' AND span['bend'] > 5", {5}},
      {"SELECT span['bstart'] FROM new WHERE array_has(tags, 't') AND id = 'y'", {2}},
      {"SELECT min(span['bstart']) FROM new WHERE path LIKE 'a%'", {1}},
      {"SELECT count(DISTINCT o.id) FROM old o JOIN new n ON o.id = n.id", {2}},
      {"SELECT count(*) FROM new LIMIT 1", {3}},
      {"SELECT length(max(path)) FROM new", {4}},
      {"SELECT count(path) FROM empty WHERE path = 'x'", {0}},
      // The comment of a column is no part of its type.
      {"SELECT count(*) FROM (SELECT t, k, count(*) AS n FROM (SELECT 'a' AS t, path AS k, id AS x "
       "FROM new UNION ALL SELECT 'b', id, 'm' FROM new UNION ALL SELECT 'c', concat(path, 'y'), "
       "'c' FROM old) GROUP BY t, k) WHERE n > 1",
       {2}},
  };
  for (const auto& [sql, expected] : cases) {
    const auto numbers = Numbers(reading, sql);
    ASSERT_THAT(numbers, IsOk()) << sql;
    EXPECT_EQ(numbers.value(), expected) << sql;
  }
}

TEST_F(TableTest, RowsWrittenInOrderAreNotSortedAgain) {
  const Table table = Create();
  const WriteSpec spec{.sort = {"path", "span.bstart"}};
  ASSERT_THAT(WriteRows(table, spec, 1, {{{"a.py", "x", 1}, {"c.py", "y", 2}}}), IsOk());
  ASSERT_THAT(WriteRows(table, spec, 2, {{{"b.py", "z", 5}}}), IsOk());
  auto session = Session::Open({.target_partitions = 2});
  ASSERT_THAT(session, IsOk());
  const auto plan_of = [&](const char* sql) {
    return session.value().Plan(sql).value().Explain("physical").value();
  };
  const char* const by_path = "SELECT path, span['bstart'] AS b FROM t ORDER BY path";
  ASSERT_THAT(session.value().RegisterTable("t", Open(), {.sort = {"path", "span.bstart"}}),
              IsOk());
  EXPECT_THAT(plan_of(by_path), testing::Not(HasSubstr("SortExec")));
  EXPECT_THAT(plan_of(by_path), HasSubstr("SortPreservingMergeExec"));
  EXPECT_EQ(Numbers(session.value(), "SELECT span['bstart'] FROM t ORDER BY path").value(),
            (std::vector<int64_t>{1, 5, 2}));
  // A file that was written without an order takes it from all.
  ASSERT_THAT(WriteRows(table, {}, 3, {{{"b.py", "w", 6}}}), IsOk());
  ASSERT_THAT(session.value().RegisterTable("t", Open(), {.sort = {"path"}}), IsOk());
  EXPECT_THAT(plan_of(by_path), HasSubstr("SortExec"));
}

TEST_F(TableTest, TakesTheRowsOfAQuery) {
  const Table table = Create();
  ASSERT_THAT(WriteRows(table, {}, 1, {{{"a.py", "x", 1}, {"b.py", "y", 2}}}), IsOk());
  auto session = Session::Open();
  ASSERT_THAT(session, IsOk());
  ASSERT_THAT(session.value().RegisterTable("t", Open()), IsOk());
  const auto replace = [&](const char* sql, int64_t txn) -> Result<Commit> {
    NORMA_ASSIGN_OR_RETURN(const Query query, session.value().Plan(sql));
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

TEST_F(TableTest, ACheckpointHoldsWhatTheLogHolds) {
  const Table table = Create();
  for (int64_t txn = 1; txn <= 3; ++txn) {
    ASSERT_THAT(WriteRows(table, {.sort = {"path"}}, txn, {{{"a.py", "x", txn}}}), IsOk());
  }
  const TableFacts before = Open().Facts("norma/facts_v1").value();
  ASSERT_THAT(table.Checkpoint(1), IsOk());
  // Without the entries, only the checkpoint can tell.
  for (const char* entry : {"0", "1", "2"}) {
    std::filesystem::remove(folder_ + "/normalize/facts_v1/_delta_log/0000000000000000000" + entry +
                            ".json");
  }
  const TableFacts after = Open().Facts("norma/facts_v1").value();
  EXPECT_EQ(after.txn, 3);
  EXPECT_EQ(after.rows, before.rows);
  EXPECT_EQ(after.properties, before.properties);
  EXPECT_EQ(after.contract->fingerprint, before.contract->fingerprint);
  EXPECT_EQ(WriteRows(table, {}, 3, {}).value().outcome, CommitOutcome::kAlreadyApplied);
  EXPECT_EQ(WriteRows(table, {}, 4, {{{"b.py", "x", 1}}}).value().version, 4);
}

/// A log that another program may have written: what must not be read as something else.
struct ForeignLog {
  const char* label;
  const char* partitions;
  const char* path;
  const char* message;
};

class ForeignTable : public TableTest, public testing::WithParamInterface<ForeignLog> {};

TEST_P(ForeignTable, IsRefusedWhenItIsNotJustItsFiles) {
  const std::string log = folder_ + "/foreign/_delta_log";
  std::filesystem::create_directories(log);
  std::ofstream(log + "/00000000000000000000.json") << fmt::format(
      R"({{"protocol":{{"minReaderVersion":1,"minWriterVersion":2}}}}
{{"metaData":{{"id":"x","format":{{"provider":"parquet","options":{{}}}},"schemaString":"{{\"type\":\"struct\",\"fields\":[{{\"name\":\"a\",\"type\":\"long\",\"nullable\":true,\"metadata\":{{}}}},{{\"name\":\"b\",\"type\":\"long\",\"nullable\":true,\"metadata\":{{}}}}]}}","partitionColumns":[{0}],"configuration":{{}},"createdTime":1}}}}
{{"add":{{"path":"{1}","partitionValues":{{}},"size":1,"modificationTime":1,"dataChange":true,"stats":"{{\"numRecords\":1}}"}}}}
)",
      GetParam().partitions, GetParam().path);
  const auto table = Table::Open(*root_, "foreign");
  ASSERT_THAT(table, IsOk());
  auto session = Session::Open();
  ASSERT_THAT(session, IsOk());
  EXPECT_THAT(session.value().RegisterTable("t", table.value()),
              IsErrorWith(ErrorKind::kUnsupported, GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Logs, ForeignTable,
    testing::Values(
        ForeignLog{"partitions", R"("a")", "a.parquet", "the table is partitioned"},
        ForeignLog{"absolute_path", "", "file:///etc/passwd", "a path outside the table"},
        ForeignLog{"climbing_path", "", "../other/a.parquet", "a path outside the table"},
        ForeignLog{"encoded_path", "", "%2e%2e/other/a.parquet", "a path outside the table"}),
    [](const auto& test) { return test.param.label; });

/// A table of two appends, and the means to damage the entry of the first.
class DamagedLogTest : public TableTest {
 protected:
  void SetUp() override {
    TableTest::SetUp();
    const Table table = Create();
    ASSERT_THAT(WriteRows(table, {}, 1, {{{"a.py", "x", 1}}}), IsOk());
    ASSERT_THAT(WriteRows(table, {}, 2, {{{"b.py", "x", 1}}}), IsOk());
    entry_ = folder_ + "/normalize/facts_v1/_delta_log/00000000000000000001.json";
    std::ifstream in(entry_, std::ios::binary);
    whole_.assign(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  void ExpectRefused(const std::string& damaged) {
    std::ofstream(entry_, std::ios::binary | std::ios::trunc) << damaged;
    EXPECT_THAT(Table::Open(*root_, "normalize/facts_v1"),
                IsErrorWith(ErrorKind::kCorruptData, "00000000000000000001.json"));
  }

  std::string entry_;
  std::string whole_;
};

TEST_F(DamagedLogTest, RefusesAnEntryCutAnywhere) {
  for (size_t length = 0; length < whole_.size(); ++length) {
    SCOPED_TRACE(length);
    ExpectRefused(whole_.substr(0, length));
  }
}

TEST_F(DamagedLogTest, RefusesABitFlippedAnywhereAfterTheFirstLine) {
  for (size_t place = whole_.find('\n') + 1; place < whole_.size(); ++place) {
    SCOPED_TRACE(place);
    std::string flipped = whole_;
    flipped[place] = static_cast<char>(flipped[place] ^ 1);
    ExpectRefused(flipped);
  }
}

TEST_F(DamagedLogTest, RefusesAMissingEntry) {
  std::filesystem::remove(entry_);
  EXPECT_THAT(Table::Open(*root_, "normalize/facts_v1"),
              IsErrorWith(ErrorKind::kCorruptData, "missing"));
}

}  // namespace
}  // namespace norma::engine
