#pragma once

/// \file
/// The SQL functions of the session, recorded once for each distinct catalogue.

#include <string>
#include <vector>

#include "norma/base/result.h"
#include "norma/run/text_rows.h"
#include "norma/run/workspace.h"

namespace norma::run {

/// Rows of functions_v1 without the hash, in its column order and sorted; and the hash over them.
struct FunctionCatalogue {
  std::string hash;
  std::vector<TextRow> rows;
};

/// What the session's registries hold.
Result<FunctionCatalogue> CatalogueOf(const engine::Session& session);

/// Appends the catalogue to functions_v1 unless it is there already.
Status AppendFunctions(const Workspace& workspace, const FunctionCatalogue& catalogue,
                       const std::string& run_id);

}  // namespace norma::run
