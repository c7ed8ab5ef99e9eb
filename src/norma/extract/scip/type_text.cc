#include "norma/extract/scip/type_text.h"

#include <algorithm>

#include "norma/extract/types/type_text.h"

namespace norma::extract::scip {
namespace {

constexpr size_t kMinFence = 3;
constexpr std::string_view kSpace = " \t\r\n";

/// How many backquotes the line begins with, after at most three spaces.
size_t FenceOf(std::string_view line) {
  const size_t indent = line.find_first_not_of(' ');
  if (indent == std::string_view::npos || indent > 3) {
    return 0;
  }
  line.remove_prefix(indent);
  const size_t end = std::min(line.find_first_not_of('`'), line.size());
  // What follows the quotes may not hold another one, or the line is inline code.
  return end >= kMinFence && line.find('`', end) == std::string_view::npos ? end : 0;
}

std::string_view Trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) {
    return {};
  }
  return text.substr(begin, text.find_last_not_of(kSpace) + 1 - begin);
}

}  // namespace

std::optional<std::string_view> FencedBlock(std::string_view markdown) {
  size_t fence = 0;
  size_t content = 0;
  for (size_t begin = 0; begin < markdown.size();) {
    const size_t end = std::min(markdown.find('\n', begin), markdown.size());
    const size_t quotes = FenceOf(markdown.substr(begin, end - begin));
    const size_t next = std::min(end + 1, markdown.size());
    if (fence == 0 && quotes > 0) {
      fence = quotes;
      content = next;
    } else if (fence > 0 && quotes >= fence) {
      return markdown.substr(content, begin - content);
    }
    begin = next;
  }
  return fence == 0 ? std::nullopt : std::optional(markdown.substr(content));
}

std::optional<std::string_view> TypeOfBlock(std::string_view block) {
  block = Trim(block);
  const std::string_view word = block.substr(0, block.find_first_of(kSpace));
  if (block.starts_with('(') || word == "def" || word == "class") {
    return std::nullopt;
  }
  return TypeForm(TypeRepr(block)) == "unknown" ? std::nullopt : std::optional(block);
}

}  // namespace norma::extract::scip
