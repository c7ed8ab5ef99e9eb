#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "norma/arrow/batch_queue.h"
#include "norma/arrow/table_builder.h"
#include "norma/engine/table.h"
#include "norma/engine/write.h"
#include "tests/support/matchers.h"

namespace norma::engine {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing_support::IsError;
using testing_support::IsErrorWith;
using testing_support::IsOk;

constexpr std::string_view kTable = "path s!, id s!, size i64";
constexpr std::string_view kGiven = "path s, id s, size i64, failures s";

struct GivenRow {
  std::string path;
  std::optional<std::string> id;
  int64_t size = 0;
  std::optional<std::string> failures = std::nullopt;
};

/// Writes rows with failures into a table of its own.
class DivertedTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "norma_diverted_XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    auto root = Root::Open({.path = folder_});
    ASSERT_THAT(root, IsOk());
    root_ = std::make_unique<Root>(std::move(root).value());
    TableSpec spec;
    spec.schema = arrow::ParseSchemaText(kTable).value();
    spec.contract = TableSpec::Contract{.fingerprint = "f", .version = 1, .ddl_hash = "h"};
    auto table = Table::Create(*root_, "normalize/facts_v1", spec);
    ASSERT_THAT(table, IsOk());
    auto write = Write::Begin(table.value(), {.mode = WriteMode::kReplace,
                                              .sort = {"path", "id"},
                                              .key = {"path", "id"},
                                              .failures_column = "failures",
                                              .diverts = true});
    ASSERT_THAT(write, IsOk());
    write_ = std::make_unique<Write>(std::move(write).value());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  Status Feed(const std::vector<std::vector<GivenRow>>& batches) {
    const arrow::Schema schema = arrow::ParseSchemaText(kGiven).value();
    auto queue = arrow::BatchQueue::Make(arrow::ToArrowSchema(schema).value(), batches.size() + 1);
    for (const std::vector<GivenRow>& rows : batches) {
      auto builder = arrow::TableBuilder::Make(schema).value();
      for (const GivenRow& row : rows) {
        builder.Text(row.path).OptionalText(row.id).Int64(row.size).OptionalText(row.failures);
        builder.EndRow();
      }
      NORMA_RETURN_IF_ERROR(queue->Push(builder.Finish().value()));
    }
    queue->Close();
    nanoarrow::UniqueArrayStream stream;
    queue->Export(stream.get());
    return write_->FromStream(std::move(stream));
  }

  std::string folder_;
  std::unique_ptr<Root> root_;
  std::unique_ptr<Write> write_;
};

TEST_F(DivertedTest, BadRowsAreToldAndGoodOnesAreWritten) {
  ASSERT_THAT(
      Feed({{{"a.py", "x", 1}, {"a.py", "y", -1, "CHECK_FAILED size"}},
            {{"b.py", std::nullopt, 2, "NULL_VALUE id; BAD_VALUE size"}, {"b.py", "z", 3}}}),
      IsOk());
  const auto diverted = write_->Diverted();
  ASSERT_THAT(diverted, IsOk());
  EXPECT_EQ(diverted.value().input_rows, 4);
  EXPECT_EQ(diverted.value().bad_rows, 2);
  const auto failure = [](const char* key, const char* code, const char* place,
                          std::optional<std::string> sample) {
    return testing::AllOf(Field(&RowFailure::row_key, key), Field(&RowFailure::code, code),
                          Field(&RowFailure::place, place), Field(&RowFailure::sample, sample),
                          Field(&RowFailure::rows, 1));
  };
  EXPECT_THAT(diverted.value().failures,
              ElementsAre(failure("a.py:y", "CHECK_FAILED", "size", "path=a.py id=y size=-1"),
                          failure("b.py:∅", "BAD_VALUE", "size", "2"),
                          failure("b.py:∅", "NULL_VALUE", "id", std::nullopt)));
  const auto commit = write_->CommitRows({.app_id = "norma/facts_v1", .txn = 1});
  ASSERT_THAT(commit, IsOk());
  EXPECT_EQ(commit.value().rows, 2);
}

TEST_F(DivertedTest, RowsThatShareAKeyAreOneFailure) {
  ASSERT_THAT(Feed({{{"a.py", std::nullopt, 9, "NULL_VALUE id; CHECK_FAILED size"},
                     {"a.py", std::nullopt, 8, "NULL_VALUE id; CHECK_FAILED size"}}}),
              IsOk());
  const auto diverted = write_->Diverted();
  ASSERT_THAT(diverted, IsOk());
  EXPECT_EQ(diverted.value().bad_rows, 2);
  ASSERT_EQ(diverted.value().failures.size(), 2);
  EXPECT_EQ(diverted.value().failures[0].code, "CHECK_FAILED");
  EXPECT_EQ(diverted.value().failures[0].rows, 2);
  EXPECT_EQ(diverted.value().failures[0].sample, "path=a.py id=NULL size=8");
}

TEST_F(DivertedTest, ALongSampleIsCutBetweenCharacters) {
  ASSERT_THAT(Feed({{{"é" + std::string(511, 'b') + "é", "x", 1, "BAD_VALUE path"}}}), IsOk());
  const auto diverted = write_->Diverted();
  ASSERT_THAT(diverted, IsOk());
  EXPECT_EQ(diverted.value().failures.at(0).sample, "é" + std::string(510, 'b'));
}

TEST_F(DivertedTest, EqualKeysOfGoodRowsStillFailTheWrite) {
  EXPECT_THAT(Feed({{{"a.py", "x", 1}, {"a.py", "x", 2}}}),
              IsErrorWith(ErrorKind::kContractViolation, "id=x"));
}

TEST_F(DivertedTest, TooManyBadRowsFailTheWrite) {
  std::vector<GivenRow> rows;
  for (int i = 0; i <= 100'000; ++i) {
    rows.push_back({"a.py", fmt::format("{:06}", i), i, "BAD_VALUE size"});
  }
  EXPECT_THAT(Feed({rows}),
              IsErrorWith(ErrorKind::kContractViolation,
                          "more than 100000 rows break the contract, for example: BAD_VALUE size "
                          "(a.py:000000)"));
}

TEST_F(DivertedTest, BeforeTheRowsThereIsNothingToTell) {
  EXPECT_THAT(write_->Diverted(), IsError(ErrorKind::kInvalidArgument));
}

}  // namespace
}  // namespace norma::engine
