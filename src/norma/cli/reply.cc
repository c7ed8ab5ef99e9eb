#include "norma/cli/reply.h"

#include <fmt/format.h>

#include <algorithm>

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

Reply::Reply(const Arguments& arguments, const Console& console)
    : Reply(arguments.command().name, console) {
  is_json_ = arguments.Has("json");
  is_quiet_ = arguments.Has("quiet");
  out_style_ = Style::Choose(ColorOf(arguments), console, console.is_out_terminal);
  err_style_ = Style::Choose(ColorOf(arguments), console, console.is_err_terminal);
}

Reply Reply::ToUnread(std::string_view command, std::span<const char* const> args,
                      const Console& console) {
  Reply reply(command, console);
  const auto end_of_options = std::find(args.begin(), args.end(), std::string_view("--"));
  reply.is_json_ =
      std::find(args.begin(), end_of_options, std::string_view("--json")) != end_of_options;
  return reply;
}

int Reply::Json(const nlohmann::json& result, int exit_code,
                const std::vector<std::string>& messages) const {
  nlohmann::ordered_json envelope;
  envelope["schema"] = Schema();
  envelope["status"] = exit_code == kExitDone ? "ok" : "no";
  envelope["result"] = result;
  envelope["messages"] = messages;
  Print(envelope);
  return Done(exit_code);
}

void Reply::Note(std::string_view line) const {
  if (!is_quiet_) {
    console_.err << line << '\n' << std::flush;
  }
}

int Reply::Fail(const Error& error) const {
  PrintError(error);
  if (is_json_) {
    PrintErrorJson(ErrorKindName(error.kind), static_cast<int>(error.kind), error);
  }
  return ExitCode(error.kind);
}

int Reply::Usage(std::string_view message) const {
  const std::string help = command_.empty() || command_ == "help"
                               ? std::string("norma help")
                               : fmt::format("norma {} --help", command_);
  // One line, for a person who will type the next one.
  PrintError({ErrorKind::kInvalidArgument, fmt::format("{}; see {}", message, help)});
  if (is_json_) {
    PrintErrorJson("Usage", 0, {ErrorKind::kInvalidArgument, std::string(message)});
  }
  return kExitUsage;
}

int Reply::Done(int exit_code) const {
  const Status status = FlushOutput(console_.out);
  if (!status.ok()) {
    PrintError(status.error());
    return ExitCode(status.error().kind);
  }
  return exit_code;
}

std::string Reply::Schema() const {
  return fmt::format("norma{}{}/{}", command_.empty() ? "" : ".", command_, kSchemaVersion);
}

void Reply::Print(const nlohmann::ordered_json& envelope) const {
  console_.out << envelope.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n'
               << std::flush;
}

void Reply::PrintError(const Error& error) const {
  // Rows that were printed come first where both streams go to one place.
  console_.out << std::flush;
  console_.err << fmt::format("norma: {}: {}\n", err_style_.Red("error"),
                              diagnostics::EscapeControls(error.message));
  if (!error.help.empty()) {
    console_.err << fmt::format("{}: {}\n", err_style_.Bold("help"),
                                diagnostics::EscapeControls(error.help));
  }
  console_.err << std::flush;
}

void Reply::PrintErrorJson(std::string_view kind, int number, const Error& error) const {
  nlohmann::ordered_json envelope;
  envelope["schema"] = Schema();
  envelope["status"] = "error";
  envelope["error"] = {{"kind", kind}, {"number", number}, {"message", error.message}};
  if (!error.help.empty()) {
    envelope["error"]["help"] = error.help;
  }
  Print(envelope);
}

}  // namespace norma::cli
