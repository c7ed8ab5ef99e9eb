#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "norma/engine/session.h"
#include "norma/engine/test_support.h"
#include "tests/support/matchers.h"

namespace norma::engine {
namespace {

using norma::testing_support::IsOk;
using ::testing::Contains;
using ::testing::HasSubstr;
using testing_support::OpenSession;
using testing_support::RowsText;

std::vector<std::string> Split(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  for (const char character : text) {
    if (character == separator) {
      parts.emplace_back();
    } else {
      parts.back() += character;
    }
  }
  return parts;
}

/// The first columns of each row, up to and without `last`, as text.
std::vector<std::string> Rows(Result<Stream> stream, int64_t last) {
  std::vector<std::string> rows;
  EXPECT_THAT(stream, IsOk());
  const auto batches = stream.value().Collect();
  EXPECT_THAT(batches, IsOk());
  for (const auto& batch : batches.value()) {
    nanoarrow::UniqueArrayView view;
    EXPECT_EQ(ArrowArrayViewInitFromSchema(view.get(), &stream.value().schema(), nullptr), 0);
    EXPECT_EQ(ArrowArrayViewSetArray(view.get(), batch.get(), nullptr), 0);
    for (int64_t row = 0; row < batch->length; ++row) {
      std::string text;
      for (int64_t column = 0; column < last; ++column) {
        text += (column == 0 ? "" : "|") + testing_support::ValueText(*view->children[column], row);
      }
      rows.push_back(std::move(text));
    }
  }
  return rows;
}

TEST(CatalogueTest, HasTheFunctionsOfTheEngineAndNormas) {
  Session session = OpenSession();
  ScalarFunction function;
  function.name = "norma_catalogued";
  function.description = "Says nothing.";
  function.syntax = "norma_catalogued(text, …)";
  function.arguments = {{.name = "text", .type = arrow::TypeKind::kText},
                        {.name = "count", .type = arrow::TypeKind::kInt64}};
  function.result = {.type = arrow::TypeKind::kBool};
  function.volatility = Volatility::kStable;
  function.variadic = true;
  function.call = [](const ArrowSchema*, const ArrowArray*, int64_t,
                     uint64_t) -> Result<nanoarrow::UniqueArray> {
    return Error{ErrorKind::kInternal, "not called"};
  };
  ASSERT_THAT(session.RegisterFunction(function), IsOk());

  const std::vector<std::string> rows = Rows(session.Functions(), 8);
  EXPECT_THAT(rows, Contains("norma_catalogued|text Utf8, count Int64, …|scalar|Boolean|stable|"
                             "norma|Says nothing.|norma_catalogued(text, …)"));
  EXPECT_THAT(rows, Contains(::testing::StartsWith("row_number||window|UInt64|")));
  EXPECT_THAT(rows,
              Contains(::testing::StartsWith("sum|Float64|aggregate|Float64|immutable|engine|")));
  EXPECT_THAT(rows, Contains(::testing::StartsWith("generate_series||table|")));
  EXPECT_TRUE(std::is_sorted(rows.begin(), rows.end(), [](const auto& left, const auto& right) {
    return Split(left, '|')[0] < Split(right, '|')[0];
  }));
}

// The information schema tells the same names by a way of its own.
TEST(CatalogueTest, AgreesWithTheInformationSchema) {
  const Session session = OpenSession();
  std::map<std::string, int> seen;
  for (const std::string& row : Rows(session.Functions(), 3)) {
    const std::vector<std::string> parts = Split(row, '|');
    seen[parts.front()] += 1;
  }
  const Result<std::string> routines =
      RowsText(session, "SELECT DISTINCT routine_name FROM information_schema.routines ORDER BY 1");
  ASSERT_THAT(routines, IsOk());
  const std::vector<std::string> names = Split(routines.value(), ';');
  EXPECT_GT(names.size(), 300U);
  for (const std::string& name : names) {
    EXPECT_GT(seen[name], 0) << name;
  }
}

// Table functions can read what no table names. A new one of the engine is looked at before it
// stays.
TEST(CatalogueTest, TableFunctionsAreTheseAndNoOthers) {
  const Session session = OpenSession();
  std::vector<std::string> names;
  for (const std::string& row : Rows(session.Functions(), 3)) {
    const std::vector<std::string> parts = Split(row, '|');
    if (parts.back() == "table") {
      names.push_back(parts.front());
    }
  }
  EXPECT_THAT(names, ::testing::ElementsAre("generate_series", "range"));
}

TEST(CatalogueTest, SettingsAreThoseInForce) {
  const Session session = OpenSession({.target_partitions = 5});
  const std::vector<std::string> rows = Rows(session.Settings(), 2);
  EXPECT_GT(rows.size(), 100U);
  EXPECT_THAT(rows, Contains("datafusion.execution.target_partitions|5"));
  EXPECT_THAT(rows, Contains("datafusion.sql_parser.recursion_limit|1024"));
  EXPECT_THAT(rows, Contains("datafusion.sql_parser.map_string_types_to_utf8view|false"));
  EXPECT_THAT(rows, Contains(HasSubstr("datafusion.runtime.memory_limit|")));
  EXPECT_TRUE(std::is_sorted(rows.begin(), rows.end(), [](const auto& left, const auto& right) {
    return Split(left, '|')[0] < Split(right, '|')[0];
  }));
}

}  // namespace
}  // namespace norma::engine
