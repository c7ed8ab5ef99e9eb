#include <gtest/gtest.h>

#include "norma/extract/treesitter/extract_for_test.h"

namespace norma::extract::treesitter {
namespace {

TEST(TypeExpressions, CoverEveryPlaceOfAnAnnotation) {
  const Extracted found = ExtractText(
      "v: int\n"
      "type A[K: (int, str) = int] = dict[K, 'A']\n"
      "class C[T: int, *Ts]:\n"
      "    a: T = 1\n"
      "    async def m(self, p: 'C', /, *args: *Ts, k: T = 0, **kw: str) -> 'x +':\n"
      "        self.q: bytes = b''\n"
      "        w: list = [lambda z: z]\n");
  EXPECT_EQ(found.Lines(EvidenceTable::kCstTypeExprs,
                        {"expr_kind", "expr_role", "param_name", "target_text", "ordinal",
                         "expr_text", "resolved_text", "is_string"}),
            "annotation | variable | ∅ | v | 0 | int | int | false\n"
            "bound | type_param | K | K | 0 | (int, str) | (int, str) | false\n"
            "default | type_param | K | K | 1 | int | int | false\n"
            "type_alias | alias | ∅ | A | 0 | dict[K, 'A'] | dict[K, pkg.mod.A] | false\n"
            "bound | type_param | T | T | 0 | int | int | false\n"
            "annotation | variable | ∅ | a | 0 | T | T | false\n"
            "annotation | param | p | p | 0 | 'C' | pkg.mod.C | true\n"
            "annotation | param | args | args | 0 | *Ts | *Ts | false\n"
            "annotation | param | k | k | 0 | T | T | false\n"
            "annotation | param | kw | kw | 0 | str | str | false\n"
            "annotation | return | ∅ | return | 0 | 'x +' | x + | true\n"
            "annotation | attribute | ∅ | self.q | 0 | bytes | bytes | false\n"
            "annotation | variable | ∅ | w | 0 | list | list | false\n");
}

TEST(TypeExpressions, OfTypeParametersEndWhereTheExpressionDoes) {
  const Extracted found = ExtractText(
      "def f[\n"
      "    A: 'x, ]=',  # A, = [\n"
      "    B: \"\"\"a\"b, \\\" c\"\"\" = {1: (2, 3)},\n"
      "    * C = [int, str]  # no, comma\n"
      "    ,\n"
      "    **P = [ # ]\n"
      "        int],\n"
      "](): pass\n");
  EXPECT_EQ(found.Lines(EvidenceTable::kCstDefs, {"type_param_names"}), "[A, B, C, P]\n");
  EXPECT_EQ(found.Lines(EvidenceTable::kCstTypeExprs, {"expr_kind", "target_text", "expr_text"}),
            "bound | A | 'x, ]='\n"
            "bound | B | \"\"\"a\"b, \\\" c\"\"\"\n"
            "default | B | {1: (2, 3)}\n"
            "default | C | [int, str]\n"
            "default | P | [ # ]\n        int]\n");
}

TEST(TypeExpressions, BelongToTheDefinitionTheyAnnotate) {
  const Extracted found = ExtractText(
      "class C[T: int]:\n"
      "    a: int\n"
      "    def m(self, p: int) -> int:\n"
      "        b: int\n");
  const TableReader& defs = found[EvidenceTable::kCstDefs];
  ASSERT_EQ(defs.rows(), 2);
  const std::string& c = defs.Get(0, "def_id");
  const std::string& m = defs.Get(1, "def_id");
  EXPECT_EQ(found.Lines(EvidenceTable::kCstTypeExprs, {"target_text", "owner_def_id"}),
            "T | " + c + "\na | " + c + "\np | " + m + "\nreturn | " + m + "\nb | " + m + "\n");
}

struct ResolvedCase {
  const char* label;
  std::string annotation;
  std::string resolved;
};

class ResolvedText : public testing::TestWithParam<ResolvedCase> {};

TEST_P(ResolvedText, ReplacesNamesByWhatTheyMean) {
  const Extracted found = ExtractText(
      "import os.path\n"
      "import typing as t\n"
      "import collections.abc as abc\n"
      "from typing import Annotated, Literal as L, Optional\n"
      "from . import sibling\n"
      "from ..up import Far\n"
      "try:\n"
      "    from fast import Best\n"
      "except ImportError:\n"
      "    from slow import Best\n"
      "class Outer:\n"
      "    class Inner: pass\n"
      "def function(): pass\n"
      "variable = 1\n"
      "class Here:\n"
      "    class Near: pass\n"
      "    x: " +
          GetParam().annotation + "\n",
      "pkg/sub/mod.py");
  ASSERT_EQ(found[EvidenceTable::kCstTypeExprs].rows(), 1);
  EXPECT_EQ(found[EvidenceTable::kCstTypeExprs].Get(0, "resolved_text"), GetParam().resolved);
}

INSTANTIATE_TEST_SUITE_P(
    Annotations, ResolvedText,
    testing::Values(
        ResolvedCase{"builtin", "int", "int"}, ResolvedCase{"unknown", "Nowhere.x", "Nowhere.x"},
        ResolvedCase{"import_alias", "t.List[int]", "typing.List[int]"},
        ResolvedCase{"import_dotted", "os.path.X", "os.path.X"},
        ResolvedCase{"import_dotted_alias", "abc.Set", "collections.abc.Set"},
        ResolvedCase{"relative", "sibling.X", "pkg.sub.sibling.X"},
        ResolvedCase{"relative_up", "Far", "pkg.up.Far"},
        ResolvedCase{"first_of_two_imports", "Best", "fast.Best"},
        ResolvedCase{"class_of_module", "Outer.Inner", "pkg.sub.mod.Outer.Inner"},
        ResolvedCase{"class_of_class", "Near", "pkg.sub.mod.Here.Near"},
        ResolvedCase{"function_stays", "function", "function"},
        ResolvedCase{"variable_stays", "variable", "variable"},
        ResolvedCase{"string", "'Outer'", "pkg.sub.mod.Outer"},
        ResolvedCase{"string_in_string", R"("list['Outer']")", "list[pkg.sub.mod.Outer]"},
        ResolvedCase{"nested_string", "Optional['Far']", "typing.Optional[pkg.up.Far]"},
        ResolvedCase{"joined_strings", "'Out' 'er'", "pkg.sub.mod.Outer"},
        ResolvedCase{"tuple_in_string", "dict['int, Far']", "dict[(int, pkg.up.Far)]"},
        ResolvedCase{"union_in_string", "Optional['Far | None']",
                     "typing.Optional[pkg.up.Far | None]"},
        ResolvedCase{"literal", "L['Far', Outer.a]", "typing.Literal['Far', pkg.sub.mod.Outer.a]"},
        ResolvedCase{"annotated", "Annotated['Far', 'Far', Far]",
                     "typing.Annotated[pkg.up.Far, 'Far', pkg.up.Far]"},
        ResolvedCase{"annotated_in_bracket", "list[t.Annotated[list['Far'], Far('Far', Far='a')]]",
                     "list[typing.Annotated[list[pkg.up.Far], pkg.up.Far('Far', Far='a')]]"},
        ResolvedCase{"bytes_stay", "list[b'Far']", "list[b'Far']"},
        ResolvedCase{"words_stay", "'Far from here'", "Far from here"},
        ResolvedCase{"attribute_is_no_name", "x.Far", "x.Far"},
        ResolvedCase{"space_stays", "Optional[ Far ]", "typing.Optional[ pkg.up.Far ]"}),
    [](const auto& test) { return test.param.label; });

TEST(TypeExpressions, NeedNoModuleName) {
  const Extracted found =
      ExtractText("from .a import B\nclass C: pass\nx: C\ny: B\n", "no-module.py");
  ASSERT_FALSE(found.file.module_name.has_value());
  EXPECT_EQ(found.Lines(EvidenceTable::kCstTypeExprs, {"resolved_text"}), "C\n.a.B\n");
}

}  // namespace
}  // namespace norma::extract::treesitter
