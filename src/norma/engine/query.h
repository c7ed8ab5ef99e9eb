#pragma once

/// \file
/// A planned query.

#include <cstdint>
#include <memory>
#include <nanoarrow/nanoarrow.hpp>
#include <string>
#include <string_view>

#include "norma/base/result.h"
#include "norma/engine/stream.h"

struct NormaQuery;

namespace norma::engine {

/// A statement that passed its policy and was planned all the way down. Keeps what it needs of its
/// Session, which may go first. One thread at a time, except Cancel().
class Query {
 public:
  Query(Query&&) = default;
  Query& operator=(Query&&) = default;

  /// The columns of the result with their nullability, as a struct schema.
  Result<nanoarrow::UniqueSchema> Schema() const;

  /// Starts the query. It may run more than once.
  Result<Stream> Run() const;

  /// Ends the runs of this query and all later ones with kCancelled. Safe from any thread.
  void Cancel() const;

  /// Runs the query into a local file.
  ///
  /// \param format csv, json, ndjson, parquet or arrow. In CSV a nested value is text.
  /// \param path a regular file appears only when it is complete; an old one is replaced. A device
  ///     or pipe that exists is written directly.
  /// \return the number of rows.
  Result<uint64_t> Save(std::string_view format, std::string_view path) const;

  /// The plan as text for people: logical, optimized, pgjson, graphviz, physical or tree.
  Result<std::string> Explain(std::string_view format) const;

  /// The plan as JSON: scans, files, joins, partitions, spills (norma/bridge.h has the form). What
  /// is counted is that of the last run.
  Result<std::string> PlanJson() const;

 private:
  friend class Session;
  friend struct HandleAccess;

  explicit Query(std::shared_ptr<NormaQuery> handle) : handle_(std::move(handle)) {}

  std::shared_ptr<NormaQuery> handle_;
};

}  // namespace norma::engine
