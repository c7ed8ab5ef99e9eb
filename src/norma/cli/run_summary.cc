#include "norma/cli/run_summary.h"

#include <fmt/format.h>

#include <cmath>
#include <numeric>
#include <sstream>

#include "norma/base/clock.h"
#include "norma/base/progress.h"
#include "norma/base/size.h"
#include "norma/cli/text_table.h"
#include "norma/diagnostics/escape.h"

namespace norma::cli {
namespace {

int64_t Total(const std::map<std::string, int64_t>& counts) {
  return std::accumulate(counts.begin(), counts.end(), int64_t{0},
                         [](int64_t sum, const auto& entry) { return sum + entry.second; });
}

std::string Heading(const run::RunSummary& summary, Style style) {
  const std::string run = diagnostics::EscapeControls(summary.run_id);
  if (summary.already_applied) {
    return fmt::format("run {} ({}): already applied, nothing was added\n", summary.run_number,
                       run);
  }
  const std::string state =
      summary.state == "complete" ? style.Bold(summary.state) : style.Red(summary.state);
  return fmt::format("run {} ({}): {} in {}\n", summary.run_number, run, state,
                     DurationText(summary.seconds));
}

std::string Counts(const run::RunSummary& summary) {
  const int64_t lines_per_second =
      summary.seconds > 0 ? std::llround(static_cast<double>(summary.lines) / summary.seconds) : 0;
  std::string text;
  text += fmt::format("  files   {:>12}\n", CountText(summary.files));
  text += fmt::format("  lines   {:>12}", CountText(summary.lines));
  text += lines_per_second > 0 ? fmt::format("   {}/s\n", CountText(lines_per_second)) : "\n";
  text += fmt::format("  source  {:>12}\n", SizeText(summary.bytes));
  text += fmt::format("  facts   {:>12}\n", CountText(summary.facts));
  if (summary.peak_memory_bytes > 0) {
    text += fmt::format("  memory  {:>12}   at its peak\n", SizeText(summary.peak_memory_bytes));
  }
  return text;
}

std::string Reasons(std::string_view title, const std::map<std::string, int64_t>& counts,
                    Style style) {
  if (counts.empty()) {
    return {};
  }
  std::string text = fmt::format("\n{}: {}\n", style.Yellow(title), CountText(Total(counts)));
  for (const auto& [reason, count] : counts) {
    text += fmt::format("  {:>12}  {}\n", CountText(count), diagnostics::EscapeControls(reason));
  }
  return text;
}

std::string Tables(const run::RunSummary& summary, Style style) {
  if (summary.tables.empty()) {
    return {};
  }
  std::ostringstream text;
  text << '\n';
  TextTable table({{.title = "table"},
                   {.title = "kind"},
                   {.title = "rows", .align = TextTable::Align::kRight},
                   {.title = "version", .align = TextTable::Align::kRight},
                   {.title = "outcome"}},
                  text, style);
  for (const run::TableResult& result : summary.tables) {
    std::string outcome = result.outcome;
    if (result.error_rows > 0) {
      outcome += fmt::format(", {} left out", Counted(result.error_rows, "bad row"));
    }
    table.Row(
        {result.name, result.kind, CountText(result.rows), CountText(result.version), outcome});
  }
  table.Finish();
  return text.str();
}

std::string Stages(const run::RunSummary& summary, Style style) {
  if (summary.stages.empty()) {
    return {};
  }
  std::ostringstream text;
  text << '\n';
  TextTable table({{.title = "stage"},
                   {.title = "time", .align = TextTable::Align::kRight},
                   {.title = "share", .align = TextTable::Align::kRight}},
                  text, style);
  for (const run::StageTime& stage : summary.stages) {
    const double share = summary.seconds > 0 ? 100 * stage.seconds / summary.seconds : 0;
    table.Row({stage.name, DurationText(stage.seconds), fmt::format("{:.0f}%", share)});
  }
  table.Finish();
  return text.str();
}

/// What is left to read when all of the above has scrolled by.
std::string LastLine(const run::RunSummary& summary) {
  const int64_t rows =
      std::accumulate(summary.tables.begin(), summary.tables.end(), int64_t{0},
                      [](int64_t sum, const run::TableResult& table) { return sum + table.rows; });
  const int64_t bad_rows = std::accumulate(
      summary.tables.begin(), summary.tables.end(), int64_t{0},
      [](int64_t sum, const run::TableResult& table) { return sum + table.error_rows; });
  const std::string left_out =
      bad_rows > 0 ? fmt::format("{} left out (finalize_errors), ", Counted(bad_rows, "bad row"))
                   : "";
  return fmt::format("done: {} in {}, {}{} with errors, {}\n", Counted(rows, "row"),
                     Counted(static_cast<int64_t>(summary.tables.size()), "table"), left_out,
                     Counted(Total(summary.failed_files_by_reason), "file"),
                     DurationText(summary.seconds));
}

}  // namespace

std::string RunSummaryText(const run::RunSummary& summary, Style style) {
  std::string text = Heading(summary, style);
  if (!summary.already_applied) {
    text += Counts(summary);
    text += Reasons("files with errors", summary.failed_files_by_reason, style);
    text += Reasons("left out", summary.skipped, style);
  }
  text += Tables(summary, style);
  text += Stages(summary, style);
  if (!summary.report_path.empty()) {
    text += fmt::format("\nreport: {}\n", diagnostics::EscapeControls(summary.report_path));
  }
  return summary.already_applied ? text : text + LastLine(summary);
}

nlohmann::json RunSummaryJson(const run::RunSummary& summary) {
  nlohmann::json tables = nlohmann::json::array();
  for (const run::TableResult& table : summary.tables) {
    tables.push_back({{"name", table.name},
                      {"kind", table.kind},
                      {"rows", table.rows},
                      {"version", table.version},
                      {"error_rows", table.error_rows},
                      {"outcome", table.outcome}});
  }
  nlohmann::json stages = nlohmann::json::array();
  for (const run::StageTime& stage : summary.stages) {
    stages.push_back({{"name", stage.name}, {"seconds", stage.seconds}});
  }
  return {{"run_id", summary.run_id},
          {"run_number", summary.run_number},
          {"state", summary.state},
          {"already_applied", summary.already_applied},
          {"files", summary.files},
          {"lines", summary.lines},
          {"bytes", summary.bytes},
          {"facts", summary.facts},
          {"failed_files", summary.failed_files_by_reason},
          {"skipped", summary.skipped},
          {"tables", std::move(tables)},
          {"stages", std::move(stages)},
          {"seconds", summary.seconds},
          {"peak_memory_bytes", summary.peak_memory_bytes},
          {"report", summary.report_path}};
}

}  // namespace norma::cli
