#include "norma/diagnostics/report.h"

#include <gmock/gmock.h>

#include <regex>
#include <string>

namespace norma::diagnostics {
namespace {

using testing::HasSubstr;
using testing::Not;

ReportInput Sample() {
  return {.repository = "src/project",
          .run_id = "r-1",
          .state = "complete",
          .run_number = 7,
          .time_unix_ms = 1'795'384'200'123,
          .norma_version = "0.1.0",
          .labels = {{"commit", "4f2a91c"}},
          .files = 1904,
          .lines = 812'345,
          .bytes = 31'200'000,
          .facts = 16'203'444,
          .seconds = 21.5,
          .peak_memory_bytes = int64_t{812} << 20,
          .stages = {{.name = "scan", .seconds = 0.5}, {.name = "extract", .seconds = 21}},
          .tables = {{.name = "cst_defs_norm_v1",
                      .kind = "output",
                      .comment = "One row per definition",
                      .rows = 42,
                      .version = 3,
                      .outcome = "written"}},
          .failures = {{.reason = "SYNTAX_ERROR",
                        .files = 3,
                        .examples = {{.place = "a.py:1:2", .message = "invalid syntax"}}}},
          .skipped = {{"symbolic links", 2}},
          .absent_inputs = {"scip_documents"},
          .rules = {{.name = "cst_defs_norm",
                     .output = "cst_defs_norm_v1",
                     .fingerprint = "0123456789abcdef",
                     .inputs = {"cst_defs@3"},
                     .rows = 42,
                     .sql = "SELECT 1 < 2",
                     .explain = "ProjectionExec"}},
          .settings = {{.name = "jobs", .value = "2", .source = "default"}}};
}

TEST(RenderReport, ShowsTheRun) {
  const std::string page = RenderReport(Sample());
  for (const char* part : {"<h1>project</h1>",
                           "Run <b>7</b>",
                           "2026-11-22 21:50 UTC",
                           "1,904",
                           "812 k",
                           "16.2 M",
                           "21.5 s",
                           "812 MiB",
                           "cst_defs_norm_v1",
                           "One row per definition",
                           "SYNTAX_ERROR",
                           "a.py:1:2",
                           "and 2 more",
                           "symbolic links",
                           "scip_documents",
                           "0123456789abcdef",
                           "cst_defs@3",
                           "SELECT 1 &lt; 2",
                           "ProjectionExec",
                           "4f2a91c",
                           "jobs"}) {
    EXPECT_THAT(page, HasSubstr(part));
  }
  EXPECT_EQ(RenderReport(Sample()), page);
}

TEST(RenderReport, EscapesTextFromDataEverywhere) {
  const std::string evil = "<script>alert('x')</script>\"&\x1b";
  ReportInput input;
  input.repository = "a/" + evil;
  input.run_id = input.state = input.norma_version = evil;
  input.labels = {{evil, evil}};
  input.stages = {{.name = evil, .seconds = 1}};
  input.tables = {{.name = evil, .kind = "output", .comment = evil, .outcome = evil}};
  input.failures = {{.reason = evil, .files = 1, .examples = {{.place = evil, .message = evil}}}};
  input.skipped = {{evil, 1}};
  input.absent_inputs = {evil};
  input.rules = {{.name = evil,
                  .output = evil,
                  .fingerprint = evil,
                  .inputs = {evil},
                  .sql = evil,
                  .explain = evil}};
  input.settings = {{.name = evil, .value = evil, .source = evil}};
  const std::string page = RenderReport(input);
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(HasSubstr("alert('")));
  EXPECT_THAT(page, Not(HasSubstr("\x1b")));
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&amp;\\x1b"));
}

TEST(RenderReport, ShowsALineFeedInANameAndKeepsThoseOfAPlan) {
  ReportInput input = Sample();
  input.failures[0].examples[0].place = "a\nb.py";
  input.rules[0].sql = "SELECT 1\nFROM t";
  const std::string page = RenderReport(input);
  EXPECT_THAT(page, HasSubstr("<code>a\\nb.py</code>"));
  EXPECT_THAT(page, HasSubstr("<pre>SELECT 1\nFROM t</pre>"));
}

TEST(RenderReport, NeedsNothingFromOutside) {
  const std::string page = RenderReport(Sample());
  for (const char* part : {"http://", "https://", "url(", "@import", " src=", "<link", "<script"}) {
    EXPECT_THAT(page, Not(HasSubstr(part)));
  }
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
}

TEST(RenderReport, ClosesEveryElement) {
  const std::string page = RenderReport(Sample());
  for (const std::string name : {"div", "table", "tr", "td", "details", "summary", "code", "pre",
                                 "dl", "ul", "li", "svg", "rect", "main", "span", "h2", "h3"}) {
    const std::regex open("<" + name + "[ >]");
    const std::regex close("</" + name + ">");
    const auto count = [&page](const std::regex& pattern) {
      return std::distance(std::sregex_iterator(page.begin(), page.end(), pattern),
                           std::sregex_iterator());
    };
    EXPECT_EQ(count(open), count(close)) << name;
    EXPECT_GT(count(open), 0) << name;
  }
}

TEST(RenderReport, RendersARunWithNothingInIt) {
  const std::string page = RenderReport(ReportInput{.repository = "/", .state = "failed"});
  EXPECT_THAT(page, HasSubstr("<h1>/</h1>"));
  EXPECT_THAT(page, HasSubstr("pill bad"));
  EXPECT_THAT(page, HasSubstr(">0 B<"));
  EXPECT_THAT(page, Not(HasSubstr("nan")));
}

}  // namespace
}  // namespace norma::diagnostics
