#include "norma/run/run_events.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

namespace norma::run {
namespace {

using diagnostics::EventCode;

std::map<std::string, std::string> Texts(const std::map<std::string, int64_t>& counts) {
  std::map<std::string, std::string> texts;
  for (const auto& [name, count] : counts) {
    texts.emplace(name, fmt::format("{}", count));
  }
  return texts;
}

}  // namespace

void RunEvents::Add(EventCode code, std::string_view message,
                    std::optional<std::string_view> subject,
                    std::map<std::string, std::string> attrs) {
  log_.Add(code,
           {.stage = stage_, .subject = subject, .message = message, .attrs = std::move(attrs)});
}

void RunEvents::StageFinished(double seconds) {
  Add(EventCode::kStageFinished, "the stage is done", std::nullopt,
      {{"seconds", fmt::format("{:.3f}", seconds)}});
}

void RunEvents::RunStarted(int64_t run_number) {
  Add(EventCode::kRunStarted, "the run has its number", std::nullopt,
      {{"run_number", fmt::format("{}", run_number)}});
}

void RunEvents::RunFinished(int exit_code) {
  Add(EventCode::kRunFinished, "all tables are committed; the manifest follows", std::nullopt,
      {{"exit_code", fmt::format("{}", exit_code)}});
}

void RunEvents::RunFailed(const Error& error) {
  if (error.kind == ErrorKind::kCancelled) {
    Add(EventCode::kCancelRequested, "the user asked to stop");
  }
  Add(EventCode::kRunFailed, error.message, std::nullopt,
      {{"kind", std::string(ErrorKindName(error.kind))}});
}

void RunEvents::InterpreterUsed(const extract::cpython::Interpreter& interpreter) {
  Add(EventCode::kInterpreterUsed, "Python facts come from this interpreter",
      interpreter.executable, {{"version", interpreter.version}, {"py_tag", interpreter.py_tag}});
}

void RunEvents::InputAbsent(std::string_view table) {
  Add(EventCode::kInputAbsent, "no producer of this table takes part", table);
}

void RunEvents::FilesSkipped(const std::map<std::string, int64_t>& count_by_reason) {
  if (!count_by_reason.empty()) {
    Add(EventCode::kFilesSkipped, "the scan left files out", std::nullopt, Texts(count_by_reason));
  }
}

void RunEvents::FilesFailed(const std::map<std::string, int64_t>& count_by_reason) {
  if (!count_by_reason.empty()) {
    Add(EventCode::kFilesFailed,
        "files have not all of their facts; see extract_errors and cst_parse_errors", std::nullopt,
        Texts(count_by_reason));
  }
}

void RunEvents::TableCommitted(std::string_view table, const engine::Commit& commit) {
  std::map<std::string, std::string> attrs = {{"version", fmt::format("{}", commit.version)},
                                              {"rows", fmt::format("{}", commit.rows)}};
  if (commit.outcome == engine::CommitOutcome::kCommitted) {
    Add(EventCode::kTableWritten, "the table has a new version", table, std::move(attrs));
  } else {
    Add(EventCode::kAlreadyApplied, "an earlier attempt of this run has written the table", table,
        std::move(attrs));
  }
}

void RunEvents::TableUnchanged(std::string_view table, int64_t version) {
  Add(EventCode::kTableUnchanged, "the table stays as it is", table,
      {{"version", fmt::format("{}", version)}});
}

void RunEvents::RuleFailed(std::string_view rule, std::string_view step, const Error& error) {
  Add(EventCode::kRuleFailed, error.message, rule,
      {{"kind", std::string(ErrorKindName(error.kind))}, {"step", std::string(step)}});
}

void RunEvents::RuleSkipped(std::string_view rule, std::string_view input) {
  Add(EventCode::kRuleSkipped, "the rule reads a table that could not be made", rule,
      {{"input", std::string(input)}});
}

void RunEvents::ColumnsDropped(std::string_view rule, const std::vector<std::string>& columns) {
  Add(EventCode::kColumnsDropped, "the rule gives columns that its contract does not have", rule,
      {{"columns", fmt::format("{}", fmt::join(columns, ", "))}});
}

void RunEvents::RowsDiverted(std::string_view rule, const engine::DivertedRows& diverted) {
  Add(EventCode::kRowsDiverted, "rows break the contract of the output and are not in it", rule,
      {{"rows", fmt::format("{}", diverted.bad_rows)}});
}

void RunEvents::CommitRetried(std::string_view rule, int attempt, const Error& error) {
  Add(EventCode::kCommitRetried, error.message, rule, {{"attempt", fmt::format("{}", attempt)}});
}

}  // namespace norma::run
