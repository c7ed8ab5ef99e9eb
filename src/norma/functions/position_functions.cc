#include "norma/functions/position_functions.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <span>
#include <utility>

#include "norma/functions/columns_internal.h"
#include "norma/source/column.h"

namespace norma::functions {
namespace {

using source::ColumnUnit;
using source::FindColumn;
using source::LineOffset;
using source::LineOffsetKind;

/// Lists of Int64.
class Int64ListColumn : public Column {
 public:
  Int64ListColumn(const Arguments& arguments, size_t index)
      : Column(arguments, index),
        offsets_(Buffer<int32_t>(1)),
        values_(view().children[0]->buffer_views[1].data.as_int64 + view().children[0]->offset) {}

  std::span<const int64_t> operator[](int64_t row) const {
    const int64_t at = At(row);
    return {values_ + offsets_[at], static_cast<size_t>(offsets_[at + 1] - offsets_[at])};
  }

 private:
  const int32_t* offsets_;
  const int64_t* values_;
};

struct LineCol {
  int32_t line;
  int32_t col;
};

std::optional<LineCol> FindLine(std::span<const int64_t> starts, int64_t byte) {
  const auto next = std::ranges::upper_bound(starts, byte);
  if (next == starts.begin()) {
    return std::nullopt;  // negative, or a list that is no line index
  }
  const int64_t line = next - starts.begin() - 1;
  const int64_t col = byte - starts[static_cast<size_t>(line)];
  if (col > std::numeric_limits<int32_t>::max()) {
    return std::nullopt;
  }
  return LineCol{static_cast<int32_t>(line), static_cast<int32_t>(col)};
}

/// Makes an Int64 of each row's text and number; NULL if one of them is NULL.
template <typename Make>
Result<nanoarrow::UniqueArray> MapTextAndNumber(const Arguments& arguments, int64_t rows,
                                                Make make) {
  static const ResultSchema kNumber("result i64");
  const TextColumn texts(arguments, 0);
  const NumberColumn<int64_t> numbers(arguments, 1);
  NORMA_ASSIGN_OR_RETURN(nanoarrow::UniqueArray out, kNumber.MakeArray());
  NORMA_ASSIGN_OR_RETURN(auto results, NumberWriter<int64_t>::Make(out.get(), rows));
  for (int64_t row = 0; row < rows; ++row) {
    std::optional<int64_t> result;
    if (!texts.IsNull(row) && !numbers.IsNull(row)) {
      result = make(row, texts[row], numbers[row]);
    }
    result.has_value() ? results.Set(row, *result) : results.SetNull(row);
  }
  results.Finish();
  return FinishArray(std::move(out));
}

std::optional<int64_t> ColToByte(std::string_view text, int64_t col, ColumnUnit unit) {
  const auto size = static_cast<int64_t>(text.size());
  if (unit == ColumnUnit::kByte) {
    return std::clamp<int64_t>(col, 0, size);
  }
  const LineOffset found = FindColumn(text, std::max<int64_t>(col, 0), unit);
  switch (found.kind) {
    case LineOffsetKind::kExact:
      return found.before;
    case LineOffsetKind::kSnapped:
      return std::nullopt;
    case LineOffsetKind::kOutOfRange:
      return size;
  }
  return std::nullopt;
}

}  // namespace

Result<nanoarrow::UniqueArray> LineColKernel(const ArrowSchema* types, const ArrowArray* args,
                                             int64_t rows, uint64_t scalars) {
  static const ResultSchema kLineCol("result struct<line i32, col i32>");
  NORMA_ASSIGN_OR_RETURN(const Arguments arguments, Arguments::Make(types, args, 2, scalars));
  const Int64ListColumn starts(arguments, 0);
  const NumberColumn<int64_t> bytes(arguments, 1);
  NORMA_ASSIGN_OR_RETURN(nanoarrow::UniqueArray out, kLineCol.MakeArray());
  NORMA_RETURN_IF_ERROR(AddZeroBits(ArrowArrayBuffer(out.get(), 0), rows));
  uint8_t* validity = ArrowArrayBuffer(out.get(), 0)->data;
  NORMA_ASSIGN_OR_RETURN(auto lines, NumberWriter<int32_t>::Make(out->children[0], rows));
  NORMA_ASSIGN_OR_RETURN(auto cols, NumberWriter<int32_t>::Make(out->children[1], rows));
  int64_t null_count = 0;
  for (int64_t row = 0; row < rows; ++row) {
    std::optional<LineCol> found;
    if (!starts.IsNull(row) && !bytes.IsNull(row)) {
      found = FindLine(starts[row], bytes[row]);
    }
    if (!found.has_value()) {
      ++null_count;
      lines.SetNull(row);
      cols.SetNull(row);
      continue;
    }
    ArrowBitSet(validity, row);
    lines.Set(row, found->line);
    cols.Set(row, found->col);
  }
  lines.Finish();
  cols.Finish();
  out->length = rows;
  out->null_count = null_count;
  return FinishArray(std::move(out));
}

Result<nanoarrow::UniqueArray> ByteToUtf16Kernel(const ArrowSchema* types, const ArrowArray* args,
                                                 int64_t rows, uint64_t scalars) {
  NORMA_ASSIGN_OR_RETURN(const Arguments arguments, Arguments::Make(types, args, 2, scalars));
  return MapTextAndNumber(arguments, rows, [](int64_t, std::string_view text, int64_t byte) {
    return source::ColumnOf(text, byte, ColumnUnit::kUtf16);
  });
}

Result<nanoarrow::UniqueArray> Utf16ToByteKernel(const ArrowSchema* types, const ArrowArray* args,
                                                 int64_t rows, uint64_t scalars) {
  NORMA_ASSIGN_OR_RETURN(const Arguments arguments, Arguments::Make(types, args, 2, scalars));
  return MapTextAndNumber(arguments, rows, [](int64_t, std::string_view text, int64_t col) {
    const LineOffset found = FindColumn(text, col, ColumnUnit::kUtf16);
    return found.kind == LineOffsetKind::kExact ? std::optional(found.before) : std::nullopt;
  });
}

Result<nanoarrow::UniqueArray> ColToByteKernel(const ArrowSchema* types, const ArrowArray* args,
                                               int64_t rows, uint64_t scalars) {
  NORMA_ASSIGN_OR_RETURN(const Arguments arguments, Arguments::Make(types, args, 3, scalars));
  const TextColumn units(arguments, 2);
  return MapTextAndNumber(
      arguments, rows,
      [&](int64_t row, std::string_view text, int64_t col) -> std::optional<int64_t> {
        const auto unit = units.IsNull(row) ? std::nullopt : source::ColumnUnitFromName(units[row]);
        return unit.has_value() ? ColToByte(text, col, *unit) : std::nullopt;
      });
}

}  // namespace norma::functions
