#include "norma/source/nesting.h"

#include <algorithm>
#include <array>
#include <vector>

#include "norma/source/encoding.h"

namespace norma::source {
namespace {

constexpr size_t kTabSize = 8;

// Bytes of code at which the scan has something to decide; all others are skipped.
constexpr std::array<bool, 256> MakeSpecial() {
  std::array<bool, 256> special{};
  for (const char c : {'(', '[', '{', ')', ']', '}', '#', '\'', '"', '\n', '\r', '\\', ':'}) {
    special[static_cast<uint8_t>(c)] = true;
  }
  return special;
}
constexpr std::array<bool, 256> kSpecial = MakeSpecial();

enum class Mode {
  kText,   ///< literal text of an f-string
  kField,  ///< code in the braces of an f-string
  kSpec,   ///< format text after the colon of a field
};

struct Frame {
  Mode mode;
  int32_t brackets;  ///< kText: open before the string. Else: open with the field's own brace
  char quote = 0;    ///< kText only, as are the others
  bool triple = false;
  size_t start = 0;  ///< of the text after the opening quotes
};

/// Walks code and f-strings with a stack of its own, so that no input is too deep for it.
class NestingScan {
 public:
  NestingScan(std::string_view bytes, const NestingLimits& limits)
      : bytes_(bytes), limits_(limits) {}

  std::optional<NestingExcess> Run() {
    at_ = bytes_.starts_with(kUtf8Mark) ? kUtf8Mark.size() : 0;
    StartLine();
    do {
      while (at_ < bytes_.size() && !excess_.has_value()) {
        Step();
      }
    } while (!excess_.has_value() && RestartUnclosedString());
    return excess_;
  }

 private:
  void Step() {
    const char c = bytes_[at_];
    if (!frames_.empty() && frames_.back().mode != Mode::kField) {
      StepInText(c);
    } else if (kSpecial[static_cast<uint8_t>(c)]) {
      StepInCode(c);
    } else {
      ++at_;
    }
  }

  void StepInCode(char c) {
    const bool at_field_level = !frames_.empty() && brackets_ == frames_.back().brackets;
    switch (c) {
      case '(':
      case '[':
      case '{':
        Open();
        break;
      case '}':
        if (at_field_level) {
          --brackets_;
          frames_.pop_back();
          ++at_;
          break;
        }
        [[fallthrough]];
      case ')':
      case ']':
        brackets_ = std::max(frames_.empty() ? 0 : frames_.back().brackets, brackets_ - 1);
        ++at_;
        break;
      case ':':
        if (at_field_level) {
          frames_.push_back({Mode::kSpec, brackets_});
        }
        ++at_;
        break;
      case '#':
        at_ = std::min(bytes_.find_first_of("\r\n", at_), bytes_.size());
        break;
      case '\\':
        SkipEscape();
        break;
      case '\'':
      case '"':
        BeginString(c);
        break;
      default:  // the end of a line
        ++at_;
        if (brackets_ == 0) {
          StartLine();
        }
        break;
    }
  }

  void StepInText(char c) {
    const Frame frame = frames_.back();
    const bool is_spec = frame.mode == Mode::kSpec;
    if (c == '{') {
      if (!is_spec && Next(1) == '{') {
        at_ += 2;
        return;
      }
      Open();
      frames_.push_back({Mode::kField, brackets_});
    } else if (c == '}' && is_spec) {
      frames_.resize(frames_.size() - 2);  // the format text and its field
      --brackets_;
      ++at_;
    } else if (c == '\\') {
      SkipEscape();
    } else if ((c == '\n' || c == '\r') && !EnclosingString().triple) {
      EndString();  // unclosed
    } else if (c == frame.quote && !is_spec && (!frame.triple || IsTriple(c))) {
      at_ += frame.triple ? 3 : 1;
      EndString();
    } else {
      ++at_;
    }
  }

  void Open() {
    if (++brackets_ > limits_.brackets) {
      excess_ = {"brackets", static_cast<int64_t>(at_)};
    }
    ++at_;
  }

  // In code this continues a line, which then has no indentation of its own.
  void SkipEscape() { at_ += Next(1) == '\r' && Next(2) == '\n' ? 3 : 2; }

  void BeginString(char quote) {
    const bool triple = IsTriple(quote) && !Unclosed(quote);
    const bool has_fields = HasFieldPrefix();
    at_ += triple ? 3 : 1;
    if (has_fields) {
      frames_.push_back({Mode::kText, brackets_, quote, triple, at_});
    } else {
      SkipString(quote, triple);
    }
  }

