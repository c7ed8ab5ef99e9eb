#pragma once

/// \file
/// The indexes of a run, by the paths that they speak of.

#include <atomic>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "norma/base/result.h"
#include "norma/extract/scip/index.h"
#include "norma/source/repository.h"
#include "norma/source/source_file.h"

namespace norma::extract::scip {

/// A document of one of the indexes.
struct DocumentRef {
  const Index* index = nullptr;
  const DocumentEntry* entry = nullptr;
};

/// What the indexes hold about one path.
struct PathDocuments {
  std::vector<DocumentRef> documents;  ///< by document_id
  std::vector<Failure> failures;
};

/// A path of an index in the form of the repository's own: relative, without `.`, `..` and empty
/// parts.
/// \return nothing if it does not lead to a place below the root.
std::optional<std::string> RepositoryPath(std::string_view path);

/// Open indexes. Movable; const methods are safe from many threads.
class IndexSet {
 public:
  /// No index.
  IndexSet() = default;

  /// Opens and checks all indexes, see Index::Open().
  /// \return also kInvalidArgument if two of them have the same label.
  static Result<IndexSet> Open(std::span<const IndexSource> sources, const std::atomic<bool>& stop);

  bool empty() const { return indexes_.empty(); }
  /// By index_id.
  std::span<const Index> indexes() const { return indexes_; }
  std::vector<IndexSummary> Summaries() const;
  /// Paths in the repository, and those of failures, in order.
  const std::map<std::string, PathDocuments, std::less<>>& paths() const { return paths_; }

  /// Finds the unit of each index that declares none and whose tool is not known; reads the files
  /// that its documents describe.
  Status ChooseUnits(const source::Repository& repository,
                     std::span<const source::FileIdentity> files, const std::atomic<bool>& stop);

 private:
  void AddPaths(const Index& index);

  std::vector<Index> indexes_;
  std::map<std::string, PathDocuments, std::less<>> paths_;
};

}  // namespace norma::extract::scip
