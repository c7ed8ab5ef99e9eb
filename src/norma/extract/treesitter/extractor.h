#pragma once

/// \file
/// The tree-sitter producer: from one source file to its rows of the cst_ and ts_ tables.

#include <cstdint>
#include <limits>
#include <memory>

#include "norma/base/result.h"
#include "norma/extract/evidence_tables.h"
#include "norma/extract/outcome.h"
#include "norma/source/source_file.h"

namespace norma::extract::treesitter {

/// Parses Python with tree-sitter. Movable, expensive to make, reused from file to file; one for
/// each thread.
class Extractor {
 public:
  /// \param memory_bytes that one file may take, above what the extractor keeps between files.
  /// \return kInternal if the linked grammar is not the one this code knows.
  static Result<Extractor> Make(int64_t memory_bytes = std::numeric_limits<int64_t>::max());

  Extractor(Extractor&&) noexcept;
  Extractor& operator=(Extractor&&) noexcept;
  ~Extractor();

  /// Appends the rows of `file`, in the order of each table's contract: cst_defs, cst_imports,
  /// cst_callsites, cst_call_args, cst_refs, cst_type_exprs, cst_docstrings, cst_decorators,
  /// ts_errors, ts_missing. A file without a tree has one row in cst_parse_errors instead.
  ///
  /// Any bytes are accepted. Status: kOk; kPartial if the tree has errors, since what stands in an
  /// ERROR node is guesswork and mostly left out; kFailed with NESTING_LIMIT, PARSE_TIMEOUT or, if
  /// the file takes too much memory, PARSE_CANCELLED if there is no tree.
  ///
  /// Linear in the file, but for rows that repeat text (candidates of a name, parts of a chain),
  /// which is bounded by kMaxCandidates and kMaxChainParts.
  Outcome Extract(const source::SourceFile& file, EvidenceTables& tables);

 private:
  struct State;

  explicit Extractor(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace norma::extract::treesitter
