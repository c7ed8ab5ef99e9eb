#include "norma/base/unicode.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

namespace norma {
namespace {

using namespace std::string_literals;

TEST(CharacterCount, CountsCharactersAndNotBytes) {
  EXPECT_EQ(CharacterCount(""), 0U);
  EXPECT_EQ(CharacterCount("é = 😀"), 5U);
}

TEST(Utf8, ReplacesEachMaximalBadPart) {
  struct Case {
    std::string bytes;
    int bad_parts;
  };
  for (const Case& c :
       {Case{"\xE9\xE9", 2}, Case{"\xE2\x80\"", 1}, Case{"\xF0\x9F\x98", 1},
        Case{"\xED\xA0\x80", 3}, Case{"\xC0\xAF", 2}, Case{"\xFF", 1}, Case{"\xF4\x90\x80\x80", 4},
        Case{"\xE0\x80\xAF", 3}, Case{"a\x80", 1}, Case{"\xF0\x9F\xF0\x9F\x98\x80", 1}}) {
    EXPECT_FALSE(IsValidUtf8(c.bytes));
    const std::string text = ToValidUtf8(c.bytes);
    EXPECT_TRUE(IsValidUtf8(text));
    int count = 0;
    for (size_t at = text.find(kReplacementCharacter); at != std::string::npos;
         at = text.find(kReplacementCharacter, at + 3)) {
      ++count;
    }
    EXPECT_EQ(count, c.bad_parts) << testing::PrintToString(c.bytes);
  }
}

TEST(Utf8, AcceptsEveryScalarValue) {
  for (uint32_t c = 0; c <= 0x10FFFF; ++c) {
    std::string text = "12345";  // so that words and single bytes both meet the character
    if (c < 0x80) {
      text += static_cast<char>(c);
    } else if (c < 0x800) {
      text += {static_cast<char>(0xC0 | (c >> 6)), static_cast<char>(0x80 | (c & 0x3F))};
    } else if (c < 0x10000) {
      text += {static_cast<char>(0xE0 | (c >> 12)), static_cast<char>(0x80 | ((c >> 6) & 0x3F)),
               static_cast<char>(0x80 | (c & 0x3F))};
    } else {
      text += {static_cast<char>(0xF0 | (c >> 18)), static_cast<char>(0x80 | ((c >> 12) & 0x3F)),
               static_cast<char>(0x80 | ((c >> 6) & 0x3F)), static_cast<char>(0x80 | (c & 0x3F))};
    }
    const bool surrogate = c >= 0xD800 && c <= 0xDFFF;
    ASSERT_EQ(IsValidUtf8(text), !surrogate) << c;
    if (!surrogate) {
      ASSERT_EQ(DecodeUtf8(std::string_view(text).substr(5)).code_point, c);
    }
    ASSERT_EQ(IsAscii(text), c < 0x80);
  }
}

TEST(Utf8, FindsABadByteAtEveryPlace) {
  for (size_t size = 1; size < 80; ++size) {
    for (size_t at = 0; at < size; ++at) {
      std::string text(size, 'a');
      EXPECT_TRUE(IsAscii(text) && IsValidUtf8(text));
      text[at] = '\x80';
      EXPECT_FALSE(IsAscii(text)) << size << " " << at;
      EXPECT_FALSE(IsValidUtf8(text)) << size << " " << at;
    }
  }
}

TEST(Utf8, CutsBetweenCharacters) {
  EXPECT_EQ(CutUtf8("aé😀b", 0), "");
  EXPECT_EQ(CutUtf8("aé😀b", 2), "a");
  EXPECT_EQ(CutUtf8("aé😀b", 3), "aé");
  EXPECT_EQ(CutUtf8("aé😀b", 6), "aé");
  EXPECT_EQ(CutUtf8("aé😀b", 7), "aé😀");
  EXPECT_EQ(CutUtf8("aé😀b", 8), "aé😀b");
  EXPECT_EQ(CutUtf8("aé😀b", 99), "aé😀b");
  EXPECT_LE(CutUtf8(std::string(50, '\x80'), 10).size(), 10u);
}

TEST(EscapeForMessage, KeepsAMessageOnOneLine) {
  EXPECT_EQ(EscapeForMessage("plain é"), "plain é");
  EXPECT_EQ(EscapeForMessage("a\nb\r\t\\\x1b[0m\0"s), "a\\nb\\r\\t\\\\\\x1b[0m\\x00");
  EXPECT_EQ(EscapeForMessage("a\xE2\x80\xA8\xE2\x80\xAE\xEF\xBB\xBF"), "a\\u2028\\u202e\\ufeff");
  EXPECT_EQ(EscapeForMessage("\xE9x\xF0\x9F\x98"), "\\xe9x\\xf0\\x9f\\x98");
  EXPECT_EQ(EscapeForMessage(std::string(121, 'x')), std::string(120, 'x') + "…");
  EXPECT_EQ(EscapeForMessage(std::string(119, 'x') + "é"), std::string(119, 'x') + "…");
  EXPECT_EQ(EscapeForMessage(std::string(120, 'x')), std::string(120, 'x'));
}

TEST(NfkcIdentifier, DoesAsPythonDoes) {
  EXPECT_EQ(NfkcIdentifier("ascii_name"), "ascii_name");
  EXPECT_EQ(NfkcIdentifier("ﬁ"), "fi");
  EXPECT_EQ(NfkcIdentifier("e\xCC\x81"), "é");
  EXPECT_EQ(NfkcIdentifier("𝐱"), "x");
  EXPECT_EQ(NfkcIdentifier("a\0b"s), "a\0b"s);
  EXPECT_EQ(NfkcIdentifier("a\xFF"), "a\xEF\xBF\xBD");
}

// Prints "<spelling in hex> <NFKC in hex>" of every character that may stand in an identifier,
// alone and after a letter and a combining mark, so that composition and reordering are seen too.
constexpr const char* kPythonSide = R"(python3 -I -S -c '
import sys, unicodedata
for c in map(chr, range(0x80, 0x110000)):
    if ("a" + c).isidentifier():
        for s in (c, "e" + c, "e\u0323" + c):
            n = unicodedata.normalize("NFKC", s)
            print(s.encode().hex(), n.encode().hex())
')";

std::string Unhex(std::string_view hex) {
  std::string out;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    out.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  }
  return out;
}

TEST(NfkcIdentifier, AgreesWithUnicodedataOnAllIdentifierCharacters) {
  FILE* python = popen(kPythonSide, "r");
  ASSERT_NE(python, nullptr);
  std::vector<std::string> differences;
  int count = 0;
  char spelling[256];
  char normal[256];
  while (std::fscanf(python, "%255s %255s", spelling, normal) == 2) {
    ++count;
    if (NfkcIdentifier(Unhex(spelling)) != Unhex(normal)) {
      differences.emplace_back(spelling);
    }
  }
  const int exit_code = pclose(python);
  if (count == 0) {
    FAIL() << "no python3 to compare with, exit code " << exit_code;
  }
  EXPECT_GT(count, 300000);
  EXPECT_EQ(differences, std::vector<std::string>());
}

TEST(IsIdentifier, ReadsNames) {
  for (const std::string_view name : {"a", "_", "a1", "é", "class", "ℼ", "a·b", "名前"}) {
    EXPECT_TRUE(IsIdentifier(name)) << name;
  }
  for (const std::string_view name : {"", "1a", "a-b", "a.b", "a b", "€", "a\xFF", "·a"}) {
    EXPECT_FALSE(IsIdentifier(name)) << name;
  }
}

// Prints "<character in hex> <can start> <can continue>" of every character that Python knows.
constexpr const char* kIdentifiersInPython = R"(python3 -I -S -c '
import unicodedata
for c in map(chr, range(1, 0x110000)):
    if unicodedata.category(c) not in ("Cn", "Cs", "Co"):
        print(c.encode().hex(), int(c.isidentifier()), int(("a" + c).isidentifier()))
')";

TEST(IsIdentifier, AgreesWithPythonOnEveryCharacter) {
  FILE* python = popen(kIdentifiersInPython, "r");
  ASSERT_NE(python, nullptr);
  std::vector<std::string> differences;
  int count = 0;
  char character[64];
  int starts = 0;
  int continues = 0;
  while (std::fscanf(python, "%63s %d %d", character, &starts, &continues) == 3) {
    ++count;
    const std::string text = Unhex(character);
    if (IsIdentifier(text) != (starts == 1) || IsIdentifier("a" + text) != (continues == 1)) {
      differences.emplace_back(character);
    }
  }
  const int exit_code = pclose(python);
  if (count == 0) {
    FAIL() << "no python3 to compare with, exit code " << exit_code;
  }
  EXPECT_GT(count, 140000);
  EXPECT_EQ(differences, std::vector<std::string>());
}

TEST(IsPrintable, TellsWhatReprEscapes) {
  for (const uint32_t shown : {0x20u, 0x41u, 0xE9u, 0x301u, 0x4E2Du, 0x1F600u}) {
    EXPECT_TRUE(IsPrintable(shown)) << shown;
  }
  for (const uint32_t escaped : {0x0u, 0x7Fu, 0xA0u, 0xADu, 0x200Bu, 0x2028u, 0x3000u, 0xD800u,
                                 0xE000u, 0xFFFFu, 0xE0001u}) {
    EXPECT_FALSE(IsPrintable(escaped)) << escaped;
  }
}

}  // namespace
}  // namespace norma
