#include "norma/extract/flow/constant_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>

#include "norma/base/unicode.h"

namespace norma::extract::flow {
namespace {

constexpr size_t kMaxDigits = 4300;  // sys.int_info.default_max_str_digits
constexpr size_t kMarshalDigitBytes = 2;
constexpr uint32_t kMarshalDigitBits = 15;
constexpr uint64_t kBillion = 1'000'000'000;
constexpr size_t kBillionDigits = 9;

uint32_t DigitAt(std::string_view digits, size_t index) {
  uint16_t digit = 0;
  std::memcpy(&digit, digits.data() + index * kMarshalDigitBytes, sizeof digit);
  return digit;
}

/// Decimal digits of an integer with digits of 15 bits; nothing if there are too many.
std::string Decimal(std::string_view digits) {
  const size_t count = digits.size() / kMarshalDigitBytes;
  // 2^(15 (count - 1)) is more than 10^4300.
  if (count > kMaxDigits * 34 / 150 + 1) {
    return {};
  }
  std::vector<uint32_t> billions;  // the lowest first
  for (size_t i = count; i-- > 0;) {
    uint64_t carry = DigitAt(digits, i);
    for (uint32_t& billion : billions) {
      carry += static_cast<uint64_t>(billion) << kMarshalDigitBits;
      billion = static_cast<uint32_t>(carry % kBillion);
      carry /= kBillion;
    }
    if (carry != 0) {
      billions.push_back(static_cast<uint32_t>(carry));
    }
  }
  std::string text = fmt::format("{}", billions.back());
  if (text.size() + (billions.size() - 1) * kBillionDigits > kMaxDigits) {
    return {};
  }
  for (size_t i = billions.size() - 1; i-- > 0;) {
    fmt::format_to(std::back_inserter(text), "{:09}", billions[i]);
  }
  return text;
}

/// The hex digits of an integer, as many as a text can hold.
std::string Hex(std::string_view digits) {
  const size_t bits = digits.size() / kMarshalDigitBytes * kMarshalDigitBits;
  const auto nibble_at = [digits](size_t bit) {
    uint32_t nibble = 0;
    for (size_t i = 0; i < 4; ++i) {
      const size_t index = (bit + i) / kMarshalDigitBits;
      if (index < digits.size() / kMarshalDigitBytes) {
        nibble |= (DigitAt(digits, index) >> (bit + i) % kMarshalDigitBits & 1) << i;
      }
    }
    return nibble;
  };
  size_t nibbles = (bits + 3) / 4;
  while (nibbles > 1 && nibble_at((nibbles - 1) * 4) == 0) {
    --nibbles;
  }
  std::string text = "0x";
  for (size_t i = nibbles; i-- > 0 && text.size() < kMaxConstantBytes;) {
    text += "0123456789abcdef"[nibble_at(i * 4)];
  }
  return text;
}

void AppendInteger(const MarshalValue& value, std::string& text) {
  if (value.bytes.empty()) {
    fmt::format_to(std::back_inserter(text), "{}", value.number);
    return;
  }
  const std::string decimal = Decimal(value.bytes);
  text += value.is_negative ? "-" : "";
  text += decimal.empty() ? Hex(value.bytes) : decimal;
}

double DoubleAt(std::string_view bytes, size_t at) {
  double number = 0;
  std::memcpy(&number, bytes.data() + at, sizeof number);
  return number;
}

/// The shortest digits that read back as the number; fmt changes to exponents where Python does.
std::string Shortest(double number) {
  return std::isnan(number) ? "nan" : fmt::format("{}", number);
}

void AppendFloat(double number, std::string& text) {
  const std::string digits = Shortest(number);
  text += digits;
  text += digits.find_first_not_of("-0123456789") == std::string::npos ? ".0" : "";
}

void AppendComplex(double real, double imaginary, std::string& text) {
  if (real == 0 && !std::signbit(real)) {
    text += Shortest(imaginary) + "j";
    return;
  }
  const bool has_sign = std::signbit(imaginary) && !std::isnan(imaginary);
  text += fmt::format("({}{}{}j)", Shortest(real), has_sign ? "" : "+", Shortest(imaginary));
}

char QuoteFor(std::string_view content) {
  const bool has_single = content.find('\'') != std::string_view::npos;
  return has_single && content.find('"') == std::string_view::npos ? '"' : '\'';
}

/// Appends an ASCII character if it has a short form: itself, or an escape of one letter.
bool AppendShort(char character, char quote, std::string& text) {
  constexpr std::string_view kEscaped = "\t\n\r";
  constexpr std::string_view kLetters = "tnr";
  if (character == quote || character == '\\') {
    text += '\\';
    text += character;
    return true;
  }
  if (const size_t found = kEscaped.find(character); found != std::string_view::npos) {
    text += '\\';
    text += kLetters[found];
    return true;
  }
  if (character >= ' ' && character < '\x7F') {
    text += character;
    return true;
  }
  return false;
}

void AppendBytes(std::string_view bytes, std::string& text) {
  const char quote = QuoteFor(bytes);
  text += 'b';
  text += quote;
  for (size_t i = 0; i < bytes.size() && text.size() < kMaxConstantBytes; ++i) {
    if (!AppendShort(bytes[i], quote, text)) {
      fmt::format_to(std::back_inserter(text), "\\x{:02x}", static_cast<uint8_t>(bytes[i]));
    }
  }
  text += quote;
}

/// Reads a surrogate, which marshal writes as three bytes; 0 if there is none.
uint32_t SurrogateAt(std::string_view text) {
  const auto byte = [text](size_t i) { return static_cast<uint8_t>(text[i]); };
  const bool is_surrogate = text.size() >= 3 && byte(0) == 0xED && byte(1) >= 0xA0 &&
                            byte(1) <= 0xBF && byte(2) >= 0x80 && byte(2) <= 0xBF;
  return is_surrogate ? 0xD000u | (byte(1) & 0x3Fu) << 6 | (byte(2) & 0x3Fu) : 0;
}

void AppendEscaped(uint32_t code_point, std::string& text) {
  if (code_point < 0x100) {
    fmt::format_to(std::back_inserter(text), "\\x{:02x}", code_point);
  } else if (code_point < 0x10000) {
    fmt::format_to(std::back_inserter(text), "\\u{:04x}", code_point);
  } else {
    fmt::format_to(std::back_inserter(text), "\\U{:08x}", code_point);
  }
}

void AppendText(std::string_view content, std::string& text) {
  const char quote = QuoteFor(content);
  text += quote;
  while (!content.empty() && text.size() < kMaxConstantBytes) {
    if (AppendShort(content.front(), quote, text)) {
      content.remove_prefix(1);
    } else if (const uint32_t surrogate = SurrogateAt(content); surrogate != 0) {
      AppendEscaped(surrogate, text);
      content.remove_prefix(3);
    } else {
      const Utf8Step step = DecodeUtf8(content);
      if (!step.valid) {
        text += kReplacementCharacter;
      } else if (IsPrintable(step.code_point)) {
        text += content.substr(0, step.length);
      } else {
        AppendEscaped(step.code_point, text);
      }
      content.remove_prefix(step.length);
    }
  }
  text += quote;
}

}  // namespace

const Constant& ConstantWriter::Write(uint32_t value) {
  std::optional<Constant>& constant = written_[value];
  if (!constant.has_value()) {
    std::string text;
    Append(value, text);
    const MarshalValue& read = data_.values[value];
    const bool is_integer = read.kind == ValueKind::kInteger && read.bytes.empty();
    constant = {.text = std::string(CutUtf8(text, kMaxConstantBytes)),
                .integer = is_integer ? std::optional(read.number) : std::nullopt};
  }
  return *constant;
}

void ConstantWriter::Append(uint32_t value, std::string& text) {
  const MarshalValue& read = data_.values[value];
  switch (read.kind) {
    case ValueKind::kNone:
      text += "None";
      return;
    case ValueKind::kFalse:
      text += "False";
      return;
    case ValueKind::kTrue:
      text += "True";
      return;
    case ValueKind::kEllipsis:
      text += "Ellipsis";
      return;
    case ValueKind::kInteger:
      AppendInteger(read, text);
      return;
    case ValueKind::kFloat:
      AppendFloat(DoubleAt(read.bytes, 0), text);
      return;
    case ValueKind::kComplex:
      AppendComplex(DoubleAt(read.bytes, 0), DoubleAt(read.bytes, sizeof(double)), text);
      return;
    case ValueKind::kBytes:
      AppendBytes(read.bytes, text);
      return;
    case ValueKind::kText:
      AppendText(read.bytes, text);
      return;
    case ValueKind::kTuple:
      AppendTuple(read, text);
      return;
    case ValueKind::kFrozenSet:
      AppendSet(read, text);
      return;
    case ValueKind::kSlice:
      text += "slice(";
      AppendItems(read, text);
      text += ')';
      return;
    case ValueKind::kCode: {
      const uint32_t name = data_.ItemsOf(read)[static_cast<size_t>(CodeItem::kName)];
      text += fmt::format("<code object {}>", ToValidUtf8(data_.values[name].bytes));
      return;
    }
  }
}

void ConstantWriter::AppendItems(const MarshalValue& value, std::string& text) {
  std::string_view separator = "";
  for (const uint32_t item : data_.ItemsOf(value)) {
    // Each level of nesting writes something first, so this bounds the depth as well.
    if (text.size() >= kMaxConstantBytes) {
      return;
    }
    text += separator;
    separator = ", ";
    Append(item, text);
  }
}

void ConstantWriter::AppendTuple(const MarshalValue& value, std::string& text) {
  text += '(';
  AppendItems(value, text);
  text += value.item_count == 1 ? ",)" : ")";
}

void ConstantWriter::AppendSet(const MarshalValue& value, std::string& text) {
  if (value.item_count == 0 || in_set_) {
    // Compilers put no set into a set; to sort one within the other could take for ever.
    text += value.item_count == 0 ? "frozenset()" : "frozenset({...})";
    return;
  }
  in_set_ = true;
  std::vector<std::string> items;
  for (const uint32_t item : data_.ItemsOf(value)) {
    Append(item, items.emplace_back());
  }
  in_set_ = false;
  std::ranges::sort(items);
  text += "frozenset({";
  for (size_t i = 0; i < items.size() && text.size() < kMaxConstantBytes; ++i) {
    text += i == 0 ? "" : ", ";
    text += items[i];
  }
  text += "})";
}

}  // namespace norma::extract::flow
