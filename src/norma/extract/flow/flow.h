#pragma once

/// \file
/// Control and data flow of all code units of one file.

#include <cstdint>
#include <string_view>
#include <vector>

#include "norma/extract/flow/cfg.h"
#include "norma/extract/flow/code_unit.h"
#include "norma/extract/flow/events.h"
#include "norma/extract/flow/reach.h"
#include "norma/source/source_file.h"

namespace norma::extract::flow {

/// One unit: what instructions, blocks, edges, events and reaches say of it.
struct UnitFlow {
  Cfg cfg;
  UnitEvents events;
  std::vector<Reach> reaches;  ///< whose use is in this unit; in no order
};

/// The units of one file, in the order of CodeUnits. Borrows the texts of the code units.
struct FlowResult {
  SymbolTable symbols;
  std::vector<UnitFlow> units;
};

/// Computes blocks, edges, events and reaching definitions. Iterative, memory linear in units and
/// answer. Never fails: a unit with an unknown opcode stays empty, its neighbours do not mind it.
///
/// \param file the source that the units were compiled from.
///
/// Source: docs/flow.md.
FlowResult Analyse(const CodeUnits& units, const source::SourceFile& file);

}  // namespace norma::extract::flow
