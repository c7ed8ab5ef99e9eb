#pragma once

/// \file
/// Which encoding a Python source file has, and how its bytes relate to the text CPython counts in.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "norma/base/result.h"
#include "norma/source/line_index.h"

namespace norma::source {

inline constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";

enum class EncodingSource { kBom, kCookie, kDefault };

/// bom | cookie | default
std::string_view EncodingSourceName(EncodingSource source);

enum class EncodingError {
  kNone,
  kUnknown,   ///< the cookie names no text codec of Python: UNKNOWN_ENCODING
  kConflict,  ///< a byte order mark and a cookie other than UTF-8: ENCODING_CONFLICT
};

/// A text codec of Python's standard library.
struct Codec {
  std::string_view name;   ///< Python's name of it; iso8859-1 is written iso-8859-1
  bool single_byte;        ///< every byte is one character
  bool ascii_transparent;  ///< ASCII bytes always mean themselves, in every state
};

/// Finds a codec by any of its names, as Python folds them (case, "-", "_", " ").
/// \return nullptr if Python has no text codec of that name.
///
/// Source: codecs.lookup, encodings.aliases; get_normal_name of CPython's tokenizer.
const Codec* FindCodec(std::string_view name);

/// What is known of a file's encoding before any interpreter saw it.
struct EncodingInfo {
  std::string name = "utf-8";  ///< Python's codec name; "unknown" after an error
  EncodingSource source = EncodingSource::kDefault;
  EncodingError error = EncodingError::kNone;
  std::string cookie;  ///< as spelled in the file; empty if none
  bool bom = false;
  bool ascii = true;       ///< no byte of 0x80 or above
  bool utf8_valid = true;  ///< of the raw bytes, whatever the declared encoding
  bool recoded = false;    ///< CPython counts columns in other bytes than those of the file
  bool has_nul = false;
  bool single_byte = false;  ///< every byte is one character under `name`
};

/// Reads byte order mark and coding cookie. Never fails; see EncodingInfo::error.
///
/// Source: PEP 263; tokenize.detect_encoding.
EncodingInfo DetectEncoding(std::string_view bytes, const LineIndex& lines);

/// One character of a line: its bytes in the file and in UTF-8.
struct RecodedCharacter {
  uint8_t raw_length;
  uint8_t utf8_length;

  friend bool operator==(const RecodedCharacter&, const RecodedCharacter&) = default;
};

/// How the characters of a file that is not UTF-8 lie in its bytes. A plain value.
class RecodeMap {
 public:
  enum class State {
    kIdentity,     ///< the file's bytes are the text; no map is needed
    kMissing,      ///< needed, and not given yet
    kTable,        ///< one byte a character
    kCharacters,   ///< character by character
    kUndecodable,  ///< the file cannot be decoded
  };
  /// Stands for "no character" in a table.
  static constexpr uint32_t kNoCharacter = 0xFFFFFFFF;

  RecodeMap() = default;  // kIdentity

  static RecodeMap Missing();
  static RecodeMap Undecodable();
  static RecodeMap Latin1();
  /// \param code_points of the 256 bytes, kNoCharacter where the codec refuses the byte.
  /// \param bytes of the file; kUndecodable if the codec refuses one of them.
  static RecodeMap SingleByte(const std::array<uint32_t, 256>& code_points, std::string_view bytes);
  /// \param raw_lengths, utf8_lengths of all characters of the file in order, terminators included.
  ///     A raw length may be 0, where one sequence of bytes gives two characters.
  /// \return kInvalidArgument if the raw lengths do not add up to the file's size, a UTF-8 length
  /// is
  ///     not 1 to 4, or a line does not begin at a character.
  static Result<RecodeMap> Characters(std::span<const uint8_t> raw_lengths,
                                      std::span<const uint8_t> utf8_lengths,
                                      const LineIndex& lines);

  State state() const { return state_; }
  /// Whether positions of this file's text can be converted.
  bool usable() const { return state_ != State::kMissing && state_ != State::kUndecodable; }

  /// The characters of one line for kTable and kCharacters, called in order until `visit` says
  /// stop.
  /// \param content the line's bytes without terminator.
  /// \param visit bool(RecodedCharacter): false stops.
  template <typename Visit>
  void ForEachCharacter(int64_t line, std::string_view content, Visit visit) const {
    if (state_ == State::kTable) {
      for (const char byte : content) {
        if (!visit(RecodedCharacter{1, table_[static_cast<uint8_t>(byte)]})) {
          return;
        }
      }
      return;
    }
    // A character of no raw bytes is the second half of a sequence that gives two; it stays on the
    // line of the first. The terminator does not fit into what is left, which ends the line.
    size_t left = content.size();
    for (size_t i = static_cast<size_t>(first_of_line_[static_cast<size_t>(line)]);
         i < characters_.size() && characters_[i].raw_length <= left; ++i) {
      left -= characters_[i].raw_length;
      if (!visit(characters_[i])) {
        return;
      }
    }
  }

 private:
  State state_ = State::kIdentity;
  std::array<uint8_t, 256> table_ = {};  // kTable: UTF-8 length of each byte
  std::vector<RecodedCharacter> characters_;
  std::vector<int64_t> first_of_line_;  // index into characters_
};

}  // namespace norma::source
