#include "norma/extract/treesitter/type_tokens.h"

#include <gtest/gtest.h>

#include <string>

namespace norma::extract::treesitter {
namespace {

std::string Joined(std::string_view text) {
  std::string joined;
  for (const Token& token : Tokenize(text)) {
    joined += (joined.empty() ? "" : " ") + std::string(token.text);
  }
  return joined;
}

TEST(Tokenize, SplitsWithoutSpaceAndComments) {
  EXPECT_EQ(Joined("List [ 'a b', # no\n *Ts,...]|None"), "List [ 'a b' , * Ts , ... ] | None");
  EXPECT_EQ(Joined(R"(a**b//1.5 rb'''x'y''' := "open)"), R"(a ** b // 1.5 rb'''x'y''' := "open)");
}

TEST(LooksLikeExpression, AcceptsTypes) {
  for (const char* text :
       {"int", "a.b.C", "List['int']", "int | None", "Callable[[int, str], bool]",
        "tuple[int, ...]", "tuple[()]", "Literal[-1, 'a' 'b']", "*Ts", "A[1:2]", "x, y", "(int,)",
        "Annotated[int, Gt(x=1), not a]", "a if b else c", "lambda: x", "{1: 2}", "None"}) {
    EXPECT_TRUE(LooksLikeExpression(Tokenize(text))) << text;
  }
}

TEST(LooksLikeExpression, RefusesWords) {
  for (const char* text : {"", "a sentence here", "x +", "list[int", "int]", "a..b", "a.", "a b",
                           "x: int", "List[int)", "=", "1 2", "a.'b'", "$", "?", "a!b"}) {
    EXPECT_FALSE(LooksLikeExpression(Tokenize(text))) << text;
  }
}

}  // namespace
}  // namespace norma::extract::treesitter
