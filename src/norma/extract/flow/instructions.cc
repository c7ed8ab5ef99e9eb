#include "norma/extract/flow/instructions.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "norma/extract/flow/line_table.h"

namespace norma::extract::flow {
namespace {

constexpr int32_t kUnitBytes = 2;  // an opcode and its argument, or a cache entry

Error Damaged(std::string_view what) {
  return Error{ErrorKind::kCorruptData, fmt::format("bytecode is damaged: {}", what)};
}

/// The instruction one of whose prefixes, or whose opcode, lies at `offset`; -1 if there is none.
int32_t InstructionAt(const CodeUnit& unit, int64_t offset) {
  const auto after =
      std::ranges::upper_bound(unit.instructions, offset, {}, &Instruction::start_offset);
  if (after == unit.instructions.begin()) {
    return -1;
  }
  const auto found = after - 1;
  const bool is_inside = offset <= found->offset && offset % kUnitBytes == 0;
  return is_inside ? static_cast<int32_t>(found - unit.instructions.begin()) : -1;
}

class InstructionReader {
 public:
  InstructionReader(std::string_view bytecode, std::string_view line_table,
                    const InstructionSet& set, CodeUnit& unit)
      : bytecode_(bytecode), lines_(line_table, unit.first_line), set_(set), unit_(unit) {}

  Status Read() {
    if (bytecode_.size() % kUnitBytes != 0 ||
        bytecode_.size() > std::numeric_limits<int32_t>::max()) {
      return Damaged("it is no whole number of instructions");
    }
    unit_.code_length = static_cast<int32_t>(bytecode_.size());
    unit_.instructions.reserve(bytecode_.size() / kUnitBytes / 2);
    for (int32_t at = 0; at < unit_.code_length;) {
      NORMA_RETURN_IF_ERROR(ReadOne(at));
    }
    if (!lines_.ok()) {
      return Damaged("a position is malformed");
    }
    return SetJumps();
  }

 private:
  uint8_t ByteAt(int32_t at) const {
    return static_cast<uint8_t>(bytecode_[static_cast<size_t>(at)]);
  }

  /// Reads the instruction at `at` with its prefixes and caches, and moves on.
  Status ReadOne(int32_t& at) {
    Instruction instruction;
    instruction.start_offset = at;
    uint64_t argument = 0;
    while (ByteAt(at) == set_.extended_arg) {
      argument = (argument | ByteAt(at + 1)) << 8;
      at += kUnitBytes;
      if (at == unit_.code_length || argument > std::numeric_limits<int32_t>::max()) {
        return Damaged("a prefix without its instruction, or too many");
      }
    }
    argument |= ByteAt(at + 1);
    const uint8_t number = ByteAt(at);
    const Opcode& opcode = set_.opcodes[number];
    instruction.offset = at;
    instruction.opcode = number;
    instruction.op = opcode.op;
    instruction.position = lines_.At(at / kUnitBytes);
    if (opcode.name.empty() || number == set_.cache) {
      return Damaged(fmt::format("no opcode has this number: {}", number));
    }
    if (opcode.rule != ArgumentRule::kNone) {
      instruction.has_oparg = true;
      instruction.oparg = static_cast<int32_t>(argument);
    }
    const int64_t end = at + int64_t{kUnitBytes} * (1 + opcode.cache_count);
    if (end > unit_.code_length) {
      return Damaged("it ends within the caches of an instruction");
    }
    at = static_cast<int32_t>(end);
    instruction.end_offset = at;
    if (!NamesWhatExists(opcode, instruction.oparg)) {
      return Damaged("an argument names what does not exist");
    }
    unit_.has_unknown_opcode = unit_.has_unknown_opcode || opcode.is_unclear;
    unit_.instructions.push_back(instruction);
    return {};
  }

