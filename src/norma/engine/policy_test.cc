#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "norma/engine/session.h"
#include "norma/engine/test_support.h"
#include "tests/support/matchers.h"

namespace norma::engine {
namespace {

using norma::testing_support::IsError;
using norma::testing_support::IsErrorWith;
using norma::testing_support::IsOk;
using testing_support::OpenSession;

std::string Repeat(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) {
    all += text;
  }
  return all;
}

struct Refused {
  std::string sql;
  std::string kind;
};

class RefusedTest : public ::testing::TestWithParam<Refused> {};

TEST_P(RefusedTest, IsDeniedByName) {
  const Session session = OpenSession();
  for (const Policy policy : {Policy::kReadOnly, Policy::kRule}) {
    EXPECT_THAT(session.Plan(GetParam().sql, policy),
                IsErrorWith(ErrorKind::kPolicyDenied, GetParam().kind))
        << GetParam().sql;
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, RefusedTest,
    ::testing::Values(
        Refused{"INSERT INTO t SELECT 1", "INSERT"}, Refused{"UPDATE t SET a = 1", "UPDATE"},
        Refused{"DELETE FROM t", "DELETE"}, Refused{"TRUNCATE TABLE t", "TRUNCATE"},
        Refused{"MERGE INTO t USING u ON t.a = u.a WHEN MATCHED THEN DELETE", "MERGE"},
        Refused{"COPY (SELECT 1) TO 'x.csv'", "COPY"},
        Refused{"CREATE TABLE t AS SELECT 1", "CREATE TABLE"},
        Refused{"CREATE VIEW v AS SELECT 1", "CREATE VIEW"},
        Refused{"CREATE EXTERNAL TABLE t STORED AS CSV LOCATION 'x.csv'", "CREATE EXTERNAL TABLE"},
        Refused{"DROP TABLE t", "DROP TABLE"},
        Refused{"SET datafusion.execution.batch_size = 1", "SET"},
        Refused{"RESET datafusion.execution.batch_size", "RESET"},
        Refused{"PREPARE p AS SELECT 1", "PREPARE"}, Refused{"EXECUTE p", "EXECUTE"},
        Refused{"BEGIN", "BEGIN"}, Refused{"SELECT 1 INTO t", "SELECT INTO"},
        Refused{"WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a", "INSERT"},
        Refused{"EXPLAIN INSERT INTO t SELECT 1", ""}, Refused{"EXPLAIN ANALYZE DELETE FROM t", ""},
        Refused{"SELECT 1; SELECT 2", "one statement"},
        Refused{"SELECT 1; DROP TABLE t", "one statement"}));

TEST(PolicyTest, ReadOnlyAllowsWhatOnlyLooks) {
  const Session session = OpenSession();
  for (const char* sql :
       {"SELECT 1", "VALUES (1), (2)", "WITH a AS (SELECT 1 AS n) SELECT * FROM a", "SHOW TABLES",
        "SHOW ALL", "SHOW datafusion.execution.batch_size", "SHOW FUNCTIONS LIKE 'abs'",
        "EXPLAIN SELECT 1", "EXPLAIN ANALYZE SELECT 1", "EXPLAIN FORMAT TREE SELECT 1",
        "DESCRIBE information_schema.tables", "SELECT any_match([1, 2], x -> x > 1)", "SELECT 1;",
        "(SELECT 1) UNION ALL (SELECT 2)"}) {
    EXPECT_THAT(session.Plan(sql), IsOk()) << sql;
  }
}

TEST(PolicyTest, ARuleIsOneQuery) {
  const Session session = OpenSession();
  EXPECT_THAT(session.Plan("SELECT 1", Policy::kRule), IsOk());
  EXPECT_THAT(session.Plan("VALUES (1)", Policy::kRule), IsOk());
  for (const char* sql :
       {"SHOW TABLES", "EXPLAIN SELECT 1", "DESCRIBE information_schema.tables"}) {
    EXPECT_THAT(session.Plan(sql, Policy::kRule), IsError(ErrorKind::kPolicyDenied)) << sql;
  }
}

TEST(PolicyTest, NothingOutsideTheSessionCanBeReached) {
  const Session session = OpenSession();
  for (const char* sql :
       {"SELECT * FROM '/etc/passwd'", "SELECT * FROM \"/etc/passwd\"",
        "SELECT * FROM read_csv('/etc/passwd')", "SELECT * FROM 'file:///etc/passwd'"}) {
    EXPECT_THAT(session.Plan(sql), IsError(ErrorKind::kInvalidArgument)) << sql;
  }
}

TEST(PolicyTest, WhatCannotBeUnderstoodIsTheCallersArgument) {
  const Session session = OpenSession();
  for (const char* sql :
       {"", " ; ", "SELECT 1 FROM", "SELEC 1", "SELECT 'open", "SELECT nothing",
        "SELECT no_such_function(1)", "SELECT * FROM no_such_table", "SELECT abs('x', 2)"}) {
    EXPECT_THAT(session.Plan(sql), IsError(ErrorKind::kInvalidArgument)) << sql;
  }
  EXPECT_THAT(session.Plan("SELECT '\xff'"), IsErrorWith(ErrorKind::kInvalidArgument, "UTF-8"));
}

class DeepTest : public ::testing::TestWithParam<std::string> {};

TEST_P(DeepTest, IsRefusedBeforeItIsParsed) {
  const Session session = OpenSession();
  EXPECT_THAT(session.Plan(GetParam()), IsErrorWith(ErrorKind::kLimitExceeded, "nests"));
}

INSTANTIATE_TEST_SUITE_P(
    All, DeepTest,
    ::testing::Values(
        "SELECT 1" + Repeat("+1", 10'000),                         //
        "SELECT 1" + Repeat("+1", 300),                            //
        "SELECT " + Repeat("(", 300) + "1" + Repeat(")", 300),     //
        "SELECT " + Repeat("(", 20'000),                           //
        "SELECT " + Repeat("- ", 300) + "1",                       //
        "SELECT " + Repeat("NOT ", 300) + "true",                  //
        "SELECT " + Repeat("abs(", 300) + "1" + Repeat(")", 300),  //
        "SELECT " + Repeat("CASE WHEN true THEN ", 300) + "1" + Repeat(" END", 300),
        "SELECT " + Repeat("[", 300) + "1" + Repeat("]", 300),
        "SELECT a" + Repeat("[1]", 300) + " FROM t", "SELECT a" + Repeat("::text", 300) + " FROM t",
        "SELECT a" + Repeat(" IS NULL", 300) + " FROM t",
        "SELECT 1 WHERE true" + Repeat(" AND true", 300),
        "SELECT 1 WHERE true" + Repeat(" OR true", 300),
        "SELECT 1" + Repeat(" UNION ALL SELECT 1", 300),
        "SELECT * FROM t" + Repeat(" JOIN t ON true", 300), "SELECT * FROM t" + Repeat(", t", 300),
        Repeat("SELECT * FROM (", 300) + "SELECT 1" + Repeat(")", 300),
        Repeat("EXPLAIN ", 20'000) + "SELECT 1",
        // Each bracket opens at the left, so that what follows is deeper by what was before.
        "SELECT " + Repeat("(", 100) + "1" + Repeat("+1+1+1)", 100),
        // Keywords as names do not end a chain.
        "SELECT 1" + Repeat("+ t.by + t.from", 300) + " FROM t",
        "SELECT 1" + Repeat(" * from", 300) + " FROM t",
        "SELECT 1" + Repeat(" + distinct * from", 300) + " FROM t",
        // Each table expression holds the one before.
        "WITH a AS (SELECT 1)" + Repeat(", a AS (SELECT * FROM a)", 300) + " SELECT * FROM a"));

TEST(LimitTest, WideIsNotDeep) {
  const Session session = OpenSession();
  std::string whens;
  std::string conditions;
  for (int i = 0; i < 400; ++i) {
    whens += " WHEN a = " + std::to_string(i) + " THEN " + std::to_string(i) + " + 1";
  }
  std::string sums;
  for (int i = 0; i < 200; ++i) {
    sums += "1 + 2 + 3 AS a" + std::to_string(i) + ", ";
    conditions += " AND a <> " + std::to_string(i);
  }
  for (const std::string& sql :
       {"SELECT a FROM (VALUES (1)) t(a) WHERE a IN (1" + Repeat(", 1", 5'000) + ")",
        "SELECT CASE" + whens + " END FROM (VALUES (1)) t(a)",
        "SELECT a FROM (VALUES (1)) t(a) WHERE true" + conditions, "SELECT " + sums + "0",
        "VALUES (1)" + Repeat(", (1 + 1)", 1'000),
        "SELECT " + Repeat("(", 120) + "1" + Repeat(")", 120),
        "SELECT 1" + Repeat(" UNION ALL SELECT 1", 100)}) {
    EXPECT_THAT(session.Plan(sql), IsOk()) << sql.substr(0, 60);
  }
}

// What the bound lets through must not overflow a stack: that would end the process.
TEST(LimitTest, WhatIsJustAllowedPlansAndRuns) {
  const Session session = OpenSession();
  for (const std::string& sql :
       {"SELECT a" + Repeat(" + a", 250) + " FROM (VALUES (1)) t(a)",
        "SELECT " + Repeat("(", 250) + "1" + Repeat(")", 250),
        "SELECT " + Repeat("abs(", 120) + "1" + Repeat(")", 120),
        "SELECT " + Repeat("CASE WHEN true THEN ", 120) + "1" + Repeat(" END", 120),
        "SELECT 1" + Repeat(" UNION ALL SELECT 1", 250),
        Repeat("SELECT * FROM (", 120) + "SELECT 1" + Repeat(") t", 120)}) {
    EXPECT_THAT(testing_support::RowsText(session, sql), IsOk()) << sql.substr(0, 60);
  }
}

TEST(LimitTest, BytesAndTokens) {
  const Session session = OpenSession();
  EXPECT_THAT(session.Plan("SELECT '" + std::string(1 << 20, 'x') + "'"),
              IsErrorWith(ErrorKind::kLimitExceeded, "bytes"));
  EXPECT_THAT(session.Plan("SELECT 1" + Repeat(",1", 60'000)),
              IsErrorWith(ErrorKind::kLimitExceeded, "tokens"));
}

}  // namespace
}  // namespace norma::engine
