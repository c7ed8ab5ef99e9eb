#pragma once

/// \file
/// Where a fact lies: the producer's own coordinates, and the bytes of the file.

#include <cstdint>
#include <optional>
#include <string_view>

#include "norma/arrow/table_builder.h"

namespace norma::source {

/// What became of a conversion.
enum class SpanOutcome {
  kExact,
  kSnapped,     ///< a column fell inside a character, or a declared repair was made
  kOutOfRange,  ///< no such line or column, or the two ends contradict; no bytes
  kAbsent,      ///< the producer gave no position, by its nature
};

/// A place in one file. A plain value.
struct Position {
  /// As the producer counts: its bases, its unit, its end rule.
  std::optional<int32_t> raw_start_line;
  std::optional<int32_t> raw_start_col;
  std::optional<int32_t> raw_end_line;
  std::optional<int32_t> raw_end_col;
  /// Raw bytes of the file, half open; both set or both absent.
  std::optional<int64_t> bstart;
  std::optional<int64_t> bend;
  /// Both ends were converted exactly.
  bool ok = false;
  /// Empty exactly when ok; always a literal.
  std::string_view reason = "no_position";
};

/// Appends the eight POS columns: raw_start_line, raw_start_col, raw_end_line, raw_end_col, bstart,
/// bend, span_ok, span_reason (NULL when ok).
void AppendPosition(arrow::TableBuilder& builder, const Position& position);

/// The outcome that a reason belongs to; the empty reason is kExact. A reason that norma does not
/// know is kOutOfRange.
SpanOutcome OutcomeOf(std::string_view reason);

/// exact | snapped | out_of_range | absent
std::string_view SpanOutcomeName(SpanOutcome outcome);

}  // namespace norma::source
