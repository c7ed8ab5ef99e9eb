#pragma once

/// \file
/// Reads what CPython's `marshal` writes of a code object, without building a Python object.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "norma/base/result.h"

namespace norma::extract::flow {

enum class ValueKind : uint8_t {
  kNone,
  kFalse,
  kTrue,
  kEllipsis,
  kInteger,
  kFloat,
  kComplex,
  kBytes,
  kText,
  kTuple,
  kFrozenSet,
  kSlice,
  kCode,
};

/// Items of a code object, in the order in which they are written.
enum class CodeItem : uint8_t {
  kBytecode,
  kConstants,
  kNames,
  kSlotNames,
  kSlotKinds,
  kFilename,
  kName,
  kQualname,
  kLineTable,
  kExceptionTable,
};
inline constexpr uint32_t kCodeItemCount = 10;

/// The numbers of a code object.
struct CodeNumbers {
  int32_t argument_count = 0;
  int32_t positional_only_count = 0;
  int32_t keyword_only_count = 0;
  int32_t stack_size = 0;
  int32_t flags = 0;
  int32_t first_line = 0;
};

/// One value. Its bytes are borrowed from the marshalled data.
struct MarshalValue {
  ValueKind kind = ValueKind::kNone;
  bool is_negative = false;  ///< integers with `bytes`
  bool is_complete = true;   ///< false while its items are read
  uint32_t first_item = 0;   ///< tuples, sets, slices and code: index into MarshalData::items
  uint32_t item_count = 0;
  /// Text as UTF-8, where surrogates stand as three bytes each; the content of bytes; 8 bytes of a
  /// float, 16 of a complex; digits of 15 bits in two bytes each, the lowest first, of an integer
  /// that needs more than 60 bits.
  std::string_view bytes;
  int64_t number = 0;  ///< integers without `bytes`; code: index into MarshalData::code_numbers
};

/// A graph of values without cycles: an item may be part of several values.
struct MarshalData {
  std::vector<MarshalValue> values;  ///< the first one is the whole
  std::vector<uint32_t> items;       ///< indices of values
  std::vector<CodeNumbers> code_numbers;

  std::span<const uint32_t> ItemsOf(const MarshalValue& value) const {
    return std::span(items).subspan(value.first_item, value.item_count);
  }

  /// Reads the whole of `bytes`, of which the result borrows. Any bytes are accepted; memory is
  /// bounded by their number, and nothing recurses.
  ///
  /// \return kCorruptData if it is not what CPython 3.11 to 3.14 write of a code object.
  ///
  /// Source: CPython, Python/marshal.c (format versions 4 and 5).
  static Result<MarshalData> Read(std::string_view bytes);
};

}  // namespace norma::extract::flow
