#include "norma/base/hash.h"

#include <blake2.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <xxhash.h>

#include <cassert>

namespace norma {

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  EVP_DigestInit_ex(static_cast<EVP_MD_CTX*>(context_), EVP_sha256(), nullptr);
}

Sha256::~Sha256() { EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context_)); }

void Sha256::Add(std::string_view bytes) {
  EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(context_), bytes.data(), bytes.size());
}

std::string Sha256::Hex() {
  std::array<uint8_t, 32> digest = {};
  unsigned int size = 0;
  EVP_DigestFinal_ex(static_cast<EVP_MD_CTX*>(context_), digest.data(), &size);
  return norma::Hex(digest);
}

std::string Sha256Hex(std::string_view bytes) {
  Sha256 hash;
  hash.Add(bytes);
  return hash.Hex();
}

std::array<uint8_t, 16> Xxh3_128(std::string_view bytes) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes.data(), bytes.size()));
  std::array<uint8_t, 16> digest;
  std::copy(std::begin(canonical.digest), std::end(canonical.digest), digest.begin());
  return digest;
}

std::vector<uint8_t> Blake2b(std::string_view bytes, size_t digest_bytes) {
  assert(digest_bytes >= 1 && digest_bytes <= BLAKE2B_OUTBYTES);
  std::vector<uint8_t> digest(digest_bytes);
  blake2b_state state;
  blake2b_init(&state, digest_bytes);
  blake2b_update(&state, reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  blake2b_final(&state, digest.data(), digest_bytes);
  return digest;
}

std::string Hex(std::span<const uint8_t> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const uint8_t byte : bytes) {
    out.push_back(kDigits[byte >> 4]);
    out.push_back(kDigits[byte & 0x0F]);
  }
  return out;
}

int64_t StableHash64(std::string_view text) {
  uint64_t value = 0;
  for (const uint8_t byte : Blake2b(text, 8)) {
    value = (value << 8) | byte;
  }
  return static_cast<int64_t>(value & 0x7FFFFFFFFFFFFFFF);
}

std::string StableHash128(std::string_view text) { return Hex(Blake2b(text, 16)); }

std::string PrefixedHash64(std::string_view prefix, std::string_view text) {
  return fmt::format("{}:{}", prefix, StableHash64(text));
}

std::string StableId(std::string_view prefix, std::string_view text) {
  return fmt::format("{}:{}", prefix, StableHash128(text));
}

}  // namespace norma
