#pragma once

/// \file
/// Slices of a source file as valid UTF-8, and its identifiers as numbers.

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "norma/source/source_file.h"

namespace norma::extract::treesitter {

/// The most bytes of a column that docs call s≤512.
inline constexpr size_t kMaxCutText = 512;

/// Decodes slices of one file: iso-8859-1 by its table, all else as UTF-8 with U+FFFD for bad
/// parts. Views are valid until the next call. Not safe to share.
class SourceText {
 public:
  explicit SourceText(const source::SourceFile& file);

  /// The raw bytes of a span.
  std::string_view Raw(uint32_t bstart, uint32_t bend) const {
    return std::string_view(file_.bytes).substr(bstart, bend - bstart);
  }
  /// The whole text of a span.
  std::string_view Text(uint32_t bstart, uint32_t bend);
  /// The longest prefix of the text that has at most kMaxCutText bytes.
  std::string_view CutText(uint32_t bstart, uint32_t bend);

 private:
  const source::SourceFile& file_;
  bool is_plain_;  // the bytes are valid UTF-8 and mean it
  bool is_latin1_;
  std::string scratch_;
};

/// The NFKC-normalised identifiers of one file. Equal names have equal numbers; number 0 is the
/// empty name. Not safe to share.
class NameTable {
 public:
  using Id = uint32_t;
  static constexpr Id kEmpty = 0;

  NameTable();

  void Clear();
  /// \param text valid UTF-8 as spelled in the source.
  Id Intern(std::string_view text);
  /// Numbers a text as it is, without normalising it.
  Id InternExact(std::string_view text);
  /// Valid until Clear().
  std::string_view Text(Id id) const { return names_[id]; }

 private:
  struct Slot {
    std::string_view spelling;  // points into spellings_
    Id id = kEmpty;
    uint64_t hash = 0;
  };

  size_t Place(std::string_view text, uint64_t hash) const;
  Id Add(std::string_view text, uint64_t hash, Id id);

  std::vector<Slot> slots_;
  size_t used_ = 0;
  std::deque<std::string> spellings_;  // a deque, so that views stay valid
  std::vector<std::string_view> names_;
};

}  // namespace norma::extract::treesitter
