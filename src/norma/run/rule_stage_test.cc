#include "norma/run/rule_stage.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "norma/arrow/table_builder.h"
#include "norma/base/json.h"
#include "norma/contract/parse_contract.h"
#include "norma/engine/ddl.h"
#include "norma/expr/functions.h"
#include "norma/run/text_rows.h"
#include "tests/support/matchers.h"

namespace norma::run {
namespace {

namespace fs = std::filesystem;
using diagnostics::EventCode;
using expr::Table;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing_support::IsErrorWith;
using testing_support::IsOk;

constexpr std::string_view kGoodId = "AAAAAAAAAAAAAAAAAAAAAA";

constexpr std::string_view kFactsDdl = R"(CREATE EXTERNAL TABLE facts (
  path VARCHAR NOT NULL COMMENT 'path', kind VARCHAR COMMENT 'kind', fact_id VARCHAR COMMENT 'id',
  size BIGINT COMMENT 'size', words ARRAY<VARCHAR> COMMENT 'words', PRIMARY KEY (path)
) STORED AS DELTATABLE LOCATION 'evidence/facts' OPTIONS (
  'norma.kind' 'evidence', 'norma.comment' 'facts', 'norma.schema_version' '1',
  'norma.sort' 'path', 'norma.coordinates' 'none', 'norma.replace_by' 'table',
  'delta.dataSkippingStatsColumns' 'path'))";

constexpr std::string_view kOutDdl = R"(CREATE EXTERNAL TABLE out_v1 (
  name VARCHAR NOT NULL COMMENT 'name', kind VARCHAR NOT NULL COMMENT 'kind',
  fact_id VARCHAR COMMENT 'id', size INT COMMENT 'size', words ARRAY<VARCHAR> COMMENT 'words',
  PRIMARY KEY (name)
) STORED AS DELTATABLE LOCATION 'normalize/out_v1' OPTIONS (
  'norma.kind' 'output', 'norma.comment' 'what the rule makes', 'norma.schema_version' '1',
  'norma.sort' 'name', 'norma.coordinates' 'none', 'norma.replace_by' 'table',
  'norma.ids' 'fact_id', 'norma.values.kind' 'good, odd', 'norma.check.size' 'size >= 0',
  'norma.not_null' 'words[]', 'delta.dataSkippingStatsColumns' 'name'))";

constexpr std::string_view kMoreDdl = R"(CREATE EXTERNAL TABLE more_v1 (
  name VARCHAR NOT NULL COMMENT 'name', PRIMARY KEY (name)
) STORED AS DELTATABLE LOCATION 'normalize/more_v1' OPTIONS (
  'norma.kind' 'output', 'norma.comment' 'another output', 'norma.schema_version' '1',
  'norma.sort' 'name', 'norma.coordinates' 'none', 'norma.replace_by' 'table',
  'delta.dataSkippingStatsColumns' 'name'))";

Result<contract::Registry> TestContracts() {
  std::vector<contract::Contract> contracts;
  for (const std::string_view ddl : {kFactsDdl, kOutDdl, kMoreDdl}) {
    NORMA_ASSIGN_OR_RETURN(const std::string json, engine::ParseDdl(ddl));
    NORMA_ASSIGN_OR_RETURN(contract::Contract contract, contract::ParseContract(json, ddl));
    contracts.push_back(std::move(contract));
  }
  return contract::Registry::Make(std::move(contracts), {{"out_v1", "test_rule"}});
}

/// A row of `facts`, good for the rule as it stands.
struct Fact {
  std::string path = "a.py";
  std::optional<std::string> kind = "good";
  std::optional<std::string> fact_id = std::string(kGoodId);
  std::optional<int64_t> size = 1;
  std::optional<std::string> word = "w";
};

constexpr std::array<std::string_view, 1> kInputs = {"facts"};

rules::Rule MakeRule(Result<Table> (*build)(const rules::RuleInputs&)) {
  return {.name = "test_rule",
          .output = "out_v1",
          .inputs = kInputs,
          .optional_inputs = {},
          .build = build};
}

/// The rule without a last Conform: what does not fit is the gate's to see.
Result<Table> Plain(const rules::RuleInputs& inputs) {
  NORMA_ASSIGN_OR_RETURN(const Table facts, inputs.Get("facts"));
  return facts.Select({{"name", facts["path"]},
                       "kind",
                       "fact_id",
                       {"size", facts["size"].Cast(sql::DataType::Int32())},
                       "words"});
}

