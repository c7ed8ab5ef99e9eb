#include "norma/diagnostics/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "norma/base/clock.h"
#include "norma/base/progress.h"
#include "norma/base/size.h"
#include "norma/diagnostics/escape.h"
#include "norma/diagnostics/report_style_internal.h"

namespace norma::diagnostics {
namespace {

constexpr size_t kStageColours = 8;
/// Stages below this share of the time are one segment of the bar, or they could not be seen.
constexpr double kLeastShare = 0.004;

/// 1234567 as "1.23 M"; small numbers in full.
std::string ShortCount(int64_t count) {
  if (count < 100'000) {
    return CountText(count);
  }
  constexpr std::array kUnits = {"k", "M", "G", "T"};
  double value = static_cast<double>(count) / 1000;
  size_t unit = 0;
  for (; value >= 999.5 && unit + 1 < kUnits.size(); value /= 1000) {
    ++unit;
  }
  const int digits = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  return fmt::format("{:.{}f} {}", value, digits, kUnits[unit]);
}

/// "2026-11-22 21:50 UTC".
std::string Minute(int64_t unix_ms) {
  std::string text = UtcText(unix_ms).substr(0, 16);
  std::replace(text.begin(), text.end(), 'T', ' ');
  return text + " UTC";
}

int64_t Total(const std::vector<ReportFailure>& failures) {
  return std::accumulate(
      failures.begin(), failures.end(), int64_t{0},
      [](int64_t sum, const ReportFailure& failure) { return sum + failure.files; });
}

/// The last part of a path, which people call the repository.
std::string_view NameOf(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) {
    path.remove_suffix(1);
  }
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos || path.size() == 1 ? path : path.substr(slash + 1);
}

/// Appends to one page. Every text that is not a literal goes through Text() or Lines().
class Page {
 public:
  std::string Take() { return std::move(html_); }

  /// Markup as it is: literals only.
  Page& Html(std::string_view literal) {
    html_ += literal;
    return *this;
  }
  /// One line: a line feed in a name is shown, not followed.
  Page& Text(std::string_view text) {
    html_ += EscapeHtml(EscapeControls(text));
    return *this;
  }
  Page& Lines(std::string_view text) {
    html_ += EscapeHtml(text);
    return *this;
  }

