#pragma once

/// \file
/// From the position columns of evidence to the spans of outputs.

#include <string_view>
#include <vector>

#include "norma/expr/functions.h"
#include "norma/expr/table.h"

namespace norma::rules {

/// The eight position columns of a table that share a prefix: `bstart`, or `name_bstart` with the
/// prefix "name".
struct PositionColumns {
  PositionColumns(const expr::Table& table, std::string_view prefix);

  expr::Column raw_start_line;
  expr::Column raw_start_col;
  expr::Column raw_end_line;
  expr::Column raw_end_col;
  expr::Column bstart;
  expr::Column bend;
  expr::Column span_ok;
  expr::Column span_reason;
};

/// The canonical span of a position: norma_span. Never NULL.
///
/// \param adapter whose coordinates the position has: Lit("treesitter"), or a column with such
///     texts.
expr::Column CanonicalSpan(const expr::Column& adapter, const PositionColumns& position);

/// The identity of the span; NULL when it has no bytes.
expr::Column SpanId(const expr::Table& table, const PositionColumns& position);

/// A span column and why it was not exact: NULL for an exact one.
struct SpanReason {
  std::string_view column;
  expr::Column reason;
};

/// The attributes of a row's spans: norma_span_attrs. Empty when all are exact, else
/// `<column>.outcome` and `<column>.reason` of each other one.
expr::Column SpanAttrs(const std::vector<SpanReason>& spans);

/// What a reason means: `snapped`, `out_of_range` or `absent`; NULL for NULL.
expr::Column SpanOutcome(const expr::Column& reason);

/// Whether a reason says that a position went wrong, not that there was none. FALSE for NULL.
expr::Column IsSpanError(const expr::Column& reason);

}  // namespace norma::rules
