#include "norma/extract/flow/line_table.h"

#include <limits>

namespace norma::extract::flow {
namespace {

constexpr int32_t kEntryStart = 0x80;
constexpr int32_t kMore = 0x40;
constexpr int32_t kGroupBits = 6;
constexpr int32_t kMaxShift = 24;  // five groups: 30 bits

/// Codes of entries; below kOneLine the code is a part of the column.
enum EntryCode : int32_t {
  kOneLine = 10,  // up to kOneLine + 2, which is the line's change
  kNoColumns = 13,
  kLongForm = 14,
  kNowhere = 15,
};

}  // namespace

bool LineTable::ReadByte(int32_t& byte) {
  if (rest_.empty()) {
    return ok_ = false;
  }
  byte = static_cast<uint8_t>(rest_.front());
  rest_.remove_prefix(1);
  return true;
}

bool LineTable::ReadNumber(int32_t& number) {
  number = 0;
  for (int32_t shift = 0; shift <= kMaxShift; shift += kGroupBits) {
    int32_t group = 0;
    if (!ReadByte(group) || (group & kEntryStart) != 0) {
      return ok_ = false;
    }
    number |= (group & (kMore - 1)) << shift;
    if ((group & kMore) == 0) {
      return true;
    }
  }
  return ok_ = false;
}

bool LineTable::ReadSignedNumber(int32_t& number) {
  if (!ReadNumber(number)) {
    return false;
  }
  number = (number & 1) != 0 ? -(number >> 1) : number >> 1;
  return true;
}

bool LineTable::MoveLine(int32_t delta) {
  line_ += delta;
  if (line_ < std::numeric_limits<int32_t>::min() || line_ > std::numeric_limits<int32_t>::max()) {
    return ok_ = false;
  }
  position_.start_line = static_cast<int32_t>(line_);
  position_.end_line = position_.start_line;
  return true;
}

bool LineTable::ReadOneLine(int32_t delta) {
  return MoveLine(delta) && ReadByte(position_.start_column) && ReadByte(position_.end_column);
}

bool LineTable::ReadLongForm() {
  int32_t delta = 0;
  int32_t lines = 0;
  if (!ReadSignedNumber(delta) || !MoveLine(delta) || !ReadNumber(lines) ||
      line_ + lines > std::numeric_limits<int32_t>::max() || !ReadNumber(position_.start_column) ||
      !ReadNumber(position_.end_column)) {
    return ok_ = false;
  }
  position_.end_line += lines;
  // Written with 1 added, so that 0 is none.
  --position_.start_column;
  --position_.end_column;
  return true;
}

bool LineTable::ReadEntry() {
  if (rest_.empty()) {
    return false;
  }
  int32_t head = 0;
  if (!ReadByte(head) || (head & kEntryStart) == 0) {
    return ok_ = false;
  }
  end_ += (head & 7) + 1;
  position_ = {};
  const int32_t code = head >> 3 & 15;
  switch (code) {
    case kNowhere:
      return true;
    case kLongForm:
      return ReadLongForm();
    case kNoColumns: {
      int32_t delta = 0;
      return ReadSignedNumber(delta) && MoveLine(delta);
    }
    case kOneLine:
    case kOneLine + 1:
    case kOneLine + 2:
      return ReadOneLine(code - kOneLine);
    default: {
      int32_t columns = 0;
      if (!MoveLine(0) || !ReadByte(columns)) {
        return false;
      }
      position_.start_column = code << 3 | columns >> 4;
      position_.end_column = position_.start_column + (columns & 15);
      return true;
    }
  }
}

}  // namespace norma::extract::flow
