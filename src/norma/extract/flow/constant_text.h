#pragma once

/// \file
/// Constants of code as Python's repr() writes them.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "norma/extract/flow/code_unit.h"
#include "norma/extract/flow/marshal.h"

namespace norma::extract::flow {

/// The longest text of a constant, in bytes of UTF-8.
inline constexpr size_t kMaxConstantBytes = 256;

/// Writes constants; remembers those it has written. Borrows the data.
///
/// The text is what repr() gives, but for: sets, whose items stand in the order of their texts,
/// since Python's order is by chance; code, which is `<code object NAME>`; integers of more than
/// 4300 digits, which repr() refuses, in hex. Linear in the bytes of the constant; constants that
/// are long or hold much are cut.
class ConstantWriter {
 public:
  explicit ConstantWriter(const MarshalData& data) : data_(data), written_(data.values.size()) {}

  /// \param value index into MarshalData::values.
  const Constant& Write(uint32_t value);

 private:
  void Append(uint32_t value, std::string& text);
  void AppendTuple(const MarshalValue& value, std::string& text);
  void AppendSet(const MarshalValue& value, std::string& text);
  void AppendItems(const MarshalValue& value, std::string& text);

  const MarshalData& data_;
  std::vector<std::optional<Constant>> written_;
  bool in_set_ = false;
};

}  // namespace norma::extract::flow
