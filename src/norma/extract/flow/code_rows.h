#pragma once

/// \file
/// Code units as rows of py_bc_code_units, py_bc_instructions and py_bc_exception_table.

#include <cstdint>
#include <span>
#include <string>

#include "norma/arrow/table_builder.h"
#include "norma/extract/flow/code_unit.h"
#include "norma/extract/flow/instruction_set.h"
#include "norma/source/source_file.h"

namespace norma::extract::flow {

/// The builders of the tables, all borrowed.
struct CodeTables {
  arrow::TableBuilder& code_units;
  arrow::TableBuilder& instructions;
  arrow::TableBuilder& exception_table;
};

/// What the control flow graph of a unit says of its instructions, one value each.
struct InstructionFlow {
  std::span<const int32_t> block_of;
  std::span<const uint8_t> may_raise;
};

/// One file's code units with what others found out about them.
struct CodeFacts {
  const CodeUnits& units;
  const InstructionSet& set;
  std::span<const std::string> scope_ids;  ///< one a unit; empty text where no scope matched
  std::span<const InstructionFlow> flow;   ///< one a unit
};

/// module | function | lambda | class | listcomp | setcomp | dictcomp | genexpr | type_params |
/// annotation, by name and flags.
std::string_view UnitKind(const CodeUnit& unit);

/// Appends the rows of one file, in the order of the tables' contracts.
/// \return how many rows were added.
int64_t AppendCode(const CodeFacts& facts, const source::SourceFile& file,
                   const CodeTables& tables);

}  // namespace norma::extract::flow
