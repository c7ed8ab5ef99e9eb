#include <fmt/format.h>
#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "norma/base/unicode.h"
#include "norma/extract/types/type_lexer_internal.h"

namespace norma::extract {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsHexDigit(char c) { return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool IsOctalDigit(char c) { return c >= '0' && c <= '7'; }
bool IsBinaryDigit(char c) { return c == '0' || c == '1'; }
bool IsAsciiLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsNonAscii(char c) { return static_cast<unsigned char>(c) >= 0x80; }
bool IsNameStart(char c) { return IsAsciiLetter(c) || c == '_' || IsNonAscii(c); }
bool IsNameByte(char c) { return IsNameStart(c) || IsDigit(c); }
bool IsBlank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}
char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

constexpr std::array<std::string_view, 32> kKeywords = {
    "and",    "as",   "assert", "async",  "await",  "break",   "class",    "continue",
    "def",    "del",  "elif",   "else",   "except", "finally", "for",      "from",
    "global", "if",   "import", "in",     "is",     "lambda",  "nonlocal", "not",
    "or",     "pass", "raise",  "return", "try",    "while",   "with",     "yield"};
static_assert(std::is_sorted(kKeywords.begin(), kKeywords.end()));

/// Whether `name` reads as an identifier by the categories of its characters, which is what
/// XID_Start and XID_Continue are made of.
bool IsIdentifier(std::string_view name) {
  bool is_first = true;
  while (!name.empty()) {
    utf8proc_int32_t character = 0;
    const utf8proc_ssize_t length =
        utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(name.data()),
                         static_cast<utf8proc_ssize_t>(name.size()), &character);
    if (length <= 0) {
      return false;
    }
    switch (utf8proc_category(character)) {
      case UTF8PROC_CATEGORY_LU:
      case UTF8PROC_CATEGORY_LL:
      case UTF8PROC_CATEGORY_LT:
      case UTF8PROC_CATEGORY_LM:
      case UTF8PROC_CATEGORY_LO:
      case UTF8PROC_CATEGORY_NL:
        break;
      case UTF8PROC_CATEGORY_MN:
      case UTF8PROC_CATEGORY_MC:
      case UTF8PROC_CATEGORY_ND:
        if (is_first) {
          return false;
        }
        break;
      case UTF8PROC_CATEGORY_PC:
        if (is_first && character != '_') {
          return false;
        }
        break;
      default:
        return false;
    }
    is_first = false;
    name.remove_prefix(static_cast<size_t>(length));
  }
  return !is_first;
}

/// The NFKC form of a name that is not all ASCII; empty when it is no identifier.
std::string NormalisedName(std::string_view name) {
  if (!IsIdentifier(name)) {
    return {};
  }
  const std::string normalised = NfkcIdentifier(name);
  const bool is_reserved =
      std::binary_search(kKeywords.begin(), kKeywords.end(), std::string_view(normalised)) ||
      normalised == "None" || normalised == "True" || normalised == "False";
  return IsIdentifier(normalised) && !is_reserved ? normalised : std::string();
}

void AppendUtf8(char32_t character, std::string& out) {
  std::array<utf8proc_uint8_t, 4> bytes{};
  const utf8proc_ssize_t length =
      utf8proc_encode_char(static_cast<utf8proc_int32_t>(character), bytes.data());
  out.append(reinterpret_cast<const char*>(bytes.data()), static_cast<size_t>(length));
}

}  // namespace

void TypeLexer::SkipBlank() {
  while (position_ < text_.size()) {
    const char c = text_[position_];
    if (IsBlank(c)) {
      ++position_;
    } else if (c == '\\' && (At(1) == '\n' || At(1) == '\r')) {
      position_ += 2;
    } else if (c == '#') {
      position_ = std::min(text_.find_first_of("\r\n", position_), text_.size());
    } else {
      return;
    }
  }
}

void TypeLexer::Next(Token& token) {
  SkipBlank();
  token.text.clear();
  if (position_ == text_.size()) {
    token.kind = TokenKind::kEnd;
    return;
  }
  const char c = text_[position_];
  bool is_read = false;
  if (IsNameStart(c)) {
    is_read = ReadName(token);
  } else if (IsDigit(c) || (c == '.' && IsDigit(At(1)))) {
    is_read = ReadNumber(token);
  } else if (c == '\'' || c == '"') {
    is_read = ReadString("", token);
  } else {
    is_read = ReadOperator(token);
  }
  if (!is_read) {
    token.kind = TokenKind::kInvalid;
  }
}

