#include "norma/source/encoding.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <vector>

#include "norma/source/source_file.h"

namespace norma::source {
namespace {

using namespace std::string_literals;

EncodingInfo Detect(const std::string& bytes) {
  return DetectEncoding(bytes, LineIndex::Build(bytes));
}

TEST(DetectEncoding, ReadsMarkAndCookie) {
  using enum EncodingError;
  using enum EncodingSource;
  struct Case {
    std::string bytes;
    std::string name;
    EncodingSource source;
    EncodingError error;
  };
  const std::string mark(kUtf8Mark);
  for (const Case& c : {
           Case{"", "utf-8", kDefault, kNone},
           Case{"x = 1\n", "utf-8", kDefault, kNone},
           Case{mark + "x = 1\n", "utf-8", kBom, kNone},
           Case{"# -*- coding: latin-1 -*-\n", "iso-8859-1", kCookie, kNone},
           Case{"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n", "cp1252", kCookie, kNone},
           Case{"\n# coding: cp1252\n", "cp1252", kCookie, kNone},
           Case{" \t\f\r# coding: cp1252\n", "cp1252", kCookie, kNone},
           Case{"x = 1\n# coding: cp1252\n", "utf-8", kDefault, kNone},
           Case{"\n\n# coding: cp1252\n", "utf-8", kDefault, kNone},
           Case{"x = 1  # coding: cp1252\n", "utf-8", kDefault, kNone},
           Case{"# coding:\tUTF8\n", "utf-8", kCookie, kNone},
           Case{"# coding:utf-8-unix\n", "utf-8", kCookie, kNone},
           Case{"# coding: Latin-1-dos\n", "iso-8859-1", kCookie, kNone},
           Case{"# coding: iso8859-1", "iso-8859-1", kCookie, kNone},
           Case{"# coding: windows-1252\n", "cp1252", kCookie, kNone},
           Case{"# coding coding= : coding:ascii\n", "ascii", kCookie, kNone},
           Case{"# coding = cp1252\n", "utf-8", kDefault, kNone},
           Case{"# coding: nothing\n", "unknown", kCookie, kUnknown},
           Case{"# coding: hex\n", "unknown", kCookie, kUnknown},
           Case{mark + "# coding: utf8\n", "utf-8", kBom, kNone},
           Case{mark + "# coding: latin-1\n", "unknown", kBom, kConflict},
           Case{mark + "# coding: nothing\n", "unknown", kBom, kConflict},
           Case{mark + "\n# coding: cp1252\n", "unknown", kBom, kConflict},
       }) {
    SCOPED_TRACE(testing::PrintToString(c.bytes));
    const EncodingInfo encoding = Detect(c.bytes);
    EXPECT_EQ(encoding.name, c.name);
    EXPECT_EQ(encoding.source, c.source);
    EXPECT_EQ(encoding.error, c.error);
    EXPECT_EQ(encoding.bom, c.bytes.starts_with(kUtf8Mark));
  }
}

TEST(DetectEncoding, KnowsWhatTheBytesAre) {
  struct Case {
    std::string bytes;
    bool ascii, utf8_valid, recoded, has_nul;
    RecodeMap::State state;
  };
  using enum RecodeMap::State;
  for (const Case& c : {
           Case{"x\n", true, true, false, false, kIdentity},
           Case{"é\n", false, true, false, false, kIdentity},
           Case{"\xE9\n", false, false, false, false, kUndecodable},
           Case{"x\0y"s, true, true, false, true, kIdentity},
           Case{"# coding: latin-1\nx", true, true, false, false, kIdentity},
           Case{"# coding: latin-1\n\xE9", false, false, true, false, kTable},
           Case{"# coding: latin-1\né", false, true, true, false, kTable},
           Case{"# coding: cp1252\n\xE9", false, false, true, false, kMissing},
           Case{"# coding: ascii\n\xE9", false, false, true, false, kUndecodable},
           Case{"# coding: utf-7\nx", true, true, true, false, kMissing},
           Case{"# coding: nothing\nx", true, true, false, false, kUndecodable},
       }) {
    SCOPED_TRACE(testing::PrintToString(c.bytes));
    const SourceFile file = MakeSourceFileAt("a.py", c.bytes);
    EXPECT_EQ(file.encoding.ascii, c.ascii);
    EXPECT_EQ(file.encoding.utf8_valid, c.utf8_valid);
    EXPECT_EQ(file.encoding.recoded, c.recoded);
    EXPECT_EQ(file.encoding.has_nul, c.has_nul);
    EXPECT_EQ(file.recode.state(), c.state);
  }
}

// Prints "<name> <codec name or ->" for cookies of all kinds, as Python's own tokenizer reads them.
constexpr const char* kPythonSide = R"(python3 -I -S -c '
import codecs, encodings.aliases, io, tokenize
names = sorted(set(encodings.aliases.aliases) | set(encodings.aliases.aliases.values()))
for name in names:
    for spelled in (name, name.upper(), name.replace("_", "-"), name.replace("_", "."), "-" + name,
                    name + "-unix", name.replace("_", "__")):
        if spelled == "mbcs" or "mbcs" in spelled.lower() or "oem" in spelled.lower():
            continue
        try:
            found = tokenize.detect_encoding(io.BytesIO(b"# coding: " + spelled.encode()).readline)[0]
            codec = codecs.lookup(found)
            print(spelled, codec.name if codec._is_text_encoding else "-")
        except SyntaxError:
            print(spelled, "-")
')";

TEST(FindCodec, AgreesWithPythonOnEveryName) {
  FILE* python = popen(kPythonSide, "r");
  ASSERT_NE(python, nullptr);
  std::vector<std::string> differences;
  int count = 0;
  char spelled[128];
  char expected[128];
  while (std::fscanf(python, "%127s %127s", spelled, expected) == 2) {
    ++count;
    const Codec* codec = FindCodec(spelled);
    std::string name = codec == nullptr ? "-" : std::string(codec->name);
    if (name == "iso-8859-1") {
      name = "iso8859-1";
    }
    if (name != expected) {
      differences.push_back(std::string(spelled) + ": " + name + ", Python: " + expected);
    }
  }
  const int exit_code = pclose(python);
  if (count == 0) {
    FAIL() << "no python3 to compare with, exit code " << exit_code;
  }
  EXPECT_GT(count, 2000);
  EXPECT_EQ(differences, std::vector<std::string>());
}

}  // namespace
}  // namespace norma::source
