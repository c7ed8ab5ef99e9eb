#pragma once

/// \file
/// The one hash behind everything that is stored as identity: queries, contracts, catalogues,
/// inputs.

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace norma::sql {

/// Rises when the encoding of something that was there before changes. A new kind of node does not.
inline constexpr uint32_t kEncodingVersion = 1;

using Digest = std::array<uint8_t, 32>;

/// H(domain, parts…): BLAKE2b-256 over lp("norma") ‖ lp(domain) ‖ u32 version ‖ the parts, each 00
/// when absent, else 01 and lp(part). lp is u64 length and bytes; integers are little-endian. So no
/// two lists of parts give the same bytes.
class PartHash {
 public:
  explicit PartHash(std::string_view domain);

  PartHash& Add(std::optional<std::string_view> part);

  Digest Finish() const;
  /// The form that is stored: the kind, the version and the digest in hex, "def1:9f…".
  std::string Stored(std::string_view kind) const;

 private:
  std::string bytes_;
};

/// PartHash over a few parts.
Digest HashParts(std::string_view domain,
                 std::initializer_list<std::optional<std::string_view>> parts);

/// Appends lp(text), as PartHash writes a part.
void AppendLengthAndText(std::string_view text, std::string& out);

/// Appends the bytes of an integer, little-endian.
template <typename T>
void AppendLittleEndian(T value, std::string& out) {
  using Unsigned = std::make_unsigned_t<T>;
  auto bits = static_cast<Unsigned>(value);
  for (size_t i = 0; i < sizeof(T); ++i) {
    out += static_cast<char>(bits & 0xff);
    bits = sizeof(T) == 1 ? Unsigned{0} : static_cast<Unsigned>(bits >> 8);
  }
}

}  // namespace norma::sql
