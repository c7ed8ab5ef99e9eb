#include "norma/run/admission.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "norma/engine/session.h"
#include "norma/sql/data_type.h"
#include "tests/support/matchers.h"

namespace norma::run {
namespace {

using sql::DataType;
using sql::SchemaColumn;
using testing::HasSubstr;
using testing_support::IsError;
using testing_support::IsErrorWith;
using testing_support::IsOk;

/// A text and the columns that norma takes it to have.
sql::Compiled Query(std::string text, std::vector<SchemaColumn> columns) {
  sql::Compiled compiled;
  compiled.sql = std::move(text);
  compiled.output.columns = std::move(columns);
  return compiled;
}

class AdmitTest : public testing::Test {
 protected:
  AdmitTest() : session_(engine::Session::Open().value()) {}

  Result<sql::Schema> Columns(std::string text, std::vector<SchemaColumn> columns) const {
    return Admit(session_, Query(std::move(text), std::move(columns)));
  }

  engine::Session session_;
};

constexpr const char* kQuery = "SELECT 1 AS a, arrow_cast(NULL, 'Utf8') AS b";

TEST_F(AdmitTest, GivesThePlannedColumns) {
  const auto planned =
      Columns(kQuery, {{"a", DataType::Int64(), false}, {"b", DataType::Utf8(), true}});
  ASSERT_THAT(planned, IsOk());
  EXPECT_EQ(planned.value().columns, (std::vector<SchemaColumn>{{"a", DataType::Int64(), false},
                                                                {"b", DataType::Utf8(), true}}));
}

TEST_F(AdmitTest, FirstTheTextIsPlannedAllTheWayDown) {
  EXPECT_THAT(Columns("SELECT * FROM nowhere", {}), IsError(ErrorKind::kInvalidArgument));
  // Analysed and optimised without a word; only the physical planner refuses it.
  const auto late =
      Columns("SELECT a IN (SELECT b FROM (VALUES (1)) AS u (b)) AS x FROM (VALUES (1)) AS t (a)",
              {{"x", DataType::Boolean(), true}});
  EXPECT_FALSE(late.ok());
}

TEST_F(AdmitTest, NamesTheQueryThatCannotBePlanned) {
  sql::Compiled compiled = Query("SELECT * FROM nowhere", {});
  const sql::OriginId origin = compiled.ir.Add(sql::Origin{.file = "src/some_rule.cc", .line = 12});
  compiled.ir.root = compiled.ir.Add(sql::Query{sql::Values{}, {}, origin});
  EXPECT_THAT(Admit(session_, compiled),
              IsErrorWith(ErrorKind::kInvalidArgument, "[some_rule.cc:12]"));
}

TEST_F(AdmitTest, ThenTheColumnsAreThoseOfTheIr) {
  const SchemaColumn a = {"a", DataType::Int64(), false};
  const SchemaColumn b = {"b", DataType::Utf8(), true};
  for (const std::vector<SchemaColumn>& other : {
           std::vector<SchemaColumn>{a},                                   // number
           std::vector<SchemaColumn>{b, a},                                // order
           std::vector<SchemaColumn>{{"A", DataType::Int64(), false}, b},  // name
           std::vector<SchemaColumn>{{"a", DataType::Int32(), false}, b},  // type
           std::vector<SchemaColumn>{
               a, {"b", DataType::Simple(sql::TypeKind::kLargeUtf8), true}},  // exact type
       }) {
    EXPECT_THAT(Columns(kQuery, other), IsErrorWith(ErrorKind::kInternal, "sql.admit."));
  }
}

TEST_F(AdmitTest, ThenNothingIsNullableThatTheIrCallsNonNull) {
  const SchemaColumn a = {"a", DataType::Int64(), false};
  EXPECT_THAT(Columns(kQuery, {a, {"b", DataType::Utf8(), false}}),
              IsErrorWith(ErrorKind::kInternal,
                          "sql.admit.schema: column 2: b Utf8 NOT NULL, planned: b Utf8"));
  EXPECT_THAT(Columns(kQuery, {{"a", DataType::Int64(), true}, {"b", DataType::Utf8(), true}}),
              IsOk())
      << "the plan may know more";
}

}  // namespace
}  // namespace norma::run