/// One output root with `facts` and `out_v1`.
class RuleStageTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = fs::temp_directory_path() / "norma_rules_XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    auto contracts = TestContracts();
    ASSERT_THAT(contracts, IsOk());
    auto opened =
        Workspace::Open({.output = folder_, .read_only = false}, std::move(contracts).value());
    ASSERT_THAT(opened, IsOk());
    workspace_ = std::make_unique<Workspace>(std::move(opened).value());
    ASSERT_THAT(workspace_->CreateTables(), IsOk());
  }

  void TearDown() override {
    workspace_.reset();
    fs::remove_all(folder_);
  }

  void WriteFacts(const std::vector<Fact>& facts) {
    const auto schema =
        arrow::ParseSchemaText("path s!, kind s, fact_id s, size i64, words list<s>");
    ASSERT_THAT(schema, IsOk());
    auto builder = arrow::TableBuilder::Make(schema.value());
    ASSERT_THAT(builder, IsOk());
    for (const Fact& fact : facts) {
      builder.value()
          .Text(fact.path)
          .OptionalText(fact.kind)
          .OptionalText(fact.fact_id)
          .OptionalInt64(fact.size)
          .BeginList()
          .OptionalText(fact.word)
          .EndList()
          .EndRow();
    }
    Rows rows;
    rows.count = builder.value().rows();
    auto columns = arrow::ToArrowSchema(schema.value());
    ASSERT_THAT(columns, IsOk());
    rows.schema = std::move(columns).value();
    auto batch = builder.value().Finish();
    ASSERT_THAT(batch, IsOk());
    rows.batch = std::move(batch).value();
    ASSERT_THAT(
        AppendControlRows(*workspace_, "facts", std::move(rows), "facts", RunState::kComplete),
        IsOk());
    ASSERT_THAT(workspace_->Refresh("facts"), IsOk());
  }

  RuleResult Run(const rules::Rule& rule, int64_t run_number = 1) {
    RuleStage stage(*workspace_, {.run_id = "test", .run_number = run_number}, events_);
    return stage.Run(rule);
  }

  /// The rows of the output: "name|kind".
  std::vector<std::string> Output() {
    std::vector<std::string> rows;
    const auto found = FetchTextRows(workspace_->session(),
                                     "SELECT name || '|' || kind FROM out_v1 ORDER BY name");
    EXPECT_THAT(found, IsOk());
    if (found.ok()) {
      for (const TextRow& row : found.value()) {
        rows.push_back(row.front().value_or("NULL"));
      }
    }
    return rows;
  }

  std::vector<EventCode> Codes() const {
    std::vector<EventCode> codes;
    for (const diagnostics::Event& event : events_.Events()) {
      codes.push_back(event.code);
    }
    return codes;
  }

  std::string folder_;
  std::unique_ptr<Workspace> workspace_;
  RunEvents events_{SystemClock()};
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
  EXPECT_THAT(KindsOf(result),
              ElementsAre("inputs", "sql", "def", "gated_sql", "explain", "output", "report"));
  EXPECT_EQ(ContentOf(result, "inputs"), R"({"facts":1})");
  EXPECT_EQ(ContentOf(result, "output"), R"({"rows":2,"table":"out_v1","version":1})");
  EXPECT_EQ(ContentOf(result, "def"), result.fingerprint);
  EXPECT_THAT(result.fingerprint, testing::StartsWith("def1:"));
  EXPECT_THAT(ContentOf(result, "explain"), HasSubstr("Exec"));
  EXPECT_THAT(ContentOf(result, "report"), HasSubstr(R"("errors":[])"));
  EXPECT_THAT(Codes(), IsEmpty());
}

// ---- the gate: a bad row fails its rule, and nothing is written ----

struct BadRow {
  std::string label;
  Fact fact;
  std::string failure;
};

class BadRows : public RuleStageTest, public testing::WithParamInterface<BadRow> {};

