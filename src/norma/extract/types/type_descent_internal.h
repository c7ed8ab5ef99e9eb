#pragma once

/// \file
/// The recursive descent behind ParseType(). Its methods lie in type_parser.cc, and those that read
/// what stands in brackets in type_brackets.cc.

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "norma/extract/types/type_lexer_internal.h"
#include "norma/extract/types/type_parser_internal.h"

namespace norma::extract {

/// CPython reads no deeper than 200 brackets; unary operators count here too.
inline constexpr int kMaxNesting = 200;

/// A recursive descent over the tokens. Each method returns nothing when the text is not what it
/// reads; the parse is then over.
class TypeParser {
 public:
  explicit TypeParser(std::string_view text) : lexer_(text) { Advance(); }

  std::optional<TypeText> Parse();

 private:
  using Maybe = std::optional<TypeText>;

  void Advance() { lexer_.Next(token_); }
  bool Take(std::string_view op) {
    if (!token_.Is(op)) {
      return false;
    }
    Advance();
    return true;
  }
  bool Enter() {
    return ++nesting_ <= kMaxNesting && (deepest_ = std::max(deepest_, nesting_)) > 0;
  }
  void Leave() { --nesting_; }

  Maybe ParseItem();
  Maybe ParseExpression();
  Maybe ParseBinary(Binding least);
  Maybe ParseUnary();
  Maybe ParsePostfix();
  Maybe ParseAtom();
  Maybe ParseName();
  Maybe ParseLiteral();
  Maybe ParseParentheses();
  Maybe ParseList();
  Maybe ParseBraces();
  Maybe ParseAttribute(TypeText base);
  Maybe ParseSubscript(TypeText base);
  Maybe ParseSubscriptItem();
  Maybe ParseCall(TypeText function);
  bool ParseArgument(std::vector<TypeText>& arguments);

  TypeLexer lexer_;
  Token token_;
  int nesting_ = 0;
  int deepest_ = 0;
};

}  // namespace norma::extract
