#include "norma/extract/treesitter/type_tokens.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace norma::extract::treesitter {
namespace {

constexpr auto kConstants = std::to_array<std::string_view>({"False", "None", "True"});
constexpr auto kKeywords = std::to_array<std::string_view>(
    {"and",    "as",   "assert", "async",  "await",  "break",   "class",    "continue",
     "def",    "del",  "elif",   "else",   "except", "finally", "for",      "from",
     "global", "if",   "import", "in",     "is",     "lambda",  "nonlocal", "not",
     "or",     "pass", "raise",  "return", "try",    "while",   "with",     "yield"});
constexpr auto kLongOperators =
    std::to_array<std::string_view>({"**", "//", "<<", ">>", "==", "!=", "<=", ">=", ":=", "->"});

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsNameStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool IsSpace(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\\';
}

/// The length of a string literal at the start of `text`, prefix included; 0 if there is none.
size_t StringLength(std::string_view text) {
  size_t at = 0;
  while (at < text.size() && at < 2 &&
         std::string_view("bBfFrRtTuU").find(text[at]) != std::string_view::npos) {
    ++at;
  }
  if (at == text.size() || (text[at] != '"' && text[at] != '\'')) {
    return 0;
  }
  const char quote = text[at];
  const bool is_triple = text.size() >= at + 6 && text[at + 1] == quote && text[at + 2] == quote;
  const size_t width = is_triple ? 3 : 1;
  const std::string_view end = text.substr(at, width);
  for (at += width; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == quote && text.substr(at).starts_with(end)) {
      return at + width;
    }
  }
  return text.size();
}

Token NextToken(std::string_view text) {
  if (const size_t length = StringLength(text); length > 0) {
    return {TokenKind::kString, text.substr(0, length)};
  }
  const char c = text.front();
  size_t length = 1;
  if (IsNameStart(c) || IsDigit(c)) {
    // A fraction belongs to its number; an exponent's sign does not matter here.
    while (length < text.size() && (IsNameStart(text[length]) || IsDigit(text[length]) ||
                                    (IsDigit(c) && text[length] == '.'))) {
      ++length;
    }
    const std::string_view word = text.substr(0, length);
    if (IsDigit(c) || std::ranges::binary_search(kConstants, word)) {
      return {TokenKind::kConstant, word};
    }
    const bool is_keyword = std::ranges::binary_search(kKeywords, word);
    return {is_keyword ? TokenKind::kKeyword : TokenKind::kName, word};
  }
  if (text.starts_with("...")) {
    return {TokenKind::kConstant, text.substr(0, 3)};
  }
  if (c == '(' || c == '[' || c == '{') {
    return {TokenKind::kOpen, text.substr(0, 1)};
  }
  if (c == ')' || c == ']' || c == '}') {
    return {TokenKind::kClose, text.substr(0, 1)};
  }
  for (const std::string_view operator_text : kLongOperators) {
    if (text.starts_with(operator_text)) {
      return {TokenKind::kOperator, text.substr(0, operator_text.size())};
    }
  }
  return {TokenKind::kOperator, text.substr(0, 1)};
}

char CloserOf(char open) { return open == '(' ? ')' : open == '[' ? ']' : '}'; }

/// What the next token of an expression may be.
class ExpressionChecker {
 public:
  bool Accept(const Token& token) {
    switch (token.kind) {
      case TokenKind::kName:
      case TokenKind::kConstant:
        return AcceptOperand(false);
      case TokenKind::kString:
        return AcceptOperand(true);
      case TokenKind::kKeyword:
        return AcceptKeyword(token.text);
      case TokenKind::kOpen:
        if (after_dot_) {
          return false;
        }
        open_.push_back(token.text.front());
        wants_operand_ = true;
        after_open_ = true;
        after_string_ = false;
        return true;
      case TokenKind::kClose:
        return AcceptClose(token.text.front());
      case TokenKind::kOperator:
        return AcceptOperator(token.text);
    }
    return false;
  }

  bool Done() const { return open_.empty() && (!wants_operand_ || after_comma_) && !after_dot_; }

 private:
  bool AcceptOperand(bool is_string) {
    const bool joins = is_string && after_string_;
    if ((!wants_operand_ && !joins) || (after_dot_ && is_string)) {
      return false;
    }
    Reset();
    wants_operand_ = false;
    after_string_ = is_string;
    return true;
  }

  bool AcceptKeyword(std::string_view word) {
    const bool is_prefix = word == "not" || word == "lambda" || word == "await";
    const bool is_infix = word == "and" || word == "or" || word == "in" || word == "is" ||
                          word == "not" || word == "if" || word == "else" || word == "for";
    if (after_dot_ || (wants_operand_ ? !is_prefix && !(word == "in") : !is_infix)) {
      return false;
    }
    Reset();
    wants_operand_ = true;
    return true;
  }

  bool AcceptClose(char close) {
    const bool is_empty = after_open_ || after_comma_ || after_colon_;
    if (open_.empty() || CloserOf(open_.back()) != close || after_dot_ ||
        (wants_operand_ && !is_empty)) {
      return false;
    }
    open_.pop_back();
    Reset();
    wants_operand_ = false;
    return true;
  }

  bool AcceptOperator(std::string_view text) {
    if (after_dot_) {
      return false;
    }
    const bool is_unary = text == "-" || text == "+" || text == "~" || text == "*" || text == "**";
    const bool may_be_empty = text == ":" && !open_.empty();
    constexpr std::string_view kAllowed = "+-*/%@&|^~<>.,:=";
    if (kAllowed.find(text.front()) == std::string_view::npos && text != "!=") {
      return false;
    }
    if (wants_operand_ && !is_unary && !may_be_empty) {
      return false;
    }
    if ((text == ":" || text == "=" || text == ":=") && open_.empty()) {
      return false;
    }
    Reset();
    wants_operand_ = true;
    after_dot_ = text == ".";
    after_comma_ = text == ",";
    after_colon_ = text == ":";
    return true;
  }

  void Reset() { after_open_ = after_comma_ = after_colon_ = after_dot_ = after_string_ = false; }

  std::vector<char> open_;
  bool wants_operand_ = true;
  bool after_open_ = false;
  bool after_comma_ = false;
  bool after_colon_ = false;
  bool after_dot_ = false;
  bool after_string_ = false;
};

}  // namespace

std::vector<Token> Tokenize(std::string_view text) {
  std::vector<Token> tokens;
  while (!text.empty()) {
    if (IsSpace(text.front())) {
      text.remove_prefix(1);
    } else if (text.front() == '#') {
      text.remove_prefix(std::min(text.find_first_of("\r\n"), text.size()));
    } else {
      tokens.push_back(NextToken(text));
      text.remove_prefix(tokens.back().text.size());
    }
  }
  return tokens;
}

bool LooksLikeExpression(const std::vector<Token>& tokens) {
  ExpressionChecker checker;
  for (const Token& token : tokens) {
    if (!checker.Accept(token)) {
      return false;
    }
  }
  return !tokens.empty() && checker.Done();
}

}  // namespace norma::extract::treesitter
