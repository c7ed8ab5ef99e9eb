#include "norma/extract/flow/marshal.h"

#include <fmt/format.h>

#include <bit>
#include <cstring>

namespace norma::extract::flow {
namespace {

static_assert(std::endian::native == std::endian::little, "marshal writes little-endian numbers");

constexpr uint8_t kRemembered = 0x80;  // later references name the value by its rank
constexpr uint32_t kItemsBeforeFirstLine = 8;
constexpr size_t kDigitBytes = 2;
constexpr uint16_t kMaxDigit = 0x7FFF;
constexpr size_t kSmallDigits = 4;  // of 15 bits: what fits into 60

Error Damaged(std::string_view what) {
  return Error{ErrorKind::kCorruptData, fmt::format("marshalled code is damaged: {}", what)};
}

class Reader {
 public:
  Reader(std::string_view bytes, MarshalData& data) : rest_(bytes), data_(data) {}

  Status Read() {
    data_.items.resize(1);
    NORMA_RETURN_IF_ERROR(ReadItem(0));
    while (!open_.empty()) {
      Open& innermost = open_.back();
      if (innermost.next == innermost.end) {
        data_.values[innermost.value].is_complete = true;
        open_.pop_back();
        continue;
      }
      NORMA_RETURN_IF_ERROR(ReadFirstLine(innermost));
      NORMA_RETURN_IF_ERROR(ReadItem(innermost.next++));
    }
    return rest_.empty() ? Status() : Damaged("something follows the code object");
  }

 private:
  /// A value whose items are not all read.
  struct Open {
    uint32_t value;
    uint32_t next;  // indices into items
    uint32_t end;
  };

  /// Reads one value, or a reference to one, and notes it as an item.
  Status ReadItem(uint32_t item) {
    if (rest_.empty()) {
      return Damaged("it ends too early");
    }
    const auto type = static_cast<uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    if (type == 'r') {
      return ReadReference(item);
    }
    const auto value = static_cast<uint32_t>(data_.values.size());
    data_.values.emplace_back();
    data_.items[item] = value;
    if ((type & kRemembered) != 0) {
      remembered_.push_back(value);
    }
    return ReadContent(static_cast<char>(type & ~kRemembered), value);
  }

  Status ReadReference(uint32_t item) {
    int32_t rank = 0;
    NORMA_RETURN_IF_ERROR(ReadInt32(rank));
    if (rank < 0 || static_cast<size_t>(rank) >= remembered_.size()) {
      return Damaged("a reference to nothing");
    }
    data_.items[item] = remembered_[static_cast<size_t>(rank)];
    return data_.values[data_.items[item]].is_complete ? Status()
                                                       : Damaged("a value that is part of itself");
  }

  Status ReadContent(char type, uint32_t index) {
    MarshalValue& value = data_.values[index];
    switch (type) {
      case 'N':
        value.kind = ValueKind::kNone;
        return {};
      case 'F':
        value.kind = ValueKind::kFalse;
        return {};
      case 'T':
        value.kind = ValueKind::kTrue;
        return {};
      case '.':
        value.kind = ValueKind::kEllipsis;
        return {};
      case 'i': {
        int32_t number = 0;
        NORMA_RETURN_IF_ERROR(ReadInt32(number));
        value.kind = ValueKind::kInteger;
        value.number = number;
        return {};
      }
      case 'l':
        return ReadLong(value);
      case 'g':
        value.kind = ValueKind::kFloat;
        return ReadBytes(sizeof(double), value);
      case 'y':
        value.kind = ValueKind::kComplex;
        return ReadBytes(2 * sizeof(double), value);
      case 's':
        value.kind = ValueKind::kBytes;
        return ReadLongBytes(value);
      case 'u':
      case 't':
      case 'a':
      case 'A':
        value.kind = ValueKind::kText;
        return ReadLongBytes(value);
      case 'z':
      case 'Z':
        value.kind = ValueKind::kText;
        return ReadShortBytes(value);
      case ')':
        return ReadShortTuple(index);
      case '(':
        return ReadLongContainer(ValueKind::kTuple, index);
      case '>':
        return ReadLongContainer(ValueKind::kFrozenSet, index);
      case ':':
        return OpenContainer(ValueKind::kSlice, 3, index);
      case 'c':
        return ReadCode(index);
      default:
        return Damaged(fmt::format("no value of code has this type: {}", static_cast<int>(type)));
    }
  }

  Status ReadInt32(int32_t& number) {
    if (rest_.size() < sizeof number) {
      return Damaged("it ends too early");
    }
    std::memcpy(&number, rest_.data(), sizeof number);
    rest_.remove_prefix(sizeof number);
    return {};
  }

