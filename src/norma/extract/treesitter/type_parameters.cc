#include "norma/extract/treesitter/type_parameters.h"

#include <cstddef>
#include <string>
#include <utility>

namespace norma::extract::treesitter {
namespace {

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

size_t SkipString(std::string_view text, size_t at) {
  const char quote = text[at];
  const size_t width =
      text.substr(at, 3) == std::string_view("\"\"\"") || text.substr(at, 3) == "'''" ? 3 : 1;
  for (at += width; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == quote && text.substr(at, width) == std::string(width, quote)) {
      return at + width;
    }
  }
  return text.size();
}

size_t SkipComment(std::string_view text, size_t at) {
  const size_t end = text.find_first_of("\r\n", at);
  return end == std::string_view::npos ? text.size() : end;
}

class Reader {
 public:
  Reader(std::string_view list, uint32_t offset)
      : text_(list.substr(0, list.ends_with(']') ? list.size() - 1 : list.size())),
        offset_(offset) {}

  std::vector<TypeParameter> Read() {
    std::vector<TypeParameter> parameters;
    while (at_ < text_.size()) {
      TypeParameter parameter = ReadOne();
      if (!parameter.name.empty()) {
        parameters.push_back(std::move(parameter));
      }
    }
    return parameters;
  }

 private:
  void SkipSpace() {
    while (at_ < text_.size() && (IsSpace(text_[at_]) || text_[at_] == '#' || text_[at_] == '\\')) {
      at_ = text_[at_] == '#' ? SkipComment(text_, at_) : at_ + 1;
    }
  }

  TextSpan Span(size_t begin, size_t end) const {
    return TextSpan{static_cast<uint32_t>(offset_ + begin), static_cast<uint32_t>(offset_ + end)};
  }

  TypeParameter ReadOne() {
    TypeParameter parameter;
    SkipSpace();
    while (at_ < text_.size() && text_[at_] == '*') {
      ++at_;
      SkipSpace();
    }
    const size_t begin = at_;
    while (at_ < text_.size() && IsNameByte(text_[at_])) {
      ++at_;
    }
    parameter.name = Span(begin, at_);
    SkipSpace();
    if (at_ < text_.size() && text_[at_] == ':') {
      ++at_;
      parameter.bound = ReadExpression("=,");
    }
    if (at_ < text_.size() && text_[at_] == '=') {
      ++at_;
      parameter.default_value = ReadExpression(",");
    }
    ReadExpression(",");  // what belongs to no parameter
    ++at_;
    return parameter;
  }

  /// Reads up to one of `stops` outside of brackets, without space at the ends.
  TextSpan ReadExpression(std::string_view stops) {
    SkipSpace();
    const size_t begin = at_;
    size_t end = at_;
    size_t depth = 0;
    while (at_ < text_.size() && (depth > 0 || stops.find(text_[at_]) == std::string_view::npos)) {
      const char c = text_[at_];
      if (c == '#') {
        at_ = SkipComment(text_, at_);
        continue;
      }
      if (c == '"' || c == '\'') {
        at_ = SkipString(text_, at_);
        end = at_;
        continue;
      }
      if (c == '[' || c == '(' || c == '{') {
        ++depth;
      } else if ((c == ']' || c == ')' || c == '}') && depth > 0) {
        --depth;
      }
      ++at_;
      end = IsSpace(c) ? end : at_;
    }
    return Span(begin, end);
  }

  const std::string_view text_;
  const uint32_t offset_;
  size_t at_ = 1;  // past the opening bracket
};

}  // namespace

std::vector<TypeParameter> ReadTypeParameters(std::string_view list, uint32_t offset) {
  return Reader(list, offset).Read();
}

}  // namespace norma::extract::treesitter
