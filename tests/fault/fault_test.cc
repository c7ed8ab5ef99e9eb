/// \file
/// R2, R4 and R6 of the reliability page, in the sizes that run with each change: every store
/// operation of five commits broken in every way, three processes at once, and runs repeated.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "norma/delta/log_check.h"
#include "tests/support/matchers.h"

namespace norma {
namespace {

using testing_support::IsOk;
namespace fs = std::filesystem;

/// Rows of the writer's commits, and which of them replace (writer.cc).
constexpr int64_t kRows[] = {0, 1, 2, 4, 8, 16};
constexpr bool kReplaces[] = {false, false, false, true, false, true};
constexpr int64_t kCommits = 5;

/// A commit as its process reported it.
struct Outcome {
  int64_t txn = 0;
  std::string what;
  int64_t version = -1;
  std::string line;

  bool stands() const { return what == "committed" || what == "already_applied"; }
};

/// A writer process that is running.
class Process {
 public:
  explicit Process(const std::string& arguments)
      : pipe_(popen(fmt::format("{} {} 2>/dev/null", NORMA_FAULT_WRITER, arguments).c_str(), "r")) {
  }

  /// Waits for its end.
  std::vector<Outcome> Finish() {
    std::vector<Outcome> outcomes;
    std::string text;
    char buffer[4096];
    while (pipe_ != nullptr && std::fgets(buffer, sizeof(buffer), pipe_) != nullptr) {
      text += buffer;
    }
    if (pipe_ != nullptr) {
      status_ = pclose(std::exchange(pipe_, nullptr));
    }
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      Outcome outcome{.line = line};
      std::istringstream words(line);
      words >> outcome.txn >> outcome.what >> outcome.version;
      outcomes.push_back(outcome);
    }
    return outcomes;
  }
  bool succeeded() const { return status_ == 0; }

 private:
  FILE* pipe_;
  int status_ = -1;
};

class FaultTest : public testing::Test {
 protected:
  void SetUp() override { folder_ = NewFolder(); }
  void TearDown() override { fs::remove_all(folder_); }

  static std::string NewFolder() {
    std::string pattern = testing::TempDir() + "norma_fault_XXXXXX";
    return mkdtemp(pattern.data()) == nullptr ? std::string() : pattern;
  }
  static std::string Table(const std::string& folder) { return folder + "/facts_v1"; }

  /// The rows that the log's transactions leave, in their order.
  static int64_t RowsOf(const delta::LogReport& report) {
    int64_t rows = 0;
    for (const delta::LogTxn& txn : report.txns) {
      rows = kReplaces[txn.number] ? kRows[txn.number] : rows + kRows[txn.number];
    }
    return rows;
  }
  static int64_t LiveRows(const delta::LogReport& report) {
    int64_t rows = 0;
    for (const delta::LogLiveFile& file : report.live) {
      rows += file.rows;
    }
    return rows;
  }
  static std::string Findings(const delta::LogReport& report) {
    std::string text;
    for (const delta::LogFinding& finding : report.findings) {
      text += fmt::format("{}:{}: {}\n", finding.file, finding.line, finding.message);
    }
    return text;
  }

  std::string folder_;
};

/// One line of a recording.
struct Operation {
  int64_t number = 0;
  std::string kind;
  std::string path;
};

std::vector<Operation> ReadRecording(const std::string& path) {
  std::vector<Operation> operations;
  std::ifstream lines(path);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    Operation operation;
    fields >> operation.number >> operation.kind >> operation.path;
    operations.push_back(operation);
  }
  return operations;
}

/// What the outcomes of a broken process say must be so in the log.
class Judge : public FaultTest {
 protected:
  /// \param damaged whether the fault left a torn entry, which no writer can undo.
  void ExpectTrue(const std::string& folder, const std::vector<Outcome>& outcomes, bool damaged) {
    const Result<delta::LogReport> checked = delta::CheckLog(Table(folder));
    if (!checked.ok()) {
      // No log at all: then nobody may have claimed a commit.
      EXPECT_EQ(checked.error().kind, ErrorKind::kNotFound);
      for (const Outcome& outcome : outcomes) {
        EXPECT_FALSE(outcome.stands()) << outcome.line;
      }
      return;
    }
    const delta::LogReport& report = checked.value();
    if (damaged) {
      EXPECT_FALSE(report.findings.empty());
      EXPECT_FALSE(!outcomes.empty() && outcomes.back().stands() &&
                   outcomes.back().txn == kCommits);
      return;
    }
    EXPECT_EQ(Findings(report), "");
    EXPECT_EQ(LiveRows(report), RowsOf(report));
    std::map<int64_t, int64_t> version_of;
    for (const delta::LogTxn& txn : report.txns) {
      EXPECT_TRUE(version_of.emplace(txn.number, txn.version).second)
          << "txn twice: " << txn.number;
    }
    int64_t last = 0;
    for (const Outcome& outcome : outcomes) {
      last = outcome.txn;
      const auto found = version_of.find(outcome.txn);
      if (outcome.stands()) {
        ASSERT_NE(found, version_of.end()) << outcome.line;
        EXPECT_EQ(found->second, outcome.version) << outcome.line;
      } else if (outcome.what != "CommitUnknown") {
        EXPECT_EQ(found, version_of.end()) << outcome.line;
      }
    }
    // The one after the last report may have landed unseen, no other.
    for (const auto& [txn, version] : version_of) {
      EXPECT_LE(txn, last + 1);
    }
  }

