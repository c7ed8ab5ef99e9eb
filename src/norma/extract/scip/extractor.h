#pragma once

/// \file
/// From the documents of one path, and the bytes of its file, to the rows of the scip_ tables.

#include <optional>
#include <string>

#include "norma/extract/evidence_tables.h"
#include "norma/extract/outcome.h"
#include "norma/extract/scip/index_set.h"
#include "norma/source/source_file.h"

namespace norma::extract::scip {

/// The file that documents are laid against.
struct DocumentedFile {
  std::string path;
  std::optional<std::string> file_id;          ///< absent if the file was not scanned
  const source::SourceFile* source = nullptr;  ///< null if its bytes are not known
};

/// Appends the rows of scip_documents, scip_occurrences and scip_diagnostics of one path, in the
/// order of their contracts.
///
/// Columns are read in the unit of each document; a place that does not convert keeps its numbers
/// and says why. Never fails: what cannot be read becomes a failure of the outcome. Memory is
/// bounded by the documents of the path. Safe from many threads, each with tables of its own.
Outcome ExtractDocuments(const PathDocuments& documents, const DocumentedFile& file,
                         EvidenceTables& tables);

}  // namespace norma::extract::scip
