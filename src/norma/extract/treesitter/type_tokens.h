#pragma once

/// \file
/// The tokens of an annotation.

#include <cstdint>
#include <string_view>
#include <vector>

namespace norma::extract::treesitter {

enum class TokenKind : uint8_t {
  kName,      // an identifier that is no keyword
  kConstant,  // a number, None, True, False or an ellipsis
  kKeyword,
  kString,
  kOpen,      // ( [ {
  kClose,     // ) ] }
  kOperator,  // everything else
};

struct Token {
  TokenKind kind = TokenKind::kOperator;
  std::string_view text;
};

/// Splits an expression. Space and comments give no token. Any text is accepted.
std::vector<Token> Tokenize(std::string_view text);

/// Whether the tokens can be an expression: brackets match, and operands and operators alternate.
/// Words of a sentence do not pass.
bool LooksLikeExpression(const std::vector<Token>& tokens);

}  // namespace norma::extract::treesitter
