#pragma once

/// \file
/// For the tests of tables and writes: a root with one table, and rows for it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <nanoarrow/nanoarrow.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "norma/arrow/batch_queue.h"
#include "norma/arrow/table_builder.h"
#include "norma/engine/table.h"
#include "norma/engine/write.h"
#include "tests/support/matchers.h"

namespace norma::engine::testing_support {

using norma::testing_support::IsOk;

inline constexpr std::string_view kSchema =
    "path s!, id s!, span struct<bstart i64!, bend i64!>, tags list<s>";

/// A row of that schema.
struct Row {
  std::string path;
  std::string id;
  int64_t bstart;
};

/// A root for one table, which ends with its test.
class TableTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "norma_table_XXXXXX";
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

}  // namespace norma::engine::testing_support