TEST_P(BadRows, FailTheirRule) {
  WriteFacts({{.path = "fine.py"}, GetParam().fact});
  const RuleResult result = Run(MakeRule(&Plain));
  EXPECT_THAT(result.status, IsErrorWith(ErrorKind::kContractViolation, GetParam().failure));
  EXPECT_THAT(result.status.error().message, testing::StartsWith("rule test_rule: "));
  EXPECT_EQ(result.step, "write");
  EXPECT_THAT(Output(), IsEmpty());
  EXPECT_THAT(Codes(), ElementsAre(EventCode::kRuleFailed));
  EXPECT_THAT(ContentOf(result, "report"), HasSubstr(R"("kind":"ContractViolation")"));
  EXPECT_EQ(ContentOf(result, "output"), "");
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

TEST_F(RuleStageTest, FailsForEqualKeys) {
  WriteFacts({{.path = "a.py"}, {.path = "a.py"}});
  const RuleResult result = Run(MakeRule(&Plain));
  EXPECT_THAT(result.status,
              IsErrorWith(ErrorKind::kContractViolation, "key comes more than once (name)"));
  EXPECT_THAT(Output(), IsEmpty());
}

TEST_F(RuleStageTest, FailsForAValueThatDoesNotFit) {
  WriteFacts({{.path = "a.py", .size = int64_t{1} << 40}});
  // The rule leaves the cast to the gate.
  const RuleResult result = Run(MakeRule([](const rules::RuleInputs& inputs) -> Result<Table> {
    NORMA_ASSIGN_OR_RETURN(const Table facts, inputs.Get("facts"));
    return facts.Select({{"name", facts["path"]}, "kind", "fact_id", "size", "words"});
  }));
  EXPECT_THAT(result.status, IsErrorWith(ErrorKind::kContractViolation, "CAST_FAILED size"));
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
  EXPECT_THAT(Codes(), ElementsAre(EventCode::kColumnsDropped));
  EXPECT_EQ(events_.Events().front().attrs.at("columns"), "more");
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

// ---- several rules ----

constexpr std::array<std::string_view, 1> kReadsOutput = {"out_v1"};

TEST_F(RuleStageTest, AFailureCostsTheRuleAndItsReaders) {
  WriteFacts({{.path = "a.py", .kind = "other"}});
  const rules::Rule fails = MakeRule(&Plain);
  rules::Rule reads = MakeRule(&Plain);
  reads.name = "reader";
  reads.output = "more_v1";
  reads.inputs = {};
  reads.optional_inputs = kReadsOutput;
  rules::Rule stands_alone = MakeRule([](const rules::RuleInputs& inputs) -> Result<Table> {
    NORMA_ASSIGN_OR_RETURN(const Table facts, inputs.Get("facts"));
    return facts.Select({{"name", facts["path"]}});
  });
  stands_alone.name = "other_rule";
  stands_alone.output = "more_v1";
  const std::array<const rules::Rule*, 3> rules = {&fails, &reads, &stands_alone};

  RuleStage stage(*workspace_, {.run_id = "test", .run_number = 1}, events_);
  std::vector<std::string> ran;
  std::atomic<int64_t> done = 0;
  const std::atomic<bool> stop = false;
  const Status status = stage.RunAll(
      rules, [&](const RuleResult& result) { ran.push_back(result.rule + " " + result.step); },
      done, stop);
  EXPECT_THAT(status, IsErrorWith(ErrorKind::kContractViolation, "rule test_rule: "));
  EXPECT_THAT(ran, ElementsAre("test_rule write", "other_rule done"));
  EXPECT_EQ(done, 3);
  EXPECT_THAT(Codes(), ElementsAre(EventCode::kRuleFailed, EventCode::kRuleSkipped));
  EXPECT_EQ(events_.Events()[0].attrs.at("step"), "write");
  EXPECT_EQ(events_.Events()[1].subject, "reader");
  EXPECT_EQ(events_.Events()[1].attrs.at("input"), "out_v1");
}

TEST_F(RuleStageTest, StopsWhenItIsAskedTo) {
  const rules::Rule rule = MakeRule(&Plain);
  const std::array<const rules::Rule*, 1> rules = {&rule};
  RuleStage stage(*workspace_, {.run_id = "test", .run_number = 1}, events_);
  std::atomic<int64_t> done = 0;
  const std::atomic<bool> stop = true;
  const Status status =
      stage.RunAll(rules, [](const RuleResult&) { FAIL() << "no rule is run"; }, done, stop);
  EXPECT_THAT(status, IsErrorWith(ErrorKind::kCancelled, "stopped"));
}

// ---- another writer ----

/// Commits an empty version of the output behind the back of the run that builds the rule.
void Interfere(const std::string& output, int64_t txn) {
  auto contracts = TestContracts();
  ASSERT_THAT(contracts, IsOk());
  auto opened =
      Workspace::Open({.output = output, .read_only = false}, std::move(contracts).value());
  ASSERT_THAT(opened, IsOk());
  ASSERT_THAT(opened.value().CreateTables(), IsOk());
  RunEvents events{SystemClock()};
  RuleStage stage(opened.value(), {.run_id = "other", .run_number = txn}, events);
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
  EXPECT_THAT(Codes(), ElementsAre(EventCode::kCommitRetried, EventCode::kCommitRetried,
                                   EventCode::kCommitRetried));
  EXPECT_THAT(Output(), ElementsAre("a.py|good"));
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
