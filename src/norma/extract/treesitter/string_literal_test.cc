#include "norma/extract/treesitter/string_literal.h"

#include <gtest/gtest.h>

namespace norma::extract::treesitter {
namespace {

struct LiteralCase {
  const char* label;
  std::string literal;
  std::optional<std::string> value;
};

class EvaluatesLiteral : public testing::TestWithParam<LiteralCase> {};

TEST_P(EvaluatesLiteral, AsPythonDoes) {
  EXPECT_EQ(EvaluateTextLiteral(GetParam().literal), GetParam().value);
}

INSTANTIATE_TEST_SUITE_P(
    Literals, EvaluatesLiteral,
    testing::Values(
        LiteralCase{"plain", "'a'", "a"}, LiteralCase{"empty", "''", ""},
        LiteralCase{"empty_triple", R"("""""")", ""},
        LiteralCase{"triple_with_quotes", R"('''a'b''c''')", "a'b''c"},
        LiteralCase{"unicode_prefix", "U'é'", "é"}, LiteralCase{"raw", R"(R"a\n\"")", R"(a\n\")"},
        LiteralCase{"simple_escapes", R"('\\\'\"\a\b\f\n\r\t\v')", "\\'\"\a\b\f\n\r\t\v"},
        LiteralCase{"octal", R"('\0\12\1018\777')", std::string("\0\nA8ǿ", 6)},
        LiteralCase{"hex", R"('\x41\xe9')", "Aé"},
        LiteralCase{"unicode", R"('\u00e9\U0001F600')", "é😀"},
        LiteralCase{"surrogates_are_replaced", R"('\ud83d\ude00')", "��"},
        LiteralCase{"short_hex_stays", R"('\x4')", R"(\x4)"},
        LiteralCase{"beyond_unicode_stays", R"('\U00110000')", R"(\U00110000)"},
        LiteralCase{"unknown_escape_stays", R"('\d\ ')", R"(\d\ )"},
        LiteralCase{"name_stays", R"('\N{BULLET}')", R"(\N{BULLET})"},
        LiteralCase{"continued_line", "'a\\\nb\\\r\nc\\\rd'", "abcd"},
        LiteralCase{"line_ends_are_lf", "'''a\r\nb\rc\nd'''", "a\nb\nc\nd"},
        LiteralCase{"raw_line_ends_are_lf", "r'''a\\\r\nb'''", "a\\\nb"},
        LiteralCase{"bytes", "b'a'", std::nullopt}, LiteralCase{"raw_bytes", "Rb'a'", std::nullopt},
        LiteralCase{"format", "f'a'", std::nullopt}, LiteralCase{"template", "t'a'", std::nullopt},
        LiteralCase{"open", "'a", std::nullopt}, LiteralCase{"one_quote", "'", std::nullopt},
        LiteralCase{"no_quote", "abc", std::nullopt}, LiteralCase{"nothing", "", std::nullopt}),
    [](const auto& test) { return test.param.label; });

}  // namespace
}  // namespace norma::extract::treesitter
