#include "norma/run/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "norma/run/text_rows.h"
#include "norma/run/workspace_test_support.h"
#include "tests/support/matchers.h"

namespace norma::run {
namespace {

namespace fs = std::filesystem;
using norma::testing_support::IsErrorWith;
using norma::testing_support::IsOk;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsSupersetOf;

Result<contract::Registry> ControlContracts() {
  NORMA_ASSIGN_OR_RETURN(const contract::Registry all, LoadContracts());
  std::vector<contract::Contract> contracts;
  for (const contract::Contract& contract : all.contracts()) {
    if (contract.kind == contract::ContractKind::kControl) {
      contracts.push_back(contract);
    }
  }
  return contract::Registry::Make(std::move(contracts));
}

class JournalTest : public testing_support::WorkspaceTest {
 protected:
  void SetUp() override {
    Open(ControlContracts());
    auto functions = CatalogueOf(workspace_->session());
    ASSERT_THAT(functions, IsOk());
    functions_ = std::move(functions).value();
    journal_ = std::make_unique<Journal>(
        *workspace_, events_,
        RunRecord{.run_id = "r", .norma_version = "0", .catalogue_hash = functions_.hash});
  }

  Status Complete() { return journal_->Complete(functions_, /*exit_code=*/0); }

  static Result<RunIdentity> OpenRun(Journal& journal) {
    return journal.Open({{"jobs", "2", "default"}});
  }

  /// The rows of a query over the newest versions, columns parted by "|".
  std::vector<std::string> Rows(const std::string& sql) {
    for (const contract::Contract& contract : workspace_->contracts().contracts()) {
      EXPECT_THAT(workspace_->Refresh(contract.name), IsOk());
    }
    const auto rows = FetchTextRows(workspace_->session(), sql);
    EXPECT_THAT(rows, IsOk());
    std::vector<std::string> texts;
    if (rows.ok()) {
      for (const TextRow& row : rows.value()) {
        std::string text;
        for (const std::optional<std::string>& cell : row) {
          text += (text.empty() ? "" : "|") + cell.value_or("NULL");
        }
        texts.push_back(text);
      }
    }
    return texts;
  }

  std::vector<std::string> States() {
    return Rows(
        "SELECT state, arrow_cast(exit_code, 'Utf8') FROM runs_v1 ORDER BY time_unix_ms, "
        "state DESC");
  }

