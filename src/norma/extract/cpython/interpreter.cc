#include "norma/extract/cpython/interpreter.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "norma/base/unicode.h"
#include "norma/extract/cpython/child_process.h"
#include "norma/extract/cpython/columns.h"

namespace norma::extract::cpython {
namespace {

constexpr auto kPatience = std::chrono::seconds(10);
constexpr size_t kMaxAnswerBytes = 65536;

constexpr std::array<std::string_view, 5> kNames = {"python3.14", "python3.13", "python3.12",
                                                    "python3.11", "python3"};

// A launcher such as a shim of pyenv answers with the program behind it.
constexpr std::string_view kQuestion =
    "import os, sys\n"
    "i = sys.implementation\n"
    "v = '.'.join(map(str, sys.version_info[:3]))\n"
    "a = [i.name, sys.executable or '', v, i.cache_tag or '', str(sys.version_info[0]), "
    "str(sys.version_info[1])]\n"
    "os.write(1, ''.join(t + '\\0' for t in a).encode('utf-8', 'surrogateescape'))\n";

bool IsProgram(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_regular_file(path, error) && access(path.c_str(), X_OK) == 0;
}

std::optional<std::string> LookUp(std::string_view name, std::string_view search_path) {
  while (!search_path.empty()) {
    const std::string_view folder = search_path.substr(0, search_path.find(':'));
    search_path.remove_prefix(std::min(search_path.size(), folder.size() + 1));
    if (!folder.starts_with('/')) {
      continue;
    }
    if (std::string path = fmt::format("{}/{}", folder, name); IsProgram(path)) {
      return path;
    }
  }
  return std::nullopt;
}

std::vector<std::string> CallersEnvironment() {
  std::vector<std::string> environment;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    environment.emplace_back(*entry);
  }
  return environment;
}

Result<std::string> Ask(const std::string& program) {
  NORMA_ASSIGN_OR_RETURN(
      ChildProcess child,
      ChildProcess::Start({.arguments = {program, "-I", "-S", "-B", "-c", std::string(kQuestion)},
                           .environment = CallersEnvironment(),
                           .folder = "/",
                           .confined = false}));
  child.CloseInput();
  Patience patience(kPatience);
  std::string answer;
  char byte = 0;
  while (answer.size() < kMaxAnswerBytes && child.Receive(&byte, 1, patience) == Transfer::kDone) {
    answer += byte;
  }
  const ChildEnd end = child.WaitFor(kPatience);
  if (end.exit_code != 0 || answer.empty()) {
    return Error{
        ErrorKind::kInvalidArgument,
        fmt::format("the interpreter does not answer: {}{}{}", EscapeForMessage(program),
                    child.last_words().empty() ? "" : ": ", EscapeForMessage(child.last_words()))};
  }
  return answer;
}

Result<Interpreter> Examine(const std::string& program) {
  NORMA_ASSIGN_OR_RETURN(const std::string answer, Ask(program));
  const auto no_answer = [&program] {
    return Error{ErrorKind::kInvalidArgument,
                 fmt::format("the interpreter answers nonsense: {}", program)};
  };
  auto texts = TextColumn::Make(answer);
  if (!texts.ok()) {
    return no_answer();
  }
  std::array<std::string_view, 6> fields;
  for (std::string_view& field : fields) {
    const std::optional<std::string_view> text = texts.value().Next();
    if (!text.has_value()) {
      return no_answer();
    }
    field = *text;
  }
  const auto [implementation, executable, version, py_tag, major, minor] = fields;
  if (implementation != "cpython" || py_tag.empty()) {
    return Error{ErrorKind::kInvalidArgument,
                 fmt::format("the interpreter is no CPython: {}", program)};
  }
  Interpreter interpreter{.executable = std::string(executable),
                          .version = std::string(version),
                          .py_tag = std::string(py_tag)};
  std::from_chars(major.data(), major.data() + major.size(), interpreter.major);
  std::from_chars(minor.data(), minor.data() + minor.size(), interpreter.minor);
  if (std::pair(interpreter.major, interpreter.minor) < std::pair(kMinimumMajor, kMinimumMinor)) {
    return Error{ErrorKind::kInvalidArgument,
                 fmt::format("the interpreter is older than {}.{}: {} is {}", kMinimumMajor,
                             kMinimumMinor, program, version)};
  }
  if (!executable.starts_with('/') || !IsProgram(interpreter.executable)) {
    return Error{ErrorKind::kInvalidArgument,
                 fmt::format("the interpreter does not know its own path: {}", program)};
  }
  return interpreter;
}

}  // namespace

Result<Interpreter> FindInterpreter(std::optional<std::string_view> given,
                                    std::string_view search_path) {
  if (given.has_value()) {
    const bool is_path = given->find('/') != std::string_view::npos;
    std::error_code error;
    const std::optional<std::string> program =
        is_path ? std::filesystem::absolute(*given, error).string() : LookUp(*given, search_path);
    if (!program.has_value() || error || !IsProgram(*program)) {
      return Error{ErrorKind::kNotFound,
                   fmt::format("there is no such interpreter: {}", EscapeForMessage(*given))};
    }
    return Examine(*program);
  }
  std::string reasons;
  for (const std::string_view name : kNames) {
    const std::optional<std::string> program = LookUp(name, search_path);
    if (!program.has_value()) {
      continue;
    }
    Result<Interpreter> interpreter = Examine(*program);
    if (interpreter.ok()) {
      return interpreter;
    }
    reasons += fmt::format("{}{}", reasons.empty() ? ": " : "; ", interpreter.error().message);
  }
  return Error{ErrorKind::kNotFound,
               fmt::format("there is no CPython {}.{} or later on the search path{}", kMinimumMajor,
                           kMinimumMinor, reasons),
               "install one, or name it with --python"};
}

}  // namespace norma::extract::cpython
