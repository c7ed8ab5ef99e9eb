#include "norma/cli/console.h"

#include <fmt/format.h>

namespace norma::cli {

Style Style::Choose(When when, const Console& console, bool is_terminal) {
  const bool is_refused =
      !console.variable("NO_COLOR").empty() || console.variable("TERM") == "dumb";
  const bool is_on = when == When::kAlways || (when == When::kAuto && is_terminal && !is_refused);
  return Style(is_on, is_terminal ? console.columns() : 0);
}

std::string Style::Wrap(std::string_view code, std::string_view text) const {
  return is_on_ ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
}

}  // namespace norma::cli
