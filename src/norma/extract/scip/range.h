#pragma once

/// \file
/// The ranges of occurrences, old and typed, as places in a file.

#include <cstdint>
#include <vector>

#include "norma/extract/scip/scip.pb.h"
#include "norma/source/adapter.h"

namespace norma::extract::scip {

/// As an index gives it: line, start, end; or start line, start, end line, end. A hostile index may
/// give any other count.
using Range = std::vector<int32_t>;

/// The typed range if there is one, else the list of numbers; empty if there is neither.
Range RangeOf(const wire::Occurrence& occurrence);
Range EnclosingRangeOf(const wire::Occurrence& occurrence);

/// Converts a range.
///
/// \param file null if the document's file was not scanned.
/// \return absent for an empty range. Reasons besides those of Convert(): invalid_range_len,
///     missing_repo_text_for_path.
source::Position PositionOf(const Range& range, const source::SourceFile* file,
                            source::Adapter adapter);

}  // namespace norma::extract::scip
