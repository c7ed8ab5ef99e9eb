#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <optional>
#include <stop_token>
#include <string>

#include "norma/base/progress.h"
#include "norma/base/unicode.h"
#include "norma/cli/commands.h"
#include "norma/cli/interrupt.h"
#include "norma/cli/rows_output.h"
#include "norma/cli/suggest.h"
#include "norma/run/inspect.h"

namespace norma::cli {
namespace {

/// The SQL limit of the engine is 1 MiB; what is longer is refused there, so no more is read.
constexpr size_t kMaxStandardInputBytes = (size_t{1} << 20) + 1;

/// For the end of a query whose rows nobody takes.
constexpr std::chrono::milliseconds kInterruptPatience(300);

std::string ReadStandardInput(std::istream& in) {
  std::string text(kMaxStandardInputBytes, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(in.gcount()));
  return text;
}

/// The format by the suffix of the file, in either case; nothing for a suffix that is none.
std::optional<RowFormat> FormatOfPath(const std::string& path) {
  const size_t dot = path.rfind('.');
  if (dot == std::string::npos) {
    return std::nullopt;
  }
  std::string suffix = path.substr(dot + 1);
  std::ranges::transform(suffix, suffix.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return ParseRowFormat(suffix);
}

std::string UnknownFormat(const std::string& name) {
  const std::array<std::string, 6> known = {"table", "csv", "json", "ndjson", "parquet", "arrow"};
  return fmt::format("--format must be table, csv, json, ndjson, parquet or arrow: {}{}",
                     EscapeForMessage(name), Suggestion(name, known));
}

}  // namespace

int QueryCommand(const Arguments& arguments, const Reply& reply) {
  const std::string path = arguments.Value("output") == "-" ? "" : arguments.Value("output");
  RowFormat format = FormatOfPath(path).value_or(RowFormat::kTable);
  if (arguments.Has("format")) {
    const std::optional<RowFormat> named = ParseRowFormat(arguments.Value("format"));
    if (!named.has_value()) {
      return reply.Usage(UnknownFormat(arguments.Value("format")));
    }
    format = *named;
  }
  const bool is_file_format = format == RowFormat::kParquet || format == RowFormat::kArrow;
  if (is_file_format && path.empty()) {
    return reply.Usage(fmt::format("format {} needs a file: --output", RowFormatName(format)));
  }
  if (reply.is_json() && arguments.Has("format") && path.empty()) {
    return reply.Usage("--json prints the rows itself; --format goes with --output");
  }

  const std::string& given = arguments.positionals().front();
  const std::string sql = given == "-" ? ReadStandardInput(reply.console().in) : given;
  const run::Snapshot snapshot =
      arguments.Has("latest") ? run::Snapshot::kLatest : run::Snapshot::kLastRun;
  const Result<engine::Query> query = run::PlanQuery(arguments.Value("out"), sql, snapshot);
  if (!query.ok()) {
    return reply.Fail(query.error());
  }
  // A file that is not complete has to be removed first.
  const InterruptGuard interrupt(
      {.patience = path.empty() ? std::optional(kInterruptPatience) : std::nullopt});
  const std::stop_callback cancel(interrupt.token(), [&] { query.value().Cancel(); });

  if (!path.empty()) {
    const Result<int64_t> rows = SaveRows(query.value(), format, path);
    if (!rows.ok()) {
      return reply.Fail(rows.error());
    }
    if (reply.is_json()) {
      return reply.Json(
          {{"output", path}, {"format", RowFormatName(format)}, {"row_count", rows.value()}});
    }
    reply.Note(fmt::format("{} in {}", Counted(rows.value(), "row"), EscapeForMessage(path)));
    return kExitDone;
  }
  if (reply.is_json()) {
    const Result<nlohmann::json> rows = RowsJson(query.value());
    return rows.ok() ? reply.Json(rows.value()) : reply.Fail(rows.error());
  }
  const Result<int64_t> rows =
      WriteRows(query.value(), format, reply.console().out, reply.out_style());
  if (!rows.ok()) {
    return reply.Fail(rows.error());
  }
  const int exit_code = reply.Done();
  if (format == RowFormat::kTable && reply.console().out.good()) {
    reply.Note(Counted(rows.value(), "row"));
  }
  return exit_code;
}

}  // namespace norma::cli
