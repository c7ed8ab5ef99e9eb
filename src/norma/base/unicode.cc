#include "norma/base/unicode.h"

#include <fmt/format.h>
#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <iterator>

namespace norma {
namespace {

constexpr uint64_t kHighBits = 0x8080808080808080;

Utf8Step Bad(uint32_t length) { return {0xFFFD, length, false}; }

// Length of the ASCII text that `text` starts with, up to 7 bytes less than the truth.
size_t AsciiWords(std::string_view text) {
  size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    uint64_t word;
    std::memcpy(&word, text.data() + i, 8);
    if ((word & kHighBits) != 0) {
      break;
    }
  }
  return i;
}

bool IsShownAsEscape(uint32_t code_point) {
  return code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0) || code_point == '\\' ||
         // Line breaks and the marks that reorder a line, which could forge a message.
         (code_point >= 0x200E && code_point <= 0x200F) ||
         (code_point >= 0x2028 && code_point <= 0x202E) ||
         (code_point >= 0x2066 && code_point <= 0x2069) || code_point == 0xFEFF;
}

std::string EscapeOf(uint32_t code_point) {
  switch (code_point) {
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    case '\\':
      return "\\\\";
    default:
      return code_point < 0x100 ? fmt::format("\\x{:02x}", code_point)
                                : fmt::format("\\u{:04x}", code_point);
  }
}

// Letters that are no part of XID_Start, since their NFKC form does not begin with a letter.
bool LosesItsLetter(uint32_t c) {
  return c == 0x037A || c == 0x0E33 || c == 0x0EB3 || (c >= 0xFC5E && c <= 0xFC63) || c == 0xFDFA ||
         c == 0xFDFB || c == 0xFE70 || c == 0xFE72 || c == 0xFE74 || c == 0xFE76 || c == 0xFE78 ||
         c == 0xFE7A || c == 0xFE7C || c == 0xFE7E || c == 0xFF9E || c == 0xFF9F;
}

bool IsIdentifierStart(uint32_t c) {
  if (c < 0x80) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  }
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(c))) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_NL:
      // U+2E2F is Pattern_Syntax.
      return !LosesItsLetter(c) && c != 0x2E2F;
    default:
      // Other_ID_Start
      return c == 0x1885 || c == 0x1886 || c == 0x2118 || c == 0x212E;
  }
}

bool IsIdentifierContinue(uint32_t c) {
  if (c < 0x80) {
    return IsIdentifierStart(c) || (c >= '0' && c <= '9');
  }
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(c))) {
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_PC:
      return true;
    default:
      break;
  }
  // Other_ID_Continue, and letters that lose their letter but keep a mark.
  const bool other = c == 0x00B7 || c == 0x0387 || (c >= 0x1369 && c <= 0x1371) || c == 0x19DA ||
                     c == 0x0E33 || c == 0x0EB3 || c == 0xFF9E || c == 0xFF9F;
  return other || IsIdentifierStart(c);
}

}  // namespace

Utf8Step DecodeUtf8(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t first = byte(0);
  if (first < 0x80) {
    return {first, 1, true};
  }
  // The range of the second byte keeps out overlong forms, surrogates and what is past U+10FFFF.
  uint8_t low = 0x80;
  uint8_t high = 0xBF;
  uint32_t length = 0;
  uint32_t code_point = 0;
  if (first >= 0xC2 && first <= 0xDF) {
    length = 2;
    code_point = first & 0x1Fu;
  } else if (first >= 0xE0 && first <= 0xEF) {
    length = 3;
    code_point = first & 0x0Fu;
    low = first == 0xE0 ? 0xA0 : 0x80;
    high = first == 0xED ? 0x9F : 0xBF;
  } else if (first >= 0xF0 && first <= 0xF4) {
    length = 4;
    code_point = first & 0x07u;
    low = first == 0xF0 ? 0x90 : 0x80;
    high = first == 0xF4 ? 0x8F : 0xBF;
  } else {
    return Bad(1);
  }
  for (uint32_t i = 1; i < length; ++i) {
    if (i >= text.size() || byte(i) < low || byte(i) > high) {
      return Bad(i);
    }
    code_point = (code_point << 6) | (byte(i) & 0x3Fu);
    low = 0x80;
    high = 0xBF;
  }
  return {code_point, length, true};
}