bool TypeLexer::ReadName(Token& token) {
  const size_t start = position_;
  bool is_ascii = true;
  while (position_ < text_.size() && IsNameByte(text_[position_])) {
    is_ascii = is_ascii && !IsNonAscii(text_[position_]);
    ++position_;
  }
  const std::string_view name = text_.substr(start, position_ - start);
  if (At(0) == '\'' || At(0) == '"') {
    return ReadString(name, token);
  }
  token.kind = TokenKind::kName;
  if (!is_ascii) {
    token.text = NormalisedName(name);
    return !token.text.empty();
  }
  token.text = name;
  if (name == "None") {
    token.kind = TokenKind::kNone;
  } else if (name == "True" || name == "False") {
    token.kind = TokenKind::kConstant;
  }
  return !std::binary_search(kKeywords.begin(), kKeywords.end(), name);
}

/// Reads digits with single underscores between them; at least one digit.
bool TypeLexer::ReadDigits(bool (*is_digit)(char)) {
  if (!is_digit(At(0))) {
    return false;
  }
  while (is_digit(At(0)) || (At(0) == '_' && is_digit(At(1)))) {
    ++position_;
  }
  return true;
}

bool TypeLexer::ReadNumber(Token& token) {
  const size_t start = position_;
  const char base = At(0) == '0' ? Lower(At(1)) : '\0';
  if (base == 'x' || base == 'o' || base == 'b') {
    position_ += 2;
    if (At(0) == '_') {
      ++position_;
    }
    if (!ReadDigits(base == 'x' ? IsHexDigit : base == 'o' ? IsOctalDigit : IsBinaryDigit)) {
      return false;
    }
  } else {
    const bool has_whole_part = ReadDigits(IsDigit);
    const std::string_view whole = text_.substr(start, position_ - start);
    bool is_integer = true;
    if (At(0) == '.') {
      is_integer = false;
      ++position_;
      if (!ReadDigits(IsDigit) && !has_whole_part) {
        return false;
      }
    }
    if (Lower(At(0)) == 'e') {
      is_integer = false;
      position_ += At(1) == '+' || At(1) == '-' ? 2 : 1;
      if (!ReadDigits(IsDigit)) {
        return false;
      }
    }
    if (Lower(At(0)) == 'j') {
      is_integer = false;
      ++position_;
    }
    if (is_integer && whole.front() == '0' &&
        whole.find_first_not_of("0_") != std::string_view::npos) {
      return false;
    }
  }
  token.kind = TokenKind::kNumber;
  token.text = text_.substr(start, position_ - start);
  return !IsNameByte(At(0));
}

bool TypeLexer::ReadString(std::string_view prefix, Token& token) {
  std::string letters;
  std::transform(prefix.begin(), prefix.end(), std::back_inserter(letters), Lower);
  const bool is_raw = letters == "r" || letters == "br" || letters == "rb";
  const bool is_bytes = letters == "b" || letters == "br" || letters == "rb";
  if (!letters.empty() && letters != "u" && !is_raw && !is_bytes) {
    return false;
  }
  token.kind = is_bytes ? TokenKind::kBytes : TokenKind::kString;
  token.content.clear();
  const char quote = At(0);
  const bool is_triple = At(1) == quote && At(2) == quote;
  position_ += is_triple ? 3 : 1;
  return ReadContent(quote, is_triple, is_raw, token);
}

bool TypeLexer::ReadContent(char quote, bool triple, bool raw, Token& token) {
  while (position_ < text_.size()) {
    const char c = text_[position_];
    if (c == quote && (!triple || (At(1) == quote && At(2) == quote))) {
      position_ += triple ? 3 : 1;
      return true;
    }
    if (c == '\\' && !raw) {
      if (!ReadEscape(token)) {
        return false;
      }
    } else if (c == '\\') {
      // In a raw string the backslash stays, and so does the quote or the break after it.
      token.content.push_back(U'\\');
      ++position_;
      if (position_ == text_.size() || !ReadCharacter(token)) {
        return false;
      }
    } else if ((c == '\n' || c == '\r') && !triple) {
      return false;
    } else if (!ReadCharacter(token)) {
      return false;
    }
  }
  return false;
}

/// Reads one character as it stands; every line break is a line feed, as in CPython.
bool TypeLexer::ReadCharacter(Token& token) {
  const char c = text_[position_];
  if (c == '\r') {
    position_ += At(1) == '\n' ? 2 : 1;
    token.content.push_back(U'\n');
    return true;
  }
  if (!IsNonAscii(c)) {
    ++position_;
    token.content.push_back(static_cast<char32_t>(c));
    return true;
  }
  utf8proc_int32_t character = 0;
  const utf8proc_ssize_t length =
      utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text_.data() + position_),
                       static_cast<utf8proc_ssize_t>(text_.size() - position_), &character);
  if (length <= 0 || token.kind == TokenKind::kBytes) {
    return false;
  }
  position_ += static_cast<size_t>(length);
  token.content.push_back(static_cast<char32_t>(character));
  return true;
}

