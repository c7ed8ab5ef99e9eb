#pragma once

/// \file
/// Makes text from data harmless where it is shown. Applied at the sink, once.

#include <string>
#include <string_view>

namespace norma::diagnostics {

/// Makes `text` safe on a terminal and in one line: control characters (a line feed is "\n"),
/// escapes of C1, directional overrides and bad bytes become visible escapes. Nothing is cut.
/// Text without any of these is returned as it is.
std::string EscapeControls(std::string_view text);

/// Makes `text` safe as HTML text and inside a quoted attribute. What a browser would not show is
/// escaped as by EscapeControls(), but tabs and line feeds stay.
std::string EscapeHtml(std::string_view text);

}  // namespace norma::diagnostics
