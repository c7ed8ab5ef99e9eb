#pragma once

/// \file
/// Which tables a run makes.

#include <string>
#include <string_view>
#include <vector>

#include "norma/base/result.h"
#include "norma/contract/registry.h"
#include "norma/extract/evidence_tables.h"
#include "norma/rules/rule.h"

namespace norma::run {

struct Selection {
  std::vector<extract::EvidenceTable> evidence;
  std::vector<const rules::Rule*> rules;  ///< in an order in which each finds its inputs made
};

/// Everything, or the tables of `only`, by name or alias, with all that they are made of. The
/// tables that account for files (repo_files, extract_status, extract_errors) always belong to it.
///
/// \return kNotFound for a table that no contract names; kInvalidArgument for one that a run does
/// not
///     make.
Result<Selection> Select(const std::vector<std::string>& only, const contract::Registry& contracts);

/// An evidence table that no extractor of the run fills: it is there and empty.
struct AbsentInput {
  std::string table;
  bool is_required = false;  ///< by a rule of the selection, whose output then is empty
};

/// Those that rules of the selection read, by name.
/// \param has_index whether a SCIP index takes part.
std::vector<AbsentInput> AbsentInputs(const Selection& selection,
                                      const contract::Registry& contracts, bool has_index);

/// As the manifest lists them: each table, and "empty: <table>" for a required one.
std::vector<std::string> AbsentInputTexts(const std::vector<AbsentInput>& absent);

}  // namespace norma::run
