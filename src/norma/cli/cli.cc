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
#include "norma/cli/help.h"
#include "norma/cli/suggest.h"

namespace norma::cli {
namespace {

using Handler = int (*)(const Arguments&, const Reply&);

struct Verb {
  std::string_view name;
  Handler run;
};

int UnknownCommand(const Reply& reply, std::string_view word) {
  std::vector<std::string> known;
  for (const CommandSpec& command : Commands()) {
    known.emplace_back(command.name);
  }
  const std::string_view what = word.starts_with('-') ? "unknown option" : "unknown command";
  return reply.Usage(
      fmt::format("{}: {}{}", what, EscapeForMessage(word), Suggestion(word, known)));
}

int PrintHelp(const Reply& reply, const std::string& text) {
  reply.console().out << text;
  return reply.Done();
}

int HelpCommand(const Arguments& arguments, const Reply& reply) {
  const CommandSpec* command = nullptr;
  if (!arguments.positionals().empty()) {
    const std::string& word = arguments.positionals().front();
    command = FindCommand(word);
    if (command == nullptr) {
      return UnknownCommand(reply, word);
    }
  }
  if (reply.is_json()) {
    return reply.Json(command == nullptr ? OverviewJson() : CommandJson(*command));
  }
  return PrintHelp(reply, command == nullptr ? OverviewHelp() : CommandHelp(*command));
}

bool IsKnownColor(const Arguments& arguments) {
  const std::string when = arguments.Value("color");
  return when.empty() || when == "auto" || when == "always" || when == "never";
}

constexpr std::array kVerbs = {
    Verb{"run", &RunCommand},         Verb{"query", &QueryCommand},
    Verb{"tables", &TablesCommand},   Verb{"describe", &DescribeCommand},
    Verb{"source", &SourceCommand},   Verb{"functions", &FunctionsCommand},
    Verb{"verify", &VerifyCommand},   Verb{"config", &ConfigCommand},
    Verb{"version", &VersionCommand}, Verb{"help", &HelpCommand}};

int Dispatch(std::span<const char* const> args, const Console& console) {
  if (args.empty() || std::string_view(args[0]) == "--help" || std::string_view(args[0]) == "-h") {
    return PrintHelp(Reply::ToUnread("", args, console), OverviewHelp());
  }
  const std::string_view word =
      std::string_view(args[0]) == "--version" ? std::string_view("version") : args[0];
  const CommandSpec* const command = FindCommand(word);
  if (command == nullptr) {
    return UnknownCommand(Reply::ToUnread("", args, console), word);
  }
  const std::variant<Arguments, UsageError> parsed =
      ParseArguments(*command, args.subspan(1), console);
  if (const auto* error = std::get_if<UsageError>(&parsed)) {
    return Reply::ToUnread(command->name, args, console).Usage(error->message);
  }
  const auto& arguments = std::get<Arguments>(parsed);
  const Reply reply(arguments, console);
  if (arguments.Has("help")) {
    return PrintHelp(reply, CommandHelp(*command));
  }
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
