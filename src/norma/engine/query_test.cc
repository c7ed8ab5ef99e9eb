#include "norma/engine/query.h"

#include <gmock/gmock.h>

#include <atomic>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "norma/engine/session.h"
#include "norma/engine/test_support.h"
#include "tests/support/matchers.h"

namespace norma::engine {
namespace {

using norma::testing_support::IsError;
using norma::testing_support::IsErrorWith;
using norma::testing_support::IsOk;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using testing_support::OpenSession;
using testing_support::RowsText;
using namespace std::string_view_literals;

constexpr const char* kEndless =
    "SELECT count(*) FROM generate_series(1, 2000000) a, generate_series(1, 2000000) b";

std::string FileText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

TEST(QueryTest, SchemaHasNamesTypesAndNullability) {
  const Session session = OpenSession();
  const Result<Query> query = session.Plan(
      "SELECT 1 AS a, CAST(NULL AS VARCHAR) AS b, named_struct('x', 1) AS c, [1.5] AS d");
  ASSERT_THAT(query, IsOk());
  const Result<nanoarrow::UniqueSchema> schema = query.value().Schema();
  ASSERT_THAT(schema, IsOk());
  const ArrowSchema& root = *schema.value().get();
  ASSERT_EQ(root.n_children, 4);
  EXPECT_STREQ(root.children[0]->name, "a");
  EXPECT_STREQ(root.children[0]->format, "l");
  EXPECT_FALSE(root.children[0]->flags & ARROW_FLAG_NULLABLE);
  EXPECT_STREQ(root.children[1]->format, "u");
  EXPECT_TRUE(root.children[1]->flags & ARROW_FLAG_NULLABLE);
  EXPECT_STREQ(root.children[2]->format, "+s");
  EXPECT_STREQ(root.children[3]->format, "+l");
}

TEST(QueryTest, TextIsNeverAView) {
  const Session session = OpenSession();
  const Result<std::string> rows = RowsText(
      session,
      "SELECT arrow_typeof(a), arrow_typeof('x'), arrow_typeof(a || 'x'), arrow_typeof(lower(a)), "
      "arrow_typeof(CAST(1 AS VARCHAR)), arrow_typeof(substr(a, 1)) FROM (VALUES ('q')) t(a)");
  ASSERT_THAT(rows, IsOk());
  EXPECT_EQ(rows.value(), "Utf8|Utf8|Utf8|Utf8|Utf8|Utf8");
}

TEST(QueryTest, ListsStructsAndMapsArrive) {
  const Session session = OpenSession();
  const Result<std::string> rows = RowsText(
      session,
      "SELECT [1, NULL, 3], named_struct('a', 1, 'b', ['x', 'y']), map(['k'], ['v']), "
      "CAST(NULL AS BIGINT[]) UNION ALL SELECT [], named_struct('a', 2, 'b', []), NULL, [7] "
      "ORDER BY 4 NULLS FIRST");
  ASSERT_THAT(rows, IsOk());
  EXPECT_EQ(rows.value(), "[1, NULL, 3]|{1, [x, y]}|[{k, v}]|NULL;[]|{2, []}|NULL|[7]");
}

TEST(QueryTest, RunsMoreThanOnce) {
  const Session session = OpenSession();
  const Result<Query> query = session.Plan(
      "SELECT sum(a.value) FROM generate_series(1, 1000) a JOIN generate_series(500, "
      "1500) b ON a.value = b.value");
  ASSERT_THAT(query, IsOk());
  for (int i = 0; i < 3; ++i) {
    Result<Stream> stream = query.value().Run();
    ASSERT_THAT(stream, IsOk());
    const Result<std::string> rows = RowsText(stream.value());
    ASSERT_THAT(rows, IsOk());
    EXPECT_EQ(rows.value(), "375750");
  }
}

TEST(QueryTest, RowsOutliveTheQueryAndTheSession) {
  std::optional<Stream> rows;
  {
    const Session session = OpenSession({.target_partitions = 2, .batch_rows = 1000});
    const Result<Query> query = session.Plan("SELECT value FROM generate_series(1, 100000)");
    ASSERT_THAT(query, IsOk());
    Result<Stream> stream = query.value().Run();
    ASSERT_THAT(stream, IsOk());
    rows.emplace(std::move(stream).value());
  }
  int64_t count = 0;
  while (true) {
    const auto batch = rows->Next();
    ASSERT_THAT(batch, IsOk());
    if (!batch.value().has_value()) {
      break;
    }
    EXPECT_LE((*batch.value())->length, 1000);
    count += (*batch.value())->length;
  }
  EXPECT_EQ(count, 100'000);
}

TEST(QueryTest, AStreamMayBeLeftInTheMiddle) {
  const Session session = OpenSession();
  const Result<Query> query = session.Plan("SELECT value FROM generate_series(1, 2000000000)");
  ASSERT_THAT(query, IsOk());
  Result<Stream> stream = query.value().Run();
  ASSERT_THAT(stream, IsOk());
  EXPECT_THAT(stream.value().Next(), IsOk());
}

TEST(CancelTest, BetweenBatches) {
  const Session session = OpenSession();
  const Result<Query> query = session.Plan("SELECT value FROM generate_series(1, 2000000000)");
  ASSERT_THAT(query, IsOk());
  Result<Stream> stream = query.value().Run();
  ASSERT_THAT(stream, IsOk());
  ASSERT_THAT(stream.value().Next(), IsOk());
  query.value().Cancel();
  EXPECT_THAT(stream.value().Next(), IsError(ErrorKind::kCancelled));
  EXPECT_THAT(query.value().Run(), IsError(ErrorKind::kCancelled));
  EXPECT_FALSE(session.closed());
}

TEST(CancelTest, FromAnotherThreadWhileAnAnswerIsAwaited) {
  const Session session = OpenSession();
  const Result<Query> query = session.Plan(kEndless);
  ASSERT_THAT(query, IsOk());
  Result<Stream> stream = query.value().Run();
  ASSERT_THAT(stream, IsOk());
  std::thread canceller([&query] { query.value().Cancel(); });
  EXPECT_THAT(stream.value().Next(), IsError(ErrorKind::kCancelled));
  canceller.join();
}

TEST(CancelTest, WhileSaving) {
  const Session session = OpenSession();
  const Result<Query> query = session.Plan(kEndless);
  ASSERT_THAT(query, IsOk());
  const std::string path = ::testing::TempDir() + "/norma_cancelled.csv";
  std::thread canceller([&query] { query.value().Cancel(); });
  EXPECT_THAT(query.value().Save("csv", path), IsError(ErrorKind::kCancelled));
  canceller.join();
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(ErrorTest, OfTheRowsIsTheEngines) {
  const Session session = OpenSession();
  EXPECT_THAT(RowsText(session, "SELECT 1 / a FROM (VALUES (0)) t(a)"),
              IsErrorWith(ErrorKind::kEngine, "ivide by zero"));
  EXPECT_FALSE(session.closed());
}

TEST(ErrorTest, TextWithANulIsCarried) {
  const Session session = OpenSession();
  EXPECT_THAT(RowsText(session, "SELECT CAST(a AS BIGINT) FROM (VALUES ('x\0y')) t(a)"sv),
              IsErrorWith(ErrorKind::kEngine, "x\xef\xbf\xbdy"));
  EXPECT_FALSE(session.closed());
}

// Must be the first to touch the engine in its process, which it is under ctest.
TEST(EngineTest, ABudgetThatIsTooSmallNamesTheConsumers) {
  const Status started = StartEngine({.threads = 2, .memory_bytes = 4 << 20});
  if (!started.ok()) {
    EXPECT_THAT(started, IsErrorWith(ErrorKind::kInvalidArgument, "already"));
    GTEST_SKIP() << "the engine runs already in this process";
  }
  EXPECT_THAT(StartEngine({}), IsErrorWith(ErrorKind::kInvalidArgument, "already"));
  const Session session = OpenSession();
  EXPECT_THAT(RowsText(session,
                       "SELECT count(*) FROM generate_series(1, 1000000) a JOIN generate_series(1, "
                       "1000000) b ON a.value = b.value"),
              IsErrorWith(ErrorKind::kLimitExceeded, "Join"));
  EXPECT_FALSE(session.closed());
}

class SaveTest : public ::testing::Test {
 protected:
  std::string Path(const std::string& name) const { return ::testing::TempDir() + "/" + name; }

  Result<uint64_t> Save(std::string_view format, const std::string& path) const {
    NORMA_ASSIGN_OR_RETURN(
        const Query query,
        session_.Plan("SELECT * FROM (VALUES (1, 'a,b', [1, NULL]), (2, NULL, [])) t(n, s, l)"));
    return query.Save(format, path);
  }

  Session session_ = OpenSession();
};

TEST_F(SaveTest, Csv) {
  const std::string path = Path("norma_save.csv");
  const Result<uint64_t> rows = Save("csv", path);
  ASSERT_THAT(rows, IsOk());
  EXPECT_EQ(rows.value(), 2U);
  EXPECT_EQ(FileText(path), "n,s,l\n1,\"a,b\",\"[1, null]\"\n2,,[]\n");
}

TEST_F(SaveTest, CsvHasItsHeaderWithoutRows) {
  const std::string path = Path("norma_save_empty.csv");
  const Result<Query> query = session_.Plan("SELECT 1 AS n WHERE false");
  ASSERT_THAT(query, IsOk());
  const Result<uint64_t> rows = query.value().Save("csv", path);
  ASSERT_THAT(rows, IsOk());
  EXPECT_EQ(rows.value(), 0U);
  EXPECT_EQ(FileText(path), "n\n");
}

TEST_F(SaveTest, Json) {
  const std::string path = Path("norma_save.json");
  ASSERT_THAT(Save("json", path), IsOk());
  EXPECT_EQ(FileText(path), R"([{"n":1,"s":"a,b","l":[1,null]},{"n":2,"s":null,"l":[]}])");
  ASSERT_THAT(Save("ndjson", path), IsOk());
  EXPECT_EQ(FileText(path),
            "{\"n\":1,\"s\":\"a,b\",\"l\":[1,null]}\n{\"n\":2,\"s\":null,\"l\":[]}\n");
}

TEST_F(SaveTest, BinaryForms) {
  const std::string path = Path("norma_save.bin");
  ASSERT_THAT(Save("parquet", path), IsOk());
  EXPECT_THAT(FileText(path), StartsWith("PAR1"));
  ASSERT_THAT(Save("arrow", path), IsOk());
  EXPECT_THAT(FileText(path), StartsWith("ARROW1"));
}

TEST_F(SaveTest, FailuresLeaveNothing) {
  EXPECT_THAT(Save("xml", Path("norma_save.xml")), IsErrorWith(ErrorKind::kInvalidArgument, "xml"));
  EXPECT_THAT(Save("csv", Path("no_such_folder/x.csv")), IsError(ErrorKind::kStorage));
  const std::string path = Path("norma_save_failed.csv");
  const Result<Query> query = session_.Plan("SELECT 1 / a FROM (VALUES (0)) t(a)");
  ASSERT_THAT(query, IsOk());
  EXPECT_THAT(query.value().Save("csv", path), IsError(ErrorKind::kEngine));
  for (const auto& entry : std::filesystem::directory_iterator(::testing::TempDir())) {
    EXPECT_THAT(entry.path().string(), ::testing::Not(HasSubstr("norma_save_failed")));
  }
}

TEST_F(SaveTest, AFullDiskIsSaidInEveryFormat) {
  for (const char* format : {"csv", "json", "ndjson", "parquet", "arrow"}) {
    EXPECT_THAT(Save(format, "/dev/full"),
                IsErrorWith(ErrorKind::kStorage, "No space left on device"))
        << format;
  }
}

TEST(PlanTest, TextFormsAndJson) {
  const Session session = OpenSession();
  const Result<Query> query = session.Plan(
      "SELECT t.table_name FROM information_schema.tables t JOIN information_schema.columns c "
      "ON t.table_name = c.table_name WHERE c.column_name = 'x'");
  ASSERT_THAT(query, IsOk());
  for (const char* format : {"logical", "optimized", "pgjson", "graphviz", "physical", "tree"}) {
    const Result<std::string> text = query.value().Explain(format);
    ASSERT_THAT(text, IsOk());
    EXPECT_FALSE(text.value().empty()) << format;
  }
  EXPECT_THAT(query.value().Explain("xml"), IsError(ErrorKind::kInvalidArgument));

  const Result<std::string> text = query.value().PlanJson();
  ASSERT_THAT(text, IsOk());
  const auto json = nlohmann::json::parse(text.value(), nullptr, false);
  ASSERT_FALSE(json.is_discarded());
  ASSERT_EQ(json["scans"].size(), 2U);
  EXPECT_EQ(json["scans"][0]["table"], "tables");
  EXPECT_EQ(json["scans"][0]["columns"], nlohmann::json({"table_name"}));
  EXPECT_EQ(json["scans"][1]["table"], "columns");
  ASSERT_EQ(json["joins"].size(), 1U);
  EXPECT_EQ(json["joins"][0]["type"], "Inner");
}

TEST(SessionTest, AnAliasNeedsItsTable) {
  Session session = OpenSession();
  EXPECT_THAT(session.RegisterAlias("b", "a"), IsErrorWith(ErrorKind::kNotFound, "a"));
}

TEST(SessionTest, ServesManyThreadsAtOnce) {
  const Session session = OpenSession();
  std::atomic<int> right = 0;
  {
    std::vector<std::jthread> threads;
    threads.reserve(8);
    for (int thread = 0; thread < 8; ++thread) {
      threads.emplace_back([&session, &right] {
        for (int last = 1; last <= 20; ++last) {
          const auto rows = RowsText(
              session, "SELECT sum(value) FROM generate_series(1, " + std::to_string(last) + ")");
          right += rows.ok() && rows.value() == std::to_string(last * (last + 1) / 2) ? 1 : 0;
        }
      });
    }
  }
  EXPECT_EQ(right, 8 * 20);
}

TEST(SessionTest, OptionsHold) {
  const Session session = OpenSession({.target_partitions = 3, .batch_rows = 77});
  const Result<std::string> rows =
      RowsText(session,
               "SELECT value FROM information_schema.df_settings WHERE name IN "
               "('datafusion.execution.batch_size', 'datafusion.execution.target_partitions', "
               "'datafusion.execution.time_zone') ORDER BY name");
  ASSERT_THAT(rows, IsOk());
  EXPECT_EQ(rows.value(), "77;3;+00:00");
}

}  // namespace
}  // namespace norma::engine
