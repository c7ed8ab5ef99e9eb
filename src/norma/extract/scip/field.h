#pragma once

/// \file
/// The fields of a serialised message, without making objects of them.

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <cstdint>
#include <string_view>

namespace norma::extract::scip {

/// One field of a message.
struct Field {
  int number = 0;
  bool has_bytes = false;     ///< a text, a message or packed numbers
  std::string_view bytes;     ///< of the message, if has_bytes
  uint64_t number_value = 0;  ///< of a plain number
};

/// Calls `visit(field)` for each text, message and plain number of a message, in order. Fields of
/// other kinds are skipped.
///
/// \param message at most 2 GiB.
/// \return false if the bytes are no message; `visit` may have seen a part of them then.
template <typename Visit>
bool ForEachField(std::string_view message, Visit visit) {
  using google::protobuf::internal::WireFormatLite;
  google::protobuf::io::CodedInputStream in(reinterpret_cast<const uint8_t*>(message.data()),
                                            static_cast<int>(message.size()));
  while (const uint32_t tag = in.ReadTag()) {
    Field field{.number = WireFormatLite::GetTagFieldNumber(tag)};
    if (field.number == 0) {
      return false;
    }
    switch (WireFormatLite::GetTagWireType(tag)) {
      case WireFormatLite::WIRETYPE_LENGTH_DELIMITED: {
        uint64_t length = 0;
        if (!in.ReadVarint64(&length)) {
          return false;
        }
        const auto begin = static_cast<size_t>(in.CurrentPosition());
        if (length > message.size() - begin) {
          return false;
        }
        field.has_bytes = true;
        field.bytes = message.substr(begin, length);
        in.Skip(static_cast<int>(length));
        visit(field);
        break;
      }
      case WireFormatLite::WIRETYPE_VARINT:
        if (!in.ReadVarint64(&field.number_value)) {
          return false;
        }
        visit(field);
        break;
      default:
        if (!WireFormatLite::SkipField(&in, tag)) {
          return false;
        }
    }
  }
  return in.ConsumedEntireMessage();
}

}  // namespace norma::extract::scip