bool IsAscii(std::string_view text) {
  size_t i = 0;
  // Four words at a time; the compiler makes vector code of it.
  for (; i + 32 <= text.size(); i += 32) {
    uint64_t words[4];
    std::memcpy(words, text.data() + i, 32);
    if (((words[0] | words[1] | words[2] | words[3]) & kHighBits) != 0) {
      return false;
    }
  }
  for (; i < text.size(); ++i) {
    if (static_cast<uint8_t>(text[i]) >= 0x80) {
      return false;
    }
  }
  return true;
}

bool IsValidUtf8(std::string_view text) {
  while (!text.empty()) {
    text.remove_prefix(AsciiWords(text));
    // At least one step, then back to whole words as soon as the text is ASCII again.
    for (int i = 0; i < 8 && !text.empty(); ++i) {
      const Utf8Step step = DecodeUtf8(text);
      if (!step.valid) {
        return false;
      }
      text.remove_prefix(step.length);
    }
  }
  return true;
}

size_t CharacterCount(std::string_view text) {
  return static_cast<size_t>(std::ranges::count_if(
      text, [](char byte) { return (static_cast<uint8_t>(byte) & 0xC0) != 0x80; }));
}

std::string ToValidUtf8(std::string_view text) {
  if (IsValidUtf8(text)) {
    return std::string(text);
  }
  std::string out;
  out.reserve(text.size() + 8);
  while (!text.empty()) {
    const Utf8Step step = DecodeUtf8(text);
    out.append(step.valid ? text.substr(0, step.length) : kReplacementCharacter);
    text.remove_prefix(step.length);
  }
  return out;
}

std::string_view CutUtf8(std::string_view text, size_t max_bytes) {
  if (text.size() <= max_bytes) {
    return text;
  }
  size_t end = max_bytes;
  // A character has at most three continuation bytes; more than that is no character to keep whole.
  for (int i = 0; i < 3 && end > 0 && (static_cast<uint8_t>(text[end]) & 0xC0u) == 0x80; ++i) {
    --end;
  }
  if (end < text.size() && (static_cast<uint8_t>(text[end]) & 0xC0u) == 0x80) {
    end = max_bytes;
  }
  return text.substr(0, end);
}

std::string NfkcIdentifier(std::string_view name) {
  if (IsAscii(name)) {
    return std::string(name);
  }
  std::string valid = ToValidUtf8(name);
  utf8proc_uint8_t* normal = nullptr;
  // The library's enum is a set of flags.
  // NOLINTNEXTLINE(*.EnumCastOutOfRange)
  const auto options = utf8proc_option_t(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT);
  const utf8proc_ssize_t length =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(valid.data()),
                   static_cast<utf8proc_ssize_t>(valid.size()), &normal, options);
  if (length < 0) {
    // Only memory can run out here: the text is valid and its length fits.
    std::free(normal);
    return valid;
  }
  std::string out(reinterpret_cast<const char*>(normal), static_cast<size_t>(length));
  std::free(normal);
  return out;
}

bool IsIdentifier(std::string_view name) {
  bool is_first = true;
  while (!name.empty()) {
    const Utf8Step step = DecodeUtf8(name);
    if (!step.valid ||
        !(is_first ? IsIdentifierStart(step.code_point) : IsIdentifierContinue(step.code_point))) {
      return false;
    }
    is_first = false;
    name.remove_prefix(step.length);
  }
  return !is_first;
}

bool IsPrintable(uint32_t code_point) {
  if (code_point < 0x7F) {
    return code_point >= ' ';
  }
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(code_point))) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_ZS:
      return false;
    default:
      return true;
  }
}

std::string EscapeForMessage(std::string_view value) {
  std::string out;
  while (!value.empty()) {
    const Utf8Step step = DecodeUtf8(value);
    std::string piece;
    if (!step.valid) {
      for (const char byte : value.substr(0, step.length)) {
        fmt::format_to(std::back_inserter(piece), "\\x{:02x}", static_cast<uint8_t>(byte));
      }
    } else if (IsShownAsEscape(step.code_point)) {
      piece = EscapeOf(step.code_point);
    } else {
      piece = value.substr(0, step.length);
    }
    if (out.size() + piece.size() > kMaxMessageValueBytes) {
      return out + "…";
    }
    out += piece;
    value.remove_prefix(step.length);
  }
  return out;
}

}  // namespace norma
