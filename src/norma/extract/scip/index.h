#pragma once

/// \file
/// A SCIP index file: checked once as a whole, then read message by message.

#include <atomic>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "norma/base/result.h"
#include "norma/extract/outcome.h"
#include "norma/extract/scip/unit.h"
#include "norma/source/repository.h"

namespace norma::extract::scip {

inline constexpr int64_t kMaxIndexBytes = int64_t{8} << 30;
/// What norma keeps in memory of an index: paths of documents and names of external symbols.
inline constexpr int64_t kMaxDirectoryBytes = int64_t{256} << 20;

/// An index as the user names it.
struct IndexSource {
  std::string label;
  std::string path;

  friend bool operator==(const IndexSource&, const IndexSource&) = default;
};

/// Reads `[LABEL=]PATH`. A label has letters, digits, `_`, `-` and `.`; without one it is the
/// file's name without folder and suffix.
IndexSource IndexSourceFromText(std::string_view text);

/// Where a message lies in the file.
struct Extent {
  int64_t offset = 0;
  int64_t size = 0;
};

struct DocumentEntry {
  std::string document_id;
  std::string path;  ///< as in the index
  Extent extent;
};

struct ExternalEntry {
  std::string symbol;
  Extent extent;
};

/// A failure about one path.
struct PathFailure {
  std::string path;
  Failure failure;
};

/// A failure of the stage scip, at no place, that names its index.
Failure IndexFailure(const std::string& label, std::string_view code, std::string_view message,
                     std::string_view severity = "ERROR");

/// What a row of scip_indexes says.
struct IndexSummary {
  std::string index_id;
  std::string label;
  std::string sha256;
  int32_t protocol_version = 0;
  std::string tool_name;
  std::string tool_version;
  int32_t text_document_encoding = 0;
  int64_t document_count = 0;
  int64_t occurrence_count = 0;
  int64_t symbol_count = 0;
  int64_t external_symbol_count = 0;
};

/// An open index file and a directory of its messages. Movable; const methods are safe from many
/// threads.
class Index {
 public:
  /// Reads the whole file once, a message at a time, and parses each. A document or symbol that is
  /// not valid becomes a failure and is left out.
  ///
  /// \param stop ends the call with kCancelled when it becomes true.
  /// \return kNotFound or kStorage if the file cannot be read; kCorruptData if it is not a SCIP
  ///     index or ends too early; kLimitExceeded if it is too large.
  static Result<Index> Open(const IndexSource& source, const std::atomic<bool>& stop);

  const IndexSummary& summary() const { return summary_; }
  /// Valid documents by document_id; no two have the same path.
  std::span<const DocumentEntry> documents() const { return documents_; }
  /// Valid symbols of other packages by name; no two have the same.
  std::span<const ExternalEntry> externals() const { return externals_; }
  std::span<const PathFailure> failures() const { return failures_; }

  /// The bytes of a message.
  /// \return kStorage if the file cannot be read, or is not what it was when it was opened.
  Result<std::string> Read(const Extent& extent) const;
  /// \return kStorage if the file was written to since it was opened.
  Status CheckUnchanged() const;

  /// The unit of documents that do not declare theirs.
  const DocumentUnit& default_unit() const { return default_unit_; }
  void set_default_unit(DocumentUnit unit) { default_unit_ = unit; }

 private:
  friend class IndexReader;

  Index() = default;

  std::string path_;
  source::FileHandle file_;
  int64_t size_ = 0;
  int64_t modified_ns_ = 0;
  IndexSummary summary_;
  DocumentUnit default_unit_;
  std::vector<DocumentEntry> documents_;
  std::vector<ExternalEntry> externals_;
  std::vector<PathFailure> failures_;
};

}  // namespace norma::extract::scip
