#pragma once

/// \file
/// What the argument of an instruction means.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "norma/extract/flow/code_unit.h"
#include "norma/extract/flow/instruction_set.h"

namespace norma::extract::flow {

/// The columns argval_kind, argval_str, argval2_str, argval_int and argrepr. Texts are borrowed
/// from the unit, the instruction set and the reader.
struct Argument {
  std::string_view kind = "none";
  std::optional<std::string_view> text;
  std::optional<std::string_view> second_text;
  std::optional<int64_t> number;
  std::string_view repr;
};

/// Reads arguments of decoded instructions. Borrows the instruction set.
class ArgumentReader {
 public:
  explicit ArgumentReader(const InstructionSet& set) : set_(set) {}

  /// The argument of an instruction of `unit`; valid until the next call.
  ///
  /// Source: docs/bytecode.md.
  Argument Read(const CodeUnit& unit, const Instruction& instruction);

 private:
  Argument ReadName(std::string_view kind, std::string_view name, const Instruction& instruction);
  Argument ReadCompare(const Opcode& opcode, int32_t oparg);
  Argument ReadNumber(const Opcode& opcode, int32_t oparg);

  const InstructionSet& set_;
  std::string buffer_;
};

}  // namespace norma::extract::flow
