#include "norma/extract/types/type_text.h"

#include <gmock/gmock.h>

#include <array>
#include <random>
#include <string>

namespace norma::extract {
namespace {

struct TypeCase {
  std::string label;
  std::string text;
  std::string repr;
  std::string form;
};

class TypeTextCanonical : public testing::TestWithParam<TypeCase> {};

TEST_P(TypeTextCanonical, HasTheReprAndForm) {
  const std::string repr = TypeRepr(GetParam().text);
  EXPECT_EQ(repr, GetParam().repr);
  EXPECT_EQ(TypeForm(repr), GetParam().form) << repr;
  EXPECT_EQ(TypeRepr(repr), repr) << "not the same when printed again";
}

const auto kLabel = [](const auto& test) { return test.param.label; };

INSTANTIATE_TEST_SUITE_P(
    Documented, TypeTextCanonical,
    testing::Values(TypeCase{"name", "int", "int", "name"},
                    TypeCase{"builtins", "builtins.int", "int", "name"},
                    TypeCase{"bare_list", "List[ int ]", "list[int]", "generic"},
                    TypeCase{"typing_list", "typing.List[int]", "list[int]", "generic"},
                    TypeCase{"lower_list", "list[int]", "list[int]", "generic"},
                    TypeCase{"optional", "Optional[int]", "int | None", "optional"},
                    TypeCase{"bar_none", "int | None", "int | None", "optional"},
                    TypeCase{"union_none", "Union[None, int]", "int | None", "optional"},
                    TypeCase{"union", "Union[str, int]", "int | str", "union"},
                    TypeCase{"duplicates", "int | str | int", "int | str", "union"},
                    TypeCase{"callable", "Callable[[int, str], bool]",
                             "collections.abc.Callable[[int, str], bool]", "callable"},
                    TypeCase{"literal", R"(Literal["a", 1])", "typing.Literal['a', 1]", "literal"},
                    TypeCase{"resolved", "pkg.a.Foo", "pkg.a.Foo", "name"},
                    TypeCase{"tuple_any_length", "Tuple[int, ...]", "tuple[int, ...]", "tuple"},
                    TypeCase{"tuple_bare", "tuple", "tuple", "name"},
                    TypeCase{"star", "*Ts", "*Ts", "unpack"},
                    TypeCase{"unpack", "Unpack[Ts]", "*Ts", "unpack"},
                    TypeCase{"broken", "x +", "x +", "unknown"}),
    kLabel);

INSTANTIATE_TEST_SUITE_P(
    Names, TypeTextCanonical,
    testing::Values(
        TypeCase{"any", "Any", "typing.Any", "any"},
        TypeCase{"extensions", "typing_extensions.Self", "typing.Self", "self"},
        TypeCase{"no_return", "typing_extensions.NoReturn", "typing.Never", "never"},
        TypeCase{"builtins_twice", "builtins.builtins.List", "list", "name"},
        TypeCase{"not_bare", "List.x", "List.x", "name"},
        TypeCase{"text", "typing.Text", "str", "name"},
        TypeCase{"deque", "typing.Deque[int]", "collections.deque[int]", "generic"},
        TypeCase{"default_dict", "typing.DefaultDict[str, int]",
                 "collections.defaultdict[str, int]", "generic"},
        TypeCase{"abstract_set", "typing.AbstractSet[int]", "collections.abc.Set[int]", "generic"},
        TypeCase{"pattern", "typing.Pattern[str]", "re.Pattern[str]", "generic"},
        TypeCase{"context", "typing.ContextManager[T]", "contextlib.AbstractContextManager[T]",
                 "generic"},
        TypeCase{"callable_bare", "Callable", "collections.abc.Callable", "callable"},
        TypeCase{"type_of", "Type[C]", "type[C]", "type"},
        TypeCase{"none_type", "types.NoneType", "None", "none"},
        TypeCase{"type_none", "type(None)", "None", "none"},
        TypeCase{"compatibility_form", "\xEF\xAC\x81le.Name", "file.Name", "name"},
        TypeCase{"non_ascii",
                 "gr\xC3\xB6\xC3\x9F"
                 "e.Wert",
                 "gr\xC3\xB6\xC3\x9F"
                 "e.Wert",
                 "name"},
        TypeCase{"merged", "(typing).List", "list", "name"},
        TypeCase{"classvar", "ClassVar[Final[int]]", "typing.ClassVar[typing.Final[int]]",
                 "generic"},
        TypeCase{"other_typing", "typing.Required[int]", "typing.Required[int]", "generic"}),
    kLabel);

INSTANTIATE_TEST_SUITE_P(
    Unions, TypeTextCanonical,
    testing::Values(
        TypeCase{"flattened", "Union[int, Union[str, None], bytes | int]",
                 "bytes | int | str | None", "optional"},
        TypeCase{"one_member", "Union[int]", "int", "name"},
        TypeCase{"only_none", "Optional[None]", "None", "none"},
        TypeCase{"nested", "list[Optional[Dict[str, int | None]]]",
                 "list[dict[str, int | None] | None]", "generic"},
        TypeCase{"strings", R"("Foo" | None)", "'Foo' | None", "optional"},
        TypeCase{"parentheses", "(int | (str))", "int | str", "union"},
        TypeCase{"attribute_of_union", "(b | a).x", "(a | b).x", "unknown"},
        TypeCase{"star_of_union", "*Optional[X]", "*X | None", "unpack"},
        TypeCase{"unpack_in_union", "Unpack[X] | int", "int | typing.Unpack[X]", "union"},
        TypeCase{"star_in_union", "Union[Unpack[Ts], int]", "typing.Union[*Ts, int]", "generic"},
        TypeCase{"optional_of_two", "Optional[a, b]", "typing.Optional[a, b]", "generic"},
        TypeCase{"union_of_tuple", "Union[(b, a)]", "a | b", "union"},
        TypeCase{"empty", "Union[()]", "typing.Union[()]", "generic"}),
    kLabel);

INSTANTIATE_TEST_SUITE_P(
    Layout, TypeTextCanonical,
    testing::Values(
        TypeCase{"lines", "dict[  # keys\n  str,\n  int,  # values\n]", "dict[str, int]",
                 "generic"},
        TypeCase{"continuation", "int | \\\n str", "int | str", "union"},
        TypeCase{"tuple_in_subscript", "dict[(str, int)]", "dict[str, int]", "generic"},
        TypeCase{"empty_tuple", "Tuple[()]", "tuple[()]", "tuple"},
        TypeCase{"item_is_tuple", "Annotated[int, (1,)]", "typing.Annotated[int, (1,)]",
                 "annotated"},
        TypeCase{"metadata", R"(Annotated[int , Field( gt = 0, lt=10 , *a, ** k ), {'a' : 1}])",
                 "typing.Annotated[int, Field(gt=0, lt=10, *a, **k), {'a':1}]", "annotated"},
        TypeCase{"keyword_is_no_type", "Annotated[int, f(List=List)]",
                 "typing.Annotated[int, f(List=list)]", "annotated"},
        TypeCase{"negative", "Literal[- 1, +2, ~3]", "typing.Literal[-1, +2, ~3]", "literal"},
        TypeCase{"arithmetic", "A[1 + 2 * (3 + 4), (1 + 2) + 3, 2 ** -1, (-2) ** 2]",
                 "A[1+2*(3+4), 1+2+3, 2**-1, (-2)**2]", "generic"},
        TypeCase{"slices", "A[1:2, ::3, :, 4:: ]", "A[1:2, ::3, :, 4:]", "generic"},
        TypeCase{"numbers", "Literal[0x1F, 1_000, 1.5e-3, 2j, .5]",
                 "typing.Literal[0x1F, 1_000, 1.5e-3, 2j, .5]", "literal"},
        TypeCase{"set_and_stars", "f({*a, 1}, {**b, 2: 3}, {})", "f({*a, 1}, {**b, 2:3}, {})",
                 "unknown"},
        TypeCase{"twice_applied", "a[b][c]", "a[b][c]", "unknown"},
        TypeCase{"constant", "True", "True", "unknown"},
        TypeCase{"bare_tuple", "int, str", "(int, str)", "unknown"}),
    kLabel);

INSTANTIATE_TEST_SUITE_P(
    Strings, TypeTextCanonical,
    testing::Values(
        TypeCase{"double", R"(Literal["it's"])", R"(typing.Literal["it's"])", "literal"},
        TypeCase{"both_quotes", R"(Literal["it's \"so\""])", R"(typing.Literal['it\'s "so"'])",
                 "literal"},
        TypeCase{"joined", R"(Literal["a" 'b' u"c"])", "typing.Literal['abc']", "literal"},
        TypeCase{"raw", R"(Literal[r"\d\""])", R"(typing.Literal['\\d\\"'])", "literal"},
        TypeCase{"escapes", R"(Literal["\x41\101\u00e9\t\n\x00\q"])",
                 "typing.Literal['AA\xC3\xA9\\t\\n\\x00\\\\q']", "literal"},
        TypeCase{"unprintable", R"(Literal["\u200b\U0001F600\ud800\xa0"])",
                 "typing.Literal['\\u200b\xF0\x9F\x98\x80\\ud800\\xa0']", "literal"},
        TypeCase{"bytes", R"(Literal[b"\xff'\u1"])", R"(typing.Literal[b"\xff'\\u1"])", "literal"},
        TypeCase{"triple", "Literal['''a\r\nb''']", R"(typing.Literal['a\nb'])", "literal"},
        TypeCase{"alone", R"("list[int]")", "'list[int]'", "unknown"}),
    kLabel);

