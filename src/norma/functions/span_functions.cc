#include "norma/functions/span_functions.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "norma/base/unicode.h"
#include "norma/functions/columns_internal.h"
#include "norma/source/adapter.h"

namespace norma::functions {
namespace {

/// How the coordinates of one row count.
struct Counting {
  int32_t line_base = 0;
  int32_t column_base = 0;
  std::string_view unit = "byte";
};

/// The unit of a syntax error varies by row: cpython_error_utf8 names adapter and unit.
std::optional<Counting> FindCounting(std::string_view adapter) {
  constexpr std::string_view kErrorPrefix = "cpython_error_";
  if (const auto found = source::AdapterFromName(adapter); found.has_value()) {
    const source::AdapterRules& rules = source::RulesOf(*found);
    return Counting{rules.line_base, rules.column_base, source::ColumnUnitName(rules.unit)};
  }
  if (!adapter.starts_with(kErrorPrefix)) {
    return std::nullopt;
  }
  const auto unit = source::ColumnUnitFromName(adapter.substr(kErrorPrefix.size()));
  if (!unit.has_value()) {
    return std::nullopt;
  }
  const source::AdapterRules& rules = source::RulesOf(source::Adapter::kCpythonError);
  return Counting{rules.line_base, rules.column_base, source::ColumnUnitName(*unit)};
}

/// The eight arguments.
struct SpanArguments {
  explicit SpanArguments(const Arguments& arguments)
      : adapter(arguments, 0),
        start_line(arguments, 1),
        start_col(arguments, 2),
        end_line(arguments, 3),
        end_col(arguments, 4),
        bstart(arguments, 5),
        bend(arguments, 6),
        ok(arguments, 7) {}

  bool HasPosition(int64_t row) const {
    return !start_line.IsNull(row) || !start_col.IsNull(row) || !end_line.IsNull(row) ||
           !end_col.IsNull(row) || !bstart.IsNull(row) || !bend.IsNull(row);
  }

  TextColumn adapter;
  NumberColumn<int32_t> start_line, start_col, end_line, end_col;
  NumberColumn<int64_t> bstart, bend;
  BoolColumn ok;
};

Result<Counting> CountingOf(const SpanArguments& span, int64_t row) {
  if (span.adapter.IsNull(row)) {
    if (span.HasPosition(row)) {
      return Error{ErrorKind::kInvalidArgument, "a position has no adapter: NULL"};
    }
    return Counting();
  }
  const std::optional<Counting> found = FindCounting(span.adapter[row]);
  if (!found.has_value()) {
    return Error{ErrorKind::kInvalidArgument,
                 fmt::format("no such adapter: {}", EscapeForMessage(span.adapter[row]))};
  }
  return *found;
}

/// How each row counts. Asks for names only where they change.
class CountingByRow {
 public:
  explicit CountingByRow(const SpanArguments& span) : span_(span) {}

  Result<Counting> At(int64_t row) {
    const bool is_null = span_.adapter.IsNull(row);
    if (is_null || row == 0 || span_.adapter[row] != adapter_) {
      NORMA_ASSIGN_OR_RETURN(counting_, CountingOf(span_, row));
      adapter_ = is_null ? std::string_view() : span_.adapter[row];
    }
    return counting_;
  }

