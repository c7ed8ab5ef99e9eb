#include "norma/base/id.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>

#include "norma/base/base64.h"
#include "norma/base/hash.h"

namespace norma {
namespace {

constexpr std::string_view kMagic("nrm\x01", 4);
constexpr size_t kMaxKindBytes = 32;

enum Tag : char { kNull = 0, kText = 1, kInteger = 2, kBoolean = 3, kBinary = 4 };

template <typename T>
void AppendLittleEndian(std::string& out, T value) {
  static_assert(std::endian::native == std::endian::little, "ids are written little-endian");
  char bytes[sizeof(T)];
  std::memcpy(bytes, &value, sizeof(T));
  out.append(bytes, sizeof(T));
}

}  // namespace

bool IsIdKind(std::string_view kind) {
  return !kind.empty() && kind.size() <= kMaxKindBytes && std::ranges::all_of(kind, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

bool IsId(std::string_view text) {
  constexpr std::string_view kLast = "AQgw";  // the characters whose low four bits are zero
  return text.size() == kIdLength && std::ranges::all_of(text, IsBase64Url) &&
         kLast.find(text.back()) != std::string_view::npos;
}

IdBuilder::IdBuilder(std::string_view kind) {
  assert(IsIdKind(kind));
  encoded_.reserve(128);
  encoded_.append(kMagic);
  encoded_.push_back(static_cast<char>(kind.size()));
  encoded_.append(kind);
  count_at_ = encoded_.size();
  encoded_.push_back(0);
}

void IdBuilder::AddPart(char tag) {
  assert(static_cast<uint8_t>(encoded_[count_at_]) < 255);
  encoded_[count_at_] = static_cast<char>(encoded_[count_at_] + 1);
  encoded_.push_back(tag);
}

IdBuilder& IdBuilder::Text(std::string_view value) {
  AddPart(kText);
  AppendLittleEndian(encoded_, static_cast<uint32_t>(value.size()));
  encoded_.append(value);
  return *this;
}

IdBuilder& IdBuilder::OptionalText(std::optional<std::string_view> value) {
  return value.has_value() ? Text(*value) : Null();
}

IdBuilder& IdBuilder::Int(int64_t value) {
  AddPart(kInteger);
  AppendLittleEndian(encoded_, value);
  return *this;
}

IdBuilder& IdBuilder::OptionalInt(std::optional<int64_t> value) {
  return value.has_value() ? Int(*value) : Null();
}

IdBuilder& IdBuilder::Bool(bool value) {
  AddPart(kBoolean);
  encoded_.push_back(value ? 1 : 0);
  return *this;
}

IdBuilder& IdBuilder::Binary(std::string_view value) {
  AddPart(kBinary);
  AppendLittleEndian(encoded_, static_cast<uint32_t>(value.size()));
  encoded_.append(value);
  return *this;
}

IdBuilder& IdBuilder::Null() {
  AddPart(kNull);
  return *this;
}

void IdBuilder::Clear() {
  encoded_.resize(count_at_ + 1);
  encoded_[count_at_] = 0;
}

std::string IdBuilder::Build() const { return Base64UrlEncode(Xxh3_128(encoded_)); }

void IdBuilder::BuildTo(char* out) const { Base64UrlEncodeTo(Xxh3_128(encoded_), out); }

}  // namespace norma
