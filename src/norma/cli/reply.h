#pragma once

/// \file
/// How every command answers: its result, an error, or a wrong command line.

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "norma/base/result.h"
#include "norma/cli/arguments.h"
#include "norma/cli/console.h"

namespace norma::cli {

inline constexpr int kExitDone = 0;
/// Done, and the answer is no: findings, diverted rows, file errors under --strict.
inline constexpr int kExitNo = 1;
inline constexpr int kExitUsage = 2;

/// What a command needs to answer: its arguments, the console, and what follows from both.
class Reply {
 public:
  Reply(const Arguments& arguments, const Console& console);

  /// The answer to a command line whose arguments are not read yet.
  /// \param command may be empty: the word itself was not understood.
  static Reply ToUnread(std::string_view command, std::span<const char* const> args,
                        const Console& console);

  const Console& console() const { return console_; }
  bool is_json() const { return is_json_; }
  bool is_quiet() const { return is_quiet_; }
  Style out_style() const { return out_style_; }
  Style err_style() const { return err_style_; }

  /// Prints the envelope {"schema": "norma.<command>/1", "status": …, "result": …} and gives the
  /// exit code. The status is "ok" for 0 and "no" for 1. The envelope's messages are notes for
  /// people.
  int Json(const nlohmann::json& result, int exit_code = kExitDone,
           const std::vector<std::string>& messages = {}) const;

  /// Prints a line on stderr, unless --quiet.
  void Note(std::string_view line) const;

  /// Prints "norma: error: …" and "help: …" on stderr, and with --json the error's envelope on
  /// stdout.
  /// \return the exit code of the error's kind.
  int Fail(const Error& error) const;

  /// Prints one line on stderr that says how to get help; with --json the envelope too.
  int Usage(std::string_view message) const;

  /// Flushes stdout; a failure turns into its error.
  int Done(int exit_code = kExitDone) const;

 private:
  Reply(std::string_view command, const Console& console)
      : console_(console),
        command_(command),
        out_style_(Style::Choose(Style::When::kAuto, console, console.is_out_terminal)),
        err_style_(Style::Choose(Style::When::kAuto, console, console.is_err_terminal)) {}

  std::string Schema() const;
  void Print(const nlohmann::ordered_json& envelope) const;
  void PrintError(const Error& error) const;
  void PrintErrorJson(std::string_view kind, int number, const Error& error) const;

  const Console& console_;
  std::string command_;
  bool is_json_ = false;
  bool is_quiet_ = false;
  Style out_style_;
  Style err_style_;
};

/// The style that --color asks for; kAuto when it says nothing known.
Style::When ColorOf(const Arguments& arguments);

}  // namespace norma::cli
