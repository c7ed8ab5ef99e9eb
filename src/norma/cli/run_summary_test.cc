#include "norma/cli/run_summary.h"

#include <gmock/gmock.h>

namespace norma::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

run::RunSummary Sample() {
  run::RunSummary summary;
  summary.run_id = "r-1";
  summary.run_number = 7;
  summary.state = "complete";
  summary.files = 1904;
  summary.lines = 812'345;
  summary.bytes = 31'200'000;
  summary.facts = 16'203'444;
  summary.failed_files_by_reason = {{"NUL_BYTE", 1}, {"SYNTAX_ERROR", 9}};
  summary.skipped = {{"symbolic links", 2}};
  summary.tables = {
      {.name = "cst_defs", .kind = "evidence", .rows = 61'233, .version = 3, .outcome = "written"}};
  summary.stages = {{.name = "extract", .seconds = 20}, {.name = "commit", .seconds = 5}};
  summary.seconds = 25;
  summary.peak_memory_bytes = int64_t{812} << 20;
  summary.report_path = "facts/report.html";
  return summary;
}

TEST(RunSummaryText, ReadsWell) {
  EXPECT_EQ(RunSummaryText(Sample(), Style::Plain()),
            "run 7 (r-1): complete in 25.0 s\n"
            "  files          1,904\n"
            "  lines        812,345   32,494/s\n"
            "  source      29.8 MiB\n"
            "  facts     16,203,444\n"
            "  memory       812 MiB   at its peak\n"
            "\n"
            "files with errors: 10\n"
            "             1  NUL_BYTE\n"
            "             9  SYNTAX_ERROR\n"
            "\n"
            "left out: 2\n"
            "             2  symbolic links\n"
            "\n"
            "table     kind        rows  version  outcome\n"
            "--------  --------  ------  -------  -------\n"
            "cst_defs  evidence  61,233        3  written\n"
            "\n"
            "stage      time  share\n"
            "-------  ------  -----\n"
            "extract  20.0 s    80%\n"
            "commit   5.00 s    20%\n"
            "\n"
            "report: facts/report.html\n"
            "done: 61,233 rows in 1 table, 10 files with errors, 25.0 s\n");
}

TEST(RunSummaryText, SaysThatNothingWasAdded) {
  run::RunSummary summary = Sample();
  summary.already_applied = true;
  summary.run_id = "\x1b[2J";
  const std::string text = RunSummaryText(summary, Style::Plain());
  EXPECT_THAT(text, HasSubstr("run 7 (\\x1b[2J): already applied, nothing was added\n"));
  EXPECT_THAT(text, Not(HasSubstr("files with errors")));
}

TEST(RunSummaryJson, HoldsPlainNumbers) {
  const nlohmann::json json = RunSummaryJson(Sample());
  EXPECT_EQ(json["files"], 1904);
  EXPECT_EQ(json["failed_files"]["SYNTAX_ERROR"], 9);
  EXPECT_EQ(json["tables"][0]["version"], 3);
  EXPECT_EQ(json["stages"][1]["seconds"], 5.0);
  EXPECT_EQ(json["peak_memory_bytes"], int64_t{812} << 20);
  EXPECT_EQ(json["already_applied"], false);
}

}  // namespace
}  // namespace norma::cli
