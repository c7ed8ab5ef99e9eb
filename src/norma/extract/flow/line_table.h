#pragma once

/// \file
/// Where instructions lie in the source, as a code object says it.

#include <cstdint>
#include <string_view>

#include "norma/extract/flow/code_unit.h"

namespace norma::extract::flow {

/// Reads a line table from its front.
///
/// Source: CPython 3.11, Objects/locations.md.
class LineTable {
 public:
  LineTable(std::string_view table, int32_t first_line) : rest_(table), line_(first_line) {}

  /// The position of a code unit, counted from 0; ask in rising order. Nothing past the end.
  RawPosition At(int32_t unit) {
    while (unit >= end_) {
      if (!ReadEntry()) {
        return {};
      }
    }
    return position_;
  }

  /// Whether no entry was malformed so far.
  bool ok() const { return ok_; }

 private:
  bool ReadEntry();
  bool ReadByte(int32_t& byte);
  bool ReadNumber(int32_t& number);
  bool ReadSignedNumber(int32_t& number);
  bool MoveLine(int32_t delta);
  bool ReadOneLine(int32_t delta);
  bool ReadLongForm();

  std::string_view rest_;
  int64_t line_;
  int64_t end_ = 0;  // code unit after those of the entry
  RawPosition position_;
  bool ok_ = true;
};

}  // namespace norma::extract::flow