  // Passes a string without fields. One that is not closed is taken for code behind its quotes,
  // since the parser's recovery may see it so; its kind cannot begin again before the line (triple:
  // the file) ends, which keeps the scan linear.
  void SkipString(char quote, bool triple) {
    const size_t start = at_;
    while (at_ < bytes_.size()) {
      const char c = bytes_[at_];
      if (c == '\\') {
        SkipEscape();
      } else if (c == quote && (!triple || IsTriple(quote))) {
        at_ += triple ? 3 : 1;
        return;
      } else if (!triple && (c == '\n' || c == '\r')) {
        break;
      } else {
        ++at_;
      }
    }
    if (triple) {
      Unclosed(quote) = true;
    }
    at_ = start;
  }

  // At the end of the file: an f-string in three quotes that is still open is taken for code too.
  bool RestartUnclosedString() {
    const auto open = std::ranges::find_if(
        frames_, [](const Frame& frame) { return frame.mode == Mode::kText && frame.triple; });
    if (open == frames_.end()) {
      return false;
    }
    at_ = open->start;
    brackets_ = open->brackets;
    Unclosed(open->quote) = true;
    frames_.erase(open, frames_.end());
    return true;
  }

  const Frame& EnclosingString() const {
    return *std::find_if(frames_.rbegin(), frames_.rend(),
                         [](const Frame& frame) { return frame.mode == Mode::kText; });
  }

  void EndString() {
    while (frames_.back().mode != Mode::kText) {
      frames_.pop_back();
    }
    brackets_ = frames_.back().brackets;
    frames_.pop_back();
  }

  // Whether the letters right before the quote at at_ make it an f-string or t-string.
  bool HasFieldPrefix() const {
    size_t begin = at_;
    bool has_fields = false;
    while (begin > 0 && at_ - begin < 3) {
      const char c = static_cast<char>(bytes_[begin - 1] | 0x20);
      if (c != 'f' && c != 't' && c != 'r' && c != 'b') {
        break;
      }
      has_fields = has_fields || c == 'f' || c == 't';
      --begin;
    }
    const char before = begin == 0 ? ' ' : bytes_[begin - 1];
    const char folded = static_cast<char>(before | 0x20);
    const bool in_a_name = (folded >= 'a' && folded <= 'z') || before == '_';
    return has_fields && !in_a_name;
  }

  bool IsTriple(char quote) const { return Next(1) == quote && Next(2) == quote; }
  char Next(size_t ahead) const { return at_ + ahead < bytes_.size() ? bytes_[at_ + ahead] : '\0'; }
  bool& Unclosed(char quote) { return unclosed_triple_[quote == '"' ? 1 : 0]; }

  // Measures the indentation of the line at at_, unless it is blank or a comment.
  void StartLine() {
    size_t width = 0;
    for (; at_ < bytes_.size(); ++at_) {
      if (bytes_[at_] == ' ') {
        ++width;
      } else if (bytes_[at_] == '\t') {
        width = (width / kTabSize + 1) * kTabSize;
      } else if (bytes_[at_] == '\f') {
        width = 0;
      } else {
        break;
      }
    }
    if (at_ == bytes_.size() || bytes_[at_] == '\n' || bytes_[at_] == '\r' || bytes_[at_] == '#') {
      return;
    }
    while (!indentation_.empty() && indentation_.back() > width) {
      indentation_.pop_back();
    }
    if (width > 0 && (indentation_.empty() || indentation_.back() < width)) {
      indentation_.push_back(width);
    }
    if (static_cast<int64_t>(indentation_.size()) > limits_.indentation) {
      excess_ = {"indentation", static_cast<int64_t>(at_)};
    }
  }

  const std::string_view bytes_;
  const NestingLimits limits_;
  size_t at_ = 0;
  int32_t brackets_ = 0;
  std::array<bool, 2> unclosed_triple_ = {};  // by quote: no string of this kind is closed again
  std::vector<Frame> frames_;
  std::vector<size_t> indentation_;
  std::optional<NestingExcess> excess_;
};

}  // namespace

std::optional<NestingExcess> FindNestingExcess(std::string_view bytes,
                                               const NestingLimits& limits) {
  return NestingScan(bytes, limits).Run();
}

}  // namespace norma::source
