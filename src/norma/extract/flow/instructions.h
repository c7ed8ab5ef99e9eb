#pragma once

/// \file
/// From the bytes of a code object to instructions and the exception table.

#include <string_view>

#include "norma/base/result.h"
#include "norma/extract/flow/code_unit.h"
#include "norma/extract/flow/instruction_set.h"

namespace norma::extract::flow {

/// Fills in `instructions`, `code_length` and `has_unknown_opcode` of a unit whose slots, names and
/// constants are set. Linear.
///
/// \return kCorruptData if the bytes end within an instruction, hold an opcode that the interpreter
///     does not have, or name a slot, name, constant or jump target that does not exist.
Status DecodeInstructions(std::string_view bytecode, std::string_view line_table,
                          const InstructionSet& set, CodeUnit& unit);

/// Fills in `exceptions` of a unit whose instructions are set, and marks the handlers.
///
/// \return kCorruptData if the table is malformed or names places that are no instructions.
Status DecodeExceptions(std::string_view table, CodeUnit& unit);

}  // namespace norma::extract::flow
