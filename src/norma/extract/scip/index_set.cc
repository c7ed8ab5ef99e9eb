#include "norma/extract/scip/index_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "norma/extract/scip/document.h"
#include "norma/source/scan.h"

namespace norma::extract::scip {
namespace {

/// Lets the documents of an index that declare no unit vote for one.
Result<DocumentUnit> VoteOf(const Index& index, const source::Repository& repository,
                            std::span<const source::FileIdentity> files,
                            const std::atomic<bool>& stop) {
  UnitVote vote;
  for (const DocumentEntry& entry : index.documents()) {
    if (stop) {
      return Error{ErrorKind::kCancelled, "the run was stopped"};
    }
    const std::string path = RepositoryPath(entry.path).value_or("");
    const auto file = std::ranges::lower_bound(files, path, {}, &source::FileIdentity::path);
    if (file == files.end() || file->path != path) {
      continue;
    }
    const source::ReadResult read = source::ReadSourceFile(repository, *file);
    if (!read.usable || read.file->lines.ascii()) {
      continue;
    }
    NORMA_ASSIGN_OR_RETURN(const std::string bytes, index.Read(entry.extent));
    const Result<Document> document = SplitDocument(bytes);
    if (document.ok() && !DeclaredUnit(document.value().position_encoding).has_value()) {
      vote.Add(document.value(), *read.file);
    }
  }
  return vote.Winner();
}

}  // namespace

std::optional<std::string> RepositoryPath(std::string_view path) {
  if (path.starts_with('/')) {
    return std::nullopt;
  }
  std::vector<std::string_view> parts;
  for (size_t begin = 0; begin <= path.size();) {
    const size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view part = path.substr(begin, end - begin);
    if (part == "..") {
      if (parts.empty()) {
        return std::nullopt;
      }
      parts.pop_back();
    } else if (!part.empty() && part != ".") {
      parts.push_back(part);
    }
    begin = end + 1;
  }
  std::string joined;
  for (const std::string_view part : parts) {
    joined += joined.empty() ? "" : "/";
    joined += part;
  }
  return joined.empty() ? std::nullopt : std::optional(std::move(joined));
}

Result<IndexSet> IndexSet::Open(std::span<const IndexSource> sources,
                                const std::atomic<bool>& stop) {
  IndexSet set;
  for (const IndexSource& source : sources) {
    NORMA_ASSIGN_OR_RETURN(Index index, Index::Open(source, stop));
    set.indexes_.push_back(std::move(index));
  }
  const auto id = [](const Index& index) { return index.summary().index_id; };
  std::ranges::sort(set.indexes_, {}, id);
  const auto twice = std::ranges::adjacent_find(set.indexes_, {}, id);
  if (twice != set.indexes_.end()) {
    return Error{ErrorKind::kInvalidArgument,
                 fmt::format("two SCIP indexes have the same label: {}", twice->summary().label),
                 "name one of them with --scip LABEL=PATH"};
  }
  for (const Index& index : set.indexes_) {
    set.AddPaths(index);
  }
  for (auto& [path, found] : set.paths_) {
    std::ranges::sort(found.documents, {},
                      [](const DocumentRef& ref) { return ref.entry->document_id; });
  }
  return set;
}

std::vector<IndexSummary> IndexSet::Summaries() const {
  std::vector<IndexSummary> summaries;
  for (const Index& index : indexes_) {
    summaries.push_back(index.summary());
  }
  return summaries;
}

void IndexSet::AddPaths(const Index& index) {
  for (const DocumentEntry& entry : index.documents()) {
    if (std::optional<std::string> path = RepositoryPath(entry.path); path.has_value()) {
      paths_[std::move(*path)].documents.push_back({&index, &entry});
    } else {
      paths_[entry.path].failures.push_back(
          IndexFailure(index.summary().label, "SCIP_OUTSIDE_ROOT",
                       "the path of a document does not lead into the repository", "WARNING"));
    }
  }
  for (const PathFailure& failure : index.failures()) {
    paths_[RepositoryPath(failure.path).value_or(failure.path)].failures.push_back(failure.failure);
  }
}

Status IndexSet::ChooseUnits(const source::Repository& repository,
                             std::span<const source::FileIdentity> files,
                             const std::atomic<bool>& stop) {
  for (Index& index : indexes_) {
    if (!UnitOfTool(index.summary().tool_name).has_value()) {
      NORMA_ASSIGN_OR_RETURN(const DocumentUnit unit, VoteOf(index, repository, files, stop));
      index.set_default_unit(unit);
    }
  }
  return {};
}

}  // namespace norma::extract::scip
