#pragma once

/// \file
/// The events of a run, one method for each thing that can happen.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "norma/base/clock.h"
#include "norma/base/error.h"
#include "norma/diagnostics/event.h"
#include "norma/engine/write.h"
#include "norma/extract/cpython/interpreter.h"

namespace norma::run {

/// Collects what becomes rows of events_v1. Safe to use from any thread, except SetStage().
class RunEvents {
 public:
  /// \param clock must outlive this.
  explicit RunEvents(const Clock& clock) : log_(clock) {}

  /// The stage that later events belong to; "run" is what is outside of all.
  void SetStage(std::string_view stage) { stage_ = stage; }
  void StageFinished(double seconds);

  void RunStarted(int64_t run_number);
  void RunFinished(int exit_code);
  /// A cancelled run also has the event that the user asked for it.
  void RunFailed(const Error& error);

  void InterpreterUsed(const extract::cpython::Interpreter& interpreter);
  void InputAbsent(std::string_view table);
  /// Nothing when there are none.
  void FilesSkipped(const std::map<std::string, int64_t>& count_by_reason);
  void FilesFailed(const std::map<std::string, int64_t>& count_by_reason);

  /// Written, or already applied by an earlier attempt of the run.
  void TableCommitted(std::string_view table, const engine::Commit& commit);
  void TableUnchanged(std::string_view table, int64_t version);

  void RuleFailed(std::string_view rule, std::string_view step, const Error& error);
  void RuleSkipped(std::string_view rule, std::string_view input);
  void ColumnsDropped(std::string_view rule, const std::vector<std::string>& columns);
  void RowsDiverted(std::string_view rule, const engine::DivertedRows& diverted);
  void CommitRetried(std::string_view rule, int attempt, const Error& error);

  std::vector<diagnostics::Event> Events() const { return log_.Events(); }

 private:
  void Add(diagnostics::EventCode code, std::string_view message,
           std::optional<std::string_view> subject = std::nullopt,
           std::map<std::string, std::string> attrs = {});

  diagnostics::EventLog log_;
  std::string stage_ = "run";
};

}  // namespace norma::run
