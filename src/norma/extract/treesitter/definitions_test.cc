#include <gtest/gtest.h>

#include "norma/base/id.h"
#include "norma/base/unicode.h"
#include "norma/extract/treesitter/extract_for_test.h"

namespace norma::extract::treesitter {
namespace {

TEST(Definitions, HaveNamesPlacesAndOwners) {
  const Extracted found = ExtractText(
      "@a\n"
      "@b.c(1)\n"
      "async def f():\n"
      "    class K:\n"
      "        def m(self): pass  # comment\n"
      "        # more\n"
      "\n"
      "    def g(): return 1;\n"
      "if x:\n"
      "    def f(): pass\n");
  EXPECT_EQ(
      found.Lines(EvidenceTable::kCstDefs,
                  {"kind", "parent_kind", "qualname", "ordinal", "decorator_count", "bstart",
                   "bend", "name_bstart", "name_bend", "decl_bstart", "body_bstart", "body_bend"}),
      "async_function | module | f | 0 | 2 | 11 | 120 | 21 | 22 | 0 | 30 | 120\n"
      "class | async_function | f.<locals>.K | 0 | 0 | 30 | 64 | 36 | 37 | 30 | 47 | 64\n"
      "function | class | f.<locals>.K.m | 0 | 0 | 47 | 64 | 51 | 52 | 47 | 60 | 64\n"
      "function | async_function | f.<locals>.g | 0 | 0 | 102 | 120 | 106 | 107 | 102 | 111 | "
      "120\n"
      "function | module | f | 0 | 0 | 131 | 144 | 135 | 136 | 131 | 140 | 144\n");
  const TableReader& defs = found[EvidenceTable::kCstDefs];
  EXPECT_EQ(defs.Get(0, "parent_def_id"), "∅");
  EXPECT_EQ(defs.Get(1, "parent_def_id"), defs.Get(0, "def_id"));
  EXPECT_EQ(defs.Get(2, "parent_def_id"), defs.Get(1, "def_id"));
  EXPECT_EQ(defs.Get(2, "qnames"), "[{f.<locals>.K.m, local}]");
  EXPECT_EQ(defs.Get(2, "def_fqns"), "[pkg.mod.f.<locals>.K.m]");
}

TEST(Definitions, IdsAreMadeOfOwnerKindNameAndOrdinal) {
  const Extracted found = ExtractText("if a:\n def f(): pass\nelse:\n def f(): pass\n");
  const TableReader& defs = found[EvidenceTable::kCstDefs];
  ASSERT_EQ(defs.rows(), 2);
  for (const int64_t row : {0, 1}) {
    EXPECT_EQ(defs.GetInt(row, "ordinal"), row);
    EXPECT_EQ(
        defs.Get(row, "def_id"),
        IdBuilder("def").Text(found.file.file_id).Text("function").Text("f").Int(row).Build());
  }
}

TEST(Definitions, QualnameOfAGlobalIsItsName) {
  const Extracted found = ExtractText(
      "def f():\n    global g, K\n    def g(): pass\n    class K:\n        def m(self): pass\n");
  EXPECT_EQ(found.Lines(EvidenceTable::kCstDefs, {"qualname"}), "f\ng\nK\nK.m\n");
}

TEST(Definitions, ListParametersOfEveryKind) {
  const Extracted found = ExtractText(
      "def f[T, *Ts, **P](a, b: int = 1, /, c=2, *args: 'x', d, e: T = 3, **kw): pass\n"
      "def g(*, k): pass\n"
      "def h((a, b), c): pass\n");
  EXPECT_EQ(found.Lines(EvidenceTable::kCstDefs, {"type_param_names", "params"}),
            "[T, Ts, P] | [{a, posonly, false, ∅}, {b, posonly, true, int}, "
            "{c, positional, true, ∅}, {args, vararg, false, 'x'}, {d, kwonly, false, ∅}, "
            "{e, kwonly, true, T}, {kw, kwarg, false, ∅}]\n"
            "[] | [{k, kwonly, false, ∅}]\n"
            "[] | [{∅, positional, false, ∅}, {c, positional, false, ∅}]\n");
}

TEST(Definitions, NamesAreNormalisedAndSpansAreNot) {
  const Extracted found = ExtractText("def ﬁn(): pass\nclass Größe: pass\ndef ﬁn(): pass\n");
  const TableReader& defs = found[EvidenceTable::kCstDefs];
  EXPECT_EQ(found.Lines(EvidenceTable::kCstDefs, {"name", "ordinal"}),
            "fin | 0\nGröße | 0\nfin | 1\n");
  EXPECT_EQ(found.file.Slice(defs.GetInt(0, "name_bstart"), defs.GetInt(0, "name_bend")), "ﬁn");
}

TEST(Definitions, ReadLatin1) {
  const Extracted found = ExtractText("# coding: latin-1\ndef caf\xE9(): 'th\xE9'\ncaf\xE9()\n");
  EXPECT_EQ(found.Lines(EvidenceTable::kCstDefs, {"name", "name_bstart", "name_bend"}),
            "café | 22 | 26\n");
  EXPECT_EQ(found.Lines(EvidenceTable::kCstDocstrings, {"docstring"}), "thé\n");
  EXPECT_EQ(found.Lines(EvidenceTable::kCstCallsites, {"callee_text", "callee_qnames"}),
            "café | [{café, local}]\n");
}

TEST(Decorators, KeepTheirExpression) {
  const Extracted found = ExtractText("@a.b\n@c.d(1, x=2)  # why\n@(e())\n@f[0]\ndef g(): pass\n");
  EXPECT_EQ(
      found.Lines(EvidenceTable::kCstDecorators, {"decorator_index", "decorator_text",
                                                  "callee_dotted", "has_args", "bstart", "bend"}),
      "0 | a.b | a.b | false | 1 | 4\n"
      "1 | c.d(1, x=2) | c.d | true | 6 | 17\n"
      "2 | (e()) | e | true | 26 | 31\n"
      "3 | f[0] | ∅ | false | 33 | 37\n");
  EXPECT_EQ(found[EvidenceTable::kCstDecorators].Get(0, "owner_def_id"),
            found[EvidenceTable::kCstDefs].Get(0, "def_id"));
}

TEST(Docstrings, AreTheFirstStatementOnly) {
  const Extracted found = ExtractText(
      "# comment\n'module' \"'s\"\n"
      "class C:\n    r'''c\\n'''\n"
      "    async def a(self):\n        # comment\n        ('in \\x41')\n"
      "    def bytes(self): b'no'\n"
      "    def format(self): f'no'\n"
      "    def joined(self): 'a' f'no'\n"
      "    def tuple(self): 'no',\n"
      "    def later(self):\n        pass\n        'no'\n"
      "    def added(self): 'no' + 'no'\n");
  EXPECT_EQ(
      found.Lines(EvidenceTable::kCstDocstrings, {"owner_kind", "docstring", "bstart", "bend"}),
      "module | module's | 10 | 23\n"
      "class | c\\n | 37 | 47\n"
      "async_function | in A | 105 | 115\n");
  EXPECT_EQ(found[EvidenceTable::kCstDocstrings].Get(0, "owner_key"), found.file.file_id);
  EXPECT_EQ(found[EvidenceTable::kCstDocstrings].Get(0, "owner_def_id"), "∅");
  EXPECT_EQ(found.Lines(EvidenceTable::kCstDefs, {"has_docstring"}),
            "true\ntrue\nfalse\nfalse\nfalse\nfalse\nfalse\nfalse\n");
}

}  // namespace
}  // namespace norma::extract::treesitter
