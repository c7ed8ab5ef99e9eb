#pragma once

/// \file
/// Control and data flow as rows of py_bc_blocks, py_bc_cfg_edges, py_bc_events and py_bc_reaches.

#include <cstdint>

#include "norma/arrow/table_builder.h"
#include "norma/extract/flow/code_unit.h"
#include "norma/extract/flow/flow.h"
#include "norma/source/source_file.h"

namespace norma::extract::flow {

/// The builders of the tables, all borrowed.
struct FlowTables {
  arrow::TableBuilder& blocks;
  arrow::TableBuilder& cfg_edges;
  arrow::TableBuilder& events;
  arrow::TableBuilder& reaches;
};

/// Appends the rows of one file, in the order of the tables' contracts.
/// \param flow of these units and this file.
/// \return how many rows were added.
int64_t AppendFlow(const FlowResult& flow, const CodeUnits& units, const source::SourceFile& file,
                   const FlowTables& tables);

}  // namespace norma::extract::flow
