#include <utility>

#include "norma/extract/types/type_descent_internal.h"
#include "norma/extract/types/type_rules_internal.h"

namespace norma::extract {

std::optional<TypeText> TypeParser::Parse() {
  Maybe first = ParseItem();
  if (!first) {
    return std::nullopt;
  }
  TypeText result = AsItem(std::move(*first));
  if (token_.Is(",")) {
    // The printed form gets parentheses, which must not go past the limit when it is read again.
    if (deepest_ == kMaxNesting) {
      return std::nullopt;
    }
    std::vector<TypeText> items;
    items.push_back(std::move(result));
    while (Take(",") && token_.kind != TokenKind::kEnd) {
      Maybe item = ParseItem();
      if (!item) {
        return std::nullopt;
      }
      items.push_back(AsItem(std::move(*item)));
    }
    result = TupleType(std::move(items));
  }
  return token_.kind == TokenKind::kEnd ? Maybe(std::move(result)) : std::nullopt;
}

TypeParser::Maybe TypeParser::ParseItem() {
  if (!Take("*")) {
    return ParseExpression();
  }
  Maybe inner = ParseExpression();
  return inner ? Maybe(StarType(std::move(*inner))) : std::nullopt;
}

TypeParser::Maybe TypeParser::ParseExpression() {
  Maybe first = ParseBinary(Binding::kXor);
  if (!first || !token_.Is("|")) {
    return first;
  }
  // All members of a chain at once, so that a long one is sorted once.
  std::vector<TypeText> members;
  members.push_back(std::move(*first));
  while (Take("|")) {
    Maybe member = ParseBinary(Binding::kXor);
    if (!member) {
      return std::nullopt;
    }
    members.push_back(std::move(*member));
  }
  return UnionType(std::move(members));
}

namespace {

Binding BindingOf(const Token& token) {
  if (token.kind != TokenKind::kOperator) {
    return Binding::kLoosest;
  }
  const std::string_view op = token.text;
  if (op == "^") {
    return Binding::kXor;
  }
  if (op == "&") {
    return Binding::kAnd;
  }
  if (op == "<<" || op == ">>") {
    return Binding::kShift;
  }
  if (op == "+" || op == "-") {
    return Binding::kSum;
  }
  if (op == "*" || op == "/" || op == "//" || op == "%" || op == "@") {
    return Binding::kProduct;
  }
  return Binding::kLoosest;
}

}  // namespace

TypeParser::Maybe TypeParser::ParseBinary(Binding least) {
  Maybe left = ParseUnary();
  while (left) {
    const Binding binding = BindingOf(token_);
    if (binding < least) {
      return left;
    }
    const std::string op = token_.text;
    Advance();
    const auto tighter = static_cast<Binding>(static_cast<uint8_t>(binding) + 1);
    Maybe right = ParseBinary(tighter);
    if (!right) {
      return std::nullopt;
    }
    std::string text = Wrapped(std::move(*left), binding);
    text += op;
    text += Wrapped(std::move(*right), tighter);
    left = TypeText{.binding = binding, .text = std::move(text)};
  }
  return std::nullopt;
}

TypeParser::Maybe TypeParser::ParseUnary() {
  if (token_.Is("-") || token_.Is("+") || token_.Is("~")) {
    std::string text = token_.text;
    Advance();
    if (!Enter()) {
      return std::nullopt;
    }
    Maybe operand = ParseUnary();
    Leave();
    if (!operand) {
      return std::nullopt;
    }
    text += Wrapped(std::move(*operand), Binding::kUnary);
    return TypeText{.binding = Binding::kUnary, .text = std::move(text)};
  }
  Maybe base = ParsePostfix();
  if (!base || !Take("**")) {
    return base;
  }
  if (!Enter()) {
    return std::nullopt;
  }
  Maybe exponent = ParseUnary();
  Leave();
  if (!exponent) {
    return std::nullopt;
  }
  std::string text = Wrapped(std::move(*base), Binding::kAtom) + "**";
  text += Wrapped(std::move(*exponent), Binding::kUnary);
  return TypeText{.binding = Binding::kPower, .text = std::move(text)};
}

TypeParser::Maybe TypeParser::ParsePostfix() {
  Maybe value = ParseAtom();
  while (value) {
    if (token_.Is(".")) {
      value = ParseAttribute(std::move(*value));
    } else if (token_.Is("[")) {
      value = ParseSubscript(std::move(*value));
    } else if (token_.Is("(")) {
      value = ParseCall(std::move(*value));
    } else {
      return value;
    }
  }
  return std::nullopt;
}

TypeParser::Maybe TypeParser::ParseAtom() {
  if (token_.kind == TokenKind::kName) {
    return ParseName();
  }
  if (token_.Is("(")) {
    return ParseParentheses();
  }
  if (token_.Is("[")) {
    return ParseList();
  }
  if (token_.Is("{")) {
    return ParseBraces();
  }
  return ParseLiteral();
}

/// Reads a whole dotted name before it is rewritten: `List.x` is not `list.x`.
TypeParser::Maybe TypeParser::ParseName() {
  std::string name = token_.text;
  Advance();
  while (Take(".")) {
    if (token_.kind != TokenKind::kName) {
      return std::nullopt;
    }
    name.push_back('.');
    name += token_.text;
    Advance();
  }
  return NameType(std::move(name));
}

TypeParser::Maybe TypeParser::ParseLiteral() {
  const TokenKind kind = token_.kind;
  TypeText value;
  if (kind == TokenKind::kNone) {
    value = NoneType();
  } else if (kind == TokenKind::kEllipsis) {
    value.text = "...";
  } else if (kind == TokenKind::kConstant) {
    value.text = token_.text;
  } else if (kind == TokenKind::kNumber) {
    value.kind = TypeKind::kNumber;
    value.text = token_.text;
  } else if (kind == TokenKind::kString || kind == TokenKind::kBytes) {
    std::u32string content = token_.content;
    for (Advance(); token_.kind == kind; Advance()) {
      content += token_.content;
    }
    value.text = PythonRepr(content, kind);
    const bool is_mixed = token_.kind == TokenKind::kString || token_.kind == TokenKind::kBytes;
    return is_mixed ? std::nullopt : Maybe(std::move(value));
  } else {
    return std::nullopt;
  }
  Advance();
  return value;
}

TypeParser::Maybe TypeParser::ParseAttribute(TypeText base) {
  Advance();
  // `1 .real` would need parentheses of its own; no type is written so.
  if (token_.kind != TokenKind::kName || base.kind == TypeKind::kNumber) {
    return std::nullopt;
  }
  const bool is_named = base.kind == TypeKind::kName;
  std::string text = Wrapped(std::move(base), Binding::kAtom) + "." + token_.text;
  Advance();
  return is_named ? NameType(std::move(text)) : TypeText{.text = std::move(text)};
}

std::optional<TypeText> ParseType(std::string_view text) { return TypeParser(text).Parse(); }

}  // namespace norma::extract
