#include "norma/rules/catalogue.h"

#include <algorithm>
#include <array>
#include <vector>

#include "norma/embedded/contracts.h"
#include "norma/rules/ast_nodes_norm.h"
#include "norma/rules/callsite_qname_candidates.h"
#include "norma/rules/cfg_blocks_norm.h"
#include "norma/rules/cfg_edges_norm.h"
#include "norma/rules/cst_callsites_norm.h"
#include "norma/rules/cst_defs_norm.h"
#include "norma/rules/cst_imports_norm.h"
#include "norma/rules/def_use_events.h"
#include "norma/rules/diagnostics_norm.h"
#include "norma/rules/dim_qualified_names.h"
#include "norma/rules/normalize_evidence.h"
#include "norma/rules/py_bc_instructions_norm.h"
#include "norma/rules/reaching_defs.h"
#include "norma/rules/scip_occurrences_norm.h"
#include "norma/rules/span_errors.h"
#include "norma/rules/type_exprs_norm.h"
#include "norma/rules/type_nodes.h"

namespace norma::rules {
namespace {

constexpr std::array<const Rule*, 17> kCatalogue = {
    &kAstNodesNorm,         &kCstDefsNorm,         &kCstImportsNorm,    &kCstCallsitesNorm,
    &kTypeExprsNorm,        &kTypeNodes,           &kDimQualifiedNames, &kCallsiteQnameCandidates,
    &kPyBcInstructionsNorm, &kCfgBlocksNorm,       &kCfgEdgesNorm,      &kDefUseEvents,
    &kReachingDefs,         &kScipOccurrencesNorm, &kSpanErrors,        &kDiagnosticsNorm,
    &kNormalizeEvidence,
};

}  // namespace

std::span<const Rule* const> Catalogue() { return kCatalogue; }

const Rule* FindRule(std::string_view name) {
  const auto found = std::ranges::find(kCatalogue, name, &Rule::name);
  return found == kCatalogue.end() ? nullptr : *found;
}

std::span<const EmbeddedContract> EmbeddedContracts() {
  static const std::vector<EmbeddedContract> contracts = [] {
    std::vector<EmbeddedContract> all;
    for (const embedded::contracts::File& file : embedded::contracts::Files()) {
      all.push_back({file.name.substr(0, file.name.rfind('.')), file.content});
    }
    return all;
  }();
  return contracts;
}

}  // namespace norma::rules
