#pragma once

/// \file
/// All producers over one file: the rows of their facts, of its identity, its status and failures.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "norma/base/result.h"
#include "norma/extract/cpython/extractor.h"
#include "norma/extract/evidence_tables.h"
#include "norma/extract/outcome.h"
#include "norma/extract/scip/index_set.h"
#include "norma/extract/treesitter/extractor.h"
#include "norma/source/scan.h"

namespace norma::run {

/// What one path of a scan gave.
struct FileReport {
  int64_t lines = 0;
  int64_t bytes = 0;
  bool was_read = false;
  bool has_syntax_error = false;
  std::vector<std::string> error_codes;  ///< of severity ERROR, unique
};

/// Makes the file at hand the only one in work. Its rows up to then may be handed over.
/// \return an error if the stage has ended.
using GoAlone = std::function<Status()>;

/// The extractors of one thread. Movable, not safe to share.
class FileExtraction {
 public:
  /// \param memory_bytes what norma itself may take for one file.
  static Result<FileExtraction> Make(const extract::cpython::ExtractorOptions& options,
                                     int64_t memory_bytes);

  /// Reads one file and appends all its rows.
  /// \param scan_failures what the scan said about the same path.
  /// \param documents what SCIP indexes hold about it; null if nothing.
  /// \param room whether the file is alone already.
  /// \param go_alone called once if it is not, and turns out to need it.
  FileReport Extract(const source::Repository& repository, const source::FileIdentity& identity,
                     const std::vector<source::FileFailure>& scan_failures,
                     const extract::scip::PathDocuments* documents,
                     const std::optional<std::string>& repo_id, extract::cpython::Room room,
                     const GoAlone& go_alone, extract::EvidenceTables& tables);

  /// Appends the failures and documents of a path that is no file of the scan.
  FileReport ReportOnly(const std::string& path, const std::vector<source::FileFailure>& failures,
                        const extract::scip::PathDocuments* documents,
                        extract::EvidenceTables& tables);

 private:
  FileExtraction(extract::treesitter::Extractor treesitter, extract::cpython::Extractor cpython,
                 source::ReadOptions reading)
      : treesitter_(std::move(treesitter)), cpython_(std::move(cpython)), reading_(reading) {}

  extract::treesitter::Extractor treesitter_;
  extract::cpython::Extractor cpython_;
  source::ReadOptions reading_;
};

}  // namespace norma::run
