#pragma once

/// \file
/// The compiled module of one file: from a worker's section to code units and their scopes.

#include <string>
#include <vector>

#include "norma/base/result.h"
#include "norma/extract/cpython/columns.h"
#include "norma/extract/cpython/greeting.h"
#include "norma/extract/cpython/scopes.h"
#include "norma/extract/flow/code_unit.h"
#include "norma/source/source_file.h"

namespace norma::extract::cpython {

/// The code units of a file, and for each the scope_id of the scope it was compiled from: empty if
/// none matched.
struct FileCode {
  flow::CodeUnits units;
  std::vector<std::string> scope_ids;
};

/// Reads the section CODE.
/// \param scopes of the same answer; null if it has none.
/// \return kCorruptData if the section is missing or damaged (flow/decode.h).
Result<FileCode> ReadCode(const Sections& sections, const ScopeTree* scopes,
                          const source::SourceFile& file, const Greeting& greeting);

}  // namespace norma::extract::cpython
