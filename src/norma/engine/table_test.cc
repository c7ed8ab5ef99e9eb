#include "norma/engine/table.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
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
using testing_support::OpenSession;
using testing_support::RowsText;
using testing_support::TableTest;

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

TEST_F(TableTest, IsReadAtItsVersion) {
  const Table table = Create();
  ASSERT_THAT(WriteRows(table, {}, 1, {{{"a.py", "x", 1}, {"a.py", "y", 2}}}), IsOk());
  ASSERT_THAT(WriteRows(table, {}, 2, {{{"b.py", "z", 5}}}), IsOk());
  Session session = OpenSession({.target_partitions = 2});
  ASSERT_THAT(session.RegisterTable("new", Open()), IsOk());
  const Table old = Table::Open(*root_, "normalize/facts_v1", 1).value();
  ASSERT_THAT(session.RegisterTable("old", old), IsOk());
  ASSERT_THAT(session.RegisterTable("empty", table), IsOk());
  const std::vector<std::pair<const char*, const char*>> cases = {
      {"SELECT count(*) FROM new", "3"},
      {"SELECT count(*) FROM old", "2"},
      {"SELECT count(*) FROM empty", "0"},
      {"SELECT span['bstart'] FROM new ORDER BY 1", "1;2;5"},
      {"SELECT span['bstart'] FROM new WHERE path = 'b.py'", "5"},
      {"SELECT span['bstart'] FROM new WHERE path > 'a.py' AND span['bend'] > 5", "5"},
      {"SELECT span['bstart'] FROM new WHERE array_has(tags, 't') AND id = 'y'", "2"},
      {"SELECT min(span['bstart']) FROM new WHERE path LIKE 'a%'", "1"},
      {"SELECT count(DISTINCT o.id) FROM old o JOIN new n ON o.id = n.id", "2"},
      {"SELECT count(*) FROM new LIMIT 1", "3"},
      {"SELECT length(max(path)) FROM new", "4"},
      {"SELECT count(path) FROM empty WHERE path = 'x'", "0"},
      // The comment of a column is no part of its type.
      {"SELECT count(*) FROM (SELECT t, k, count(*) AS n FROM (SELECT 'a' AS t, path AS k, id AS x "
       "FROM new UNION ALL SELECT 'b', id, 'm' FROM new UNION ALL SELECT 'c', concat(path, 'y'), "
       "'c' FROM old) GROUP BY t, k) WHERE n > 1",
       "2"},
  };
  for (const auto& [sql, expected] : cases) {
    const auto rows = RowsText(session, sql);
    ASSERT_THAT(rows, IsOk()) << sql;
    EXPECT_EQ(rows.value(), expected) << sql;
  }
}

TEST_F(TableTest, RowsWrittenInOrderAreNotSortedAgain) {
  const Table table = Create();
  const WriteSpec spec{.sort = {"path", "span.bstart"}};
  ASSERT_THAT(WriteRows(table, spec, 1, {{{"a.py", "x", 1}, {"c.py", "y", 2}}}), IsOk());
  ASSERT_THAT(WriteRows(table, spec, 2, {{{"b.py", "z", 5}}}), IsOk());
  Session session = OpenSession({.target_partitions = 2});
  const auto plan_of = [&](const char* sql) {
    return session.Plan(sql).value().Explain("physical").value();
  };
  const char* const by_path = "SELECT path, span['bstart'] AS b FROM t ORDER BY path";
  ASSERT_THAT(session.RegisterTable("t", Open(), {.sort = {"path", "span.bstart"}}), IsOk());
  EXPECT_THAT(plan_of(by_path), testing::Not(HasSubstr("SortExec")));
  EXPECT_THAT(plan_of(by_path), HasSubstr("SortPreservingMergeExec"));
  EXPECT_EQ(RowsText(session, "SELECT span['bstart'] FROM t ORDER BY path").value(), "1;5;2");
  // A file that was written without an order takes it from all.
  ASSERT_THAT(WriteRows(table, {}, 3, {{{"b.py", "w", 6}}}), IsOk());
  ASSERT_THAT(session.RegisterTable("t", Open(), {.sort = {"path"}}), IsOk());
  EXPECT_THAT(plan_of(by_path), HasSubstr("SortExec"));
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
  Session session = OpenSession();
  EXPECT_THAT(session.RegisterTable("t", table.value()),
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
