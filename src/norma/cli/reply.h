#pragma once

/// \file
/// How every command answers: its result, an error, or a wrong command line.

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

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

  const Console& console() const { return console_; }
  bool is_json() const { return is_json_; }
  bool is_quiet() const { return is_quiet_; }
  Style out_style() const { return out_style_; }
  Style err_style() const { return err_style_; }

  /// Prints the envelope {"schema": "norma.<command>/1", "status": …, "result": …} and gives the
  /// exit code. The status is "ok" for 0 and "no" for 1.
  int Json(const nlohmann::json& result, int exit_code = kExitDone) const;

  /// Prints a line on stderr, unless --quiet.
  void Note(std::string_view line) const;

  /// Prints "norma: error: …" on stderr, and with --json the error's envelope on stdout.
  /// \return the exit code of the error's kind.
  int Fail(const Error& error) const;

  /// Prints one line on stderr that says how to get help; with --json the envelope too.
  int Usage(std::string_view message) const;

  /// Flushes stdout; a failure turns into its error.
  int Done(int exit_code = kExitDone) const;

 private:
  void PrintErrorJson(std::string_view kind, int number, std::string_view message) const;

  const Console& console_;
  std::string command_;
  bool is_json_;
  bool is_quiet_;
  Style out_style_;
  Style err_style_;
};

/// The answer to a command line whose arguments could not be read.
/// \param command may be empty: the word itself was not understood.
int UsageFailure(const Console& console, std::string_view command, std::string_view message,
                 Style style);

/// The style that --color asks for; kAuto when it says nothing known.
Style::When ColorOf(const Arguments& arguments);

}  // namespace norma::cli
