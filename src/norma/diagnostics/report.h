#pragma once

/// \file
/// The page about a run.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace norma::diagnostics {

struct ReportStage {
  std::string name;
  double seconds = 0;
};

struct ReportTable {
  std::string name;
  std::string kind;  ///< output | evidence | control
  std::string comment;
  int64_t rows = 0;
  std::optional<int64_t> version;
  std::string outcome;  ///< written | already applied | carried over | skipped
};

/// A file that failed, or another place where a reason was met.
struct ReportExample {
  std::string place;  ///< path, or path:line:column
  std::string message;
};

struct ReportFailure {
  std::string reason;  ///< a code of extract_errors, or SYNTAX_ERROR
  int64_t files = 0;
  std::vector<ReportExample> examples;  ///< the first few
};

struct ReportRule {
  std::string name;
  std::string output;
  std::string fingerprint;
  std::vector<std::string> inputs;  ///< "cst_defs@12"
  int64_t rows = 0;
  double seconds = 0;
  std::string sql;
  std::string explain;  ///< empty: not kept
};

struct ReportSetting {
  std::string name;
  std::string value;
  std::string source;  ///< option | variable | file | default | engine
};

/// Everything that the page shows. Any text may come from data: it is escaped.
struct ReportInput {
  std::string repository;
  std::string run_id;
  std::string state;  ///< complete | failed
  int64_t run_number = 0;
  int64_t time_unix_ms = 0;
  std::string norma_version;
  std::map<std::string, std::string> labels;
  int64_t files = 0;
  int64_t lines = 0;
  int64_t bytes = 0;
  int64_t facts = 0;
  double seconds = 0;
  int64_t peak_memory_bytes = 0;
  std::vector<ReportStage> stages;
  std::vector<ReportTable> tables;
  std::vector<ReportFailure> failures;
  std::map<std::string, int64_t> skipped;
  std::vector<std::string> absent_inputs;
  std::vector<ReportRule> rules;
  std::vector<ReportSetting> settings;
};

/// One HTML page that needs nothing else: no scripts, no fonts, no pictures from outside; a content
/// policy in the page forbids them. Follows the reader's light or dark theme.
///
/// Equal input gives equal bytes.
std::string RenderReport(const ReportInput& input);

}  // namespace norma::diagnostics
