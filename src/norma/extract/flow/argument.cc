#include "norma/extract/flow/argument.h"

#include <fmt/format.h>

#include <array>
#include <iterator>

namespace norma::extract::flow {
namespace {

constexpr int32_t kPairBits = 4;
constexpr int32_t kPairMask = 15;

std::string_view SlotKind(const Slot& slot) {
  return slot.is_cell ? "cell" : slot.is_free ? "free" : "local";
}

const Slot& SlotAt(const CodeUnit& unit, int32_t index) {
  return unit.slots[static_cast<size_t>(index)];
}

/// What a call finds beside the name on the stack; empty if it finds nothing.
std::string_view PushedWith(Op op, int32_t oparg, int32_t version_minor) {
  const bool is_set = (oparg & 1) != 0;
  switch (op) {
    case Op::kLoadGlobal:
      return is_set ? "NULL" : "";
    case Op::kLoadAttr:
      return is_set && version_minor >= 12 ? "NULL|self" : "";
    case Op::kLoadSuperAttr:
      return is_set ? "NULL|self" : "";
    default:  // NOLINT: no other opcode pushes two values
      return "";
  }
}

/// Appends the names of the bits that are set.
template <size_t kCount>
void AppendBits(int32_t bits, const std::array<std::string_view, kCount>& names,
                std::string& text) {
  for (size_t i = 0; i < kCount; ++i) {
    if ((bits >> i & 1) != 0) {
      text += text.empty() ? "" : ", ";
      text += names[i];
    }
  }
}

/// Appends what a number means that is no index into the interpreter's own words.
void AppendMeaning(Op op, int32_t oparg, std::string& text) {
  constexpr std::array<std::string_view, 4> kConversions = {"", "str", "repr", "ascii"};
  constexpr std::array<std::string_view, 5> kFunctionParts = {"defaults", "kwdefaults",
                                                              "annotations", "closure", "annotate"};
  switch (op) {
    case Op::kFormatValue:
      text += kConversions[static_cast<size_t>(oparg & 3)];
      if ((oparg & 4) != 0) {
        text += text.empty() ? "with format" : ", with format";
      }
      return;
    case Op::kConvertValue:
      text += kConversions[static_cast<size_t>(oparg & 3)];
      return;
    case Op::kMakeFunction:
    case Op::kSetFunctionAttribute:
      AppendBits(oparg, kFunctionParts, text);
      return;
    case Op::kIsOp:
      text += oparg != 0 ? "is not" : "is";
      return;
    case Op::kContainsOp:
      text += oparg != 0 ? "not in" : "in";
      return;
    default:  // NOLINT: a plain number
      return;
  }
}

}  // namespace

Argument ArgumentReader::Read(const CodeUnit& unit, const Instruction& instruction) {
  const Opcode& opcode = set_.opcodes[static_cast<size_t>(instruction.opcode)];
  const int32_t index = instruction.oparg >> opcode.shift;
  switch (opcode.rule) {
    case ArgumentRule::kNone:
      return {};
    case ArgumentRule::kConstant: {
      const Constant& constant = unit.constants[static_cast<size_t>(index)];
      return {.kind = "const",
              .text = constant.text,
              .second_text = std::nullopt,
              .number = constant.integer,
              .repr = constant.text};
    }
    case ArgumentRule::kSmallInteger:
      buffer_ = fmt::format("{}", index);
      return {.kind = "const",
              .text = buffer_,
              .second_text = std::nullopt,
              .number = index,
              .repr = buffer_};
    case ArgumentRule::kSlot: {
      const Slot& slot = SlotAt(unit, index);
      return ReadName(SlotKind(slot), slot.name, instruction);
    }
    case ArgumentRule::kSlotPair: {
      const std::string& first = SlotAt(unit, index >> kPairBits).name;
      const std::string& second = SlotAt(unit, index & kPairMask).name;
      buffer_ = fmt::format("{}, {}", first, second);
      return {.kind = "local_pair",
              .text = first,
              .second_text = second,
              .number = std::nullopt,
              .repr = buffer_};
    }
    case ArgumentRule::kName:
      return ReadName("name", unit.names[static_cast<size_t>(index)], instruction);
    case ArgumentRule::kGlobal:
      return ReadName("global", unit.names[static_cast<size_t>(index)], instruction);
    case ArgumentRule::kAttribute:
      return ReadName("attr", unit.names[static_cast<size_t>(index)], instruction);
    case ArgumentRule::kImport:
      return ReadName("import", unit.names[static_cast<size_t>(index)], instruction);
    case ArgumentRule::kCompare:
      return ReadCompare(opcode, instruction.oparg);
    case ArgumentRule::kJump: {
      const auto target = static_cast<size_t>(instruction.jump_target);
      const int32_t offset = unit.instructions[target].start_offset;
      buffer_ = fmt::format("to {}", offset);
      return {.kind = "jump",
              .text = std::nullopt,
              .second_text = std::nullopt,
              .number = offset,
              .repr = buffer_};
    }
    case ArgumentRule::kNumber:
      return ReadNumber(opcode, instruction.oparg);
  }
  return {};
}

Argument ArgumentReader::ReadName(std::string_view kind, std::string_view name,
                                  const Instruction& instruction) {
  Argument argument{.kind = kind, .text = name, .repr = name};
  const std::string_view beside = PushedWith(instruction.op, instruction.oparg, set_.version_minor);
  if (!beside.empty()) {
    // In the order of the stack, which 3.13 turned round.
    const bool name_first = set_.version_minor >= 13;
    buffer_.assign(name_first ? name : beside);
    buffer_ += " + ";
    buffer_ += name_first ? beside : name;
    argument.repr = buffer_;
  }
  return argument;
}

Argument ArgumentReader::ReadCompare(const Opcode& opcode, int32_t oparg) {
  constexpr int32_t kConverts = 16;  // the result is made a bool, from 3.13 on
  const auto index = static_cast<size_t>(oparg >> opcode.shift);
  if (index >= opcode.words.size()) {
    return ReadNumber(opcode, oparg);
  }
  const std::string_view word = opcode.words[index];
  Argument argument{.kind = "compare", .text = word, .repr = word};
  if (set_.version_minor >= 13 && (oparg & kConverts) != 0) {
    buffer_ = fmt::format("bool({})", word);
    argument.repr = buffer_;
  }
  return argument;
}

Argument ArgumentReader::ReadNumber(const Opcode& opcode, int32_t oparg) {
  const auto index = static_cast<size_t>(oparg);
  Argument argument{.kind = "int", .number = oparg};
  if (index < opcode.words.size()) {
    argument.repr = opcode.words[index];
  } else {
    buffer_.clear();
    AppendMeaning(opcode.op, oparg, buffer_);
    argument.repr = buffer_;
  }
  if (!argument.repr.empty()) {
    argument.text = argument.repr;
  }
  return argument;
}

}  // namespace norma::extract::flow
