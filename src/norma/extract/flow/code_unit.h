#pragma once

/// \file
/// A file's bytecode, decoded: what the decoder makes of marshalled code objects, and what blocks,
/// edges, events and reaching definitions are computed from.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "norma/extract/flow/opcode.h"

namespace norma::extract::flow {

/// Four numbers as co_positions() gives them: lines from 1 (0 for the first instruction of a
/// module), columns in bytes of UTF-8 from 0, the end exclusive. Each may be missing: kNoNumber.
struct RawPosition {
  static constexpr int32_t kNoNumber = -1;

  int32_t start_line = kNoNumber;
  int32_t start_column = kNoNumber;
  int32_t end_line = kNoNumber;
  int32_t end_column = kNoNumber;

  bool operator==(const RawPosition&) const = default;
};

/// One instruction, its EXTENDED_ARG prefixes folded into it. Offsets are bytes of code.
struct Instruction {
  int32_t start_offset = 0;  ///< of the first prefix, else of the opcode
  int32_t offset = 0;        ///< of the opcode
  int32_t end_offset = 0;    ///< after the caches
  int32_t opcode = 0;        ///< the interpreter's number
  Op op = Op::kUnknown;      ///< by name; kUnknown if norma does not know the name
  bool has_oparg = false;
  int32_t oparg = 0;            ///< with prefixes; 0 if there is none
  int32_t jump_target = -1;     ///< index of the instruction jumped to; -1 if it is no jump
  bool is_jump_target = false;  ///< of a jump or of the exception table
  RawPosition position;
};

/// A range of the exception table. Offsets are bytes of code; `target` starts an instruction.
struct ExceptionEntry {
  int32_t start_offset = 0;
  int32_t end_offset = 0;
  int32_t target_offset = 0;
  int32_t depth = 0;
  bool lasti = false;
};

/// A fast local: one entry of localsplus. A captured parameter is local and cell at once.
struct Slot {
  std::string name;
  bool is_local = false;
  bool is_cell = false;
  bool is_free = false;
  bool is_hidden = false;
};

/// A constant of a unit.
struct Constant {
  std::string text;                ///< its repr, cut (constant_text.h)
  std::optional<int64_t> integer;  ///< its value if it is an integer that fits
};

/// One code object. Texts are NFKC identifiers as the interpreter has them.
struct CodeUnit {
  int32_t parent = -1;  ///< index into CodeUnits::units; -1 for the module
  std::string id;       ///< code_unit_id
  std::string name;     ///< co_name
  std::string qualname;
  int32_t ordinal = 0;  ///< rank among the units of that name among the parent's constants
  int32_t first_line = 0;
  int32_t argument_count = 0;  ///< includes the positional-only ones
  int32_t positional_only_count = 0;
  int32_t keyword_only_count = 0;
  int32_t flags = 0;
  int32_t stack_size = 0;
  int32_t code_length = 0;  ///< bytes
  std::vector<Slot> slots;
  std::vector<std::string> names;  ///< co_names
  std::vector<Constant> constants;
  std::vector<Instruction> instructions;
  std::vector<ExceptionEntry> exceptions;
  /// An opcode that norma does not know jumps or uses a variable: no blocks, no events.
  bool has_unknown_opcode = false;

  bool has_varargs() const { return (flags & 0x04) != 0; }
  bool has_varkeywords() const { return (flags & 0x08) != 0; }
  bool is_module() const { return parent < 0; }
};

/// All code objects of one file and one interpreter, in preorder (a unit before the units among its
/// constants, in their order); the module is the first.
struct CodeUnits {
  int32_t version_minor = 0;  ///< 11 for CPython 3.11
  std::vector<CodeUnit> units;
};

}  // namespace norma::extract::flow
