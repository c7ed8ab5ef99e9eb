#include "norma/cli/console.h"

#include <fmt/format.h>

namespace norma::cli {

Style Style::Choose(When when, const Console& console, bool is_terminal) {
  switch (when) {
    case When::kAlways:
      return Style(true);
    case When::kNever:
      return Style(false);
    case When::kAuto:
      break;
  }
  const bool is_refused =
      !console.variable("NO_COLOR").empty() || console.variable("TERM") == "dumb";
  return Style(is_terminal && !is_refused);
}

std::string Style::Wrap(std::string_view code, std::string_view text) const {
  return is_on_ ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
}

}  // namespace norma::cli
