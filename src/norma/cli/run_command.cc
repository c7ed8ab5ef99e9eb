#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "norma/base/progress.h"
#include "norma/cli/commands.h"
#include "norma/cli/interrupt.h"
#include "norma/cli/run_options.h"
#include "norma/cli/run_summary.h"
#include "norma/diagnostics/escape.h"

namespace norma::cli {
namespace {

constexpr std::string_view kStopping =
    "norma: stopping, the commit in hand is settled first; once more to stop at once\n";

class ProgressObserver final : public run::RunObserver {
 public:
  explicit ProgressObserver(norma::Progress& progress) : progress_(progress) {}

  void Stage(std::string_view name, int64_t total, std::string_view unit) override {
    progress_.Stage(name, total, unit);
  }
  void Progress(int64_t done) override { progress_.Update(done); }
  void Note(std::string_view line) override {
    notes_.emplace_back(line);
    progress_.Note(diagnostics::EscapeControls(line));
  }

  const std::vector<std::string>& notes() const { return notes_; }

 private:
  norma::Progress& progress_;
  std::vector<std::string> notes_;
};

ProgressStyle StyleOf(const Reply& reply) {
  if (reply.is_quiet()) {
    return ProgressStyle::kSilent;
  }
  const bool can_redraw =
      reply.console().is_err_terminal && reply.console().variable("TERM") != "dumb";
  return can_redraw ? ProgressStyle::kTerminal : ProgressStyle::kPlain;
}

}  // namespace

int RunCommand(const Arguments& arguments, const Reply& reply) {
  std::variant<run::RunOptions, UsageError> read = ReadRunOptions(arguments);
  if (const auto* error = std::get_if<UsageError>(&read)) {
    return reply.Usage(error->message);
  }
  auto& options = std::get<run::RunOptions>(read);

  const ProgressStyle style = StyleOf(reply);
  const InterruptGuard interrupt({.notice = kStopping, .style = style});
  options.stop = interrupt.token();
  Progress progress(reply.console().err, style, SystemClock(), reply.console().columns);
  ProgressObserver observer(progress);
  const Result<run::RunSummary> summary = run::Run(options, observer);
  progress.Finish();
  if (!summary.ok()) {
    return reply.Fail(summary.error());
  }
  if (reply.is_json()) {
    return reply.Json(RunSummaryJson(summary.value()), summary.value().exit_code, observer.notes());
  }
  if (!reply.is_quiet()) {
    reply.console().out << RunSummaryText(summary.value(), reply.out_style());
  }
  return reply.Done(summary.value().exit_code);
}

}  // namespace norma::cli
