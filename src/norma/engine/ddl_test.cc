#include "norma/engine/ddl.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/matchers.h"

namespace norma::engine {
namespace {

using norma::testing_support::IsErrorWith;
using norma::testing_support::IsOk;

nlohmann::json Parse(std::string_view sql) {
  const Result<std::string> text = ParseDdl(sql);
  EXPECT_THAT(text, IsOk());
  return text.ok() ? nlohmann::json::parse(text.value(), nullptr, false) : nlohmann::json();
}

TEST(DdlTest, KeepsWhatThePlannerLoses) {
  const nlohmann::json table = Parse(R"(
    CREATE EXTERNAL TABLE IF NOT EXISTS cst_defs_v1 (
      id VARCHAR NOT NULL COMMENT 'stable id; it''s text',
      Path VARCHAR NOT NULL,
      "Mixed" BIGINT DEFAULT 1 + 2,
      span STRUCT<bstart BIGINT, bend BIGINT>,
      tags ARRAY<VARCHAR>,
      deep ARRAY<STRUCT<a INT, b ARRAY<DOUBLE>>>,
      attrs MAP(VARCHAR, VARCHAR),
      ok BOOLEAN,
      raw BYTEA,
      small REAL,
      CHECK (bstart >= 0),
      PRIMARY KEY (id, Path)
    ) STORED AS DELTATABLE LOCATION 'out/cst_defs_v1'
    OPTIONS ('norma.Mode' 'strict', 'delta.targetFileSize' '67108864', 'norma.sort' 'path, bstart'))");
  EXPECT_EQ(table["name"], "cst_defs_v1");
  EXPECT_EQ(table["if_not_exists"], true);
  EXPECT_EQ(table["location"], "out/cst_defs_v1");
  EXPECT_EQ(table["stored_as"], "DELTATABLE");
  const auto& columns = table["columns"];
  ASSERT_EQ(columns.size(), 10U);
  EXPECT_EQ(columns[0], nlohmann::json({{"name", "id"},
                                        {"type", "VARCHAR"},
                                        {"nullable", false},
                                        {"comment", "stable id; it's text"},
                                        {"default", nullptr}}));
  EXPECT_EQ(columns[1]["name"], "path");
  EXPECT_EQ(columns[2]["name"], "Mixed");
  EXPECT_EQ(columns[2]["default"], "1 + 2");
  EXPECT_EQ(columns[2]["nullable"], true);
  EXPECT_EQ(columns[3]["type"], "STRUCT<bstart BIGINT, bend BIGINT>");
  EXPECT_EQ(columns[4]["type"], "ARRAY<VARCHAR>");
  EXPECT_EQ(columns[5]["type"], "ARRAY<STRUCT<a INT, b ARRAY<DOUBLE>>>");
  EXPECT_EQ(columns[6]["type"], "Map(VARCHAR, VARCHAR)");
  EXPECT_EQ(columns[8]["type"], "BYTEA");
  ASSERT_EQ(table["constraints"].size(), 2U);
  EXPECT_EQ(table["constraints"][0]["kind"], "check");
  EXPECT_EQ(table["constraints"][0]["expression"], "bstart >= 0");
  EXPECT_EQ(table["constraints"][1]["kind"], "primary_key");
  EXPECT_EQ(table["constraints"][1]["columns"], nlohmann::json({"id", "path"}));
  EXPECT_EQ(
      table["options"],
      nlohmann::json::parse(R"([["norma.Mode", "strict"], ["delta.targetFileSize", "67108864"],
                                      ["norma.sort", "path, bstart"]])"));
  EXPECT_EQ(table["partitioned_by"], nlohmann::json::array());
}

TEST(DdlTest, PartitionsAndKeysOfAColumn) {
  const nlohmann::json table = Parse(
      "CREATE EXTERNAL TABLE t (a INT PRIMARY KEY, b INT UNIQUE, c VARCHAR) STORED AS "
      "DELTATABLE PARTITIONED BY (c) LOCATION 'x'");
  EXPECT_EQ(table["partitioned_by"], nlohmann::json({"c"}));
  EXPECT_EQ(
      table["constraints"],
      nlohmann::json::parse(
          R"([{"kind": "primary_key", "columns": ["a"]}, {"kind": "unique", "columns": ["b"]}])"));
  EXPECT_EQ(table["options"], nlohmann::json::array());
}

TEST(DdlTest, RefusesEverythingElse) {
  const struct {
    std::string sql;
    ErrorKind kind;
    std::string text;
  } cases[] = {
      {"", ErrorKind::kInvalidArgument, "exactly one"},
      {"SELECT 1", ErrorKind::kInvalidArgument, "exactly one"},
      {"CREATE TABLE t (a INT)", ErrorKind::kInvalidArgument, "exactly one"},
      {"CREATE EXTERNAL TABLE t (a INT) STORED AS DELTATABLE LOCATION 'x'; SELECT 1",
       ErrorKind::kInvalidArgument, "exactly one"},
      {"CREATE EXTERNAL TABLE a.t (a INT) STORED AS DELTATABLE LOCATION 'x'",
       ErrorKind::kInvalidArgument, "one name"},
      {"CREATE EXTERNAL TABLE t (a INT) STORED AS DELTATABLE LOCATION ('x', 'y')",
       ErrorKind::kInvalidArgument, "one location"},
      {"CREATE OR REPLACE EXTERNAL TABLE t (a INT) STORED AS DELTATABLE LOCATION 'x'",
       ErrorKind::kInvalidArgument, "OR REPLACE"},
      {"CREATE EXTERNAL TABLE t (a INT) STORED AS DELTATABLE WITH ORDER (a) LOCATION 'x'",
       ErrorKind::kInvalidArgument, "WITH ORDER"},
      {"CREATE EXTERNAL TABLE t (a STRUCT<x BIGINT NOT NULL>) STORED AS DELTATABLE LOCATION 'x'",
       ErrorKind::kInvalidArgument, ""},
      {"CREATE EXTERNAL TABLE t (a INT REFERENCES b (c)) STORED AS DELTATABLE LOCATION 'x'",
       ErrorKind::kInvalidArgument, "not supported"},
  };
  for (const auto& each : cases) {
    EXPECT_THAT(ParseDdl(each.sql), IsErrorWith(each.kind, each.text)) << each.sql;
  }
}

TEST(DdlTest, KeepsTheLimits) {
  const auto table = [](const std::string& columns) {
    return "CREATE EXTERNAL TABLE t (" + columns + ") STORED AS DELTATABLE LOCATION 'x'";
  };
  std::string columns = "a INT";
  std::string deep = "INT";
  for (int i = 0; i < 2'000; ++i) {
    columns += ", a" + std::to_string(i) + " INT";
  }
  for (int i = 0; i < 17; ++i) {
    deep = "ARRAY<" + deep + " >";
  }
  EXPECT_THAT(ParseDdl(table(columns)), IsErrorWith(ErrorKind::kLimitExceeded, "2001 columns"));
  EXPECT_THAT(ParseDdl(table("a " + deep)), IsErrorWith(ErrorKind::kLimitExceeded, "nests"));
  EXPECT_THAT(ParseDdl(table(std::string(256, 'a') + " INT")),
              IsErrorWith(ErrorKind::kLimitExceeded, "256 bytes"));
  EXPECT_THAT(ParseDdl(table("a INT COMMENT '" + std::string(1 << 20, 'x') + "'")),
              IsErrorWith(ErrorKind::kLimitExceeded, "bytes"));
}

}  // namespace
}  // namespace norma::engine
