#include "norma/extract/treesitter/string_literal.h"

#include <cstdint>

#include "norma/base/unicode.h"

namespace norma::extract::treesitter {
namespace {

void AppendCodePoint(uint32_t code, std::string& out) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | (code >> 6));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code >= 0xD800 && code <= 0xDFFF) {
    out += kReplacementCharacter;
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | (code >> 12));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (code >> 18));
    out += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

int DigitOf(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 16;
}

/// Reads up to `most` digits of `base` at the start of `text`; `taken` says how many there were.
struct Digits {
  uint32_t value = 0;
  size_t taken = 0;
};
Digits ReadDigits(std::string_view text, int base, size_t most) {
  Digits digits;
  while (digits.taken < most && digits.taken < text.size() && DigitOf(text[digits.taken]) < base) {
    digits.value = digits.value * static_cast<uint32_t>(base) +
                   static_cast<uint32_t>(DigitOf(text[digits.taken]));
    ++digits.taken;
  }
  return digits;
}

/// Appends what the escape after a backslash means.
/// \return the bytes of `rest` that it takes; 0 if it is none, and the backslash stands for itself.
size_t AppendEscape(std::string_view rest, std::string& out) {
  constexpr uint32_t kLastCodePoint = 0x10FFFF;
  if (rest.empty()) {
    return 0;
  }
  const char c = rest.front();
  constexpr std::string_view kSimple = "\\'\"abfnrtv";
  constexpr std::string_view kMeaning = "\\'\"\a\b\f\n\r\t\v";
  if (const size_t at = kSimple.find(c); at != std::string_view::npos) {
    out += kMeaning[at];
    return 1;
  }
  if (c == '\n' || c == '\r') {  // the line goes on
    return rest.starts_with("\r\n") ? 2 : 1;
  }
  if (const Digits octal = ReadDigits(rest, 8, 3); octal.taken > 0) {
    AppendCodePoint(octal.value, out);
    return octal.taken;
  }
  const size_t width = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
  const Digits hex = ReadDigits(rest.substr(1), 16, width);
  if (width == 0 || hex.taken < width || hex.value > kLastCodePoint) {
    return 0;
  }
  AppendCodePoint(hex.value, out);
  return width + 1;
}

/// The text between the quotes, with its prefix in lower case.
struct Parts {
  std::string prefix;
  std::string_view content;
};

std::optional<Parts> Split(std::string_view literal) {
  Parts parts;
  while (!literal.empty() && literal.front() != '"' && literal.front() != '\'') {
    parts.prefix += static_cast<char>(literal.front() | 0x20);
    literal.remove_prefix(1);
    if (parts.prefix.size() > 2) {
      return std::nullopt;
    }
  }
  if (literal.empty()) {
    return std::nullopt;
  }
  const std::string triple(3, literal.front());
  const size_t width = literal.size() >= 6 && literal.starts_with(triple) ? 3 : 1;
  if (literal.size() < 2 * width || !literal.ends_with(literal.substr(0, width))) {
    return std::nullopt;
  }
  parts.content = literal.substr(width, literal.size() - 2 * width);
  return parts;
}

}  // namespace

std::optional<std::string> EvaluateTextLiteral(std::string_view literal) {
  const std::optional<Parts> parts = Split(literal);
  if (!parts.has_value() ||
      !(parts->prefix.empty() || parts->prefix == "u" || parts->prefix == "r")) {
    return std::nullopt;
  }
  const bool is_raw = parts->prefix == "r";
  const std::string_view content = parts->content;
  std::string value;
  value.reserve(content.size());
  for (size_t at = 0; at < content.size();) {
    const char c = content[at++];
    if (c == '\\' && !is_raw) {
      const size_t taken = AppendEscape(content.substr(at), value);
      at += taken;
      if (taken == 0) {
        value += c;
      }
    } else if (c == '\r') {
      value += '\n';
      at += at < content.size() && content[at] == '\n' ? 1 : 0;
    } else {
      value += c;
    }
  }
  return value;
}

}  // namespace norma::extract::treesitter
