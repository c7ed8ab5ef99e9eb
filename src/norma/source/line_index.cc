#include "norma/source/line_index.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "norma/base/unicode.h"

namespace norma::source {

LineIndex LineIndex::Build(std::string_view bytes) {
  LineIndex index;
  index.size_ = static_cast<int64_t>(bytes.size());
  // Source has a terminator every 30 to 40 bytes; growing the vector would cost more than the scan.
  index.starts_.reserve(bytes.size() / 32 + 1);
  if (bytes.find('\r') == std::string_view::npos) {
    index.AddLinesWithoutCr(bytes);
  } else {
    index.AddLines(bytes);
  }
  const int64_t last_line = index.size_ - index.starts_.back();
  index.max_line_bytes_ = std::max(index.max_line_bytes_, last_line);
  index.starts_.shrink_to_fit();
  if (!IsAscii(bytes)) {
    index.FindNonAsciiLines(bytes);
  }
  return index;
}

void LineIndex::AddLinesWithoutCr(std::string_view bytes) {
  const char* const begin = bytes.data();
  const char* const end = begin + bytes.size();
  const char* start = begin;
  while (start != end) {
    const void* found = std::memchr(start, '\n', static_cast<size_t>(end - start));
    if (found == nullptr) {
      break;
    }
    const char* terminator = static_cast<const char*>(found);
    max_line_bytes_ = std::max(max_line_bytes_, static_cast<int64_t>(terminator - start));
    start = terminator + 1;
    starts_.push_back(start - begin);
    has_lf_ = true;
  }
}

void LineIndex::AddLines(std::string_view bytes) {
  // Both finds are kept until the scan passes them, so that neither byte is searched for twice.
  size_t start = 0;
  size_t lf = bytes.find('\n');
  size_t cr = bytes.find('\r');
  for (size_t at = std::min(lf, cr); at != std::string_view::npos; at = std::min(lf, cr)) {
    max_line_bytes_ = std::max(max_line_bytes_, static_cast<int64_t>(at - start));
    start = at + 1;
    if (at == lf) {
      has_lf_ = true;
    } else if (lf == at + 1) {
      has_crlf_ = true;
      ++start;
    } else {
      has_lone_cr_ = true;
    }
    starts_.push_back(static_cast<int64_t>(start));
    lf = lf < start ? bytes.find('\n', start) : lf;
    cr = cr < start ? bytes.find('\r', start) : cr;
  }
}

void LineIndex::FindNonAsciiLines(std::string_view bytes) {
  is_non_ascii_.resize(starts_.size());
  for (size_t line = 0; line < starts_.size(); ++line) {
    const auto begin = static_cast<size_t>(starts_[line]);
    const size_t end =
        line + 1 < starts_.size() ? static_cast<size_t>(starts_[line + 1]) : bytes.size();
    if (!IsAscii(bytes.substr(begin, end - begin))) {
      is_non_ascii_[line] = true;
      non_ascii_lines_.push_back(static_cast<int32_t>(line));
    }
  }
}

int64_t LineIndex::LineOf(int64_t offset) const {
  assert(offset >= 0 && offset <= size_);
  return std::ranges::upper_bound(starts_, offset) - starts_.begin() - 1;
}

ByteRange LineIndex::ContentRange(std::string_view bytes, int64_t line) const {
  assert(line >= 0 && line < line_count() && static_cast<int64_t>(bytes.size()) == size_);
  const auto at = static_cast<size_t>(line);
  const int64_t begin = starts_[at];
  if (at + 1 == starts_.size()) {
    return {begin, size_};
  }
  int64_t end = starts_[at + 1] - 1;
  if (end > begin && bytes[static_cast<size_t>(end)] == '\n' &&
      bytes[static_cast<size_t>(end) - 1] == '\r') {
    --end;
  }
  return {begin, end};
}

std::string_view LineIndex::Content(std::string_view bytes, int64_t line) const {
  const ByteRange range = ContentRange(bytes, line);
  return bytes.substr(static_cast<size_t>(range.begin),
                      static_cast<size_t>(range.end - range.begin));
}

bool LineIndex::IsAsciiLine(int64_t line) const {
  return is_non_ascii_.empty() || !is_non_ascii_[static_cast<size_t>(line)];
}

}  // namespace norma::source
