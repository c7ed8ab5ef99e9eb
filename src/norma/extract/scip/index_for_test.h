#pragma once

/// \file
/// Makes small indexes and lays them against files. For tests.

#include <gtest/gtest.h>

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "norma/extract/scip/extractor.h"
#include "norma/extract/scip/index_set.h"
#include "norma/extract/scip/scip.pb.h"
#include "norma/extract/treesitter/table_reader.h"

namespace norma::extract::scip {

/// The symbol `t p <name>` of a definition.
std::string SymbolOf(std::string_view name);

/// An index by `tool`, without documents.
wire::Index IndexBy(std::string_view tool);

/// An occurrence with an old range.
wire::Occurrence& AddOccurrence(wire::Document& document, std::initializer_list<int32_t> range,
                                std::string_view symbol);

/// Files that are gone after the test.
class IndexTest : public testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  /// Writes bytes to a file and gives its path.
  std::string Write(std::string_view name, std::string_view bytes) const;
  /// Opens the bytes as an index file.
  Result<Index> Open(std::string_view bytes) const;
  /// Opens indexes, labelled a, b, … in this order.
  Result<IndexSet> OpenSet(const std::vector<wire::Index>& indexes) const;

  std::string folder_;
};

/// What the documents of one path give.
struct Extraction {
  Outcome outcome;
  std::map<EvidenceTable, treesitter::TableReader> tables;

  std::string Lines(EvidenceTable table, const std::vector<std::string_view>& columns) const {
    return tables.at(table).Lines(columns);
  }
};

/// Lays what `indexes` hold about `path` against a file of that path with these bytes.
Extraction Extract(const IndexSet& indexes, std::string_view path, std::string_view bytes);
/// The same for a path that was not scanned.
Extraction ExtractUnscanned(const IndexSet& indexes, std::string_view path);

}  // namespace norma::extract::scip
