#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "norma/base/id.h"
#include "norma/engine/session.h"
#include "norma/engine/test_support.h"
#include "norma/functions/catalogue.h"
#include "tests/support/matchers.h"

namespace norma::functions {
namespace {

using norma::testing_support::IsErrorWith;
using norma::testing_support::IsOk;

class SqlTest : public testing::Test {
 protected:
  SqlTest() : session_(engine::testing_support::OpenSession()) {
    for (const engine::ScalarFunction& function : NormaFunctions()) {
      EXPECT_THAT(session_.RegisterFunction(function), IsOk()) << function.name;
    }
  }

  Result<std::string> Rows(const std::string& sql) {
    return engine::testing_support::RowsText(session_, sql);
  }
  std::string MustRows(const std::string& sql) {
    auto rows = Rows(sql);
    EXPECT_THAT(rows, IsOk()) << sql;
    return rows.ok() ? rows.value() : "";
  }

  engine::Session session_;
};

std::string Literal(const nlohmann::json& part) {
  if (part.is_null()) {
    return "NULL";
  }
  if (part.is_object()) {
    return "X'" + part.at("binary").get<std::string>() + "'";
  }
  if (!part.is_string()) {
    return part.dump();
  }
  std::string quoted = "'";
  for (const char c : part.get<std::string>()) {
    quoted += c == '\'' ? "''" : std::string(1, c);
  }
  return quoted + "'";
}

TEST_F(SqlTest, MakesTheGoldenIds) {
  std::ifstream golden("tests/golden/ids/ids.jsonl");
  ASSERT_TRUE(golden.is_open());
  std::string line;
  int count = 0;
  while (std::getline(golden, line)) {
    const auto row = nlohmann::json::parse(line, nullptr, false);
    ASSERT_FALSE(row.is_discarded());
    // A NUL has no literal, and the least integer is read as the negation of one too large.
    if (line.find("\\u0000") != std::string::npos ||
        line.find("-9223372036854775808") < line.size()) {
      continue;
    }
    std::string call = "norma_id('" + row.at("kind").get<std::string>() + "'";
    for (const auto& part : row.at("parts")) {
      call += ", " + Literal(part);
    }
    // Folded while planning, and row by row.
    EXPECT_EQ(MustRows("SELECT " + call + ")"), row.at("id").get<std::string>()) << call;
    EXPECT_EQ(MustRows("SELECT " + call + ") FROM (VALUES (1), (2)) t(x) WHERE x = 2"),
              row.at("id").get<std::string>());
    ++count;
  }
  EXPECT_GE(count, 18);
}

TEST_F(SqlTest, MakesOneIdOfEqualValuesOfManyTypes) {
  const std::string id = IdBuilder("x").Text("é").Int(1).Bool(true).Null().Build();
  for (const std::string parts : {
           "'é', 1, true, NULL",
           "arrow_cast('é', 'LargeUtf8'), arrow_cast(1, 'Int32'), 1 = 1, NULL",
           "arrow_cast('é', 'Utf8View'), arrow_cast(1, 'UInt8'), true, NULL",
       }) {
    EXPECT_EQ(MustRows("SELECT norma_id('x', " + parts + ")"), id) << parts;
  }
  EXPECT_EQ(MustRows("SELECT norma_id('x', a, b, c, CAST(NULL AS VARCHAR)) "
                     "FROM (VALUES ('é', 1, true)) t(a, b, c)"),
            id);
  EXPECT_THAT(Rows("SELECT norma_id('Not a kind', 1)"),
              IsErrorWith(ErrorKind::kInvalidArgument, "the kind of an id"));
}

TEST_F(SqlTest, MakesSpans) {
  EXPECT_EQ(MustRows("SELECT norma_span('cpython', 1, 4, 1, 6, 4, 6, true)"),
            "{4, 6, true, {0, 4}, {0, 6}, 0, utf8, true}");
  EXPECT_EQ(MustRows("SELECT s['bstart'], s['start']['line'], s['col_unit'], s['ok'] FROM ("
                     "SELECT norma_span('scip_' || u, l, 2, l, 3, b, b + 1, b IS NOT NULL) AS s "
                     "FROM (VALUES ('utf16', 7, 70), ('utf8', 8, NULL)) t(u, l, b)) "
                     "ORDER BY 2"),
            "70|7|utf16|true;NULL|8|utf8|false");
  EXPECT_THAT(Rows("SELECT norma_span('nothing', 1, 4, 1, 6, 4, 6, true)"),
              IsErrorWith(ErrorKind::kInvalidArgument, "no such adapter"));
}

TEST_F(SqlTest, MakesAttrs) {
  EXPECT_EQ(MustRows("SELECT m['span.outcome'], m['span.reason'], m['k'], cardinality(m) FROM ("
                     "SELECT norma_span_attrs('span', ok, r, 'k', v) AS m FROM "
                     "(VALUES (true, NULL, 'v'), (false, 'line_only', NULL)) t(ok, r, v)) "
                     "ORDER BY 4"),
            "NULL|NULL|v|1;absent|line_only|NULL|2");
}

TEST_F(SqlTest, AnswersItsOwnExamples) {
  EXPECT_EQ(MustRows("SELECT norma_line_col(make_array(0, 10, 12), 11)"), "{1, 1}");
  EXPECT_EQ(MustRows("SELECT byte_to_utf16('é = 1', 3), utf16_to_byte('é = 1', 2), "
                     "col_to_byte('é = 1', 2, 'utf32')"),
            "2|3|3");
  EXPECT_EQ(MustRows("SELECT norma_type_repr('Optional[ int ]'), norma_type_form('int | None')"),
            "int | None|optional");
  EXPECT_EQ(MustRows("SELECT stable_hash64(arrow_cast('abc', 'Utf8View')), "
                     "stable_hash128(arrow_cast('abc', 'LargeUtf8')), stable_hash64(NULL)"),
            "6393727014797677913|cf4ab791c62b8d2b2109c90275287816|NULL");
  EXPECT_EQ(MustRows("SELECT prefixed_hash64('qname', 'pkg.mod.f'), stable_id(NULL, 'x')"),
            "qname:7719475151745221352|NULL");
}

}  // namespace
}  // namespace norma::functions