 private:
  std::string html_;
};

void Tile(Page& page, std::string_view name, std::string_view value, std::string_view note,
          bool is_bad = false) {  // NOLINT: a state of the tile
  page.Html(is_bad ? "<div class=\"tile bad\">" : "<div class=\"tile\">");
  page.Html("<div class=\"name\">").Text(name).Html("</div><div class=\"value\">").Text(value);
  page.Html("</div><div class=\"note\">").Text(note).Html("</div></div>\n");
}

void Header(Page& page, const ReportInput& input) {
  page.Html("<header>\n<div class=\"mark\">norma</div>\n<h1>").Text(NameOf(input.repository));
  page.Html("</h1>\n<div class=\"facts\">");
  page.Html(input.state == "complete" ? "<span class=\"pill\">" : "<span class=\"pill bad\">");
  page.Text(input.state).Html("</span><span>Run <b>").Text(CountText(input.run_number));
  page.Html("</b></span><span>").Text(Minute(input.time_unix_ms)).Html("</span><span><code>");
  page.Text(input.run_id).Html("</code></span>");
  for (const auto& [key, value] : input.labels) {
    page.Html("<span>").Text(key).Html(" <b>").Text(value).Html("</b></span>");
  }
  page.Html("</div>\n</header>\n");
}

void Tiles(Page& page, const ReportInput& input) {
  const int64_t failed = Total(input.failures);
  const bool has_rate = input.seconds > 0 && input.lines > 0;
  const int64_t rate =
      has_rate ? std::llround(static_cast<double>(input.lines) / input.seconds) : 0;
  page.Html("<div class=\"tiles\">\n");
  Tile(page, "Files", CountText(input.files), SizeText(input.bytes));
  Tile(page, "Lines", ShortCount(input.lines), "");
  Tile(page, "Facts", ShortCount(input.facts),
       input.lines > 0 ? fmt::format("{:.1f} per line", static_cast<double>(input.facts) /
                                                            static_cast<double>(input.lines))
                       : "");
  Tile(page, "Time", DurationText(input.seconds),
       has_rate ? fmt::format("{} lines/s", ShortCount(rate)) : "");
  Tile(page, "Peak memory",
       input.peak_memory_bytes > 0 ? SizeText(input.peak_memory_bytes) : "unknown", "");
  Tile(page, "File errors", CountText(failed), failed == 0 ? "every file was read" : "see below",
       failed > 0);
  page.Html("</div>\n");
}

void Stages(Page& page, const ReportInput& input) {
  const double total = std::accumulate(
      input.stages.begin(), input.stages.end(), 0.0,
      [](double sum, const ReportStage& stage) { return sum + std::max(stage.seconds, 0.0); });
  if (!(total > 0)) {
    return;
  }
  page.Html("<h2>Where the time went</h2>\n<div class=\"card\">\n");
  page.Html("<svg viewBox=\"0 0 1000 26\" preserveAspectRatio=\"none\" role=\"img\" ");
  page.Html("aria-label=\"Time by stage\">");
  double x = 0;
  for (size_t i = 0; i < input.stages.size(); ++i) {
    const double share = std::max(input.stages[i].seconds, 0.0) / total;
    const double width = 1000 * share;
    if (share >= kLeastShare) {
      page.Html(
          fmt::format("<rect x=\"{:.2f}\" y=\"0\" width=\"{:.2f}\" height=\"26\" "
                      "style=\"fill:var(--s{})\"><title>",
                      x, std::max(width - 1.5, 1.0), i % kStageColours));
      page.Text(fmt::format("{}: {}", input.stages[i].name, DurationText(input.stages[i].seconds)));
      page.Html("</title></rect>");
    }
    x += width;
  }
  page.Html("</svg>\n<ul class=\"legend\">\n");
  for (size_t i = 0; i < input.stages.size(); ++i) {
    const ReportStage& stage = input.stages[i];
    page.Html(fmt::format("<li><i style=\"background:var(--s{})\"></i><span>", i % kStageColours));
    page.Text(stage.name).Html("</span>").Text(DurationText(stage.seconds)).Html("<em>");
    page.Text(fmt::format("{:.0f}%", 100 * std::max(stage.seconds, 0.0) / total));
    page.Html("</em></li>\n");
  }
  page.Html("</ul>\n</div>\n");
}

/// The tables of one kind, with bars that compare their rows.
void TablesOfKind(Page& page, const ReportInput& input, std::string_view kind,
                  std::string_view title) {
  std::vector<const ReportTable*> tables;
  int64_t most = 1;
  int64_t rows = 0;
  for (const ReportTable& table : input.tables) {
    if (table.kind == kind) {
      tables.push_back(&table);
      most = std::max(most, table.rows);
      rows += table.rows;
    }
  }
  if (tables.empty()) {
    return;
  }
  page.Html("<h3>").Text(title).Html("<small>");
  page.Text(fmt::format("{} {}, {} rows", tables.size(), tables.size() == 1 ? "table" : "tables",
                        CountText(rows)));
  page.Html("</small></h3>\n<div class=\"card flush\"><table class=\"list\">\n<tr><th>Table</th>");
  page.Html("<th class=\"number\">Rows</th><th></th><th class=\"number\">Version</th>");
  page.Html("<th>Outcome</th></tr>\n");
  for (const ReportTable* table : tables) {
    page.Html("<tr><td><code>").Text(table->name).Html("</code><div class=\"comment\">");
    page.Text(table->comment).Html("</div></td><td class=\"number\">");
    page.Text(CountText(table->rows)).Html("</td><td class=\"bar\">");
    if (table->rows > 0) {
      const double share = 100 * static_cast<double>(table->rows) / static_cast<double>(most);
      page.Html(fmt::format("<div style=\"width:{:.1f}%\"></div>", share));
    }
    page.Html("</td><td class=\"number\">");
    page.Text(table->version.has_value() ? CountText(*table->version) : "\xE2\x80\x93");
    page.Html(table->outcome == "written" ? "</td><td>" : "</td><td class=\"quiet\">");
    page.Text(table->outcome).Html("</td></tr>\n");
  }
  page.Html("</table></div>\n");
}

void Tables(Page& page, const ReportInput& input) {
  if (input.tables.empty()) {
    return;
  }
  page.Html("<h2>Tables</h2>\n");
  TablesOfKind(page, input, "output", "Output: what the rules made");
  TablesOfKind(page, input, "evidence", "Evidence: what the extractors saw");
  TablesOfKind(page, input, "control", "Control: what the run left about itself");
}

void Failures(Page& page, const ReportInput& input) {
  if (input.failures.empty()) {
    return;
  }
  page.Html("<h2>File errors<small>").Text(CountText(Total(input.failures)));
  page.Html(" by reason; all of them are in <code>extract_errors</code> and ");
  page.Html("<code>cst_parse_errors</code></small></h2>\n");
  for (const ReportFailure& failure : input.failures) {
    page.Html(&failure == &input.failures.front() ? "<details open>" : "<details>");
    page.Html("<summary><b>").Text(failure.reason).Html("</b><span class=\"right\">");
    page.Text(CountText(failure.files)).Html(failure.files == 1 ? " file" : " files");
    page.Html("</span></summary>\n<div class=\"inside\"><table>\n");
    for (const ReportExample& example : failure.examples) {
      page.Html("<tr><td><code>").Text(example.place).Html("</code><div class=\"comment\">");
      page.Text(example.message).Html("</div></td></tr>\n");
    }
    const auto shown = static_cast<int64_t>(failure.examples.size());
    if (shown < failure.files) {
      page.Html("<tr><td class=\"quiet\">and ");
      page.Text(CountText(failure.files - shown)).Html(" more</td></tr>\n");
    }
    page.Html("</table></div></details>\n");
  }
}

void LeftOut(Page& page, const ReportInput& input) {
  if (input.skipped.empty() && input.absent_inputs.empty()) {
    return;
  }
  page.Html("<h2>Left out</h2>\n<div class=\"card\"><dl>\n");
  for (const auto& [reason, count] : input.skipped) {
    page.Html("<dt>").Text(reason).Html("</dt><dd>").Text(CountText(count)).Html("</dd>\n");
  }
  if (!input.absent_inputs.empty()) {
    page.Html("<dt>empty inputs</dt><dd>");
    for (const std::string& name : input.absent_inputs) {
      page.Html("<code>").Text(name).Html("</code> ");
    }
    page.Html("</dd>\n");
  }
  page.Html("</dl></div>\n");
}

void Rules(Page& page, const ReportInput& input) {
  if (input.rules.empty()) {
    return;
  }
  page.Html("<h2>Rules<small>").Text(CountText(static_cast<int64_t>(input.rules.size())));
  page.Html(", each a query with a fingerprint</small></h2>\n");
  for (const ReportRule& rule : input.rules) {
    page.Html("<details><summary><b>").Text(rule.name).Html("</b><code class=\"quiet\">");
    page.Text(rule.fingerprint.substr(0, 12)).Html("</code><span class=\"right\">");
    page.Text(CountText(rule.rows)).Html(" rows</span><span class=\"time\">");
    page.Text(DurationText(rule.seconds)).Html("</span></summary>\n<div class=\"inside\"><dl>");
    page.Html("<dt>writes</dt><dd><code>").Text(rule.output).Html("</code></dd>");
    page.Html("<dt>reads</dt><dd>");
    for (const std::string& name : rule.inputs) {
      page.Html("<code>").Text(name).Html("</code> ");
    }
    page.Html("</dd><dt>fingerprint</dt><dd><code>").Text(rule.fingerprint);
    page.Html("</code></dd></dl>\n<pre>").Lines(rule.sql).Html("</pre>");
    if (!rule.explain.empty()) {
      page.Html("<h3>Plan</h3><pre>").Lines(rule.explain).Html("</pre>");
    }
    page.Html("</div></details>\n");
  }
}

void Settings(Page& page, const ReportInput& input) {
  if (input.settings.empty()) {
    return;
  }
  page.Html("<h2>Settings</h2>\n<details><summary><b>Settings in force</b>");
  page.Html("<span class=\"right\">");
  page.Text(CountText(static_cast<int64_t>(input.settings.size())));
  page.Html("</span></summary><div class=\"inside\"><table>\n");
  for (const ReportSetting& setting : input.settings) {
    page.Html("<tr><td><code>").Text(setting.name).Html("</code></td><td>").Text(setting.value);
    page.Html("</td><td class=\"quiet\">").Text(setting.source).Html("</td></tr>\n");
  }
  page.Html("</table></div></details>\n");
}

}  // namespace

std::string RenderReport(const ReportInput& input) {
  Page page;
  page.Html("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
  page.Html("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
  page.Html("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; ");
  page.Html("style-src 'unsafe-inline'\">\n<title>norma: ").Text(NameOf(input.repository));
  page.Html("</title>\n<style>").Html(kReportStyle).Html("</style>\n</head>\n<body>\n<main>\n");
  Header(page, input);
  Tiles(page, input);
  Stages(page, input);
  Failures(page, input);
  Tables(page, input);
  Rules(page, input);
  LeftOut(page, input);
  Settings(page, input);
  page.Html("<footer>").Text(input.repository).Html(" \xC2\xB7 norma ").Text(input.norma_version);
  page.Html("</footer>\n</main>\n</body>\n</html>\n");
  return page.Take();
}

}  // namespace norma::diagnostics
