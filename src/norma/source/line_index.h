#pragma once

/// \file
/// Where the lines of a file begin.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace norma::source {

/// Offsets of a part of a file, half open.
struct ByteRange {
  int64_t begin = 0;
  int64_t end = 0;

  friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

/// The lines of one file. A line ends after LF, after CRLF, and after a lone CR; nothing else ends
/// a line. A file that ends with a terminator has a last, empty line. A plain value; const methods
/// are safe from any thread. Does not keep the bytes.
class LineIndex {
 public:
  /// The index of an empty file.
  LineIndex() = default;

  /// One pass for each of LF, CR and non-ASCII bytes; above 1 GB/s on ordinary source.
  static LineIndex Build(std::string_view bytes);

  /// Offset of the first byte of each line; never empty, the first is 0.
  std::span<const int64_t> starts() const { return starts_; }
  int64_t line_count() const { return static_cast<int64_t>(starts_.size()); }
  /// Bytes of the file.
  int64_t size() const { return size_; }

  /// The line that holds the byte at `offset`; an offset at the end of the file is on the last
  /// line.
  /// \param offset 0 to size().
  int64_t LineOf(int64_t offset) const;

  /// The bytes of a line without its terminator.
  /// \param bytes those that the index was built from.
  /// \param line 0 to line_count() - 1.
  ByteRange ContentRange(std::string_view bytes, int64_t line) const;
  std::string_view Content(std::string_view bytes, int64_t line) const;

  /// Whether no byte of the line is 0x80 or above. Constant time.
  bool IsAsciiLine(int64_t line) const;
  /// Numbers of the lines that hold a byte of 0x80 or above, ascending.
  std::span<const int32_t> non_ascii_lines() const { return non_ascii_lines_; }

  bool ascii() const { return non_ascii_lines_.empty(); }
  bool has_lf() const { return has_lf_; }  ///< a LF that no CR precedes
  bool has_crlf() const { return has_crlf_; }
  bool has_lone_cr() const { return has_lone_cr_; }
  /// A lone CR and no LF at all, neither alone nor in CRLF.
  bool cr_only() const { return has_lone_cr_ && !has_lf_ && !has_crlf_; }
  /// Bytes of the longest line, without its terminator.
  int64_t max_line_bytes() const { return max_line_bytes_; }

 private:
  void AddLinesWithoutCr(std::string_view bytes);
  void AddLines(std::string_view bytes);
  void FindNonAsciiLines(std::string_view bytes);

  std::vector<int64_t> starts_ = {0};
  int64_t size_ = 0;
  std::vector<int32_t> non_ascii_lines_;
  std::vector<bool> is_non_ascii_;  // by line; empty in an ASCII file
  int64_t max_line_bytes_ = 0;
  bool has_lf_ = false;
  bool has_crlf_ = false;
  bool has_lone_cr_ = false;
};

}  // namespace norma::source
