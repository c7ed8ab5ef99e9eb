#include "norma/run/rule_stage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "norma/expr/functions.h"
#include "norma/run/rule_test_support.h"
#include "norma/run/run_rules.h"
#include "tests/support/matchers.h"

namespace norma::run {
namespace {

using expr::Table;
using norma::testing_support::IsErrorWith;
using norma::testing_support::IsOk;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing_support::Fact;
using testing_support::MakeRule;
using testing_support::Plain;

class RuleStageTest : public testing_support::RuleTest {
 protected:
  RuleResult Run(const rules::Rule& rule, int64_t run_number = 1) {
    return RuleStage(*workspace_, {.run_id = "test", .run_number = run_number}).Run(rule);
  }
};

std::vector<std::string> KindsOf(const RuleResult& result) {
  std::vector<std::string> kinds;
  for (const Artifact& artifact : result.artifacts) {
    EXPECT_EQ(artifact.subject, "test_rule");
    EXPECT_NE(artifact.content, "") << artifact.kind;
    kinds.push_back(artifact.kind);
  }
  return kinds;
}

std::string ContentOf(const RuleResult& result, std::string_view kind) {
  const auto found = std::ranges::find(result.artifacts, kind, &Artifact::kind);
  return found == result.artifacts.end() ? "" : found->content;
}

TEST_F(RuleStageTest, WritesTheRowsAndExplainsThem) {
  WriteFacts({{.path = "a.py"}, {.path = "b.py", .kind = "odd"}});
  const RuleResult result = Run(MakeRule(&Plain));
  ASSERT_THAT(result.status, IsOk());
  EXPECT_EQ(result.step, "done");
  EXPECT_EQ(result.commit.rows, 2);
  EXPECT_THAT(Output(), ElementsAre("a.py|good", "b.py|odd"));
  EXPECT_THAT(KindsOf(result), ElementsAre("inputs", "sql", "def", "gated_sql", "explain", "plan",
                                           "output", "report"));
  EXPECT_EQ(ContentOf(result, "inputs"), R"({"facts":1})");
  EXPECT_EQ(ContentOf(result, "output"), R"({"rows":2,"table":"out_v1","version":1})");
  EXPECT_EQ(ContentOf(result, "def"), result.fingerprint);
  EXPECT_THAT(result.fingerprint, testing::StartsWith("def1:"));
  EXPECT_THAT(ContentOf(result, "explain"), HasSubstr("Exec"));
  EXPECT_THAT(ContentOf(result, "plan"), HasSubstr(R"("table":"facts")"));
  EXPECT_THAT(ContentOf(result, "report"), HasSubstr(R"("errors":[])"));
  EXPECT_THAT(result.conflicts, IsEmpty());
  EXPECT_THAT(result.gate.dropped_columns, IsEmpty());
}

// ---- the gate: a bad row is set aside, and the others are written ----

struct BadRow {
  std::string label;
  Fact fact;
  std::string failure;
};

class BadRows : public RuleStageTest, public testing::WithParamInterface<BadRow> {};

TEST_P(BadRows, AreSetAside) {
  WriteFacts({{.path = "fine.py"}, GetParam().fact});
  const RuleResult result = Run(MakeRule(&Plain));
  ASSERT_THAT(result.status, IsOk());
  EXPECT_THAT(Output(), ElementsAre("fine.py|good"));
  EXPECT_EQ(result.gate.good_rows, 1);
  EXPECT_EQ(result.gate.diverted.bad_rows, 1);
  ASSERT_EQ(result.gate.diverted.failures.size(), 1);
  const engine::RowFailure& failure = result.gate.diverted.failures.front();
  EXPECT_EQ(failure.code + " " + failure.place, GetParam().failure);
  EXPECT_EQ(failure.row_key, "a.py");
}

INSTANTIATE_TEST_SUITE_P(
    Gate, BadRows,
    testing::Values(BadRow{"null_value", {.kind = std::nullopt}, "NULL_VALUE kind"},
                    BadRow{"null_item", {.word = std::nullopt}, "NULL_VALUE words[]"},
                    BadRow{"bad_value", {.kind = "other"}, "BAD_VALUE kind"},
                    BadRow{"bad_id", {.fact_id = "no id"}, "BAD_ID fact_id"},
                    BadRow{
                        "bad_last_digit", {.fact_id = "AAAAAAAAAAAAAAAAAAAAAB"}, "BAD_ID fact_id"},
                    BadRow{"check_failed", {.size = -1}, "CHECK_FAILED size"}),
    [](const auto& test) { return test.param.label; });

TEST_F(RuleStageTest, FailsForABadRowIfTheContractSaysSo) {
  WriteFacts({{.path = "short.py"}, {.path = "too_long.py"}});
  rules::Rule strict = MakeRule([](const rules::RuleInputs& inputs) -> Result<Table> {
    NORMA_ASSIGN_OR_RETURN(const Table facts, inputs.Get("facts"));
    return facts.Select({{"name", facts["path"]}});
  });
  strict.output = "more_v1";
  const RuleResult result = Run(strict);
  EXPECT_THAT(result.status,
              IsErrorWith(ErrorKind::kContractViolation, "CHECK_FAILED short (name=too_long.py)"));
  EXPECT_THAT(result.status.error().message, testing::StartsWith("rule test_rule: "));
  EXPECT_EQ(result.step, "write");
  EXPECT_THAT(ContentOf(result, "report"), HasSubstr(R"("kind":"ContractViolation")"));
  EXPECT_EQ(ContentOf(result, "output"), "");
}

TEST_F(RuleStageTest, FailsForEqualKeys) {
  WriteFacts({{.path = "a.py"}, {.path = "a.py"}});
  const RuleResult result = Run(MakeRule(&Plain));
  EXPECT_THAT(result.status,
              IsErrorWith(ErrorKind::kContractViolation, "key comes more than once (name)"));
  EXPECT_THAT(Output(), IsEmpty());
}

TEST_F(RuleStageTest, SetsAValueAsideThatDoesNotFit) {
  WriteFacts({{.path = "a.py", .size = int64_t{1} << 40}});
  // The rule leaves the cast to the gate.
  const RuleResult result = Run(MakeRule([](const rules::RuleInputs& inputs) -> Result<Table> {
    NORMA_ASSIGN_OR_RETURN(const Table facts, inputs.Get("facts"));
    return facts.Select({{"name", facts["path"]}, "kind", "fact_id", "size", "words"});
  }));
  ASSERT_THAT(result.status, IsOk());
  EXPECT_THAT(Output(), IsEmpty());
  EXPECT_THAT(result.gate.cast_columns, ElementsAre("size"));
  EXPECT_EQ(result.gate.diverted.failures.at(0).code, "CAST_FAILED");
  EXPECT_THAT(ContentOf(result, "report"), HasSubstr(R"("cast_columns":["size"])"));
}

TEST_F(RuleStageTest, DropsColumnsThatNobodyDeclared) {
  WriteFacts({{.path = "a.py"}});
  const RuleResult result = Run(MakeRule([](const rules::RuleInputs& inputs) -> Result<Table> {
    NORMA_ASSIGN_OR_RETURN(const Table plain, Plain(inputs));
    return plain.Mutate({{"more", expr::Lit("x")}});
  }));
  ASSERT_THAT(result.status, IsOk());
  EXPECT_THAT(Output(), ElementsAre("a.py|good"));
  EXPECT_THAT(result.gate.dropped_columns, ElementsAre("more"));
}

TEST_F(RuleStageTest, FailsBeforeItRunsForAMissingColumn) {
  const RuleResult result = Run(MakeRule([](const rules::RuleInputs& inputs) -> Result<Table> {
    NORMA_ASSIGN_OR_RETURN(const Table plain, Plain(inputs));
    return plain.Drop({"kind"});
  }));
  EXPECT_THAT(result.status, IsErrorWith(ErrorKind::kContractViolation, "NOT NULL column: kind"));
  EXPECT_EQ(result.step, "gate");
  EXPECT_THAT(KindsOf(result), ElementsAre("inputs", "sql", "def", "report"));
}

TEST_F(RuleStageTest, ReportsARuleThatCannotBeBuilt) {
  const RuleResult result = Run(MakeRule([](const rules::RuleInputs& inputs) -> Result<Table> {
    NORMA_ASSIGN_OR_RETURN(const Table facts, inputs.Get("facts"));
    return facts.Select({"knid"});
  }));
  EXPECT_THAT(result.status, IsErrorWith(ErrorKind::kInvalidArgument,
                                         "rule test_rule: unknown column in facts: knid; did you "
                                         "mean kind?"));
  EXPECT_EQ(result.step, "build");
  EXPECT_THAT(KindsOf(result), ElementsAre("inputs", "report"));
  EXPECT_THAT(ContentOf(result, "report"), HasSubstr(R"("step":"build")"));
}

// ---- claims ----

Result<Table> ClaimsUniqueKinds(const rules::RuleInputs& inputs) {
  NORMA_ASSIGN_OR_RETURN(const Table plain, Plain(inputs));
  return plain.Unique({"kind"});
}

TEST_F(RuleStageTest, ClaimsThatHoldCostNothing) {
  WriteFacts({{.path = "a.py"}, {.path = "b.py", .kind = "odd"}});
  EXPECT_THAT(Run(MakeRule(&ClaimsUniqueKinds)).status, IsOk());
  EXPECT_THAT(Output(), ElementsAre("a.py|good", "b.py|odd"));
}

TEST_F(RuleStageTest, AClaimThatDoesNotHoldFailsTheRule) {
  WriteFacts({{.path = "a.py"}, {.path = "b.py"}, {.path = "c.py", .kind = "odd"}});
  const RuleResult result = Run(MakeRule(&ClaimsUniqueKinds));
  EXPECT_THAT(result.status,
              IsErrorWith(ErrorKind::kContractViolation,
                          "rule test_rule: not unique, though the rule says so: (kind); values "
                          "that repeat: 1 [rule_stage_test.cc:"));
  EXPECT_EQ(result.step, "claims");
  EXPECT_THAT(Output(), IsEmpty());
}

// ---- another writer ----

/// Commits an empty version of the output behind the back of the run that builds the rule.
void Interfere(const std::string& output, int64_t txn) {
  auto contracts = testing_support::TestContracts();
  ASSERT_THAT(contracts, IsOk());
  auto opened =
      Workspace::Open({.output = output, .read_only = false}, std::move(contracts).value());
  ASSERT_THAT(opened, IsOk());
  ASSERT_THAT(opened.value().CreateTables(), IsOk());
  RuleStage stage(opened.value(), {.run_id = "other", .run_number = txn});
  EXPECT_THAT(stage.Run(MakeRule(&Plain)).status, IsOk());
}

struct Interference {
  std::string output;
  int64_t next_txn = 1;
  int left = 0;
};
Interference& TheInterference() {
  static Interference interference;
  return interference;
}

Result<Table> Interrupted(const rules::RuleInputs& inputs) {
  if (Interference& other = TheInterference(); other.left > 0) {
    --other.left;
    Interfere(other.output, other.next_txn++);
  }
  return Plain(inputs);
}

TEST_F(RuleStageTest, PlansAgainWhenAnotherWriterWins) {
  WriteFacts({{.path = "a.py"}});
  TheInterference() = {.output = folder_, .left = 3};
  const RuleResult result = Run(MakeRule(&Interrupted), /*run_number=*/100);
  ASSERT_THAT(result.status, IsOk());
  EXPECT_EQ(result.commit.version, 4);
  EXPECT_EQ(result.conflicts.size(), 3U);
  EXPECT_THAT(Output(), ElementsAre("a.py|good"));
}

TEST_F(RuleStageTest, AnAttemptThatLostIsAnEvent) {
  WriteFacts({{.path = "a.py"}});
  TheInterference() = {.output = folder_, .left = 1};
  RuleStage stage(*workspace_, {.run_id = "r", .run_number = 100});
  RunEvents events{SystemClock()};
  std::atomic<int64_t> done = 0;
  const rules::Rule rule = MakeRule(&Interrupted);
  const std::array rules = {&rule};
  ASSERT_THAT(RunRules(stage, rules, 1, events, [](const RuleResult&) {}, done, {}), IsOk());
  ASSERT_EQ(events.Events().size(), 1U);
  EXPECT_EQ(events.Events()[0].code, diagnostics::EventCode::kCommitRetried);
}

TEST_F(RuleStageTest, GivesUpAfterThreeMoreAttempts) {
  WriteFacts({{.path = "a.py"}});
  TheInterference() = {.output = folder_, .left = 10};
  const RuleResult result = Run(MakeRule(&Interrupted), /*run_number=*/100);
  EXPECT_EQ(TheInterference().left, 6);
  ASSERT_FALSE(result.status.ok());
  EXPECT_EQ(result.status.error().kind, ErrorKind::kCommitConflict);
  TheInterference() = {};
}

TEST_F(RuleStageTest, TheSameRunAddsNothing) {
  WriteFacts({{.path = "a.py"}});
  ASSERT_THAT(Run(MakeRule(&Plain), 7).status, IsOk());
  const RuleResult again = Run(MakeRule(&Plain), 7);
  ASSERT_THAT(again.status, IsOk());
  EXPECT_EQ(again.commit.outcome, engine::CommitOutcome::kAlreadyApplied);
  EXPECT_EQ(again.commit.version, 1);
}

}  // namespace
}  // namespace norma::run