INSTANTIATE_TEST_SUITE_P(
    KeptAsTheyAre, TypeTextCanonical,
    testing::Values(TypeCase{"nothing", "", "", "unknown"},
                    TypeCase{"blank", " \n ", "", "unknown"},
                    TypeCase{"two_names", " int \n\t str ", "int str", "unknown"},
                    TypeCase{"lambda", "lambda x:  x", "lambda x: x", "unknown"},
                    TypeCase{"comparison", "a  <  b", "a < b", "unknown"},
                    TypeCase{"conditional", "a if b else c", "a if b else c", "unknown"},
                    TypeCase{"f_string", "f'{x}'", "f'{x}'", "unknown"},
                    TypeCase{"character_name", R"("\N{DIGIT ONE}")", R"("\N{DIGIT ONE}")",
                             "unknown"},
                    TypeCase{"mixed_strings", "'a'  b'a'", "'a' b'a'", "unknown"},
                    TypeCase{"open_bracket", "list[ int", "list[ int", "unknown"},
                    TypeCase{"empty_subscript", "list[]", "list[]", "unknown"},
                    TypeCase{"bad_number", "012", "012", "unknown"},
                    TypeCase{"number_and_name", "1x", "1x", "unknown"},
                    TypeCase{"parenthesised_star", "(*a)", "(*a)", "unknown"},
                    TypeCase{"keyword_attribute", "a.None", "a.None", "unknown"},
                    TypeCase{"walrus", "(a := 1)", "(a := 1)", "unknown"},
                    TypeCase{"mixed_braces", "{1, 2: 3}", "{1, 2: 3}", "unknown"},
                    TypeCase{"not_utf8", "\xff  x", "\xff x", "unknown"},
                    // The line break that ended the comment is gone, so the rest is a comment too.
                    TypeCase{"comment_swallows", "int # c\n)", "int", "name"}),
    kLabel);

