#include "norma/contract/check_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace norma::contract {
namespace {

// Each of these opens a query, or reads something that is not the row.
constexpr std::array<std::string_view, 6> kRefusedWords = {"select", "with",   "values",
                                                           "table",  "exists", "over"};
constexpr std::string_view kOperators = "+-*/%=<>!|&^~.,:";

bool IsWordStart(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool IsWordPart(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

Error Refused(std::string_view why, std::string_view text) {
  return Error{ErrorKind::kInvalidArgument, fmt::format("{}: {}", why, text)};
}

/// Goes over the text once; remembers the brackets that are open and the names that it met.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  Status Scan() {
    while (at_ < text_.size()) {
      NORMA_RETURN_IF_ERROR(Step());
    }
    return open_.empty() ? Status()
                         : Status(Refused("a bracket of the check is not closed", text_));
  }

  const std::vector<std::string>& names() const { return names_; }

 private:
  Status Step() {
    const char c = text_[at_];
    const std::string_view two = text_.substr(at_, 2);
    if (two == "--" || two == "/*" || two == "*/") {
      return Refused("a check must not hold a comment", text_);
    }
    if (c == '\'' || c == '"') {
      return Quoted(c);
    }
    if (IsWordStart(c)) {
      return Word();
    }
    if (c == '(' || c == '[') {
      open_ += c;
    } else if (c == ')' || c == ']') {
      if (open_.empty() || open_.back() != (c == ')' ? '(' : '[')) {
        return Refused("a bracket of the check was never opened", text_);
      }
      open_.pop_back();
    } else if (c != ' ' && std::isdigit(static_cast<unsigned char>(c)) == 0 &&
               kOperators.find(c) == std::string_view::npos) {
      return Refused(fmt::format("a check must not hold the byte 0x{:02x}",
                                 static_cast<unsigned>(static_cast<unsigned char>(c))),
                     text_);
    }
    ++at_;
    return {};
  }

  Status Quoted(char quote) {
    const size_t begin = at_ + 1;
    size_t end = begin;
    while (true) {
      end = text_.find(quote, end);
      if (end == std::string_view::npos) {
        return Refused("a quote of the check is not closed", text_);
      }
      if (end + 1 >= text_.size() || text_[end + 1] != quote) {
        break;
      }
      end += 2;
    }
    const std::string_view inside = text_.substr(begin, end - begin);
    if (inside.find('\\') != std::string_view::npos ||
        inside.find('\0') != std::string_view::npos) {
      return Refused("quoted text of a check must not hold a backslash or NUL", text_);
    }
    if (quote == '"') {
      names_.emplace_back(inside);
    }
    at_ = end + 1;
    return {};
  }

  Status Word() {
    std::string word;
    while (at_ < text_.size() && IsWordPart(text_[at_])) {
      word += static_cast<char>(std::tolower(static_cast<unsigned char>(text_[at_])));
      ++at_;
    }
    // `E'…'`, `X'…'` and their like have other rules for what is inside.
    if (at_ < text_.size() && text_[at_] == '\'') {
      return Refused("a check must not hold a prefixed text", text_);
    }
    if (std::ranges::find(kRefusedWords, word) != kRefusedWords.end()) {
      return Refused(fmt::format("a check must not hold the word {}", word), text_);
    }
    names_.push_back(std::move(word));
    return {};
  }

  std::string_view text_;
  size_t at_ = 0;
  std::string open_;
  std::vector<std::string> names_;
};

}  // namespace

Result<std::vector<std::string>> CheckColumns(std::string_view text,
                                              const std::vector<std::string>& columns) {
  if (text.size() > kMaxCheckBytes) {
    return Error{ErrorKind::kLimitExceeded,
                 fmt::format("a check is longer than {} bytes: {}", kMaxCheckBytes, text.size())};
  }
  Scanner scanner(text);
  NORMA_RETURN_IF_ERROR(scanner.Scan());
  std::vector<std::string> found;
  for (const std::string& column : columns) {
    if (std::ranges::find(scanner.names(), column) != scanner.names().end()) {
      found.push_back(column);
    }
  }
  if (found.empty()) {
    return Refused("a check must name a column of its table", text);
  }
  std::ranges::sort(found);
  return found;
}

}  // namespace norma::contract
