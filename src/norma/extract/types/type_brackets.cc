#include <utility>

#include "norma/extract/types/type_descent_internal.h"
#include "norma/extract/types/type_rules_internal.h"

namespace norma::extract {

TypeParser::Maybe TypeParser::ParseParentheses() {
  Advance();
  if (!Enter()) {
    return std::nullopt;
  }
  std::vector<TypeText> items;
  bool has_comma = false;
  while (!token_.Is(")")) {
    Maybe item = ParseItem();
    if (!item) {
      return std::nullopt;
    }
    items.push_back(std::move(*item));
    if (!Take(",")) {
      break;
    }
    has_comma = true;
  }
  if (!Take(")")) {
    return std::nullopt;
  }
  Leave();
  if (items.size() == 1 && !has_comma) {
    return IsPlain(items.front()) ? Maybe(std::move(items.front())) : std::nullopt;
  }
  for (TypeText& item : items) {
    item = AsItem(std::move(item));
  }
  return TupleType(std::move(items));
}

TypeParser::Maybe TypeParser::ParseList() {
  Advance();
  if (!Enter()) {
    return std::nullopt;
  }
  std::vector<TypeText> items;
  while (!token_.Is("]")) {
    Maybe item = ParseItem();
    if (!item) {
      return std::nullopt;
    }
    items.push_back(AsItem(std::move(*item)));
    if (!Take(",")) {
      break;
    }
  }
  if (!Take("]")) {
    return std::nullopt;
  }
  Leave();
  return TypeText{.text = "[" + Joined(items) + "]"};
}

/// Reads a set or a dictionary. A mixture of both, which Python refuses, is refused here too.
TypeParser::Maybe TypeParser::ParseBraces() {
  Advance();
  if (!Enter()) {
    return std::nullopt;
  }
  std::vector<TypeText> items;
  bool has_entries = false;
  bool has_members = false;
  while (!token_.Is("}")) {
    Maybe item;
    if (Take("**")) {
      has_entries = true;
      item = ParseExpression();
      if (item) {
        item->text = "**" + item->text;
      }
    } else {
      item = ParseItem();
      if (item && IsPlain(*item) && Take(":")) {
        has_entries = true;
        Maybe value = ParseExpression();
        if (!value) {
          return std::nullopt;
        }
        item->text += ":" + value->text;
      } else {
        has_members = true;
      }
    }
    if (!item) {
      return std::nullopt;
    }
    items.push_back(std::move(*item));
    if (!Take(",")) {
      break;
    }
  }
  if (!Take("}") || (has_entries && has_members)) {
    return std::nullopt;
  }
  Leave();
  return TypeText{.text = "{" + Joined(items) + "}"};
}

TypeParser::Maybe TypeParser::ParseSubscript(TypeText base) {
  Advance();
  if (!Enter()) {
    return std::nullopt;
  }
  std::vector<TypeText> items;
  while (!token_.Is("]")) {
    Maybe item = ParseSubscriptItem();
    if (!item) {
      return std::nullopt;
    }
    items.push_back(AsItem(std::move(*item)));
    if (!Take(",")) {
      break;
    }
  }
  if (!Take("]") || items.empty()) {
    return std::nullopt;
  }
  Leave();
  return SubscriptType(std::move(base), std::move(items));
}

/// Reads an item or a slice `start:stop:step`, each part of which may be absent.
TypeParser::Maybe TypeParser::ParseSubscriptItem() {
  Maybe first;
  if (!token_.Is(":")) {
    first = ParseItem();
    if (!first || !token_.Is(":") || !IsPlain(*first)) {
      return first;
    }
  }
  std::string text = first ? std::move(first->text) : std::string();
  for (int colons = 0; colons < 2 && Take(":"); ++colons) {
    const bool is_step = colons == 1;
    const bool is_absent = token_.Is(":") || token_.Is(",") || token_.Is("]");
    if (!is_step || !is_absent) {
      text.push_back(':');
    }
    if (!is_absent) {
      Maybe bound = ParseExpression();
      if (!bound) {
        return std::nullopt;
      }
      text += bound->text;
    }
  }
  return TypeText{.kind = TypeKind::kSlice, .text = std::move(text)};
}

TypeParser::Maybe TypeParser::ParseCall(TypeText function) {
  Advance();
  if (!Enter()) {
    return std::nullopt;
  }
  std::vector<TypeText> arguments;
  while (!token_.Is(")")) {
    if (!ParseArgument(arguments)) {
      return std::nullopt;
    }
    if (!Take(",")) {
      break;
    }
  }
  if (!Take(")")) {
    return std::nullopt;
  }
  Leave();
  return CallType(std::move(function), arguments);
}

bool TypeParser::ParseArgument(std::vector<TypeText>& arguments) {
  TypeText argument;
  if (token_.Is("*") || token_.Is("**")) {
    argument.text = token_.text;
    Advance();
  } else if (token_.kind == TokenKind::kName) {
    // A keyword is not rewritten as a type name would be, so it must be known before.
    TypeLexer ahead = lexer_;
    Token next;
    ahead.Next(next);
    if (next.Is("=")) {
      argument.text = token_.text + "=";
      Advance();
      Advance();
    }
  }
  Maybe value = ParseExpression();
  if (!value) {
    return false;
  }
  if (!argument.text.empty()) {
    value = TypeText{.text = argument.text + value->text};
  }
  arguments.push_back(std::move(*value));
  return true;
}

}  // namespace norma::extract