 private:
  const SpanArguments& span_;
  std::string_view adapter_;
  Counting counting_;
};

void WriteBased(NumberWriter<int32_t>& out, const NumberColumn<int32_t>& raw, int64_t row,
                int32_t base) {
  if (raw.IsNull(row) || raw[row] < base) {
    out.SetNull(row);
  } else {
    out.Set(row, raw[row] - base);
  }
}

Status WriteBytes(ArrowArray* bstart, ArrowArray* bend, const SpanArguments& span, int64_t rows) {
  NORMA_ASSIGN_OR_RETURN(auto starts, NumberWriter<int64_t>::Make(bstart, rows));
  NORMA_ASSIGN_OR_RETURN(auto ends, NumberWriter<int64_t>::Make(bend, rows));
  for (int64_t row = 0; row < rows; ++row) {
    if (span.bstart.IsNull(row) || span.bend.IsNull(row)) {
      starts.SetNull(row);
      ends.SetNull(row);
    } else {
      starts.Set(row, span.bstart[row]);
      ends.Set(row, span.bend[row]);
    }
  }
  starts.Finish();
  ends.Finish();
  return {};
}

Status WriteOk(ArrowArray* ok, const SpanArguments& span, int64_t rows) {
  NORMA_RETURN_IF_ERROR(AddZeroBits(ArrowArrayBuffer(ok, 1), rows));
  uint8_t* bits = ArrowArrayBuffer(ok, 1)->data;
  for (int64_t row = 0; row < rows; ++row) {
    ArrowBitSetTo(bits, row, !span.ok.IsNull(row) && span.ok[row] ? 1 : 0);
  }
  ok->length = rows;
  ok->null_count = 0;
  return {};
}

/// The two structs of line and column, and the unit of the columns.
Status WriteCoordinates(ArrowArray* start, ArrowArray* end, ArrowArray* unit,
                        const SpanArguments& span, int64_t rows) {
  NORMA_ASSIGN_OR_RETURN(auto start_lines, NumberWriter<int32_t>::Make(start->children[0], rows));
  NORMA_ASSIGN_OR_RETURN(auto start_cols, NumberWriter<int32_t>::Make(start->children[1], rows));
  NORMA_ASSIGN_OR_RETURN(auto end_lines, NumberWriter<int32_t>::Make(end->children[0], rows));
  NORMA_ASSIGN_OR_RETURN(auto end_cols, NumberWriter<int32_t>::Make(end->children[1], rows));
  CountingByRow counting_by_row(span);
  for (int64_t row = 0; row < rows; ++row) {
    NORMA_ASSIGN_OR_RETURN(const Counting counting, counting_by_row.At(row));
    WriteBased(start_lines, span.start_line, row, counting.line_base);
    WriteBased(start_cols, span.start_col, row, counting.column_base);
    WriteBased(end_lines, span.end_line, row, counting.line_base);
    WriteBased(end_cols, span.end_col, row, counting.column_base);
    NORMA_RETURN_IF_ERROR(AppendText(unit, counting.unit));
  }
  start_lines.Finish();
  start_cols.Finish();
  end_lines.Finish();
  end_cols.Finish();
  for (ArrowArray* array : {start, end}) {
    array->length = rows;
    array->null_count = 0;
  }
  return {};
}

Status WriteConstants(ArrowArray* line_base, ArrowArray* end_exclusive, int64_t rows) {
  NORMA_ASSIGN_OR_RETURN(auto bases, NumberWriter<int32_t>::Make(line_base, rows));
  NORMA_RETURN_IF_ERROR(AddZeroBits(ArrowArrayBuffer(end_exclusive, 1), rows));
  uint8_t* bits = ArrowArrayBuffer(end_exclusive, 1)->data;
  for (int64_t row = 0; row < rows; ++row) {
    bases.Set(row, 0);
    ArrowBitSet(bits, row);
  }
  bases.Finish();
  end_exclusive->length = rows;
  end_exclusive->null_count = 0;
  return {};
}

/// A group of norma_span_attrs' arguments.
struct SpanGroup {
  TextColumn column;
  BoolColumn ok;
  TextColumn reason;
};
struct PairGroup {
  TextColumn key;
  TextColumn value;
};

struct Groups {
  std::vector<SpanGroup> spans;
  std::vector<PairGroup> pairs;
};

Result<Groups> GroupArguments(const Arguments& arguments) {
  const auto is_text = [&](size_t i) {
    return i < arguments.count() &&
           (arguments.type(i) == NANOARROW_TYPE_STRING || arguments.type(i) == NANOARROW_TYPE_NA);
  };
  Groups groups;
  for (size_t i = 0; i < arguments.count();) {
    const bool has_key = arguments.type(i) == NANOARROW_TYPE_STRING;
    if (has_key && i + 1 < arguments.count() && arguments.type(i + 1) == NANOARROW_TYPE_BOOL &&
        is_text(i + 2)) {
      groups.spans.push_back({{arguments, i}, {arguments, i + 1}, {arguments, i + 2}});
      i += 3;
    } else if (has_key && is_text(i + 1)) {
      groups.pairs.push_back({{arguments, i}, {arguments, i + 1}});
      i += 2;
    } else {
      return Error{
          ErrorKind::kInvalidArgument,
          fmt::format("arguments group as column, ok, reason or as key, value; not so from "
                      "argument {}",
                      i + 1)};
    }
  }
  return groups;
}

using Entries = std::vector<std::pair<std::string, std::string_view>>;

Status CollectEntries(const Groups& groups, int64_t row, Entries& entries) {
  entries.clear();
  for (const SpanGroup& span : groups.spans) {
    if (!span.ok.IsNull(row) && span.ok[row]) {
      continue;
    }
    if (span.column.IsNull(row)) {
      return Error{ErrorKind::kInvalidArgument, "the name of a span column is missing: NULL"};
    }
    const std::string_view reason = span.reason.IsNull(row) ? "no_position" : span.reason[row];
    const auto outcome = source::SpanOutcomeName(source::OutcomeOf(reason));
    entries.emplace_back(fmt::format("{}.outcome", span.column[row]), outcome);
    entries.emplace_back(fmt::format("{}.reason", span.column[row]), reason);
  }
  for (const PairGroup& pair : groups.pairs) {
    if (pair.value.IsNull(row)) {
      continue;
    }
    if (pair.key.IsNull(row)) {
      return Error{ErrorKind::kInvalidArgument, "a key is missing: NULL"};
    }
    entries.emplace_back(pair.key[row], pair.value[row]);
  }
  if (entries.size() > 1) {
    std::ranges::stable_sort(entries, {}, &Entries::value_type::first);
  }
  return {};
}

}  // namespace

Result<nanoarrow::UniqueArray> SpanKernel(const ArrowSchema* types, const ArrowArray* args,
                                          int64_t rows, uint64_t scalars) {
  static const ResultSchema kSpan(fmt::format("span {}!", kSpanType));
  NORMA_ASSIGN_OR_RETURN(const Arguments arguments, Arguments::Make(types, args, 8, scalars));
  const SpanArguments span(arguments);
  NORMA_ASSIGN_OR_RETURN(nanoarrow::UniqueArray out, kSpan.MakeArray());
  ArrowArray** fields = out->children;
  NORMA_RETURN_IF_ERROR(WriteBytes(fields[0], fields[1], span, rows));
  NORMA_RETURN_IF_ERROR(WriteOk(fields[2], span, rows));
  NORMA_RETURN_IF_ERROR(WriteCoordinates(fields[3], fields[4], fields[6], span, rows));
  NORMA_RETURN_IF_ERROR(WriteConstants(fields[5], fields[7], rows));
  out->length = rows;
  out->null_count = 0;
  return FinishArray(std::move(out));
}

Result<nanoarrow::UniqueArray> SpanAttrsKernel(const ArrowSchema* types, const ArrowArray* args,
                                               int64_t rows, uint64_t scalars) {
  static const ResultSchema kAttrs("attrs map!");
  NORMA_ASSIGN_OR_RETURN(const Arguments arguments,
                         Arguments::Make(types, args, CountArguments(types), scalars));
  NORMA_ASSIGN_OR_RETURN(const Groups groups, GroupArguments(arguments));
  NORMA_ASSIGN_OR_RETURN(nanoarrow::UniqueArray out, kAttrs.MakeArray());
  ArrowArray* pairs = out->children[0];
  Entries entries;
  for (int64_t row = 0; row < rows; ++row) {
    NORMA_RETURN_IF_ERROR(CollectEntries(groups, row, entries));
    for (size_t i = 0; i < entries.size(); ++i) {
      if (i + 1 < entries.size() && entries[i + 1].first == entries[i].first) {
        continue;
      }
      NORMA_RETURN_IF_ERROR(AppendText(pairs->children[0], entries[i].first));
      NORMA_RETURN_IF_ERROR(AppendText(pairs->children[1], entries[i].second));
      if (ArrowArrayFinishElement(pairs) != NANOARROW_OK) {
        return Error{ErrorKind::kInternal, "no memory for a result"};
      }
    }
    if (ArrowArrayFinishElement(out.get()) != NANOARROW_OK) {
      return Error{ErrorKind::kInternal, "no memory for a result"};
    }
  }
  return FinishArray(std::move(out));
}

}  // namespace norma::functions
