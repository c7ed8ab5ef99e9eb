#include "norma/cli/reply.h"

#include <fmt/format.h>

#include "norma/base/json.h"
#include "norma/cli/file_stream.h"
#include "norma/diagnostics/escape.h"

namespace norma::cli {
namespace {

/// Version of the JSON objects. Fields are only added, so it stays 1.
constexpr int kSchemaVersion = 1;

}  // namespace

Style::When ColorOf(const Arguments& arguments) {
  const std::string when = arguments.Value("color");
  return when == "always"  ? Style::When::kAlways
         : when == "never" ? Style::When::kNever
                           : Style::When::kAuto;
}

int UsageFailure(const Console& console, std::string_view command, std::string_view message,
                 Style style) {
  const std::string help =
      command.empty() ? std::string("norma help") : fmt::format("norma {} --help", command);
  console.err << fmt::format("norma: {}: {}; see {}\n", style.Red("error"),
                             diagnostics::EscapeControls(message), help)
              << std::flush;
  return kExitUsage;
}

Reply::Reply(const Arguments& arguments, const Console& console)
    : console_(console),
      command_(arguments.command().name),
      is_json_(arguments.Has("json")),
      is_quiet_(arguments.Has("quiet")),
      out_style_(Style::Choose(ColorOf(arguments), console, console.is_out_terminal)),
      err_style_(Style::Choose(ColorOf(arguments), console, console.is_err_terminal)) {}

int Reply::Json(const nlohmann::json& result, int exit_code) const {
  nlohmann::ordered_json envelope;
  envelope["schema"] = fmt::format("norma.{}/{}", command_, kSchemaVersion);
  envelope["status"] = exit_code == kExitDone ? "ok" : "no";
  envelope["result"] = result;
  console_.out << envelope.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
  return Done(exit_code);
}

void Reply::Note(std::string_view line) const {
  if (!is_quiet_) {
    console_.err << line << '\n' << std::flush;
  }
}

int Reply::Fail(const Error& error) const {
  console_.out << std::flush;
  console_.err << fmt::format("norma: {}: {}\n", err_style_.Red("error"),
                              diagnostics::EscapeControls(error.message))
               << std::flush;
  if (is_json_) {
    PrintErrorJson(ErrorKindName(error.kind), static_cast<int>(error.kind), error.message);
  }
  return ExitCode(error.kind);
}

int Reply::Usage(std::string_view message) const {
  if (is_json_) {
    PrintErrorJson("Usage", 0, message);
  }
  return UsageFailure(console_, command_, message, err_style_);
}

void Reply::PrintErrorJson(std::string_view kind, int number, std::string_view message) const {
  nlohmann::ordered_json envelope;
  envelope["schema"] = fmt::format("norma.{}/{}", command_, kSchemaVersion);
  envelope["status"] = "error";
  envelope["error"] = {{"kind", kind}, {"number", number}, {"message", message}};
  console_.out << envelope.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n'
               << std::flush;
}

int Reply::Done(int exit_code) const {
  const Status status = FlushOutput(console_.out);
  if (!status.ok()) {
    console_.err << fmt::format("norma: {}: {}\n", err_style_.Red("error"), status.error().message)
                 << std::flush;
    return ExitCode(status.error().kind);
  }
  return exit_code;
}

}  // namespace norma::cli
