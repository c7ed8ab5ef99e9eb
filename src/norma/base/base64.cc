#include "norma/base/base64.h"

#include <array>

#include "norma/base/unicode.h"

namespace norma {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr uint8_t kNoDigit = 0xFF;

constexpr std::array<uint8_t, 256> MakeDigits() {
  std::array<uint8_t, 256> digits{};
  digits.fill(kNoDigit);
  for (size_t i = 0; i < kAlphabet.size(); ++i) {
    digits[static_cast<uint8_t>(kAlphabet[i])] = static_cast<uint8_t>(i);
  }
  return digits;
}
constexpr std::array<uint8_t, 256> kDigits = MakeDigits();

Error Refuse(std::string_view why, std::string_view text) {
  return Error{ErrorKind::kInvalidArgument,
               std::string("not base64url: ") + std::string(why) + ": " + EscapeForMessage(text)};
}

}  // namespace

bool IsBase64Url(char character) { return kDigits[static_cast<uint8_t>(character)] != kNoDigit; }

std::string Base64UrlEncode(std::span<const uint8_t> bytes) {
  std::string out((bytes.size() * 4 + 2) / 3, '\0');
  Base64UrlEncodeTo(bytes, out.data());
  return out;
}

void Base64UrlEncodeTo(std::span<const uint8_t> bytes, char* out) {
  uint32_t bits = 0;
  int count = 0;
  for (const uint8_t byte : bytes) {
    bits = (bits << 8) | byte;
    for (count += 8; count >= 6; count -= 6) {
      *out++ = kAlphabet[(bits >> (count - 6)) & 0x3F];
    }
  }
  if (count > 0) {
    *out = kAlphabet[(bits << (6 - count)) & 0x3F];
  }
}

Result<std::vector<uint8_t>> Base64UrlDecode(std::string_view text) {
  if (text.size() % 4 == 1) {
    return Refuse("impossible length", text);
  }
  std::vector<uint8_t> out;
  out.reserve(text.size() * 3 / 4);
  uint32_t bits = 0;
  int count = 0;
  for (const char character : text) {
    const uint8_t digit = kDigits[static_cast<uint8_t>(character)];
    if (digit == kNoDigit) {
      return Refuse("a character outside the alphabet", text);
    }
    bits = (bits << 6) | digit;
    count += 6;
    if (count >= 8) {
      count -= 8;
      out.push_back(static_cast<uint8_t>(bits >> count));
    }
  }
  if ((bits & ((1u << count) - 1)) != 0) {
    return Refuse("unused bits are set", text);
  }
  return out;
}

}  // namespace norma
