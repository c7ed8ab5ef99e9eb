#include "norma/cli/cli.h"

#include <fmt/format.h>

#include <array>
#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "norma/base/unicode.h"
#include "norma/cli/arguments.h"
#include "norma/cli/commands.h"
#include "norma/cli/file_stream.h"
#include "norma/cli/help.h"
#include "norma/cli/suggest.h"

namespace norma::cli {
namespace {

using Handler = int (*)(const Arguments&, const Reply&);

struct Verb {
  std::string_view name;
  Handler run;
};

constexpr std::array kVerbs = {Verb{"run", &RunCommand},
                               Verb{"query", &QueryCommand},
                               Verb{"tables", &TablesCommand},
                               Verb{"describe", &DescribeCommand},
                               Verb{"functions", &FunctionsCommand},
                               Verb{"verify", &VerifyCommand},
                               Verb{"version", &VersionCommand}};

int UnknownCommand(const Console& console, std::string_view word) {
  std::vector<std::string> known;
  for (const CommandSpec& command : Commands()) {
    known.emplace_back(command.name);
  }
  const Style style = Style::Choose(Style::When::kAuto, console, console.is_err_terminal);
  const std::string_view what = word.starts_with('-') ? "unknown option" : "unknown command";
  return UsageFailure(
      console, "", fmt::format("{}: {}{}", what, EscapeForMessage(word), Suggestion(word, known)),
      style);
}

int PrintHelp(const Console& console, const std::string& text) {
  console.out << text;
  const Status status = FlushOutput(console.out);
  return status.ok() ? kExitDone : ExitCode(status.error().kind);
}

int HelpCommand(const Arguments& arguments, const Console& console) {
  if (arguments.positionals().empty()) {
    return PrintHelp(console, OverviewHelp());
  }
  const std::string& word = arguments.positionals().front();
  const CommandSpec* const command = FindCommand(word);
  return command == nullptr ? UnknownCommand(console, word)
                            : PrintHelp(console, CommandHelp(*command));
}

bool IsKnownColor(const Arguments& arguments) {
  const std::string when = arguments.Value("color");
  return when.empty() || when == "auto" || when == "always" || when == "never";
}

int Dispatch(std::span<const char* const> args, const Console& console) {
  if (args.empty() || std::string_view(args[0]) == "--help" || std::string_view(args[0]) == "-h") {
    return PrintHelp(console, OverviewHelp());
  }
  const std::string_view word =
      std::string_view(args[0]) == "--version" ? std::string_view("version") : args[0];
  const CommandSpec* const command = FindCommand(word);
  if (command == nullptr) {
    return UnknownCommand(console, word);
  }
  const std::variant<Arguments, UsageError> parsed =
      ParseArguments(*command, args.subspan(1), console);
  if (const auto* error = std::get_if<UsageError>(&parsed)) {
    const Style style = Style::Choose(Style::When::kAuto, console, console.is_err_terminal);
    return UsageFailure(console, command->name, error->message, style);
  }
  const auto& arguments = std::get<Arguments>(parsed);
  if (arguments.Has("help")) {
    return PrintHelp(console, CommandHelp(*command));
  }
  if (command->name == "help") {
    return HelpCommand(arguments, console);
  }
  const Reply reply(arguments, console);
  if (!IsKnownColor(arguments)) {
    return reply.Usage(fmt::format("--color must be auto, always or never: {}",
                                   EscapeForMessage(arguments.Value("color"))));
  }
  for (const Verb& verb : kVerbs) {
    if (verb.name == command->name) {
      return verb.run(arguments, reply);
    }
  }
  return reply.Fail(Error{ErrorKind::kInternal, fmt::format("command has no code: {}", word)});
}

}  // namespace

int Main(std::span<const char* const> args, const Console& console) {
  // norma throws nothing; libraries under it may, above all when memory ends.
  try {
    return Dispatch(args, console);
  } catch (const std::bad_alloc&) {
    console.err << "norma: error: out of memory\n" << std::flush;
    return ExitCode(ErrorKind::kLimitExceeded);
  } catch (const std::exception& error) {
    console.err << fmt::format("norma: error: {}\n", EscapeForMessage(error.what())) << std::flush;
    return ExitCode(ErrorKind::kInternal);
  }
}

}  // namespace norma::cli
