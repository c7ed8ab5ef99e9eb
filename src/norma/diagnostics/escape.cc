#include "norma/diagnostics/escape.h"

#include <fmt/format.h>

#include <cstdint>

#include "norma/base/unicode.h"

namespace norma::diagnostics {
namespace {

/// Characters that move the cursor, hide text or turn its direction.
bool IsHarmful(uint32_t c) {
  const bool is_control = c < 0x20 || (c >= 0x7F && c <= 0x9F);
  const bool is_direction = c == 0x061C || c == 0x200E || c == 0x200F ||
                            (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
  const bool is_break = c == 0x2028 || c == 0x2029;
  return is_control || is_direction || is_break || c == 0xFEFF;
}

void AppendEscape(uint32_t c, std::string& out) {
  switch (c) {
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += c <= 0xFF ? fmt::format("\\x{:02x}", c) : fmt::format("\\u{:04x}", c);
  }
}

}  // namespace

std::string EscapeControls(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Utf8Step step = DecodeUtf8(text);
    if (!step.valid) {
      for (const char byte : text.substr(0, step.length)) {
        AppendEscape(static_cast<unsigned char>(byte), out);
      }
    } else if (IsHarmful(step.code_point)) {
      AppendEscape(step.code_point, out);
    } else {
      out += text.substr(0, step.length);
    }
    text.remove_prefix(step.length);
  }
  return out;
}

std::string EscapeHtml(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  while (!text.empty()) {
    const Utf8Step step = DecodeUtf8(text);
    const std::string_view piece = text.substr(0, step.length);
    if (piece == "&") {
      out += "&amp;";
    } else if (piece == "<") {
      out += "&lt;";
    } else if (piece == ">") {
      out += "&gt;";
    } else if (piece == "\"") {
      out += "&quot;";
    } else if (piece == "'") {
      out += "&#39;";
    } else if (piece == "\n" || piece == "\t") {
      out += piece;
    } else {
      out += EscapeControls(piece);
    }
    text.remove_prefix(step.length);
  }
  return out;
}

}  // namespace norma::diagnostics
