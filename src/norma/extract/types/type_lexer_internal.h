#pragma once

/// \file
/// Tokens of a Python type expression.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace norma::extract {

enum class TokenKind : uint8_t {
  kEnd,
  kInvalid,   // no Python token, or one that no type expression holds
  kName,      // `text` is the identifier, NFKC-normalised
  kConstant,  // True or False
  kNone,
  kNumber,
  kString,  // `content` holds the code points
  kBytes,   // `content` holds the bytes
  kEllipsis,
  kOperator,  // `text` is one of + - * / % @ & ^ ~ | ** // << >> ( ) [ ] { } , : . =
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string text;
  std::u32string content;

  bool Is(std::string_view op) const { return kind == TokenKind::kOperator && text == op; }
};

/// Reads tokens one by one. White space, line breaks and comments lie between tokens; there is no
/// indentation, since an annotation stands inside brackets or on one line.
class TypeLexer {
 public:
  /// \param text must outlive the lexer.
  explicit TypeLexer(std::string_view text) : text_(text) {}

  /// Reads the next token into `token`. After kEnd or kInvalid, do not call again.
  void Next(Token& token);

 private:
  char At(size_t offset) const {
    return position_ + offset < text_.size() ? text_[position_ + offset] : '\0';
  }
  void SkipBlank();
  bool ReadName(Token& token);
  bool ReadNumber(Token& token);
  bool ReadDigits(bool (*is_digit)(char));
  bool ReadString(std::string_view prefix, Token& token);
  bool ReadContent(char quote, bool triple, bool raw, Token& token);
  bool ReadEscape(Token& token);
  bool ReadHex(size_t digits, char32_t& value);
  bool ReadCharacter(Token& token);
  bool ReadOperator(Token& token);

  std::string_view text_;
  size_t position_ = 0;
};

/// Prints a string or bytes literal as Python's `repr` does.
std::string PythonRepr(std::u32string_view content, TokenKind kind);

}  // namespace norma::extract