bool TypeLexer::ReadHex(size_t digits, char32_t& value) {
  value = 0;
  for (size_t i = 0; i < digits; ++i) {
    const char c = Lower(At(0));
    if (!IsHexDigit(c)) {
      return false;
    }
    value = value * 16 + static_cast<char32_t>(IsDigit(c) ? c - '0' : c - 'a' + 10);
    ++position_;
  }
  return true;
}

bool TypeLexer::ReadEscape(Token& token) {
  constexpr std::string_view kLetters = "\\'\"abfnrtv";
  constexpr std::string_view kMeanings = "\\'\"\a\b\f\n\r\t\v";
  const char c = At(1);
  if (const size_t known = kLetters.find(c); c != '\0' && known != std::string_view::npos) {
    token.content.push_back(static_cast<char32_t>(kMeanings[known]));
    position_ += 2;
    return true;
  }
  if (c == '\n' || c == '\r') {
    position_ += c == '\r' && At(2) == '\n' ? 3 : 2;
    return true;
  }
  if (IsOctalDigit(c)) {
    ++position_;
    char32_t value = 0;
    for (int i = 0; i < 3 && IsOctalDigit(At(0)); ++i) {
      value = value * 8 + static_cast<char32_t>(At(0) - '0');
      ++position_;
    }
    token.content.push_back(token.kind == TokenKind::kBytes ? value & 0xFF : value);
    return true;
  }
  const bool is_string = token.kind == TokenKind::kString;
  if (c == 'x' || (is_string && (c == 'u' || c == 'U'))) {
    position_ += 2;
    char32_t value = 0;
    if (!ReadHex(c == 'x' ? 2 : c == 'u' ? 4 : 8, value) || value > 0x10FFFF) {
      return false;
    }
    token.content.push_back(value);
    return true;
  }
  if (is_string && c == 'N') {
    return false;  // needs the names of all characters
  }
  // An unknown escape means itself; the character after the backslash is read next.
  ++position_;
  token.content.push_back(U'\\');
  return true;
}

bool TypeLexer::ReadOperator(Token& token) {
  if (At(0) == '.' && At(1) == '.' && At(2) == '.') {
    token.kind = TokenKind::kEllipsis;
    position_ += 3;
    return true;
  }
  constexpr std::string_view kSingle = "+-*/%@&^~|()[]{},:.=";
  constexpr std::string_view kDoubled = "*/<>";
  const char c = At(0);
  token.kind = TokenKind::kOperator;
  const size_t length = c == At(1) && kDoubled.find(c) != std::string_view::npos ? 2 : 1;
  if (length == 1 && kSingle.find(c) == std::string_view::npos) {
    return false;
  }
  token.text = text_.substr(position_, length);
  position_ += length;
  return true;
}

std::string PythonRepr(std::u32string_view content, TokenKind kind) {
  const bool has_single = content.find(U'\'') != std::u32string_view::npos;
  const bool has_double = content.find(U'"') != std::u32string_view::npos;
  const char32_t quote = has_single && !has_double ? U'"' : U'\'';
  std::string out(kind == TokenKind::kBytes ? "b" : "");
  out.push_back(static_cast<char>(quote));
  for (const char32_t c : content) {
    if (c == quote || c == U'\\') {
      out.push_back('\\');
      out.push_back(static_cast<char>(c));
    } else if (c == U'\n') {
      out += "\\n";
    } else if (c == U'\r') {
      out += "\\r";
    } else if (c == U'\t') {
      out += "\\t";
    } else if (c < 0x7F && c >= U' ') {
      out.push_back(static_cast<char>(c));
    } else if (kind == TokenKind::kString && IsPrintable(c)) {
      AppendUtf8(c, out);
    } else if (c <= 0xFF) {
      out += fmt::format("\\x{:02x}", static_cast<uint32_t>(c));
    } else if (c <= 0xFFFF) {
      out += fmt::format("\\u{:04x}", static_cast<uint32_t>(c));
    } else {
      out += fmt::format("\\U{:08x}", static_cast<uint32_t>(c));
    }
  }
  out.push_back(static_cast<char>(quote));
  return out;
}

}  // namespace norma::extract
