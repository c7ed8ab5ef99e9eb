#include "norma/extract/flow/constant_text.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "norma/base/unicode.h"
#include "tests/support/matchers.h"

namespace norma::extract::flow {
namespace {

using testing_support::IsOk;

/// Values as marshal writes them.
std::string Sized(char type, size_t size, const std::string& content) {
  std::string bytes(1, type);
  for (int shift = 0; shift < 32; shift += 8) {
    bytes += static_cast<char>(size >> shift);
  }
  return bytes + content;
}
std::string Text(const std::string& text) { return Sized('u', text.size(), text); }
std::string Number(int32_t number) { return Sized('i', static_cast<uint32_t>(number), ""); }
std::string Tuple(const std::vector<std::string>& items) {
  std::string content;
  for (const std::string& item : items) {
    content += item;
  }
  return Sized('(', items.size(), content);
}
std::string Set(const std::vector<std::string>& items) {
  std::string bytes = Tuple(items);
  bytes.front() = '>';
  return bytes;
}
/// A power of two with 15 bits to the digit.
std::string PowerOfTwo(size_t exponent) {
  std::string digits(exponent / 15 * 2, '\0');
  const auto top = static_cast<uint16_t>(1u << exponent % 15);
  digits += static_cast<char>(top & 0xFF);
  digits += static_cast<char>(top >> 8);
  return Sized('l', digits.size() / 2, digits);
}

Constant Write(const std::string& marshalled) {
  const Result<MarshalData> data = MarshalData::Read(marshalled);
  EXPECT_THAT(data, IsOk());
  return ConstantWriter(data.value()).Write(0);
}

TEST(ConstantWriter, SortsSetsByText) {
  EXPECT_EQ(Write(Set({Text("b"), Number(2), Text("a"), "N"})).text,
            "frozenset({'a', 'b', 2, None})");
  EXPECT_EQ(Write(Set({})).text, "frozenset()");
}

TEST(ConstantWriter, TellsOneItemFromMore) {
  EXPECT_EQ(Write(Tuple({})).text, "()");
  EXPECT_EQ(Write(Tuple({"N"})).text, "(None,)");
  EXPECT_EQ(Write(Tuple({"N", "T"})).text, "(None, True)");
}

TEST(ConstantWriter, CutsAtACharacter) {
  // A quote, then characters of two bytes: 256 bytes would end within one.
  std::string text;
  for (int i = 0; i < 200; ++i) {
    text += "é";
  }
  EXPECT_EQ(Write(Text(text)).text, "'" + text.substr(0, 254));
}

// What is cut away of an item must not pull up what follows it.
TEST(ConstantWriter, CutsNothingInTheMiddle) {
  std::string text;
  for (int i = 0; i < 200; ++i) {
    text += "é";
  }
  EXPECT_EQ(Write(Set({Text(text), Number(1)})).text, "frozenset({'" + text.substr(0, 244));
  EXPECT_EQ(Write(Tuple({Text(text), Number(1)})).text, "('" + text.substr(0, 254));
}

TEST(ConstantWriter, EscapesSurrogates) {
  EXPECT_EQ(Write(Text("a\xED\xA0\x80\xED\xBF\xBF")).text, "'a\\ud800\\udfff'");
}

TEST(ConstantWriter, IsValidUtf8WhateverComes) {
  EXPECT_EQ(Write(Text("\xED\xA0")).text, "'\uFFFD\uFFFD'");
  EXPECT_TRUE(IsValidUtf8(Write(Text("\xFF\xC0\x80 \xF4\x90\x80\x80")).text));
}

TEST(ConstantWriter, GivesTheValueOfIntegersThatFit) {
  EXPECT_EQ(Write(Number(-7)).integer, -7);
  EXPECT_EQ(Write(PowerOfTwo(59)).integer, int64_t{1} << 59);
  EXPECT_EQ(Write(PowerOfTwo(80)).integer, std::nullopt);
  EXPECT_EQ(Write("T").integer, std::nullopt);
}

TEST(ConstantWriter, WritesLongIntegers) {
  EXPECT_EQ(Write(PowerOfTwo(64)).text, "18446744073709551616");
  EXPECT_EQ(Write(PowerOfTwo(100)).text, "1267650600228229401496703205376");
  std::string negative = PowerOfTwo(64);
  negative[1] = static_cast<char>(-5);
  negative.replace(2, 3, "\xFF\xFF\xFF");
  EXPECT_EQ(Write(negative).text, "-18446744073709551616");
}

// repr() refuses more than 4300 digits.
TEST(ConstantWriter, WritesVeryLongIntegersInHex) {
  // 2^14284 has 4300 digits, 2^14285 has 4301.
  EXPECT_TRUE(Write(PowerOfTwo(14284)).text.starts_with("8"));
  EXPECT_TRUE(Write(PowerOfTwo(14285)).text.starts_with("0x2000"));
  EXPECT_TRUE(Write(PowerOfTwo(1'000'001)).text.starts_with("0x2000"));
  EXPECT_EQ(Write(PowerOfTwo(1'000'001)).text.size(), kMaxConstantBytes);
}

TEST(ConstantWriter, NeedsNoStackForDepth) {
  std::string deep;
  for (int i = 0; i < 1'000'000; ++i) {
    deep += ")\x01";
  }
  EXPECT_EQ(Write(deep + "N").text, std::string(kMaxConstantBytes, '('));
}

TEST(ConstantWriter, SortsNoSetWithinASet) {
  EXPECT_EQ(Write(Set({Tuple({Set({Number(1)})})})).text, "frozenset({(frozenset({...}),)})");
}

}  // namespace
}  // namespace norma::extract::flow
