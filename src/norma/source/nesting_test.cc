#include "norma/source/nesting.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

namespace norma::source {
namespace {

std::string Repeat(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) {
    out += text;
  }
  return out;
}

std::string Blocks(int levels, std::string_view unit) {
  std::string out;
  for (int level = 0; level < levels; ++level) {
    out += Repeat(unit, level) + "if x:\n";
  }
  return out + Repeat(unit, levels) + "pass\n";
}

TEST(Nesting, FindsTheFirstPlaceBeyondALimit) {
  struct Case {
    const char* what;
    std::string bytes;
    std::string_view limit;
    int64_t offset;
  };
  for (const Case& c : {
           Case{"201 parentheses", Repeat("(", 201), "brackets", 200},
           Case{"mixed brackets", Repeat("([{", 67), "brackets", 200},
           Case{"after a string", "x = \"(\" " + Repeat("[", 201), "brackets", 208},
           Case{"over lines", Repeat("(\n", 201), "brackets", 400},
           Case{"101 levels", Blocks(101, " "), "indentation", -1},
           Case{"tabs", Blocks(101, "\t"), "indentation", -1},
           Case{"fields of an f-string", "f'{" + Repeat("(", 200), "brackets", 202},
           Case{"fields in fields", Repeat("f'{", 201), "brackets", 602},
           Case{"format text in fields", "f'" + Repeat("{x:", 201), "brackets", 602},
           Case{"unclosed string", "x = '" + Repeat("(", 201), "brackets", 205},
           Case{"unclosed triple string", "x = '''" + Repeat("(", 201), "brackets", 207},
           Case{"falsely closed triple string", "'''\\'''" + Repeat("(", 201), "brackets", -1},
           Case{"unclosed f-string of three quotes", "f'''" + Repeat("(", 201), "brackets", 204},
           Case{"behind a backslash", "\\\n" + Repeat("(", 201), "brackets", 202},
           Case{"after a mark", "\xEF\xBB\xBF" + Repeat("(", 201), "brackets", 203},
       }) {
    SCOPED_TRACE(c.what);
    const auto excess = FindNestingExcess(c.bytes);
    ASSERT_TRUE(excess.has_value());
    EXPECT_EQ(excess->what, c.limit);
    if (c.offset >= 0) {
      EXPECT_EQ(excess->offset, c.offset);
    }
  }
}

TEST(Nesting, LeavesValidFilesAlone) {
  const std::string many = Repeat("(", 300);
  struct Case {
    const char* what;
    std::string bytes;
  };
  for (const Case& c : {
           Case{"nothing", ""},
           Case{"200 parentheses", Repeat("(", 200) + Repeat(")", 200)},
           Case{"one after the other", Repeat("(x)[0]\n", 1000)},
           Case{"100 levels", Blocks(100, " ")},
           Case{"comment", "# " + many + "\nx = 1 #" + many + "\r#" + many},
           Case{"string", "x = '" + many + "'"},
           Case{"escaped quote", "x = '\\'" + many + "'"},
           Case{"raw string", "x = r'\\'" + many + "'"},
           Case{"triple string", "x = '''\n" + many + "''" + many + "\n'''"},
           Case{"continued string", "x = 'a\\\n" + many + "'"},
           Case{"continued string, CRLF", "x = 'a\\\r\n" + many + "'"},
           Case{"text of an f-string", "x = f'" + many + "'"},
           Case{"doubled braces", "x = f'" + Repeat("{{", 300) + "'"},
           Case{"many unbalanced f-strings", Repeat("f'({x[0]}'; ", 300)},
           Case{"brackets in format text", Repeat("f'{x:(<8}'\n", 300)},
           Case{"same quotes inside", Repeat("f'{x['(']}'\n", 300)},
           Case{"names that end in f", Repeat("elif'{'\n", 300)},
           Case{"keywords that end in f", Repeat("if'{': pass\n", 300)},
           Case{"t-string", "x = Rt'''" + many + "'''"},
           Case{"blank lines do not indent", "if x:\n" + Repeat(" ", 500) + "\n  pass\n"},
           Case{"lines in brackets do not indent", "x = [\n" + Blocks(150, " ") + "]\n"},
           Case{"continued lines do not indent", "x = \\\n" + Repeat(" ", 300) + "1\n"},
           Case{"falling back", Repeat(Blocks(60, " "), 3)},
           Case{"closed too often", Repeat(")", 300) + Repeat("(", 200)},
       }) {
    SCOPED_TRACE(c.what);
    const auto excess = FindNestingExcess(c.bytes);
    EXPECT_FALSE(excess.has_value()) << excess->what << " at " << excess->offset;
  }
}

TEST(Nesting, SeesEveryBracketOfTheStandardLibraryClosed) {
  FILE* python = popen("python3 -I -S -c 'import os; print(os.path.dirname(os.__file__))'", "r");
  ASSERT_NE(python, nullptr);
  char folder[4096] = "";
  const int read = std::fscanf(python, "%4095[^\n]", folder);
  const int exit_code = pclose(python);
  if (read != 1) {
    FAIL() << "no python3 to ask for its library, exit code " << exit_code;
  }
  int count = 0;
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator at(folder, error), end; at != end;
       at.increment(error)) {
    const std::string path = at->path().string();
    // Tests hold files that are wrong on purpose.
    if (at->path().extension() != ".py" || path.find("/test") != std::string::npos ||
        path.find("/site-packages/") != std::string::npos) {
      continue;
    }
    std::ifstream file(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    const std::string brackets = "\n" + Repeat("(", 200);
    EXPECT_FALSE(FindNestingExcess(bytes + brackets).has_value()) << path;
    EXPECT_TRUE(FindNestingExcess(bytes + brackets + "(").has_value()) << path;
    ++count;
  }
  EXPECT_GT(count, 400);
}

TEST(Nesting, EndsOnAnyBytes) {
  const auto seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  constexpr std::string_view kBytes = "f'\"{}(:)\\\n\r #x\t";
  for (int round = 0; round < 20000; ++round) {
    std::string bytes;
    for (size_t size = random() % 80; size > 0; --size) {
      bytes.push_back(kBytes[random() % kBytes.size()]);
    }
    const auto excess = FindNestingExcess(bytes, {.brackets = 5, .indentation = 2});
    if (excess.has_value()) {
      ASSERT_LT(excess->offset, static_cast<int64_t>(bytes.size()));
    }
  }
}

TEST(Nesting, IsLinearInHostileInput) {
  // Each of these would take minutes if a part were scanned anew for every quote or brace.
  constexpr NestingLimits kNone = {.brackets = 1 << 30, .indentation = 1 << 30};
  for (const std::string_view piece :
       {"'", "\"'", "'''", "f'''", "f'''{", "f'{", "f\"{f'{", "\\'", "'''\\", "f'{x:", "(\"\n"}) {
    EXPECT_FALSE(FindNestingExcess(Repeat(piece, 1000000), kNone).has_value());
  }
}

}  // namespace
}  // namespace norma::source
