#pragma once

/// \file
/// The rows of a running query.

#include <memory>
#include <nanoarrow/nanoarrow.hpp>
#include <optional>
#include <vector>

#include "norma/base/result.h"

struct NormaQuery;

namespace norma::engine {

/// Batches of rows, pulled one at a time; the engine works ahead by a few. Independent of the Query
/// and the Session that made it. One thread at a time.
class Stream {
 public:
  Stream(Stream&&) noexcept = default;
  Stream& operator=(Stream&&) noexcept = default;

  /// A struct schema: one child a column.
  const ArrowSchema& schema() const { return *schema_.get(); }

  /// The next batch, a struct array, or nothing at the end. Blocks until it is there.
  ///
  /// \return kCancelled after Query::Cancel(), kLimitExceeded when memory or spill space ran out,
  ///     kEngine for what fails in the rows (a division by zero), and what a function returned.
  ///     After an error there is nothing more.
  Result<std::optional<nanoarrow::UniqueArray>> Next();

  /// All batches that are left. The caller knows that they fit into memory.
  Result<std::vector<nanoarrow::UniqueArray>> Collect();

 private:
  friend class Query;
  friend class Session;

  /// \param query is asked for the whole error; may be null.
  static Result<Stream> Make(nanoarrow::UniqueArrayStream rows, std::shared_ptr<NormaQuery> query);

  Stream(nanoarrow::UniqueArrayStream rows, nanoarrow::UniqueSchema schema,
         std::shared_ptr<NormaQuery> query);

  nanoarrow::UniqueArrayStream rows_;
  nanoarrow::UniqueSchema schema_;
  std::shared_ptr<NormaQuery> query_;
};

}  // namespace norma::engine
