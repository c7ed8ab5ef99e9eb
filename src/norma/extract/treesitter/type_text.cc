#include "norma/extract/treesitter/type_text.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "norma/extract/treesitter/string_literal.h"
#include "norma/extract/treesitter/type_tokens.h"

namespace norma::extract::treesitter {
namespace {

/// A string in a string in a string: deeper ones stay as they are.
constexpr int kMaxStringDepth = 4;

/// How strings are to be read inside an open bracket.
enum class Mode : uint8_t {
  kTypes,      // strings are annotations
  kAnnotated,  // the first element is a type, the others are metadata
  kValues,     // strings are values: Literal, calls, displays
};

struct Bracket {
  Mode mode = Mode::kTypes;
  bool is_call = false;  // name= is a keyword in it
};

bool IsTypingName(std::string_view chain, std::string_view name) {
  return chain == name || chain == "typing." + std::string(name) ||
         chain == "typing_extensions." + std::string(name);
}

/// Whether content can stand inside a larger annotation without parentheses of its own.
bool IsTight(const std::vector<Token>& tokens) {
  size_t depth = 0;
  for (const Token& token : tokens) {
    if (token.kind == TokenKind::kOpen) {
      ++depth;
    } else if (token.kind == TokenKind::kClose) {
      --depth;
    } else if (depth == 0 && (token.kind == TokenKind::kKeyword || token.text == ",")) {
      return false;
    }
  }
  return true;
}

class Writer {
 public:
  Writer(uint32_t scope, NameTable& names, Resolver& resolver)
      : scope_(scope), names_(names), resolver_(resolver) {}

  std::string Resolve(std::string_view text, int depth) {
    const std::vector<Token> tokens = Tokenize(text);
    std::string out;
    std::vector<Bracket> brackets;
    std::string chain;  // the dotted chain that ends at the last token
    const char* copied = text.data();
    for (size_t i = 0; i < tokens.size(); ++i) {
      const Token& token = tokens[i];
      out.append(copied, token.text.data());
      copied = token.text.data() + token.text.size();
      const bool after_dot = i > 0 && tokens[i - 1].text == ".";
      switch (token.kind) {
        case TokenKind::kName: {
          const bool is_keyword = !brackets.empty() && brackets.back().is_call &&
                                  i + 1 < tokens.size() && tokens[i + 1].text == "=";
          if (after_dot) {
            chain += names_.Text(names_.Intern(token.text));
            out += token.text;
          } else {
            const std::string_view head = is_keyword ? token.text : HeadText(token.text);
            chain = head;
            out += head;
          }
          continue;
        }
        case TokenKind::kOpen:
          brackets.push_back(
              BracketAfter(token, i > 0 ? &tokens[i - 1] : nullptr, chain, brackets));
          break;
        case TokenKind::kClose:
          if (!brackets.empty()) {
            brackets.pop_back();
          }
          break;
        case TokenKind::kString:
          i = WriteStrings(tokens, i, text, brackets, depth, out);
          copied = tokens[i].text.data() + tokens[i].text.size();
          chain.clear();
          continue;
        case TokenKind::kOperator:
          if (token.text == "." && !chain.empty()) {
            chain += '.';
            out += token.text;
            continue;
          }
          if (token.text == "," && !brackets.empty() && brackets.back().mode == Mode::kAnnotated) {
            brackets.back().mode = Mode::kValues;
          }
          break;
        case TokenKind::kConstant:
        case TokenKind::kKeyword:
          break;
      }
      chain.clear();
      out += token.text;
    }
    out.append(copied, text.data() + text.size());
    return out;
  }

 private:
  std::string_view HeadText(std::string_view name) {
    const NameTable::Id id = names_.Intern(name);
    const std::string_view target = resolver_.TypeTargetOf(scope_, id);
    return target.empty() ? name : target;
  }

  static Bracket BracketAfter(const Token& open, const Token* before, std::string_view chain,
                              const std::vector<Bracket>& brackets) {
    const Mode outer = brackets.empty() ? Mode::kTypes : brackets.back().mode;
    const bool follows_operand = before != nullptr && (before->kind == TokenKind::kName ||
                                                       before->kind == TokenKind::kClose ||
                                                       before->kind == TokenKind::kString);
    if (outer == Mode::kValues) {
      return Bracket{Mode::kValues, open.text == "(" && follows_operand};
    }
    if (open.text == "[" && follows_operand) {
      if (IsTypingName(chain, "Literal")) {
        return Bracket{Mode::kValues, false};
      }
      return Bracket{IsTypingName(chain, "Annotated") ? Mode::kAnnotated : Mode::kTypes, false};
    }
    if (open.text == "(" && follows_operand) {
      return Bracket{Mode::kValues, true};
    }
    return Bracket{open.text == "{" ? Mode::kValues : Mode::kTypes, false};
  }

  /// Writes a string literal, or several that Python joins.
  /// \return the index of the last one.
  size_t WriteStrings(const std::vector<Token>& tokens, size_t first, std::string_view text,
                      const std::vector<Bracket>& brackets, int depth, std::string& out) {
    size_t last = first;
    while (last + 1 < tokens.size() && tokens[last + 1].kind == TokenKind::kString) {
      ++last;
    }
    const bool is_value = !brackets.empty() && brackets.back().mode == Mode::kValues;
    std::optional<std::string> content;
    if (!is_value && depth < kMaxStringDepth) {
      content = Join(tokens, first, last);
    }
    const char* begin = tokens[first].text.data();
    const char* end = tokens[last].text.data() + tokens[last].text.size();
    if (!content.has_value()) {
      out.append(begin, end);
      return last;
    }
    const std::vector<Token> inner = Tokenize(*content);
    if (!LooksLikeExpression(inner)) {
      out += *content;
      return last;
    }
    const bool is_whole = begin == text.data() && end == text.data() + text.size();
    const bool needs_parentheses = !is_whole && !IsTight(inner);
    out += needs_parentheses ? "(" : "";
    out += Resolve(*content, depth + 1);
    out += needs_parentheses ? ")" : "";
    return last;
  }

  static std::optional<std::string> Join(const std::vector<Token>& tokens, size_t first,
                                         size_t last) {
    std::string joined;
    for (size_t i = first; i <= last; ++i) {
      const auto part = EvaluateTextLiteral(tokens[i].text);
      if (!part.has_value()) {
        return std::nullopt;
      }
      joined += *part;
    }
    return joined;
  }

  const uint32_t scope_;
  NameTable& names_;
  Resolver& resolver_;
};

}  // namespace

std::string ResolveTypeText(std::string_view text, uint32_t scope, NameTable& names,
                            Resolver& resolver) {
  return Writer(scope, names, resolver).Resolve(text, 0);
}

}  // namespace norma::extract::treesitter
