#include "norma/sql/part_hash.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "norma/base/hash.h"

namespace norma::sql {

PartHash::PartHash(std::string_view domain) {
  AppendLengthAndText("norma", bytes_);
  AppendLengthAndText(domain, bytes_);
  AppendLittleEndian(kEncodingVersion, bytes_);
}

PartHash& PartHash::Add(std::optional<std::string_view> part) {
  bytes_ += part.has_value() ? '\x01' : '\x00';
  if (part.has_value()) {
    AppendLengthAndText(*part, bytes_);
  }
  return *this;
}

Digest PartHash::Finish() const {
  Digest digest;
  const std::vector<uint8_t> hashed = Blake2b(bytes_, digest.size());
  std::ranges::copy(hashed, digest.begin());
  return digest;
}

std::string PartHash::Stored(std::string_view kind) const {
  return fmt::format("{}{}:{}", kind, kEncodingVersion, Hex(Finish()));
}

Digest HashParts(std::string_view domain,
                 std::initializer_list<std::optional<std::string_view>> parts) {
  PartHash hash(domain);
  for (const std::optional<std::string_view>& part : parts) {
    hash.Add(part);
  }
  return hash.Finish();
}

void AppendLengthAndText(std::string_view text, std::string& out) {
  AppendLittleEndian(static_cast<uint64_t>(text.size()), out);
  out += text;
}

}  // namespace norma::sql
