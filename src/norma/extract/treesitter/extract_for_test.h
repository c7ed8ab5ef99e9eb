#pragma once

/// \file
/// Extracts one small file. For tests.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "norma/extract/evidence_tables.h"
#include "norma/extract/outcome.h"
#include "norma/extract/treesitter/table_reader.h"
#include "norma/source/source_file.h"

namespace norma::extract::treesitter {

/// What the extractor says of one file.
struct Extracted {
  source::SourceFile file;
  Outcome outcome;
  std::map<EvidenceTable, TableReader> tables;

  const TableReader& operator[](EvidenceTable table) const { return tables.at(table); }
  /// Some columns of all rows of a table, one row a line.
  std::string Lines(EvidenceTable table, const std::vector<std::string_view>& columns) const {
    return tables.at(table).Lines(columns);
  }
};

/// Runs a new extractor. Ends the test program if one cannot be made.
Extracted ExtractFile(source::SourceFile file);
/// The same for text at `path`, which gives the module name.
Extracted ExtractText(std::string text, std::string_view path = "pkg/mod.py");

}  // namespace norma::extract::treesitter
