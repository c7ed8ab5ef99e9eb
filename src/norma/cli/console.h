#pragma once

/// \file
/// What a command talks to, as one value, so that tests need no process.

#include <functional>
#include <istream>
#include <ostream>
#include <string>
#include <string_view>

namespace norma::cli {

/// The streams and the environment of a command. stdout is data, stderr is talk.
struct Console {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  bool is_out_terminal = false;
  bool is_err_terminal = false;
  /// The value of an environment variable, empty when it is not set.
  std::function<std::string(const std::string&)> variable;
};

/// Terminal colours, or none. Colour never carries meaning alone.
class Style {
 public:
  enum class When { kAuto, kAlways, kNever };

  /// \param when beats NO_COLOR (not empty), which beats `is_terminal`.
  static Style Choose(When when, const Console& console, bool is_terminal);

  /// No colours at all, for files.
  static Style Plain() { return Style(false); }

  std::string Bold(std::string_view text) const { return Wrap("1", text); }
  std::string Dim(std::string_view text) const { return Wrap("2", text); }
  std::string Red(std::string_view text) const { return Wrap("1;31", text); }
  std::string Yellow(std::string_view text) const { return Wrap("33", text); }

 private:
  explicit Style(bool is_on) : is_on_(is_on) {}  // NOLINT: private, and only Choose() calls it
  std::string Wrap(std::string_view code, std::string_view text) const;

  bool is_on_;
};

}  // namespace norma::cli
