#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "norma/base/progress.h"
#include "norma/base/size.h"
#include "norma/base/unicode.h"
#include "norma/cli/commands.h"
#include "norma/cli/rows_output.h"
#include "norma/cli/text_table.h"
#include "norma/diagnostics/escape.h"
#include "norma/run/inspect.h"

namespace norma::cli {
namespace {

constexpr int64_t kDefaultSampleRows = 5;
constexpr int64_t kMaxSampleRows = 1000;

using Align = TextTable::Align;

run::Snapshot SnapshotOf(const Arguments& arguments) {
  return arguments.Has("latest") ? run::Snapshot::kLatest : run::Snapshot::kLastRun;
}

nlohmann::json VersionJson(const std::optional<int64_t>& version) {
  return version.has_value() ? nlohmann::json(*version) : nlohmann::json();
}

nlohmann::json SummaryJson(const run::TableSummary& table) {
  return {{"name", table.name},
          {"alias", table.alias},
          {"kind", table.kind},
          {"comment", table.comment},
          {"version", VersionJson(table.version)},
          {"rows", table.rows},
          {"files", table.files},
          {"bytes", table.bytes}};
}

std::string VersionText(const std::optional<int64_t>& version) {
  return version.has_value() ? CountText(*version) : std::string("-");
}

std::string Joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) {
    text += text.empty() ? part : ", " + part;
  }
  return text;
}

/// The rows that --sample asks for; nothing when it is no such number.
std::optional<int64_t> SampleRows(const Arguments& arguments) {
  if (!arguments.Has("sample")) {
    return kDefaultSampleRows;
  }
  const std::string text = arguments.Value("sample");
  int64_t rows = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), rows);
  const bool is_whole = error == std::errc() && end == text.data() + text.size();
  return is_whole && rows >= 0 && rows <= kMaxSampleRows ? std::optional(rows) : std::nullopt;
}

void PrintDescription(const run::TableDescription& table, std::ostream& out, Style style) {
  const run::TableSummary& summary = table.summary;
  out << style.Bold(diagnostics::EscapeControls(summary.name)) << "  "
      << diagnostics::EscapeControls(summary.comment) << "\n\n";
  const auto line = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) {
      out << fmt::format("  {:<9} {}\n", name, diagnostics::EscapeControls(value));
    }
  };
  line("alias", summary.alias);
  line("kind", summary.kind);
  line("location", table.location);
  line("version", VersionText(summary.version));
  line("rows", CountText(summary.rows));
  line("size", fmt::format("{} in {}", SizeText(summary.bytes), Counted(summary.files, "file")));
  line("key", Joined(table.key));
  line("sort", Joined(table.sort));
  out << '\n';
  TextTable columns(
      {{.title = "column"}, {.title = "type"}, {.title = "null"}, {.title = "comment"}}, out,
      style);
  for (const run::ColumnDescription& column : table.columns) {
    columns.Row({column.name, column.type, column.nullable ? "yes" : "no", column.comment});
  }
  columns.Finish();
}

nlohmann::json DescriptionJson(const run::TableDescription& table) {
  nlohmann::json columns = nlohmann::json::array();
  for (const run::ColumnDescription& column : table.columns) {
    columns.push_back({{"name", column.name},
                       {"type", column.type},
                       {"nullable", column.nullable},
                       {"comment", column.comment}});
  }
  nlohmann::json json = SummaryJson(table.summary);
  json["location"] = table.location;
  json["key"] = table.key;
  json["sort"] = table.sort;
  json["columns"] = std::move(columns);
  json["ddl"] = table.ddl;
  return json;
}

}  // namespace

int TablesCommand(const Arguments& arguments, const Reply& reply) {
  const Result<std::vector<run::TableSummary>> tables =
      run::ListTables(arguments.Value("out"), SnapshotOf(arguments));
  if (!tables.ok()) {
    return reply.Fail(tables.error());
  }
  if (reply.is_json()) {
    nlohmann::json list = nlohmann::json::array();
    for (const run::TableSummary& table : tables.value()) {
      list.push_back(SummaryJson(table));
    }
    return reply.Json({{"tables", std::move(list)}});
  }
  TextTable text({{.title = "table"},
                  {.title = "kind"},
                  {.title = "rows", .align = Align::kRight},
                  {.title = "version", .align = Align::kRight},
                  {.title = "size", .align = Align::kRight},
                  {.title = "comment"}},
                 reply.console().out, reply.out_style());
  for (const run::TableSummary& table : tables.value()) {
    text.Row({table.name, table.kind, CountText(table.rows), VersionText(table.version),
              SizeText(table.bytes), table.comment});
  }
  text.Finish();
  return reply.Done();
}

