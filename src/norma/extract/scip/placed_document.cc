#include "norma/extract/scip/placed_document.h"

#include <utility>

#include "norma/extract/scip/range.h"

namespace norma::extract::scip {
namespace {

source::Position PlaceOf(const wire::Occurrence& occurrence, const source::SourceFile* file,
                         const DocumentUnit& unit) {
  const Range range = RangeOf(occurrence);
  return range.empty() ? source::WithoutBytes("missing_range_fields")
                       : PositionOf(range, file, AdapterOf(unit.unit));
}

void Count(const wire::Occurrence& occurrence, const source::Position& position,
           const source::SourceFile* file, Freshness& freshness) {
  ++freshness.occurrences;
  if (source::OutcomeOf(position.reason) == source::SpanOutcome::kOutOfRange) {
    ++freshness.out_of_range;
  }
  if (!position.ok || position.bstart == position.bend) {
    return;
  }
  if (const std::optional<std::string> name = CheckedName(occurrence.symbol())) {
    ++freshness.checked;
    freshness.matched += Shows(*file, position, *name) ? 1 : 0;
  }
}

}  // namespace

void ParseOccurrence(const PlacedDocument& document, int32_t index, wire::Occurrence& occurrence) {
  const std::string_view part = document.document.occurrences[static_cast<size_t>(index)];
  // It was valid when the index was opened. If the file has changed since, the run fails for that.
  static_cast<void>(occurrence.ParseFromArray(part.data(), static_cast<int>(part.size())));
}

Result<std::unique_ptr<const PlacedDocument>> PlaceDocument(const DocumentRef& ref,
                                                            const source::SourceFile* file) {
  auto placed = std::make_unique<PlacedDocument>();
  placed->ref = ref;
  NORMA_ASSIGN_OR_RETURN(placed->bytes, ref.index->Read(ref.entry->extent));
  NORMA_ASSIGN_OR_RETURN(placed->document, SplitDocument(placed->bytes));
  const Document& document = placed->document;
  placed->unit = DeclaredUnit(document.position_encoding).value_or(ref.index->default_unit());
  if (file != nullptr && !document.text.empty()) {
    placed->freshness.text_matches = TextMatches(document.text, *file);
  }
  const auto count = static_cast<int32_t>(document.occurrences.size());
  placed->places.reserve(document.occurrences.size());
  wire::Occurrence occurrence;
  for (int32_t i = 0; i < count; ++i) {
    ParseOccurrence(*placed, i, occurrence);
    Place place{i, occurrence.diagnostics_size(), PlaceOf(occurrence, file, placed->unit)};
    Count(occurrence, place.position, file, placed->freshness);
    placed->places.push_back(place);
  }
  placed->is_stale = file == nullptr || placed->freshness.IsStale();
  return std::unique_ptr<const PlacedDocument>(std::move(placed));
}

}  // namespace norma::extract::scip
