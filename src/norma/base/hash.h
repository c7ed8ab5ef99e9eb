#pragma once

/// \file
/// Hashes of bytes, and the hash functions of older tables that users may join with.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace norma {

/// SHA-256 as 64 lower-case hex characters.
std::string Sha256Hex(std::string_view bytes);

/// SHA-256 over bytes that come in pieces.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void Add(std::string_view bytes);
  /// 64 lower-case hex characters. Call once, last.
  std::string Hex();

 private:
  void* context_;  // EVP_MD_CTX, which only hash.cc knows
};

/// XXH3-128, seed 0, in canonical (big-endian) form.
std::array<uint8_t, 16> Xxh3_128(std::string_view bytes);

/// BLAKE2b without key, salt or person. `digest_bytes` (1 to 64) is a parameter of the hash, so a
/// short digest is no prefix of a long one.
std::vector<uint8_t> Blake2b(std::string_view bytes, size_t digest_bytes);

/// Lower-case hex.
std::string Hex(std::span<const uint8_t> bytes);

/// BLAKE2b of 8 bytes, read big-endian, top bit cleared.
int64_t StableHash64(std::string_view text);

/// BLAKE2b of 16 bytes as 32 lower-case hex characters.
std::string StableHash128(std::string_view text);

/// "<prefix>:<StableHash64(text)>". The prefix is not hashed.
std::string PrefixedHash64(std::string_view prefix, std::string_view text);

/// "<prefix>:<StableHash128(text)>". The prefix is not hashed.
std::string StableId(std::string_view prefix, std::string_view text);

}  // namespace norma
