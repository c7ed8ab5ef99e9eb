#pragma once

/// \file
/// Kernels of norma_span and norma_span_attrs, which make the span columns of output tables.

#include "norma/engine/function.h"

namespace norma::functions {

/// norma_span(adapter, raw_start_line, raw_start_col, raw_end_line, raw_end_col, bstart, bend,
/// span_ok): the canonical span struct, never NULL.
///
/// Takes the adapter's bases off lines and columns; a line or column below its base is not known
/// and becomes NULL. `bstart` and `bend` are both set or both NULL. A NULL `span_ok` is false.
///
/// \return kInvalidArgument for an unknown adapter, or a NULL one beside a position that is not
/// NULL.
Result<nanoarrow::UniqueArray> SpanKernel(const ArrowSchema* types, const ArrowArray* args,
                                          int64_t rows, uint64_t scalars);

/// norma_span_attrs(column, span_ok, span_reason, …): the attrs of a row. Never NULL, empty for a
/// row whose spans are ok.
///
/// What follows is read by type: a text and a boolean begin a further span (column, ok, reason); a
/// text and a text are a key and its value, left out if the value is NULL. Entries stand in key
/// order; of equal keys the last one counts.
///
/// \return kInvalidArgument for arguments that do not group so, and for a NULL column or key.
Result<nanoarrow::UniqueArray> SpanAttrsKernel(const ArrowSchema* types, const ArrowArray* args,
                                               int64_t rows, uint64_t scalars);

/// The short text of the span type: "struct<bstart i64, …>".
inline constexpr std::string_view kSpanType =
    "struct<bstart i64, bend i64, ok b, start struct<line i32, col i32>, "
    "end struct<line i32, col i32>, line_base i32, col_unit s, end_exclusive b>";

}  // namespace norma::functions
