#include "norma/extract/flow/decode.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "norma/base/id.h"
#include "norma/base/unicode.h"
#include "norma/extract/flow/constant_text.h"
#include "norma/extract/flow/instructions.h"
#include "norma/extract/flow/marshal.h"

namespace norma::extract::flow {
namespace {

constexpr uint8_t kHiddenSlot = 0x10;
constexpr uint8_t kLocalSlot = 0x20;
constexpr uint8_t kCellSlot = 0x40;
constexpr uint8_t kFreeSlot = 0x80;

Error Damaged(std::string_view what) {
  return Error{ErrorKind::kCorruptData, fmt::format("a code object is damaged: {}", what)};
}

std::string_view BytesOf(const MarshalData& data, const MarshalValue& code, CodeItem item) {
  return data.values[data.ItemsOf(code)[static_cast<size_t>(item)]].bytes;
}

/// Checks that the items of each code object have the types they must have.
Status CheckItems(const MarshalData& data) {
  using enum ValueKind;
  constexpr ValueKind kKinds[kCodeItemCount] = {kBytes, kTuple, kTuple, kTuple, kBytes,
                                                kText,  kText,  kText,  kBytes, kBytes};
  const auto has_texts_only = [&data](const MarshalValue& tuple) {
    return std::ranges::all_of(data.ItemsOf(tuple),
                               [&data](uint32_t item) { return data.values[item].kind == kText; });
  };
  for (const MarshalValue& value : data.values) {
    if (value.kind != kCode) {
      continue;
    }
    const std::span<const uint32_t> items = data.ItemsOf(value);
    for (uint32_t i = 0; i < kCodeItemCount; ++i) {
      const MarshalValue& item = data.values[items[i]];
      const bool holds_names = i == static_cast<uint32_t>(CodeItem::kNames) ||
                               i == static_cast<uint32_t>(CodeItem::kSlotNames);
      if (item.kind != kKinds[i] || (holds_names && !has_texts_only(item))) {
        return Damaged("an item has another type than declared");
      }
    }
  }
  return data.values.front().kind == kCode ? Status() : Damaged("it is none");
}

class UnitReader {
 public:
  UnitReader(const MarshalData& data, const InstructionSet& set, std::string_view file_id)
      : data_(data), set_(set), file_id_(file_id), constants_(data), is_read_(data.values.size()) {}

  Result<CodeUnits> Read() {
    CodeUnits units{.version_minor = set_.version_minor, .units = {}};
    std::vector<Pending> pending = {{.value = 0, .parent = -1, .ordinal = 0}};
    while (!pending.empty()) {
      const Pending next = pending.back();
      pending.pop_back();
      if (is_read_[next.value]) {
        return Damaged("it is a constant of two others");
      }
      is_read_[next.value] = true;
      const std::string_view owner =
          next.parent < 0 ? file_id_ : units.units[static_cast<size_t>(next.parent)].id;
      NORMA_ASSIGN_OR_RETURN(CodeUnit unit, ReadUnit(next, owner));
      AddInnerUnits(next.value, static_cast<int32_t>(units.units.size()), pending);
      units.units.push_back(std::move(unit));
    }
    return units;
  }

 private:
  /// A unit that is still to be read.
  struct Pending {
    uint32_t value;
    int32_t parent;
    int32_t ordinal;
  };

  const MarshalValue& Item(const MarshalValue& code, CodeItem item) const {
    return data_.values[data_.ItemsOf(code)[static_cast<size_t>(item)]];
  }

  std::string TextOf(const MarshalValue& value) const {
    return IsValidUtf8(value.bytes) ? std::string(value.bytes) : ToValidUtf8(value.bytes);
  }

  /// Puts the first one on top.
  void AddInnerUnits(uint32_t value, int32_t parent, std::vector<Pending>& pending) const {
    const size_t first = pending.size();
    std::unordered_map<std::string_view, int32_t> ranks;
    for (const uint32_t item : data_.ItemsOf(Item(data_.values[value], CodeItem::kConstants))) {
      const MarshalValue& inner = data_.values[item];
      if (inner.kind == ValueKind::kCode) {
        const std::string_view name = BytesOf(data_, inner, CodeItem::kName);
        pending.push_back({.value = item, .parent = parent, .ordinal = ranks[name]++});
      }
    }
    std::reverse(pending.begin() + static_cast<std::ptrdiff_t>(first), pending.end());
  }