  /// The same run without a fault must bring the table to its end, once.
  void ExpectHeals(const std::string& folder) {
    Process again(fmt::format("run {} - '[]'", folder));
    const std::vector<Outcome> outcomes = again.Finish();
    EXPECT_TRUE(again.succeeded()) << (outcomes.empty() ? "no outcome" : outcomes.back().line);
    const Result<delta::LogReport> checked = delta::CheckLog(Table(folder));
    ASSERT_THAT(checked, IsOk());
    EXPECT_EQ(Findings(checked.value()), "");
    EXPECT_EQ(checked.value().txns.size(), static_cast<size_t>(kCommits));
    EXPECT_EQ(checked.value().last_version, kCommits);
    EXPECT_EQ(LiveRows(checked.value()), kRows[kCommits]);
  }
};

/// R2 and R6: every operation broken in one way.
class EveryOperation : public Judge, public testing::WithParamInterface<const char*> {};

TEST_P(EveryOperation, LeavesATrueOutcomeAndATableThatHeals) {
  const std::string record = folder_ + "/record";
  Process sound(fmt::format("run {}/sound {} '[]'", folder_, record));
  ASSERT_EQ(sound.Finish().size(), static_cast<size_t>(kCommits));
  ASSERT_TRUE(sound.succeeded());
  const std::vector<Operation> operations = ReadRecording(record);
  ASSERT_GT(operations.size(), 40U);

  const std::string action = GetParam();
  // Reads may come in another order in the next process; counted by kind, each write is the same
  // one.
  std::map<std::string, int64_t> nth_of_kind;
  for (const Operation& operation : operations) {
    const std::string faults = fmt::format(R"([{{"kind":"{}","nth":{},"action":"{}"}}])",
                                           operation.kind, ++nth_of_kind[operation.kind], action);
    SCOPED_TRACE(fmt::format("{} {} of {}, again: norma_fault_writer run <folder> - '{}'", action,
                             operation.kind, operation.path, faults));
    const std::string folder = fmt::format("{}/{}", folder_, operation.number);
    Process broken(fmt::format("run {} - '{}'", folder, faults));
    const std::vector<Outcome> outcomes = broken.Finish();
    const bool is_entry =
        operation.kind.starts_with("put") && operation.path.find("_delta_log") != std::string::npos;
    const bool damaged = action == "short_body" && is_entry;
    ExpectTrue(folder, outcomes, damaged);
    if (!damaged) {
      ExpectHeals(folder);
    }
    if (HasFailure()) {
      for (const Outcome& outcome : outcomes) {
        ADD_FAILURE() << outcome.line;
      }
      return;
    }
    fs::remove_all(folder);
  }
}

INSTANTIATE_TEST_SUITE_P(R2, EveryOperation,
                         testing::Values("error_before", "error_after", "short_body", "exit_before",
                                         "exit_after"),
                         [](const auto& test) { return std::string(test.param); });

/// R6.
TEST_F(FaultTest, R6ARunRepeatedTwentyTimesAddsNothing) {
  for (int round = 0; round < 20; ++round) {
    Process run(fmt::format("run {} - '[]'", folder_));
    const std::vector<Outcome> outcomes = run.Finish();
    ASSERT_TRUE(run.succeeded());
    for (const Outcome& outcome : outcomes) {
      EXPECT_EQ(outcome.what, round == 0 ? "committed" : "already_applied");
      EXPECT_EQ(outcome.version, outcome.txn);
    }
  }
  const auto report = delta::CheckLog(Table(folder_));
  ASSERT_THAT(report, IsOk());
  EXPECT_EQ(Findings(report.value()), "");
  EXPECT_EQ(report.value().last_version, kCommits);
  EXPECT_EQ(LiveRows(report.value()), kRows[kCommits]);
}

/// R4, small: `names` are the app ids of three processes that append at once.
void Race(const std::string& folder, const std::vector<std::string>& names, int64_t commits,
          std::map<std::string, int>& what) {
  std::vector<std::unique_ptr<Process>> processes;
  processes.reserve(names.size());
  for (const std::string& name : names) {
    processes.push_back(
        std::make_unique<Process>(fmt::format("race {} {} {}", folder, name, commits)));
  }
  for (const auto& process : processes) {
    for (const Outcome& outcome : process->Finish()) {
      ++what[outcome.what];
      EXPECT_TRUE(outcome.stands()) << outcome.line;
    }
    EXPECT_TRUE(process->succeeded());
  }
}

TEST_F(FaultTest, R4ThreeProcessesLoseNothing) {
  constexpr int64_t kEach = 30;
  std::map<std::string, int> what;
  Race(folder_, {"a", "b", "c"}, kEach, what);
  EXPECT_EQ(what["committed"], 3 * kEach);
  const auto report = delta::CheckLog(Table(folder_));
  ASSERT_THAT(report, IsOk());
  EXPECT_EQ(Findings(report.value()), "");
  EXPECT_EQ(report.value().last_version, 3 * kEach);
  EXPECT_EQ(LiveRows(report.value()), 3 * kEach);
}

TEST_F(FaultTest, R4ThreeProcessesWithTheSameTransactionsCommitEachOnce) {
  constexpr int64_t kEach = 30;
  std::map<std::string, int> what;
  Race(folder_, {"a", "a", "a"}, kEach, what);
  EXPECT_EQ(what["committed"], kEach);
  EXPECT_EQ(what["already_applied"], 2 * kEach);
  const auto report = delta::CheckLog(Table(folder_));
  ASSERT_THAT(report, IsOk());
  EXPECT_EQ(Findings(report.value()), "");
  EXPECT_EQ(report.value().last_version, kEach);
  EXPECT_EQ(LiveRows(report.value()), kEach);
}

}  // namespace
}  // namespace norma