  bool NamesWhatExists(const Opcode& opcode, int32_t argument) const {
    const auto index = static_cast<size_t>(argument >> opcode.shift);
    switch (opcode.rule) {
      case ArgumentRule::kConstant:
        return index < unit_.constants.size();
      case ArgumentRule::kSlot:
        return index < unit_.slots.size();
      case ArgumentRule::kSlotPair:
        return index >> 4 < unit_.slots.size() && (index & 15) < unit_.slots.size();
      case ArgumentRule::kName:
      case ArgumentRule::kGlobal:
      case ArgumentRule::kAttribute:
      case ArgumentRule::kImport:
        return index < unit_.names.size();
      case ArgumentRule::kNone:
      case ArgumentRule::kSmallInteger:
      case ArgumentRule::kCompare:
      case ArgumentRule::kJump:
      case ArgumentRule::kNumber:
        return true;
    }
    return false;
  }

  Status SetJumps() {
    for (Instruction& instruction : unit_.instructions) {
      const Opcode& opcode = set_.opcodes[static_cast<size_t>(instruction.opcode)];
      if (opcode.rule != ArgumentRule::kJump) {
        continue;
      }
      const int64_t distance = int64_t{kUnitBytes} * instruction.oparg;
      const int64_t target =
          instruction.end_offset + (opcode.jumps_backward ? -distance : distance);
      instruction.jump_target = InstructionAt(unit_, target);
      if (instruction.jump_target < 0) {
        return Damaged("a jump leads to no instruction");
      }
      unit_.instructions[static_cast<size_t>(instruction.jump_target)].is_jump_target = true;
    }
    return {};
  }

  std::string_view bytecode_;
  LineTable lines_;
  const InstructionSet& set_;
  CodeUnit& unit_;
};

/// Reads an exception table: numbers of groups of six bits, the highest first.
class ExceptionReader {
 public:
  explicit ExceptionReader(std::string_view table) : rest_(table) {}

  bool at_end() const { return rest_.empty(); }

  /// Reads start, size and target in code units, then depth and lasti in one; false if malformed.
  bool ReadEntry(std::array<int32_t, 4>& numbers) {
    constexpr uint8_t kEntryStart = 0x80;
    for (size_t i = 0; i < numbers.size(); ++i) {
      const bool starts =
          !rest_.empty() && (static_cast<uint8_t>(rest_.front()) & kEntryStart) != 0;
      if (starts != (i == 0) || !ReadNumber(numbers[i])) {
        return false;
      }
    }
    return true;
  }

 private:
  bool ReadNumber(int32_t& number) {
    constexpr uint8_t kMore = 0x40;
    constexpr int32_t kMaxNumber = std::numeric_limits<int32_t>::max() / 4;  // twice it still fits
    int64_t read = 0;
    uint8_t group = kMore;
    while ((group & kMore) != 0) {
      if (rest_.empty()) {
        return false;
      }
      group = static_cast<uint8_t>(rest_.front());
      rest_.remove_prefix(1);
      read = read << 6 | (group & (kMore - 1));
      if (read > kMaxNumber) {
        return false;
      }
    }
    number = static_cast<int32_t>(read);
    return true;
  }

  std::string_view rest_;
};

}  // namespace

Status DecodeInstructions(std::string_view bytecode, std::string_view line_table,
                          const InstructionSet& set, CodeUnit& unit) {
  return InstructionReader(bytecode, line_table, set, unit).Read();
}

Status DecodeExceptions(std::string_view table, CodeUnit& unit) {
  ExceptionReader reader(table);
  std::array<int32_t, 4> numbers{};
  while (!reader.at_end()) {
    if (!reader.ReadEntry(numbers)) {
      return Damaged("the exception table is malformed");
    }
    const auto [start, size, target, depth_and_lasti] = numbers;
    const ExceptionEntry entry{.start_offset = start * kUnitBytes,
                               .end_offset = (start + size) * kUnitBytes,
                               .target_offset = target * kUnitBytes,
                               .depth = depth_and_lasti >> 1,
                               .lasti = (depth_and_lasti & 1) != 0};
    const int32_t handler = InstructionAt(unit, entry.target_offset);
    if (handler < 0 || entry.end_offset > unit.code_length) {
      return Damaged("an exception table that leaves the code");
    }
    unit.instructions[static_cast<size_t>(handler)].is_jump_target = true;
    unit.exceptions.push_back(entry);
  }
  return {};
}

}  // namespace norma::extract::flow
