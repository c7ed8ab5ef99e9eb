#include "norma/extract/flow/instruction_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "norma/base/unicode.h"

namespace norma::extract::flow {
namespace {

constexpr size_t kMaxWords = 256;

struct ArgumentUse {
  ArgumentRule rule = ArgumentRule::kNumber;
  uint8_t shift = 0;
};

/// Source: docs/bytecode.md.
ArgumentUse UseOf(Op op, int32_t version_minor) {
  switch (op) {
    case Op::kLoadConst:
    case Op::kReturnConst:
    case Op::kKwNames:
      return {ArgumentRule::kConstant};
    case Op::kLoadSmallInt:
      return {ArgumentRule::kSmallInteger};
    case Op::kLoadFast:
    case Op::kLoadFastAndClear:
    case Op::kLoadFastBorrow:
    case Op::kLoadFastCheck:
    case Op::kStoreFast:
    case Op::kDeleteFast:
    case Op::kLoadClosure:
    case Op::kMakeCell:
    case Op::kLoadDeref:
    case Op::kStoreDeref:
    case Op::kDeleteDeref:
    case Op::kLoadClassderef:
    case Op::kLoadFromDictOrDeref:
      return {ArgumentRule::kSlot};
    case Op::kLoadFastLoadFast:
    case Op::kLoadFastBorrowLoadFastBorrow:
    case Op::kStoreFastLoadFast:
    case Op::kStoreFastStoreFast:
      return {ArgumentRule::kSlotPair};
    case Op::kLoadName:
    case Op::kStoreName:
    case Op::kDeleteName:
    case Op::kLoadFromDictOrGlobals:
      return {ArgumentRule::kName};
    case Op::kLoadGlobal:
      return {ArgumentRule::kGlobal, 1};
    case Op::kStoreGlobal:
    case Op::kDeleteGlobal:
      return {ArgumentRule::kGlobal};
    case Op::kLoadAttr:
      return {ArgumentRule::kAttribute, static_cast<uint8_t>(version_minor >= 12 ? 1 : 0)};
    case Op::kLoadSuperAttr:
      return {ArgumentRule::kAttribute, 2};
    case Op::kLoadMethod:
    case Op::kStoreAttr:
    case Op::kDeleteAttr:
      return {ArgumentRule::kAttribute};
    case Op::kImportName:
    case Op::kImportFrom:
      return {ArgumentRule::kImport};
    case Op::kCompareOp:
      return {ArgumentRule::kCompare, static_cast<uint8_t>(version_minor >= 13   ? 5
                                                           : version_minor == 12 ? 4
                                                                                 : 0)};
    default:  // NOLINT: all others take a number, and jumps are known by their trait
      return {};
  }
}

std::optional<int32_t> ReadNumber(std::string_view text, int32_t end) {
  int32_t value = -1;
  const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = failure == std::errc() && stop == text.data() + text.size();
  return whole && value >= 0 && value < end ? std::optional(value) : std::nullopt;
}

std::string_view TakePart(std::string_view& rest) {
  const size_t end = std::min(rest.find('|'), rest.size());
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(std::min(rest.size(), end + 1));
  return part;
}

Error NotAsDeclared(std::string_view what, std::string_view text) {
  return Error{ErrorKind::kCorruptData, fmt::format("{} of the interpreter is not as declared: {}",
                                                    what, EscapeForMessage(text))};
}

Status ReadOpcode(std::string_view text, InstructionSet& set) {
  std::string_view rest = text;
  const std::optional<int32_t> number = ReadNumber(TakePart(rest), 256);
  const std::string_view name = TakePart(rest);
  const std::optional<int32_t> caches = ReadNumber(TakePart(rest), 256);
  const std::string_view traits = rest;
  const auto has = [traits](char letter) { return traits.find(letter) != std::string_view::npos; };
  if (!number.has_value() || name.empty() || !caches.has_value() ||
      traits.find_first_not_of("ajlfnc") != std::string_view::npos) {
    return NotAsDeclared("an opcode", text);
  }
  Opcode& opcode = set.opcodes[static_cast<size_t>(*number)];
  if (!opcode.name.empty()) {
    return NotAsDeclared("an opcode", text);
  }
  opcode.name = name;
  opcode.op = OpFromName(name);
  opcode.cache_count = *caches;
  opcode.jumps_backward = name.find("BACKWARD") != std::string_view::npos;
  opcode.is_unclear = opcode.op == Op::kUnknown && (has('j') || has('l') || has('f') || has('n'));
  if (has('a')) {
    const ArgumentUse use = UseOf(opcode.op, set.version_minor);
    opcode.rule = use.rule;
    opcode.shift = use.shift;
    // END_ASYNC_FOR of 3.14 is told as a jump; its argument says where its loop starts.
    if (has('j') && opcode.op != Op::kUnknown && opcode.op != Op::kEndAsyncFor) {
      opcode.rule = ArgumentRule::kJump;
    }
  }
  if (name == "CACHE") {
    set.cache = static_cast<uint8_t>(*number);
  } else if (name == "EXTENDED_ARG") {
    set.extended_arg = static_cast<uint8_t>(*number);
  }
  return {};
}

Status ReadOperand(std::string_view text, InstructionSet& set) {
  std::string_view rest = text;
  const std::string_view name = TakePart(rest);
  const std::optional<int32_t> number = ReadNumber(TakePart(rest), kMaxWords);
  const auto opcode = std::ranges::find(set.opcodes, name, &Opcode::name);
  if (name.empty() || !number.has_value()) {
    return NotAsDeclared("an operand", text);
  }
  if (opcode == set.opcodes.end()) {
    return {};  // another version's
  }
  if (opcode->words.size() != static_cast<size_t>(*number)) {
    return NotAsDeclared("an operand", text);
  }
  opcode->words.emplace_back(rest);
  return {};
}

}  // namespace

Result<InstructionSet> InstructionSet::Parse(std::string_view py_tag, int32_t version_minor,
                                             int32_t magic,
                                             std::span<const std::string_view> opcodes,
                                             std::span<const std::string_view> operands) {
  InstructionSet set;
  set.py_tag = py_tag;
  set.version_minor = version_minor;
  set.magic = magic;
  for (const std::string_view text : opcodes) {
    NORMA_RETURN_IF_ERROR(ReadOpcode(text, set));
  }
  for (const std::string_view text : operands) {
    NORMA_RETURN_IF_ERROR(ReadOperand(text, set));
  }
  if (set.opcodes[set.cache].name != "CACHE" ||
      set.opcodes[set.extended_arg].name != "EXTENDED_ARG") {
    return NotAsDeclared("the bytecode", "no CACHE, or no EXTENDED_ARG");
  }
  return set;
}

}  // namespace norma::extract::flow