int DescribeCommand(const Arguments& arguments, const Reply& reply) {
  const std::optional<int64_t> sample_rows = SampleRows(arguments);
  if (!sample_rows.has_value()) {
    return reply.Usage(fmt::format("--sample must be a number from 0 to {}: {}", kMaxSampleRows,
                                   EscapeForMessage(arguments.Value("sample"))));
  }
  const std::string output = arguments.Value("out");
  const std::string& name = arguments.positionals().front();
  const Result<run::TableDescription> table =
      run::DescribeTable(output, name, SnapshotOf(arguments));
  if (!table.ok()) {
    return reply.Fail(table.error());
  }
  const bool has_sample = *sample_rows > 0 && table.value().summary.rows > 0;
  std::optional<engine::Query> sample;
  if (has_sample) {
    Result<engine::Query> planned =
        run::PlanSample(output, name, *sample_rows, SnapshotOf(arguments));
    if (!planned.ok()) {
      return reply.Fail(planned.error());
    }
    sample = std::move(planned).value();
  }
  if (reply.is_json()) {
    nlohmann::json json = DescriptionJson(table.value());
    json["sample"] = nlohmann::json::array();
    if (sample.has_value()) {
      Result<nlohmann::json> rows = RowsJson(*sample);
      if (!rows.ok()) {
        return reply.Fail(rows.error());
      }
      json["sample"] = std::move(rows.value()["rows"]);
    }
    return reply.Json(json);
  }
  std::ostream& out = reply.console().out;
  PrintDescription(table.value(), out, reply.out_style());
  if (sample.has_value()) {
    out << '\n';
    const Result<int64_t> rows = WriteRows(*sample, RowFormat::kTable, out, reply.out_style());
    if (!rows.ok()) {
      return reply.Fail(rows.error());
    }
  }
  return reply.Done();
}

int FunctionsCommand(const Arguments& arguments, const Reply& reply) {
  Result<std::vector<run::FunctionDescription>> functions = run::ListFunctions();
  if (!functions.ok()) {
    return reply.Fail(functions.error());
  }
  if (!arguments.positionals().empty()) {
    const std::string& word = arguments.positionals().front();
    std::erase_if(functions.value(), [&](const run::FunctionDescription& function) {
      return function.name.find(word) == std::string::npos;
    });
  }
  if (reply.is_json()) {
    nlohmann::json list = nlohmann::json::array();
    for (const run::FunctionDescription& function : functions.value()) {
      list.push_back({{"name", function.name},
                      {"kind", function.kind},
                      {"signature", function.signature},
                      {"result", function.result},
                      {"volatility", function.volatility},
                      {"origin", function.origin},
                      {"description", function.description}});
    }
    return reply.Json({{"functions", std::move(list)}});
  }
  TextTable text({{.title = "function"},
                  {.title = "kind"},
                  {.title = "signature"},
                  {.title = "result"},
                  {.title = "origin"},
                  {.title = "description"}},
                 reply.console().out, reply.out_style());
  for (const run::FunctionDescription& function : functions.value()) {
    text.Row({function.name, function.kind, function.signature, function.result, function.origin,
              function.description});
  }
  text.Finish();
  return reply.Done();
}

int VerifyCommand(const Arguments& arguments, const Reply& reply) {
  const Result<run::VerifyResult> result =
      run::Verify(arguments.Value("out"), arguments.positionals());
  if (!result.ok()) {
    return reply.Fail(result.error());
  }
  const run::VerifyResult& checked = result.value();
  const int exit_code = checked.findings.empty() ? kExitDone : kExitNo;
  if (reply.is_json()) {
    nlohmann::json findings = nlohmann::json::array();
    for (const run::Finding& finding : checked.findings) {
      findings.push_back({{"table", finding.table},
                          {"version", VersionJson(finding.version)},
                          {"code", finding.code},
                          {"message", finding.message}});
    }
    return reply.Json({{"tables", checked.tables},
                       {"versions", checked.versions},
                       {"findings", std::move(findings)}},
                      exit_code);
  }
  if (!checked.findings.empty()) {
    TextTable text({{.title = "table"},
                    {.title = "version", .align = Align::kRight},
                    {.title = "code"},
                    {.title = "finding"}},
                   reply.console().out, reply.out_style());
    for (const run::Finding& finding : checked.findings) {
      text.Row({finding.table, VersionText(finding.version), finding.code, finding.message});
    }
    text.Finish();
  }
  reply.Note(fmt::format("{}, {}, {}", Counted(checked.tables, "table"),
                         Counted(checked.versions, "version"),
                         Counted(static_cast<int64_t>(checked.findings.size()), "finding")));
  return reply.Done(exit_code);
}

int VersionCommand(const Arguments& arguments, const Reply& reply) {
  (void)arguments;
  const Result<std::vector<std::pair<std::string, std::string>>> versions = run::Versions();
  if (!versions.ok()) {
    return reply.Fail(versions.error());
  }
  if (reply.is_json()) {
    nlohmann::json json = nlohmann::json::object();
    for (const auto& [name, version] : versions.value()) {
      json[name] = version;
    }
    return reply.Json(json);
  }
  for (const auto& [name, version] : versions.value()) {
    reply.console().out << fmt::format("{:<18} {}\n", name, version);
  }
  return reply.Done();
}

}  // namespace norma::cli
