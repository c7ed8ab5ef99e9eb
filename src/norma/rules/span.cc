#include "norma/rules/span.h"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace norma::rules {
namespace {

using expr::Column;
using expr::Lit;

Column At(const expr::Table& table, std::string_view prefix, std::string_view name) {
  const std::string column =
      prefix.empty() ? std::string(name) : fmt::format("{}_{}", prefix, name);
  return table[column];
}

std::vector<Column> SnappedReasons() {
  return {Lit("inside_character"), Lit("inside_surrogate_pair"), Lit("column_past_line_end"),
          Lit("line_past_end"), Lit("column_missing")};
}

std::vector<Column> AbsentReasons() {
  return {Lit("no_position"), Lit("synthetic_line_zero"), Lit("columns_missing"), Lit("line_only")};
}

}  // namespace

PositionColumns::PositionColumns(const expr::Table& table, std::string_view prefix)
    : raw_start_line(At(table, prefix, "raw_start_line")),
      raw_start_col(At(table, prefix, "raw_start_col")),
      raw_end_line(At(table, prefix, "raw_end_line")),
      raw_end_col(At(table, prefix, "raw_end_col")),
      bstart(At(table, prefix, "bstart")),
      bend(At(table, prefix, "bend")),
      span_ok(At(table, prefix, "span_ok")),
      span_reason(At(table, prefix, "span_reason")) {}

Column CanonicalSpan(const Column& adapter, const PositionColumns& position) {
  return expr::Call("norma_span", {adapter, position.raw_start_line, position.raw_start_col,
                                   position.raw_end_line, position.raw_end_col, position.bstart,
                                   position.bend, position.span_ok});
}

Column SpanId(const expr::Table& table, const PositionColumns& position) {
  return expr::IfElse(expr::IsNull(position.bstart), expr::Null(sql::DataType::Utf8()),
                      expr::Id("span", {table["file_id"], position.bstart, position.bend}));
}

Column SpanAttrs(const std::vector<SpanSource>& spans, const std::vector<Attribute>& others) {
  std::vector<Column> args;
  for (const SpanSource& span : spans) {
    args.insert(args.end(), {Lit(span.column), span.span_ok, span.span_reason});
  }
  for (const Attribute& attribute : others) {
    args.insert(args.end(), {Lit(attribute.key), attribute.value});
  }
  return expr::Call("norma_span_attrs", std::move(args));
}

Column SpanOutcome(const Column& reason) {
  return expr::Cases({{expr::IsNull(reason), expr::Null(sql::DataType::Utf8())},
                      {expr::In(reason, SnappedReasons()), Lit("snapped")},
                      {expr::In(reason, AbsentReasons()), Lit("absent")}},
                     Lit("out_of_range"));
}

Column IsSpanError(const Column& reason) {
  return expr::NotIn(reason, AbsentReasons());
}

}  // namespace norma::rules
