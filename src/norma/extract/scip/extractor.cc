#include "norma/extract/scip/extractor.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "norma/extract/scip/placed_document.h"
#include "norma/extract/scip/range.h"

namespace norma::extract::scip {
namespace {

using Documents = std::vector<std::unique_ptr<const PlacedDocument>>;

template <typename Numbers>
void AppendNumbers(const Numbers& numbers, arrow::TableBuilder& builder) {
  builder.BeginList();
  for (const int32_t number : numbers) {
    builder.Int32(number);
  }
  builder.EndList();
}

void AppendDocument(const PlacedDocument& document, const DocumentedFile& file,
                    arrow::TableBuilder& builder) {
  const Freshness& freshness = document.freshness;
  builder.Text(document.ref.index->summary().index_id)
      .Text(document.ref.entry->document_id)
      .Text(file.path)
      .OptionalText(file.file_id)
      .Text(document.document.language)
      .Int32(document.document.position_encoding)
      .Text(ColumnUnitName(document.unit.unit))
      .Text(UnitSourceName(document.unit.source))
      .Int32(freshness.occurrences)
      .Int32(freshness.checked)
      .Int32(freshness.matched);
  if (const std::optional<float> share = freshness.Share()) {
    builder.Float32(*share);
  } else {
    builder.Null();
  }
  builder.OptionalBool(freshness.text_matches).Bool(document.is_stale).EndRow();
}

void AppendRoles(int32_t roles, arrow::TableBuilder& builder) {
  builder.Int32(roles);
  for (const int32_t bit : {1, 2, 4, 8, 16, 32, 64}) {
    builder.Bool((roles & bit) != 0);
  }
}

void AppendOccurrence(const PlacedDocument& document, const Place& place,
                      const wire::Occurrence& occurrence, const DocumentedFile& file,
                      arrow::TableBuilder& builder) {
  builder.Text(document.ref.entry->document_id)
      .Text(file.path)
      .OptionalText(file.file_id)
      .Int32(place.occurrence)
      .Text(occurrence.symbol());
  AppendRoles(occurrence.symbol_roles(), builder);
  builder.Int32(occurrence.syntax_kind()).BeginList();
  for (const std::string& text : occurrence.override_documentation()) {
    builder.Text(text);
  }
  builder.EndList();
  AppendNumbers(RangeOf(occurrence), builder);
  builder.Text(ColumnUnitName(document.unit.unit));
  AppendPosition(builder, place.position);
  AppendPosition(builder, PositionOf(EnclosingRangeOf(occurrence), file.source,
                                     AdapterOf(document.unit.unit)));
  builder.EndRow();
}

/// The occurrences of all documents of the path, by place.
void AppendOccurrences(const Documents& documents, const DocumentedFile& file,
                       arrow::TableBuilder& builder) {
  std::vector<std::pair<const PlacedDocument*, const Place*>> order;
  for (const auto& document : documents) {
    for (const Place& place : document->places) {
      order.emplace_back(document.get(), &place);
    }
  }
  // The documents stand in their order, so a stable sort keeps it among equal places.
  std::ranges::stable_sort(order, {}, [](const auto& entry) {
    return entry.second->position.bstart.value_or(std::numeric_limits<int64_t>::max());
  });
  wire::Occurrence occurrence;
  for (const auto& [document, place] : order) {
    ParseOccurrence(*document, place->occurrence, occurrence);
    AppendOccurrence(*document, *place, occurrence, file, builder);
  }
}

void AppendDiagnostics(const PlacedDocument& document, const DocumentedFile& file,
                       arrow::TableBuilder& builder) {
  wire::Occurrence occurrence;
  for (const Place& place : document.places) {
    if (place.diagnostics == 0) {
      continue;
    }
    ParseOccurrence(document, place.occurrence, occurrence);
    for (int i = 0; i < occurrence.diagnostics_size(); ++i) {
      const wire::Diagnostic& diagnostic = occurrence.diagnostics(i);
      builder.Text(document.ref.entry->document_id)
          .Text(file.path)
          .OptionalText(file.file_id)
          .Int32(place.occurrence)
          .Int32(i)
          .Int32(diagnostic.severity())
          .OptionalText(OrNull(diagnostic.code()))
          .Text(diagnostic.message())
          .OptionalText(OrNull(diagnostic.source()));
      AppendNumbers(diagnostic.tags(), builder);
      builder.Text(ColumnUnitName(document.unit.unit));
      AppendPosition(builder, place.position);
      builder.EndRow();
    }
  }
}

/// The tools behind the documents and failures of a path.
std::string VersionsOf(const PathDocuments& documents) {
  std::set<std::string> tools;
  for (const DocumentRef& ref : documents.documents) {
    const IndexSummary& summary = ref.index->summary();
    tools.insert(fmt::format("{} {}", summary.tool_name, summary.tool_version));
  }
  return fmt::format("{}", fmt::join(tools, ", "));
}

}  // namespace

Outcome ExtractDocuments(const PathDocuments& documents, const DocumentedFile& file,
                         EvidenceTables& tables) {
  Outcome outcome{.producer = "scip",
                  .producer_version = VersionsOf(documents),
                  .failures = documents.failures};
  const int64_t rows = tables.rows();
  Documents placed;
  for (const DocumentRef& ref : documents.documents) {
    Result<std::unique_ptr<const PlacedDocument>> document = PlaceDocument(ref, file.source);
    const std::string& label = ref.index->summary().label;
    if (!document.ok()) {
      outcome.failures.push_back(
          IndexFailure(label, "SCIP_TRUNCATED", "the document can no longer be read"));
      continue;
    }
    if (!file.file_id.has_value()) {
      outcome.failures.push_back(IndexFailure(label, "SCIP_FILE_MISSING",
                                              "the index describes a file that was not scanned",
                                              "WARNING"));
    }
    placed.push_back(std::move(document).value());
  }
  for (const auto& document : placed) {
    AppendDocument(*document, file, tables[EvidenceTable::kScipDocuments]);
    AppendDiagnostics(*document, file, tables[EvidenceTable::kScipDiagnostics]);
  }
  AppendOccurrences(placed, file, tables[EvidenceTable::kScipOccurrences]);
  outcome.row_count = tables.rows() - rows;
  if (!outcome.failures.empty()) {
    outcome.status = placed.empty() ? FileStatus::kFailed : FileStatus::kPartial;
  }
  return outcome;
}

}  // namespace norma::extract::scip
