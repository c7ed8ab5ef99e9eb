#include "norma/source/adapter.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <limits>

namespace norma::source {
namespace {

constexpr std::array<AdapterRules, 7> kRules = {{
    {"treesitter", 0, 0, ColumnUnit::kByte, true, false, true},
    {"cpython", 1, 0, ColumnUnit::kUtf8, false, true, true},
    {"cpython_error", 1, 1, ColumnUnit::kUtf32, false, true, true},
    {"symtable", 1, 0, ColumnUnit::kByte, false, true, true},
    {"scip_utf8", 0, 0, ColumnUnit::kUtf8, true, false, true},
    {"scip_utf16", 0, 0, ColumnUnit::kUtf16, true, false, true},
    {"scip_utf32", 0, 0, ColumnUnit::kUtf32, true, false, true},
}};

using OptionalInt = std::optional<int32_t>;

/// One end of a span. Bytes are set for kExact and kSnapped.
struct End {
  SpanOutcome outcome = SpanOutcome::kExact;
  std::string_view reason;
  int64_t before = 0;
  int64_t after = 0;
};

End Fail(SpanOutcome outcome, std::string_view reason) { return {outcome, reason, 0, 0}; }

/// The line's bytes without terminator, and without a mark that the adapter does not count.
ByteRange CountedContent(const SourceFile& file, const AdapterRules& rules, int64_t line) {
  ByteRange range = file.lines.ContentRange(file.bytes, line);
  if (line == 0 && file.encoding.bom && !rules.counts_mark) {
    range.begin += static_cast<int64_t>(kUtf8Mark.size());
  }
  return range;
}

/// FindColumn() for a line whose text CPython sees recoded.
LineOffset FindRecodedColumn(const RecodeMap& recode, int64_t line, std::string_view content,
                             int64_t column, ColumnUnit unit) {
  int64_t units = 0;
  int64_t offset = 0;
  LineOffset found;
  const auto visit = [&](RecodedCharacter character) {
    if (units == column && character.raw_length > 0) {
      return false;
    }
    switch (unit) {
      case ColumnUnit::kByte:
      case ColumnUnit::kUtf8:
        units += character.utf8_length;
        break;
      case ColumnUnit::kUtf16:
        units += character.utf8_length == 4 ? 2 : 1;
        break;
      case ColumnUnit::kUtf32:
        units += 1;
        break;
    }
    if (units > column) {
      found = {LineOffsetKind::kSnapped, offset, offset + character.raw_length};
      return false;
    }
    offset += character.raw_length;
    return true;
  };
  recode.ForEachCharacter(line, content, visit);
  if (units == column) {
    return {LineOffsetKind::kExact, offset, offset};
  }
  return found;
}

/// Steps 5 and 6 of the conversion: a column of a line's counted content.
End ColumnToByte(const SourceFile& file, const AdapterRules& rules, int64_t line, ByteRange content,
                 int64_t column, ColumnUnit unit) {
  const bool walk_map = rules.recodes && file.recode.state() != RecodeMap::State::kIdentity;
  if (!walk_map && file.lines.IsAsciiLine(line)) {
    if (column > content.end - content.begin) {
      return Fail(SpanOutcome::kOutOfRange, "column_out_of_range");
    }
    return {SpanOutcome::kExact, {}, content.begin + column, content.begin + column};
  }
  const std::string_view text = file.Slice(content.begin, content.end);
  const LineOffset found = walk_map ? FindRecodedColumn(file.recode, line, text, column, unit)
                                    : FindColumn(text, column, unit);
  switch (found.kind) {
    case LineOffsetKind::kExact:
      return {SpanOutcome::kExact, {}, content.begin + found.before, content.begin + found.after};
    case LineOffsetKind::kSnapped:
      return {SpanOutcome::kSnapped,
              unit == ColumnUnit::kUtf16 ? "inside_surrogate_pair" : "inside_character",
              content.begin + found.before, content.begin + found.after};
    case LineOffsetKind::kOutOfRange:
      break;
  }
  return Fail(SpanOutcome::kOutOfRange, "column_out_of_range");
}

/// Steps 1 and 2: the 0-based line, or why there is none.
End CheckLine(const SourceFile& file, const AdapterRules& rules, OptionalInt line) {
  if (!line.has_value()) {
    return Fail(SpanOutcome::kAbsent, "no_position");
  }
  if (*line < rules.line_base) {
    return *line == 0 ? Fail(SpanOutcome::kAbsent, "synthetic_line_zero")
                      : Fail(SpanOutcome::kOutOfRange, "negative_position");
  }
  if (int64_t{*line} - rules.line_base >= file.lines.line_count()) {
    return Fail(SpanOutcome::kOutOfRange, "line_out_of_range");
  }
  return {};
}

End ToByte(const SourceFile& file, const AdapterRules& rules, OptionalInt line,
           OptionalInt column) {
  if (const End end = CheckLine(file, rules, line); end.outcome != SpanOutcome::kExact) {
    return end;
  }
  if (!column.has_value()) {
    return Fail(SpanOutcome::kAbsent, "columns_missing");
  }
  if (*column < rules.column_base) {
    return Fail(SpanOutcome::kOutOfRange, "negative_position");
  }
  if (rules.recodes && !file.recode.usable()) {
    return Fail(SpanOutcome::kOutOfRange, "undecodable_file");
  }
  const int64_t index = int64_t{*line} - rules.line_base;
  return ColumnToByte(file, rules, index, CountedContent(file, rules, index),
                      int64_t{*column} - rules.column_base, rules.unit);
}

// Out of range wins over absent, absent over snapped.
int Rank(SpanOutcome outcome) {
  switch (outcome) {
    case SpanOutcome::kExact:
      return 0;
    case SpanOutcome::kSnapped:
      return 1;
    case SpanOutcome::kAbsent:
      return 2;
    case SpanOutcome::kOutOfRange:
      return 3;
  }
  return 3;
}

void Join(Position& position, const End& start, const End& end) {
  const End& worse = Rank(end.outcome) > Rank(start.outcome) ? end : start;
  position.reason = worse.reason;
  position.ok = worse.outcome == SpanOutcome::kExact;
  if (worse.outcome != SpanOutcome::kExact && worse.outcome != SpanOutcome::kSnapped) {
    return;
  }
  if (end.after < start.before) {
    position.ok = false;
    position.reason = "end_before_start";
    return;
  }
  position.bstart = start.before;
  position.bend = end.after;
}

void SetRepaired(Position& position, ByteRange range, std::string_view reason) {
  position.bstart = range.begin;
  position.bend = range.end;
  position.ok = false;
  position.reason = reason;
}

/// One end of a syntax error, repaired where it does not fit. The caller has seen that there is a
/// line of at least 1 and a column of at least 1.
End RepairedToByte(const SourceFile& file, const AdapterRules& rules, int32_t line, int32_t column,
                   ColumnUnit unit) {
  const int64_t index = int64_t{line} - rules.line_base;
  if (index >= file.lines.line_count()) {
    return {SpanOutcome::kSnapped, "line_past_end", file.size(), file.size()};
  }
  const ByteRange content = CountedContent(file, rules, index);
  const End end =
      ColumnToByte(file, rules, index, content, int64_t{column} - rules.column_base, unit);
  if (end.outcome == SpanOutcome::kOutOfRange) {
    return {SpanOutcome::kSnapped, "column_past_line_end", content.end, content.end};
  }
  return end;
}

bool IsGiven(OptionalInt value) { return value.has_value() && *value > 0; }

void ConvertError(const SourceFile& file, Position& position, ColumnUnit unit) {
  const AdapterRules& rules = RulesOf(Adapter::kCpythonError);
  const OptionalInt start_line = position.raw_start_line;
  const OptionalInt start_col = position.raw_start_col;
  const End line = CheckLine(file, rules, start_line);
  if (line.outcome != SpanOutcome::kExact && line.reason != "line_out_of_range") {
    position.reason = line.reason;
    return;
  }
  const int64_t index = int64_t{*start_line} - rules.line_base;
  if (index >= file.lines.line_count()) {
    SetRepaired(position, {file.size(), file.size()}, "line_past_end");
    return;
  }
  if (!IsGiven(start_col) || !file.recode.usable()) {
    SetRepaired(position, CountedContent(file, rules, index), "column_missing");
    return;
  }
  const End start = RepairedToByte(file, rules, *start_line, *start_col, unit);
  // Python gives many errors as a point: then the span is empty.
  const bool has_end = IsGiven(position.raw_end_line) && IsGiven(position.raw_end_col);
  End end = start;
  if (has_end) {
    end = RepairedToByte(file, rules, *position.raw_end_line, *position.raw_end_col, unit);
  }
  if (end.after < start.before) {
    SetRepaired(position, CountedContent(file, rules, index), "column_missing");
    return;
  }
  Join(position, start, end);
}

int32_t Checked(int64_t value) {
  return static_cast<int32_t>(std::min<int64_t>(value, std::numeric_limits<int32_t>::max()));
}

}  // namespace

const AdapterRules& RulesOf(Adapter adapter) { return kRules[static_cast<size_t>(adapter)]; }

std::optional<Adapter> AdapterFromName(std::string_view name) {
  for (size_t i = 0; i < kRules.size(); ++i) {
    if (kRules[i].name == name) {
      return static_cast<Adapter>(i);
    }
  }
  return std::nullopt;
}

Position WithoutBytes(std::string_view reason, std::optional<int32_t> start_line,
                      std::optional<int32_t> start_col, std::optional<int32_t> end_line,
                      std::optional<int32_t> end_col) {
  assert(!reason.empty());
  Position position;
  position.raw_start_line = start_line;
  position.raw_start_col = start_col;
  position.raw_end_line = end_line;
  position.raw_end_col = end_col;
  position.reason = reason;
  return position;
}

Position Convert(const SourceFile& file, Adapter adapter, std::optional<int32_t> start_line,
                 std::optional<int32_t> start_col, std::optional<int32_t> end_line,
                 std::optional<int32_t> end_col, ColumnUnit unit) {
  const AdapterRules& rules = RulesOf(adapter);
  Position position = WithoutBytes("no_position", start_line, start_col, end_line, end_col);
  if (adapter == Adapter::kCpythonError) {
    ConvertError(file, position, unit);
    return position;
  }
  if (adapter == Adapter::kSymtable) {
    const End line = CheckLine(file, rules, start_line);
    position.reason = line.reason;
    if (line.outcome == SpanOutcome::kExact) {
      SetRepaired(position, CountedContent(file, rules, int64_t{*start_line} - rules.line_base),
                  "line_only");
    }
    return position;
  }
  Join(position, ToByte(file, rules, start_line, start_col),
       ToByte(file, rules, end_line, end_col));
  return position;
}

Position FromBytes(const SourceFile& file, int64_t bstart, int64_t bend) {
  Position position;
  if (bstart < 0 || bend > file.size() || bend < bstart) {
    position.reason = bstart < 0      ? "negative_position"
                      : bend < bstart ? "end_before_start"
                                      : "column_out_of_range";
    return position;
  }
  const std::span<const int64_t> starts = file.lines.starts();
  const int64_t first = file.lines.LineOf(bstart);
  // Most facts end on the line they begin on.
  const bool one_line =
      first + 1 == file.lines.line_count() || bend < starts[static_cast<size_t>(first) + 1];
  const int64_t last = one_line ? first : file.lines.LineOf(bend);
  position.raw_start_line = Checked(first);
  position.raw_start_col = Checked(bstart - starts[static_cast<size_t>(first)]);
  position.raw_end_line = Checked(last);
  position.raw_end_col = Checked(bend - starts[static_cast<size_t>(last)]);
  position.bstart = bstart;
  position.bend = bend;
  position.ok = true;
  position.reason = {};
  return position;
}

}  // namespace norma::source
