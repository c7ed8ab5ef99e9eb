#pragma once

/// \file
/// base64url (RFC 4648 section 5) without padding.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "norma/base/result.h"

namespace norma {

/// Whether a character is of the alphabet.
bool IsBase64Url(char character);

std::string Base64UrlEncode(std::span<const uint8_t> bytes);

/// Writes the text to `out`, which has room for ceil(bytes.size() * 4 / 3) characters.
void Base64UrlEncodeTo(std::span<const uint8_t> bytes, char* out);

/// \return kInvalidArgument for a character outside the alphabet, an impossible length, or unused
///     bits that are not zero, so that equal bytes have one text only.
Result<std::vector<uint8_t>> Base64UrlDecode(std::string_view text);

}  // namespace norma
