/// \file
/// The process that the fault tests break: writes commits and says what became of each.
///
///     norma_fault_writer run <root> <record file or -> <faults>    five commits, txn 1 to 5
///     norma_fault_writer race <root> <app id> <commits>            appends of one row each
///
/// One line for each commit on stdout: "<txn> committed <version>", "<txn> already_applied
/// <version>" or
/// "<txn> <error kind> <message>". It stops at the first error, with the kind's exit code.

#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "norma/arrow/batch_queue.h"
#include "norma/arrow/table_builder.h"
#include "norma/engine/table.h"
#include "norma/engine/write.h"
#include "tests/fault/test_root.h"

namespace norma {
namespace {

constexpr std::string_view kSchema = "path s!, number i64!";
constexpr std::string_view kLocation = "facts_v1";

struct Step {
  engine::WriteMode mode;
  int64_t rows;
};

/// Each commit has its own number of rows, so the sum tells which commits stand.
constexpr Step kSteps[] = {{engine::WriteMode::kAppend, 1},
                           {engine::WriteMode::kAppend, 2},
                           {engine::WriteMode::kReplace, 4},
                           {engine::WriteMode::kAppend, 8},
                           {engine::WriteMode::kReplace, 16}};

Result<nanoarrow::UniqueArrayStream> Rows(int64_t count, int64_t txn) {
  NORMA_ASSIGN_OR_RETURN(const arrow::Schema schema, arrow::ParseSchemaText(kSchema));
  NORMA_ASSIGN_OR_RETURN(auto columns, arrow::ToArrowSchema(schema));
  NORMA_ASSIGN_OR_RETURN(auto builder, arrow::TableBuilder::Make(schema));
  for (int64_t row = 0; row < count; ++row) {
    builder.Text(fmt::format("{:06}.py", txn)).Int64(row).EndRow();
  }
  NORMA_ASSIGN_OR_RETURN(auto batch, builder.Finish());
  auto queue = arrow::BatchQueue::Make(std::move(columns), 1);
  NORMA_RETURN_IF_ERROR(queue->Push(std::move(batch)));
  queue->Close();
  nanoarrow::UniqueArrayStream stream;
  queue->Export(stream.get());
  return stream;
}

Result<engine::Commit> WriteStep(const engine::Root& root, const Step& step, std::string app_id,
                                 int64_t txn) {
  engine::TableSpec spec;
  NORMA_ASSIGN_OR_RETURN(spec.schema, arrow::ParseSchemaText(kSchema));
  NORMA_ASSIGN_OR_RETURN(const engine::Table table, engine::Table::Create(root, kLocation, spec));
  NORMA_ASSIGN_OR_RETURN(
      engine::Write write,
      engine::Write::Begin(table,
                           {.mode = step.mode, .sort = {"path"}, .key = {"path", "number"}}));
  NORMA_ASSIGN_OR_RETURN(auto rows, Rows(step.rows, txn));
  NORMA_RETURN_IF_ERROR(write.FromStream(std::move(rows)));
  return write.CommitRows({.app_id = std::move(app_id), .txn = txn, .run_id = "fault"});
}

/// Prints what became of a commit. \return the exit code, 0 to go on.
int Report(int64_t txn, const Result<engine::Commit>& commit) {
  if (!commit.ok()) {
    fmt::print("{} {} {}\n", txn, ErrorKindName(commit.error().kind), commit.error().message);
    std::fflush(stdout);
    return ExitCode(commit.error().kind);
  }
  const bool is_new = commit.value().outcome == engine::CommitOutcome::kCommitted;
  fmt::print("{} {} {}\n", txn, is_new ? "committed" : "already_applied", commit.value().version);
  std::fflush(stdout);
  return 0;
}

int Run(const std::string& folder, const std::string& record, const std::string& faults) {
  engine::RootOptions options{.path = folder};
  if (record != "-") {
    options.record = record;
  }
  const Result<engine::Root> root = engine::TestRoot::Open(options, faults);
  if (!root.ok()) {
    return Report(0, root.error());
  }
  int64_t txn = 0;
  for (const Step& step : kSteps) {
    ++txn;
    if (const int code = Report(txn, WriteStep(root.value(), step, "norma/facts_v1", txn))) {
      return code;
    }
  }
  return 0;
}

int Race(const std::string& folder, const std::string& app_id, int64_t commits) {
  const Result<engine::Root> root = engine::Root::Open({.path = folder});
  if (!root.ok()) {
    return Report(0, root.error());
  }
  for (int64_t txn = 1; txn <= commits; ++txn) {
    const Step step{engine::WriteMode::kAppend, 1};
    if (const int code = Report(txn, WriteStep(root.value(), step, app_id, txn))) {
      return code;
    }
  }
  return 0;
}

}  // namespace
}  // namespace norma

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() == 4 && arguments[0] == "run") {
    return norma::Run(arguments[1], arguments[2], arguments[3]);
  }
  if (arguments.size() == 4 && arguments[0] == "race") {
    return norma::Race(arguments[1], arguments[2], std::strtoll(arguments[3].c_str(), nullptr, 10));
  }
  fmt::print(stderr, "usage: norma_fault_writer run|race …\n");
  return 2;
}
