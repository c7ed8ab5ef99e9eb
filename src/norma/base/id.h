#pragma once

/// \file
/// Identities of facts: 22 characters that depend on named parts only.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace norma {

/// Characters of an id.
inline constexpr size_t kIdLength = 22;

/// Collects the parts of one id.
///
///     IdBuilder("span").Text(file_id).Int(10).Int(13).Build()
///
/// Two lists of parts have the same id only if they have the same kind and equal parts: each part
/// is written with its type and length, NULL included. Ids used as parts are passed as text. The
/// same as `norma_id(kind, part, …)` in SQL.
///
/// Source: docs/ids.md (XXH3-128 of a self-delimiting encoding, as base64url).
class IdBuilder {
 public:
  /// \param kind 1 to 32 bytes of lower-case ASCII, `_` and digits; see IsIdKind().
  explicit IdBuilder(std::string_view kind);

  IdBuilder& Text(std::string_view value);
  IdBuilder& OptionalText(std::optional<std::string_view> value);
  IdBuilder& Int(int64_t value);
  IdBuilder& OptionalInt(std::optional<int64_t> value);
  IdBuilder& Bool(bool value);  // NOLINT: a value, not a switch
  IdBuilder& Binary(std::string_view value);
  IdBuilder& Null();

  /// Forgets the parts and keeps the kind, so that a loop needs no new buffer.
  void Clear();

  /// The 22 characters of base64url. At most 255 parts.
  std::string Build() const;
  /// The same, written to `out`, which has room for kIdLength characters.
  void BuildTo(char* out) const;

  /// The bytes that are hashed, for tests and documentation.
  std::string_view encoded() const { return encoded_; }

 private:
  void AddPart(char tag);

  std::string encoded_;
  size_t count_at_;  // where in encoded_ the number of parts stands
};

/// Whether `kind` can start an id.
bool IsIdKind(std::string_view kind);

/// Whether `text` has the form of an id: kIdLength characters of base64url, the last one with four
/// zero bits, since 16 bytes do not fill it.
bool IsId(std::string_view text);

}  // namespace norma
