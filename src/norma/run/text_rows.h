#pragma once

/// \file
/// Small query results as text cells.

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "norma/base/result.h"
#include "norma/engine/session.h"

namespace norma::run {

/// One row; nothing stands for NULL.
using TextRow = std::vector<std::optional<std::string>>;

/// Runs a query all of whose columns are text, and keeps all rows: for a few thousand at the most.
/// \return kInternal if a column is not text; kCancelled after `stop`.
Result<std::vector<TextRow>> FetchTextRows(const engine::Session& session, std::string_view sql,
                                           const std::stop_token& stop = {});

/// The same for a stream that is there already.
Result<std::vector<TextRow>> CollectTextRows(engine::Stream stream);

}  // namespace norma::run