  Result<CodeUnit> ReadUnit(const Pending& pending, std::string_view owner) {
    const MarshalValue& code = data_.values[pending.value];
    const CodeNumbers& numbers = data_.code_numbers[static_cast<size_t>(code.number)];
    CodeUnit unit;
    unit.parent = pending.parent;
    unit.ordinal = pending.ordinal;
    unit.name = TextOf(Item(code, CodeItem::kName));
    unit.qualname = TextOf(Item(code, CodeItem::kQualname));
    unit.id = IdBuilder("code_unit")
                  .Text(owner)
                  .Text(set_.py_tag)
                  .Text(unit.name)
                  .Int(unit.ordinal)
                  .Build();
    unit.first_line = numbers.first_line;
    unit.argument_count = numbers.argument_count;
    unit.positional_only_count = numbers.positional_only_count;
    unit.keyword_only_count = numbers.keyword_only_count;
    unit.flags = numbers.flags;
    unit.stack_size = numbers.stack_size;
    for (const uint32_t name : data_.ItemsOf(Item(code, CodeItem::kNames))) {
      unit.names.push_back(TextOf(data_.values[name]));
    }
    for (const uint32_t constant : data_.ItemsOf(Item(code, CodeItem::kConstants))) {
      unit.constants.push_back(constants_.Write(constant));
    }
    NORMA_RETURN_IF_ERROR(ReadSlots(code, unit));
    NORMA_RETURN_IF_ERROR(DecodeInstructions(BytesOf(data_, code, CodeItem::kBytecode),
                                             BytesOf(data_, code, CodeItem::kLineTable), set_,
                                             unit));
    NORMA_RETURN_IF_ERROR(DecodeExceptions(BytesOf(data_, code, CodeItem::kExceptionTable), unit));
    return unit;
  }

  Status ReadSlots(const MarshalValue& code, CodeUnit& unit) const {
    const std::span<const uint32_t> names = data_.ItemsOf(Item(code, CodeItem::kSlotNames));
    const std::string_view kinds = BytesOf(data_, code, CodeItem::kSlotKinds);
    if (names.size() != kinds.size()) {
      return Damaged("its slots have no names, or too many");
    }
    for (size_t i = 0; i < names.size(); ++i) {
      const auto kind = static_cast<uint8_t>(kinds[i]);
      unit.slots.push_back({.name = TextOf(data_.values[names[i]]),
                            .is_local = (kind & kLocalSlot) != 0,
                            .is_cell = (kind & kCellSlot) != 0,
                            .is_free = (kind & kFreeSlot) != 0,
                            .is_hidden = (kind & kHiddenSlot) != 0});
    }
    return CheckParameters(unit);
  }

  /// Parameters are the first slots.
  static Status CheckParameters(const CodeUnit& unit) {
    const int64_t count = int64_t{unit.argument_count} + unit.keyword_only_count +
                          (unit.has_varargs() ? 1 : 0) + (unit.has_varkeywords() ? 1 : 0);
    const bool fit = unit.argument_count >= 0 && unit.keyword_only_count >= 0 &&
                     unit.positional_only_count >= 0 &&
                     unit.positional_only_count <= unit.argument_count &&
                     count <= static_cast<int64_t>(unit.slots.size());
    return fit ? Status() : Damaged("it has more parameters than slots");
  }

  const MarshalData& data_;
  const InstructionSet& set_;
  std::string_view file_id_;
  ConstantWriter constants_;
  std::vector<bool> is_read_;
};

}  // namespace

Result<CodeUnits> DecodeUnits(std::string_view marshalled, const InstructionSet& set,
                              std::string_view file_id) {
  NORMA_ASSIGN_OR_RETURN(const MarshalData data, MarshalData::Read(marshalled));
  NORMA_RETURN_IF_ERROR(CheckItems(data));
  return UnitReader(data, set, file_id).Read();
}

}  // namespace norma::extract::flow
