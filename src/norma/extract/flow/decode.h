#pragma once

/// \file
/// From a file's marshalled code object to its code units.

#include <string_view>

#include "norma/base/result.h"
#include "norma/extract/flow/code_unit.h"
#include "norma/extract/flow/instruction_set.h"

namespace norma::extract::flow {

/// Decodes a module and all code objects among its constants. Any bytes are accepted; time and
/// memory are linear in the result, and nothing recurses over units.
///
/// \param marshalled what `marshal.dumps()` of the interpreter of `set` gave.
/// \return kCorruptData if the bytes contradict themselves or the instruction set. An opcode that
///     norma does not know is no error (CodeUnit::has_unknown_opcode).
///
/// Source: docs/bytecode.md.
Result<CodeUnits> DecodeUnits(std::string_view marshalled, const InstructionSet& set,
                              std::string_view file_id);

}  // namespace norma::extract::flow
