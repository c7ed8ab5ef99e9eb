#pragma once

/// \file
/// What a command talks to, as one value, so that tests need no process.

#include <cstddef>
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
  /// The columns of the terminal now, 0 when there is none.
  std::function<size_t()> columns = [] { return size_t{0}; };
  /// The value of an environment variable, empty when it is not set.
  std::function<std::string(const std::string&)> variable;
};

/// How text is shown on a stream: terminal colours or none, and the width that there is. Colour
/// never carries meaning alone.
class Style {
 public:
  enum class When { kAuto, kAlways, kNever };

  /// \param when beats NO_COLOR (not empty), which beats `is_terminal`.
  static Style Choose(When when, const Console& console, bool is_terminal);

  /// No colours and any width, for files.
  static Style Plain() { return Style(false, 0); }

  /// The columns that a line may take; 0 when any width will do.
  size_t columns() const { return columns_; }

  std::string Bold(std::string_view text) const { return Wrap("1", text); }
  std::string Dim(std::string_view text) const { return Wrap("2", text); }
  std::string Red(std::string_view text) const { return Wrap("1;31", text); }
  std::string Yellow(std::string_view text) const { return Wrap("33", text); }

 private:
  Style(bool is_on, size_t columns) : is_on_(is_on), columns_(columns) {}
  std::string Wrap(std::string_view code, std::string_view text) const;

  bool is_on_;
  size_t columns_;
};

}  // namespace norma::cli
