#pragma once

/// \file
/// Columns of a line in the units that producers count in.

#include <cstdint>
#include <optional>
#include <string_view>

namespace norma::source {

enum class ColumnUnit { kByte, kUtf8, kUtf16, kUtf32 };

/// byte | utf8 | utf16 | utf32
std::string_view ColumnUnitName(ColumnUnit unit);

/// Reads a unit's name; case, "-" and "_" do not count, so UTF-16, utf16 and utf_16 are one.
std::optional<ColumnUnit> ColumnUnitFromName(std::string_view name);

enum class LineOffsetKind { kExact, kSnapped, kOutOfRange };

/// Where a column lies in a line.
struct LineOffset {
  LineOffsetKind kind = LineOffsetKind::kOutOfRange;
  int64_t before = 0;  ///< kExact: the offset. kSnapped: the first byte of the character
  int64_t after = 0;   ///< kExact: the offset. kSnapped: past the character's last byte
};

/// Finds where `column` lies in the raw bytes of a line.
///
/// \param line the bytes of one line without its terminator. Each maximal bad part counts as one
///     U+FFFD: 3 units of utf8, 1 of utf16 and utf32.
/// \param column counted from 0, in `unit`.
/// \return kExact with an offset in [0, line.size()]; kSnapped when `column` points into a
///     character; kOutOfRange when the line is shorter or `column` is negative.
///
/// Never fails. Linear in line.size(). Safe to call from many threads.
///
/// Source: LSP 3.17 "Position", scip.proto `PositionEncoding`, CPython `ast` "col_offset".
LineOffset FindColumn(std::string_view line, int64_t column, ColumnUnit unit);

/// Counts the units before `offset`: the inverse of FindColumn() on boundaries.
/// \return nothing when `offset` is outside [0, line.size()] or inside a character.
std::optional<int64_t> ColumnOf(std::string_view line, int64_t offset, ColumnUnit unit);

}  // namespace norma::source