std::string Nested(int depth) {
  return std::string(static_cast<size_t>(depth), '(') + "int" +
         std::string(static_cast<size_t>(depth), ')');
}

TEST(TypeTextLimits, KeepsWhatIsNestedTooDeep) {
  EXPECT_EQ(TypeRepr(Nested(200)), "int");
  EXPECT_EQ(TypeRepr(Nested(201)), Nested(201));
  const std::string deep = Nested(1'000'000);
  EXPECT_EQ(TypeRepr(deep), deep);
  const std::string minus(100'000, '-');
  EXPECT_EQ(TypeRepr(minus + "1"), minus + "1");
  const std::string bare_tuple = Nested(199) + ", int";
  EXPECT_EQ(TypeRepr(bare_tuple), "(int, int)");
}

TEST(TypeTextLimits, ReadsLongChains) {
  std::string members = "x0";
  std::string chain = "x";
  for (int i = 1; i < 20'000; ++i) {
    members += " | x" + std::to_string(i % 100);
    chain += "[0].y";
  }
  const std::string repr = TypeRepr(members);
  EXPECT_TRUE(repr.starts_with("x0 | x1 | x10 | ")) << repr.substr(0, 40);
  EXPECT_TRUE(repr.ends_with(" | x99"));
  EXPECT_EQ(TypeRepr(chain), chain);
}

/// Text made of the pieces that the grammar and its rewriting know, valid or not.
std::string RandomText(std::mt19937& random) {
  static constexpr auto kPieces = std::to_array<std::string_view>({"Optional",
                                                                   "Union",
                                                                   "List",
                                                                   "typing.",
                                                                   "typing",
                                                                   "builtins.",
                                                                   "typing_extensions.",
                                                                   "Unpack",
                                                                   "NoneType",
                                                                   "type",
                                                                   "int",
                                                                   "x",
                                                                   "None",
                                                                   "True",
                                                                   "...",
                                                                   "1",
                                                                   "0x1",
                                                                   "1.",
                                                                   "(",
                                                                   ")",
                                                                   "(",
                                                                   ")",
                                                                   "[",
                                                                   "]",
                                                                   "[",
                                                                   "]",
                                                                   "{",
                                                                   "}",
                                                                   ",",
                                                                   ",",
                                                                   "|",
                                                                   "|",
                                                                   "*",
                                                                   "**",
                                                                   "-",
                                                                   "~",
                                                                   "+",
                                                                   "&",
                                                                   ".",
                                                                   ":",
                                                                   "=",
                                                                   " ",
                                                                   "\n",
                                                                   "#",
                                                                   "\\",
                                                                   "'a  b'",
                                                                   "\"",
                                                                   "'",
                                                                   "b'x'",
                                                                   "r'\\'",
                                                                   "u'\\u00ad'",
                                                                   "\xEF\xAC\x81",
                                                                   "\xC2\xB2",
                                                                   "\xff",
                                                                   "lambda",
                                                                   "Any",
                                                                   "Callable",
                                                                   "Tuple"});
  std::uniform_int_distribution<size_t> piece(0, kPieces.size() - 1);
  std::uniform_int_distribution<int> length(1, 14);
  std::string text;
  for (int i = length(random); i > 0; --i) {
    text += kPieces[piece(random)];
  }
  return text;
}

/// Well-formed text: most random token lists do not parse.
std::string RandomType(std::mt19937& random, int depth) {
  static constexpr auto kNames = std::to_array<std::string_view>(
      {"int", "List", "typing.Dict", "Optional", "None", "NoneType", "a.b", "'s'", "1", "...",
       "typing", "builtins", "Unpack", "Union", "b\"x\"", "typing_extensions.Self"});
  std::uniform_int_distribution<size_t> name(0, kNames.size() - 1);
  std::uniform_int_distribution<int> shape(0, depth == 0 ? 3 : 16);
  const auto inner = [&] { return RandomType(random, depth - 1); };
  switch (shape(random)) {
    case 4:
      return "Optional[" + inner() + "]";
    case 5:
      return "Union[" + inner() + "," + inner() + "]";
    case 6:
      return "Unpack[ " + inner() + "]";
    case 7:
      return inner() + " | " + inner();
    case 8:
      return "(" + inner() + ")";
    case 9:
      return "(" + inner() + ").List";
    case 10:
      return "(" + inner() + ")[" + inner() + ", *" + inner() + "]";
    case 11:
      return "[" + inner() + ", " + inner() + ",]";
    case 12:
      return "(" + inner() + ", " + inner() + ")";
    case 13:
      return "Union[" + inner() + "]";
    case 14:
      return "-(" + inner() + ")**" + inner();
    case 15:
      return "type(" + inner() + ")";
    case 16:
      return "x[" + inner() + "]";
    default:
      return std::string(kNames[name(random)]);
  }
}

TEST(TypeTextProperty, PrintsWhatItPrintedAgain) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int i = 0; i < 30'000; ++i) {
    const std::string text = i % 2 == 0 ? RandomText(random) : RandomType(random, 4);
    const std::string once = TypeRepr(text);
    ASSERT_EQ(TypeRepr(once), once) << "from: " << text;
  }
}

TEST(TypeTextProperty, IgnoresBlanksAndParenthesesAroundATypeOfBrackets) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  int compared = 0;
  for (int i = 0; i < 10'000; ++i) {
    const std::string text = RandomType(random, 3);
    const std::string plain = TypeRepr("x[" + text + ", int]");
    if (TypeForm(plain) != "generic") {
      continue;  // not a type, so it keeps its comments
    }
    ++compared;
    const std::string spaced = " x [ # comment\n (" + text + ") \\\n , int ,\n]";
    ASSERT_EQ(TypeRepr(spaced), plain) << "from: " << text;
  }
  EXPECT_GT(compared, 5'000);
}

}  // namespace
}  // namespace norma::extract
