#pragma once

/// \file
/// From a planned query to rows on stdout, in a file, or in an envelope.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>

#include "norma/base/result.h"
#include "norma/cli/row_writer.h"
#include "norma/engine/query.h"

namespace norma::cli {

/// Runs `query` and writes its rows. Stops early, without an error, when `out` no longer takes any.
/// \return the number of rows written.
Result<int64_t> WriteRows(const engine::Query& query, RowFormat format, std::ostream& out,
                          Style style);

/// Runs `query` into the file `path`, which appears when it is complete.
/// \return the number of rows.
Result<int64_t> SaveRows(const engine::Query& query, RowFormat format, const std::string& path);

/// Runs `query` and gives {"columns": [{name, type}], "rows": [{…}], "row_count": n}. All rows are
/// in memory: for many of them there are the formats.
Result<nlohmann::json> RowsJson(const engine::Query& query);

}  // namespace norma::cli
