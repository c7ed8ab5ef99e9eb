#pragma once

/// \file
/// A document laid against the bytes of its file.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "norma/base/result.h"
#include "norma/extract/scip/document.h"
#include "norma/extract/scip/freshness.h"
#include "norma/extract/scip/index_set.h"
#include "norma/extract/scip/scip.pb.h"
#include "norma/extract/scip/unit.h"
#include "norma/source/position.h"
#include "norma/source/source_file.h"

namespace norma::extract::scip {

/// Where an occurrence stands. The rest of it is parsed once more when its row is written, so that
/// a document of many occurrences stays small.
struct Place {
  int32_t occurrence = 0;  // in its document
  int32_t diagnostics = 0;
  source::Position position;
};

/// Not movable: the parts are views into the bytes.
struct PlacedDocument {
  PlacedDocument() = default;
  PlacedDocument(const PlacedDocument&) = delete;
  PlacedDocument& operator=(const PlacedDocument&) = delete;

  DocumentRef ref;
  std::string bytes;
  Document document;
  DocumentUnit unit;
  Freshness freshness;
  bool is_stale = false;
  std::vector<Place> places;  ///< one for each occurrence, in order
};

/// Reads a document of an index and converts its ranges.
///
/// \param file null if the document's file is not in the repository, or its bytes are not known.
/// \return what Index::Read() and SplitDocument() return.
Result<std::unique_ptr<const PlacedDocument>> PlaceDocument(const DocumentRef& ref,
                                                            const source::SourceFile* file);

/// Parses one occurrence of a document into `occurrence`.
void ParseOccurrence(const PlacedDocument& document, int32_t index, wire::Occurrence& occurrence);

}  // namespace norma::extract::scip