  RunEvents events_{SystemClock()};
  FunctionCatalogue functions_;
  std::unique_ptr<Journal> journal_;
};

TEST_F(JournalTest, TheVersionThatOpensARunIsItsNumber) {
  const auto first = OpenRun(*journal_);
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(first.value().run_number, 1);
  Journal other(*workspace_, events_, RunRecord{.run_id = "s"});
  const auto second = OpenRun(other);
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(second.value().run_number, 2);
  // The same run again finds its own opening.
  Journal again(*workspace_, events_, RunRecord{.run_id = "r"});
  const auto third = OpenRun(again);
  ASSERT_THAT(third, IsOk());
  EXPECT_EQ(third.value().run_number, 1);
}

TEST_F(JournalTest, ARunThatOnlyBeganHasItsSettings) {
  ASSERT_THAT(OpenRun(*journal_), IsOk());
  EXPECT_THAT(Rows("SELECT name, value, source FROM settings_v1"), ElementsAre("jobs|2|default"));
  // Taken up, it does not have them twice.
  ASSERT_THAT(OpenRun(*journal_), IsOk());
  EXPECT_THAT(Rows("SELECT name, value, source FROM settings_v1"), ElementsAre("jobs|2|default"));
}

TEST_F(JournalTest, ARunIsTakenUpWithItsOwnSettingsOnly) {
  Journal first(*workspace_, events_, RunRecord{.run_id = "s", .inputs_hash = "settings1:00"});
  ASSERT_THAT(OpenRun(first), IsOk());
  ASSERT_THAT(workspace_->Refresh("runs_v1"), IsOk());
  Journal other(*workspace_, events_, RunRecord{.run_id = "s", .inputs_hash = "settings1:01"});
  EXPECT_THAT(OpenRun(other),
              IsErrorWith(ErrorKind::kInvalidArgument, "begun with other settings: s"));
  Journal same(*workspace_, events_, RunRecord{.run_id = "s", .inputs_hash = "settings1:00"});
  EXPECT_THAT(OpenRun(same), IsOk());
  EXPECT_THAT(Rows("SELECT state FROM runs_v1"), ElementsAre("open"));
}

TEST_F(JournalTest, ACompleteRunIsExplained) {
  ASSERT_THAT(OpenRun(*journal_), IsOk());
  events_.InputAbsent("scip_documents");
  events_.InterpreterUsed({.executable = "/usr/bin/python3", .version = "3.13.0"});
  events_.RunFinished(0);
  journal_->AddTable("t_v1", {.version = 4, .rows = 7}, "def1:00");
  journal_->AddArtifacts({{"some_rule", "sql", "SELECT 1"}, {"some_rule", "report", "{}"}});
  journal_->SetInputs("inputs1:00", {"scip_documents"});
  ASSERT_THAT(Complete(), IsOk());
  EXPECT_THAT(States(), ElementsAre("open|NULL", "complete|0"));
  EXPECT_THAT(Rows("SELECT inputs_hash, array_to_string(absent_inputs, ',') FROM runs_v1 "
                   "WHERE state = 'complete'"),
              ElementsAre("inputs1:00|scip_documents"));
  EXPECT_THAT(Rows("SELECT subject, kind FROM plan_artifacts_v1 WHERE state = 'complete'"),
              IsSupersetOf({"some_rule|report", "some_rule|sql", "runs_v1|ddl", "events_v1|ddl"}));
  EXPECT_THAT(Rows("SELECT DISTINCT name FROM functions_v1"), Contains("norma_id"));
  EXPECT_THAT(Rows("SELECT level, code FROM events_v1 ORDER BY seq"),
              ElementsAre("INFO|INPUT_ABSENT", "INFO|INTERPRETER_USED", "INFO|RUN_FINISHED"));
  const auto manifest = LastManifest(workspace_->session());
  ASSERT_THAT(manifest, IsOk());
  ASSERT_TRUE(manifest.value().has_value());
  ASSERT_EQ(manifest.value()->tables.size(), 1U);
  EXPECT_EQ(manifest.value()->tables[0].name, "t_v1");
  EXPECT_EQ(manifest.value()->tables[0].version, 4);
  EXPECT_EQ(manifest.value()->tables[0].txn, 1);
}

TEST_F(JournalTest, AFailedRunIsExplainedToo) {
  ASSERT_THAT(OpenRun(*journal_), IsOk());
  const Error error = {ErrorKind::kContractViolation, "rule x: a row is bad"};
  events_.RuleFailed("x", "write", error);
  events_.RunFailed(error);
  journal_->AddTable("t_v1", {.version = 4}, std::nullopt);
  journal_->AddArtifacts({{"x", "report", "{}"}});
  ASSERT_THAT(journal_->Fail(error), IsOk());
  EXPECT_THAT(States(), ElementsAre("open|NULL", "failed|13"));
  EXPECT_THAT(Rows("SELECT state, subject, kind FROM plan_artifacts_v1"),
              ElementsAre("failed|x|report"));
  EXPECT_THAT(Rows("SELECT level, code FROM events_v1 ORDER BY seq"),
              ElementsAre("ERROR|RULE_FAILED", "ERROR|RUN_FAILED"));
  const auto manifest = LastManifest(workspace_->session());
  ASSERT_THAT(manifest, IsOk());
  EXPECT_FALSE(manifest.value().has_value());
}

TEST_F(JournalTest, WhatTheGateDidIsTold) {
  ASSERT_THAT(OpenRun(*journal_), IsOk());
  journal_->AddTable("t_v1", {.version = 4, .rows = 7}, std::nullopt);
  const engine::RowFailure failure = {.row_key = "a.py:x",
                                      .code = "BAD_VALUE",
                                      .place = "kind",
                                      .path = "a.py",
                                      .sample = "odd",
                                      .rows = 2};
  journal_->AddGate({.rule = "t",
                     .output = "t_v1",
                     .good_rows = 7,
                     .deduped_rows = 1,
                     .diverted = {.input_rows = 9, .bad_rows = 2, .failures = {failure}},
                     .missing_columns = {"note"}});
  ASSERT_THAT(Complete(), IsOk());
  EXPECT_EQ(journal_->record().tables[0].error_rows, 2);
  EXPECT_THAT(Rows("SELECT rule_name, output_name, row_key, error_code, column_path, message, "
                   "sample, path FROM finalize_errors_v1"),
              ElementsAre("t|t_v1|a.py:x|BAD_VALUE|kind|the value is not in the closed list: kind; "
                          "rows with this key: 2|odd|a.py"));
  EXPECT_THAT(
      Rows("SELECT output_name, arrow_cast(input_rows, 'Utf8'), arrow_cast(good_rows, 'Utf8'), "
           "arrow_cast(error_rows, 'Utf8'), arrow_cast(deduped_rows, 'Utf8'), "
           "missing_columns[1], errors[1]['code'], arrow_cast(errors[1]['count'], 'Utf8') "
           "FROM finalize_stats_v1"),
      ElementsAre("t_v1|10|7|2|1|note|BAD_VALUE|2"));
}

TEST_F(JournalTest, TheManifestIsWrittenLast) {
  ASSERT_THAT(OpenRun(*journal_), IsOk());
  // What would explain the run cannot be written.
  const fs::path log = fs::path(folder_) / "control/events_v1/_delta_log";
  fs::remove_all(log);
  std::ofstream(log) << "not a folder";
  EXPECT_FALSE(Complete().ok());
  ASSERT_THAT(workspace_->Refresh("runs_v1"), IsOk());
  const auto states = FetchTextRows(workspace_->session(), "SELECT state FROM runs_v1");
  ASSERT_THAT(states, IsOk());
  EXPECT_EQ(states.value(), std::vector<TextRow>{TextRow{"open"}});
}

TEST_F(JournalTest, WhatARunDidNotMakeIsCarriedOver) {
  ASSERT_THAT(OpenRun(*journal_), IsOk());
  journal_->AddTable("a_v1", {.version = 9}, std::nullopt);
  const Manifest last = {
      .run_id = "before",
      .run_number = 1,
      .tables = {{.name = "a_v1", .version = 8}, {.name = "b_v1", .version = 3}}};
  const std::vector<ManifestTable> carried = journal_->CarryOver(last);
  ASSERT_EQ(carried.size(), 1U);
  EXPECT_EQ(carried[0].name, "b_v1");
  ASSERT_EQ(journal_->record().tables.size(), 2U);
  EXPECT_EQ(journal_->record().tables[0].version, 9);
  EXPECT_EQ(journal_->record().tables[1].version, 3);
}

}  // namespace
}  // namespace norma::run
