#pragma once

/// \file
/// From the position columns of evidence to the spans of outputs.

#include <string_view>
#include <utility>
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

/// A span column of an output and the position it is made of.
struct SpanSource {
  std::string_view column;
  expr::Column span_ok;
  expr::Column span_reason;

  SpanSource(std::string_view name, const PositionColumns& position)
      : SpanSource(name, position.span_ok, position.span_reason) {}
  SpanSource(std::string_view name, expr::Column ok, expr::Column reason)
      : column(name), span_ok(std::move(ok)), span_reason(std::move(reason)) {}
};

/// One more attribute; left out of rows where the value is NULL.
struct Attribute {
  std::string_view key;
  expr::Column value;
};

/// The attributes of a row: norma_span_attrs. `<column>.outcome` and `<column>.reason` of each span
/// that is not exact, and the others. Empty for an ordinary row.
///
/// \param spans at least one.
expr::Column SpanAttrs(const std::vector<SpanSource>& spans,
                       const std::vector<Attribute>& others = {});

/// What a reason means: `snapped`, `out_of_range` or `absent`; NULL for NULL.
expr::Column SpanOutcome(const expr::Column& reason);

/// Whether a reason says that a position went wrong, not that there was none. NULL for NULL, so
/// that a filter leaves exact positions out, and files without any other need not be read.
expr::Column IsSpanError(const expr::Column& reason);

}  // namespace norma::rules
