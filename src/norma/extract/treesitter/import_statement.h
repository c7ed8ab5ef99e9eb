#pragma once

/// \file
/// Reading the aliases of one import statement.

#include <vector>

#include "norma/extract/treesitter/analysis.h"

namespace norma::extract::treesitter {

/// Appends one entry for each alias of the statement. Aliases without a name, which errors leave,
/// are skipped.
void ReadImportStatement(const FlatTree& tree, NodeIndex statement, SourceText& text,
                         NameTable& names, std::vector<ImportedName>& imports);

}  // namespace norma::extract::treesitter
