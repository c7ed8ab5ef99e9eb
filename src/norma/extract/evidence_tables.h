#pragma once

/// \file
/// The evidence tables that extractors fill, and one row builder for each.

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "norma/arrow/table_builder.h"
#include "norma/base/result.h"

namespace norma::extract {

/// The tables that have a producer in this build, in the order in which they are listed to users.
enum class EvidenceTable : size_t {
  kRepoFiles,
  kFileLineIndex,
  kExtractStatus,
  kExtractErrors,
  kCstParseErrors,
  kCstDefs,
  kCstImports,
  kCstCallsites,
  kCstCallArgs,
  kCstRefs,
  kCstTypeExprs,
  kCstDocstrings,
  kCstDecorators,
  kTsErrors,
  kTsMissing,
  kAstNodes,
  kSymtableScopes,
  kSymtableSymbols,
  kScipIndexes,
  kScipDocuments,
  kScipOccurrences,
  kScipSymbolInformation,
  kScipRelationships,
  kScipDiagnostics,
};

inline constexpr size_t kEvidenceTableCount = 24;

/// Every table, for loops.
std::array<EvidenceTable, kEvidenceTableCount> AllEvidenceTables();

/// The table's name: "cst_defs".
std::string_view EvidenceTableName(EvidenceTable table);

/// The table's columns in short text form, with FILE and POS written out. The contract of the table
/// says the same; a test compares them.
std::string EvidenceTableSchema(EvidenceTable table);

/// Takes rows of a table, in the order of the table's contract.
using EvidenceReceiver = std::function<Status(EvidenceTable, nanoarrow::UniqueArray)>;

/// One row builder per evidence table: what one worker fills for the files of one unit of work.
/// Rows of a file must come in the order of the table's contract. Not safe to share.
class EvidenceTables {
 public:
  static Result<EvidenceTables> Make();

  arrow::TableBuilder& operator[](EvidenceTable table) {
    return builders_[static_cast<size_t>(table)];
  }

  /// Hands over the rows of each table in batches of at most some `bytes`, not only at the end.
  void DivideAt(int64_t bytes, EvidenceReceiver receive);

  /// Rows of all tables since they were last finished.
  int64_t rows() const;

 private:
  EvidenceTables() = default;

  std::vector<arrow::TableBuilder> builders_;
};

}  // namespace norma::extract
