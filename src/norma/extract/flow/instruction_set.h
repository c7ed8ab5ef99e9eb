#pragma once

/// \file
/// The opcodes of one interpreter: numbers, caches and what arguments mean, as it told them itself.

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "norma/base/result.h"
#include "norma/extract/flow/opcode.h"

namespace norma::extract::flow {

/// What the argument of an opcode stands for.
enum class ArgumentRule : uint8_t {
  kNone,
  kConstant,
  kSmallInteger,  ///< the constant itself
  kSlot,
  kSlotPair,  ///< first slot oparg >> 4, second oparg & 15
  kName,
  kGlobal,
  kAttribute,
  kImport,
  kCompare,
  kJump,
  kNumber,
};

struct Opcode {
  std::string name;  ///< empty if the interpreter has no opcode of this number
  Op op = Op::kUnknown;
  ArgumentRule rule = ArgumentRule::kNone;
  uint8_t shift = 0;  ///< of the argument, before it is an index
  bool jumps_backward = false;
  bool is_unclear = false;  ///< norma does not know it, and it jumps or names a variable
  int32_t cache_count = 0;
  std::vector<std::string> words;  ///< what arguments stand for, by their number
};

/// One interpreter's bytecode. A plain value.
struct InstructionSet {
  std::string py_tag;
  int32_t version_minor = 0;  ///< 11 for CPython 3.11
  int32_t magic = 0;          ///< number of the bytecode format
  uint8_t cache = 0;          ///< number of CACHE
  uint8_t extended_arg = 0;
  std::array<Opcode, 256> opcodes;

  /// Reads what a worker says (worker/norma_worker/code.py, `opcode_texts` and `operand_texts`).
  ///
  /// \param opcodes "number|name|cache entries|traits", of which traits are letters: a takes an
  ///     argument, j jumps, l and f name a fast local, n a name, c a constant.
  /// \param operands "name of the opcode|number|word".
  /// \return kCorruptData if they are not as declared.
  static Result<InstructionSet> Parse(std::string_view py_tag, int32_t version_minor, int32_t magic,
                                      std::span<const std::string_view> opcodes,
                                      std::span<const std::string_view> operands);
};

}  // namespace norma::extract::flow