  Status ReadSize(size_t& size) {
    int32_t number = 0;
    NORMA_RETURN_IF_ERROR(ReadInt32(number));
    // Whatever is counted takes at least one byte.
    if (number < 0 || static_cast<size_t>(number) > rest_.size()) {
      return Damaged("a size that goes past the end");
    }
    size = static_cast<size_t>(number);
    return {};
  }

  Status ReadBytes(size_t size, MarshalValue& value) {
    if (rest_.size() < size) {
      return Damaged("it ends too early");
    }
    value.bytes = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return {};
  }

  Status ReadLongBytes(MarshalValue& value) {
    size_t size = 0;
    NORMA_RETURN_IF_ERROR(ReadSize(size));
    return ReadBytes(size, value);
  }

  Status ReadShortBytes(MarshalValue& value) {
    size_t size = 0;
    NORMA_RETURN_IF_ERROR(ReadByte(size));
    return ReadBytes(size, value);
  }

  Status ReadByte(size_t& number) {
    if (rest_.empty()) {
      return Damaged("it ends too early");
    }
    number = static_cast<uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return {};
  }

  Status ReadLong(MarshalValue& value) {
    int32_t signed_count = 0;
    NORMA_RETURN_IF_ERROR(ReadInt32(signed_count));
    const auto count = static_cast<size_t>(std::abs(static_cast<int64_t>(signed_count)));
    value.kind = ValueKind::kInteger;
    NORMA_RETURN_IF_ERROR(ReadBytes(count * kDigitBytes, value));
    for (size_t i = count; i-- > 0;) {
      uint16_t digit = 0;
      std::memcpy(&digit, value.bytes.data() + i * kDigitBytes, sizeof digit);
      if (digit > kMaxDigit || (digit == 0 && i + 1 == count)) {
        return Damaged("a digit out of range");
      }
      if (count <= kSmallDigits) {
        value.number = value.number << 15 | digit;
      }
    }
    if (count <= kSmallDigits) {
      value.bytes = {};
      value.number = signed_count < 0 ? -value.number : value.number;
    } else {
      value.is_negative = signed_count < 0;
    }
    return {};
  }

  Status ReadShortTuple(uint32_t index) {
    size_t count = 0;
    NORMA_RETURN_IF_ERROR(ReadByte(count));
    return OpenContainer(ValueKind::kTuple, count, index);
  }

  Status ReadLongContainer(ValueKind kind, uint32_t index) {
    size_t count = 0;
    NORMA_RETURN_IF_ERROR(ReadSize(count));
    return OpenContainer(kind, count, index);
  }

  Status ReadCode(uint32_t index) {
    CodeNumbers numbers;
    for (int32_t* const number :
         {&numbers.argument_count, &numbers.positional_only_count, &numbers.keyword_only_count,
          &numbers.stack_size, &numbers.flags}) {
      NORMA_RETURN_IF_ERROR(ReadInt32(*number));
    }
    data_.values[index].number = static_cast<int64_t>(data_.code_numbers.size());
    data_.code_numbers.push_back(numbers);
    return OpenContainer(ValueKind::kCode, kCodeItemCount, index);
  }

  /// Stands among the items of a code object.
  Status ReadFirstLine(const Open& open) {
    const MarshalValue& value = data_.values[open.value];
    if (value.kind != ValueKind::kCode || open.next != value.first_item + kItemsBeforeFirstLine) {
      return {};
    }
    return ReadInt32(data_.code_numbers[static_cast<size_t>(value.number)].first_line);
  }

  Status OpenContainer(ValueKind kind, size_t count, uint32_t index) {
    if (count > rest_.size()) {
      return Damaged("a size that goes past the end");
    }
    MarshalValue& value = data_.values[index];
    value.kind = kind;
    value.first_item = static_cast<uint32_t>(data_.items.size());
    value.item_count = static_cast<uint32_t>(count);
    value.is_complete = false;
    data_.items.resize(data_.items.size() + count);
    open_.push_back({index, value.first_item, value.first_item + value.item_count});
    return {};
  }

  std::string_view rest_;
  MarshalData& data_;
  std::vector<uint32_t> remembered_;
  std::vector<Open> open_;
};

}  // namespace

Result<MarshalData> MarshalData::Read(std::string_view bytes) {
  MarshalData data;
  NORMA_RETURN_IF_ERROR(Reader(bytes, data).Read());
  return data;
}

}  // namespace norma::extract::flow
