#include "norma/source/position.h"

#include <algorithm>
#include <array>

namespace norma::source {
namespace {

constexpr std::array<std::string_view, 4> kAbsentReasons = {"no_position", "synthetic_line_zero",
                                                            "columns_missing", "line_only"};
constexpr std::array<std::string_view, 5> kSnappedReasons = {
    "inside_surrogate_pair", "inside_character", "column_past_line_end", "line_past_end",
    "column_missing"};

}  // namespace

void AppendPosition(arrow::TableBuilder& builder, const Position& position) {
  builder.OptionalInt32(position.raw_start_line)
      .OptionalInt32(position.raw_start_col)
      .OptionalInt32(position.raw_end_line)
      .OptionalInt32(position.raw_end_col)
      .OptionalInt64(position.bstart)
      .OptionalInt64(position.bend)
      .Bool(position.ok);
  if (position.ok) {
    builder.Null();
  } else {
    builder.Text(position.reason);
  }
}

SpanOutcome OutcomeOf(std::string_view reason) {
  if (reason.empty()) {
    return SpanOutcome::kExact;
  }
  if (std::ranges::find(kAbsentReasons, reason) != kAbsentReasons.end()) {
    return SpanOutcome::kAbsent;
  }
  if (std::ranges::find(kSnappedReasons, reason) != kSnappedReasons.end()) {
    return SpanOutcome::kSnapped;
  }
  return SpanOutcome::kOutOfRange;
}

std::string_view SpanOutcomeName(SpanOutcome outcome) {
  switch (outcome) {
    case SpanOutcome::kExact:
      return "exact";
    case SpanOutcome::kSnapped:
      return "snapped";
    case SpanOutcome::kOutOfRange:
      return "out_of_range";
    case SpanOutcome::kAbsent:
      return "absent";
  }
  return "out_of_range";
}

}  // namespace norma::source
