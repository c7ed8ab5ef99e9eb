#include "norma/extract/scip/range.h"

namespace norma::extract::scip {
namespace {

Range Numbers(const wire::SingleLineRange& range) {
  return {range.line(), range.start_character(), range.end_character()};
}

Range Numbers(const wire::MultiLineRange& range) {
  return {range.start_line(), range.start_character(), range.end_line(), range.end_character()};
}

}  // namespace

Range RangeOf(const wire::Occurrence& occurrence) {
  switch (occurrence.typed_range_case()) {
    case wire::Occurrence::kSingleLineRange:
      return Numbers(occurrence.single_line_range());
    case wire::Occurrence::kMultiLineRange:
      return Numbers(occurrence.multi_line_range());
    case wire::Occurrence::TYPED_RANGE_NOT_SET:
      break;
  }
  return {occurrence.range().begin(), occurrence.range().end()};
}

Range EnclosingRangeOf(const wire::Occurrence& occurrence) {
  switch (occurrence.typed_enclosing_range_case()) {
    case wire::Occurrence::kSingleLineEnclosingRange:
      return Numbers(occurrence.single_line_enclosing_range());
    case wire::Occurrence::kMultiLineEnclosingRange:
      return Numbers(occurrence.multi_line_enclosing_range());
    case wire::Occurrence::TYPED_ENCLOSING_RANGE_NOT_SET:
      break;
  }
  return {occurrence.enclosing_range().begin(), occurrence.enclosing_range().end()};
}

source::Position PositionOf(const Range& range, const source::SourceFile* file,
                            source::Adapter adapter) {
  if (range.empty()) {
    return source::WithoutBytes("no_position");
  }
  if (range.size() != 3 && range.size() != 4) {
    return source::WithoutBytes("invalid_range_len");
  }
  const int32_t end_line = range.size() == 3 ? range[0] : range[2];
  const int32_t end_column = range.back();
  if (file == nullptr) {
    return source::WithoutBytes("missing_repo_text_for_path", range[0], range[1], end_line,
                                end_column);
  }
  return source::Convert(*file, adapter, range[0], range[1], end_line, end_column);
}

}  // namespace norma::extract::scip
