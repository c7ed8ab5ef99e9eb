#pragma once

/// \file
/// UTF-8 text: validity, cutting, escaping, and the normal form of Python identifiers.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace norma {

/// U+FFFD in UTF-8, which stands for each maximal bad part of a text.
inline constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";

/// The most bytes of a data value that a message shows.
inline constexpr size_t kMaxMessageValueBytes = 120;

/// One step through bytes that may or may not be UTF-8.
struct Utf8Step {
  uint32_t code_point;  ///< U+FFFD for a bad part
  uint32_t length;      ///< bytes taken, at least 1
  bool valid;
};

/// Reads the character, or the maximal bad part, at the start of `text`.
///
/// \param text not empty.
///
/// Source: Unicode 15 table 3-7 and "U+FFFD substitution of maximal subparts" (WHATWG decoding):
/// surrogates, overlong forms and values past U+10FFFF are bad, one byte at a time.
Utf8Step DecodeUtf8(std::string_view text);

/// Whether every byte is below 0x80. Eight bytes and more at a time.
bool IsAscii(std::string_view text);

/// Whether `text` is UTF-8: no surrogates, no overlong forms.
bool IsValidUtf8(std::string_view text);

/// Characters of valid UTF-8.
size_t CharacterCount(std::string_view text);

/// Copies `text`, each maximal bad part as one U+FFFD.
std::string ToValidUtf8(std::string_view text);

/// The longest prefix of at most `max_bytes` bytes that does not end inside a character.
std::string_view CutUtf8(std::string_view text, size_t max_bytes);

/// The form in which Python compares identifiers: NFKC. Bad UTF-8 is replaced first.
///
/// ASCII text is copied unchanged.
/// Source: PEP 3131; the Unicode version is that of utf8proc.
std::string NfkcIdentifier(std::string_view name);

/// Whether `name` can be a Python identifier (keywords included). Valid UTF-8 or false.
///
/// Source: str.isidentifier; Unicode annex 31, XID_Start and XID_Continue.
bool IsIdentifier(std::string_view name);

/// Whether Python's repr() shows a character as it is: no control, format, surrogate, private or
/// unassigned character, and no separator but the space.
///
/// Source: str.isprintable; the Unicode version is that of utf8proc.
bool IsPrintable(uint32_t code_point);

/// Makes a value from data fit for one line of a message: control characters, quotes' partners and
/// bad bytes become escapes, and what is longer than kMaxMessageValueBytes is cut and ends in "…".
std::string EscapeForMessage(std::string_view value);

}  // namespace norma
