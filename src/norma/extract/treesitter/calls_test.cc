#include <gtest/gtest.h>

#include "norma/base/id.h"
#include "norma/extract/treesitter/extract_for_test.h"

namespace norma::extract::treesitter {
namespace {

struct CalleeCase {
  const char* label;
  std::string text;
  std::string row;  // of the call that starts first and ends last
};

class Callee : public testing::TestWithParam<CalleeCase> {};

TEST_P(Callee, HasShapeAndKey) {
  const Extracted found = ExtractText(GetParam().text);
  const TableReader& calls = found[EvidenceTable::kCstCallsites];
  int64_t outer = 0;
  for (int64_t row = 0; row < calls.rows(); ++row) {
    outer = calls.GetInt(row, "bend") > calls.GetInt(outer, "bend") ? row : outer;
  }
  ASSERT_GT(calls.rows(), 0);
  EXPECT_EQ(calls.Line(outer, {"callee_shape", "callee_text", "callee_dotted", "callee_key",
                               "name_bstart", "name_bend", "callee_bend", "bend"}),
            GetParam().row);
}

INSTANTIATE_TEST_SUITE_P(
    Callees, Callee,
    testing::Values(
        CalleeCase{"name", "f()", "name | f | f | f | 0 | 1 | 1 | 3"},
        CalleeCase{"attribute", "a.b.c()", "attribute | a.b.c | a.b.c | a.b.c | 4 | 5 | 5 | 7"},
        CalleeCase{"spaced", "(a) . b()", "attribute | (a) . b | a.b | a.b | 6 | 7 | 7 | 9"},
        CalleeCase{"of_call", "a().b.c()", "attribute | a().b.c | ∅ | <call>.b.c | 6 | 7 | 7 | 9"},
        CalleeCase{"of_subscript", "a[0].b()",
                   "attribute | a[0].b | ∅ | <subscript>.b | 5 | 6 | 6 | 8"},
        CalleeCase{"of_string", "''.join()",
                   "attribute | ''.join | ∅ | <other>.join | 3 | 7 | 7 | 9"},
        CalleeCase{"call", "f()()", "call | f() | ∅ | <call> | ∅ | ∅ | 3 | 5"},
        CalleeCase{"subscript", "f[0]()", "subscript | f[0] | ∅ | <subscript> | ∅ | ∅ | 4 | 6"},
        CalleeCase{"lambda", "(lambda: 0)()",
                   "lambda | (lambda: 0) | ∅ | <lambda> | ∅ | ∅ | 11 | 13"},
        CalleeCase{"parentheses", "(f)()", "name | (f) | f | f | 1 | 2 | 3 | 5"},
        CalleeCase{"other", "(a or b)()", "other | (a or b) | ∅ | <other> | ∅ | ∅ | 8 | 10"},
        CalleeCase{"normalised", "ﬁ.ﬁ()", "attribute | ﬁ.ﬁ | fi.fi | fi.fi | 4 | 7 | 7 | 9"}),
    [](const auto& test) { return test.param.label; });

TEST(Calls, HaveCandidatesWithFullNames) {
  const Extracted found = ExtractText(
      "import os.path as p\n"
      "from . import q\n"
      "class C:\n    def m(self): C.m(p.join(q.r(len(self.m()))))\n",
      "pkg/__init__.py");
  EXPECT_EQ(
      found.Lines(EvidenceTable::kCstCallsites, {"callee_key", "callee_qnames", "callee_fqns"}),
      "C.m | [{C.m, local}] | [pkg.C.m]\n"
      "p.join | [{os.path.join, import}] | [os.path.join]\n"
      "q.r | [{.q.r, import}] | [pkg.q.r]\n"
      "len | [{builtins.len, builtin}] | [builtins.len]\n"
      "self.m | [] | []\n");
}

TEST(Calls, FullNamesThatNeedAModuleAreLeftOutWithoutOne) {
  const Extracted found =
      ExtractText("from .a import b\ndef f(): pass\nb()\nf()\nlen()\n", "no-module.py");
  EXPECT_EQ(
      found.Lines(EvidenceTable::kCstCallsites, {"callee_qnames", "callee_fqns"}),
      "[{.a.b, import}] | []\n[{f, local}] | []\n[{builtins.len, builtin}] | [builtins.len]\n");
}

TEST(Calls, FullNamesAreSortedAndUnique) {
  const Extracted found = ExtractText(
      "try:\n    import z as f\nexcept E:\n    import a as f\nelse:\n    def f(): pass\nf()\n",
      "z.py");
  EXPECT_EQ(found.Lines(EvidenceTable::kCstCallsites, {"callee_qnames", "callee_fqns"}),
            "[{z, import}, {a, import}, {f, local}] | [a, z, z.f]\n");
}

TEST(Calls, KnowWhereTheyStand) {
  const Extracted found =
      ExtractText("@d(e())\nasync def f():\n    await (g(h()))\n    f'{i()}'\n    lambda: j()\n");
  EXPECT_EQ(found.Lines(EvidenceTable::kCstCallsites, {"callee_key", "is_awaited", "in_decorator"}),
            "d | false | true\ne | false | true\ng | true | false\nh | false | false\n"
            "i | false | false\nj | false | false\n");
  const TableReader& calls = found[EvidenceTable::kCstCallsites];
  const std::string f = found[EvidenceTable::kCstDefs].Get(0, "def_id");
  EXPECT_EQ(calls.Get(0, "owner_def_id"), "∅");
  EXPECT_EQ(calls.Get(5, "owner_def_id"), f);
}

TEST(Calls, EqualSiblingsAreNumberedByPlace) {
  const Extracted found = ExtractText("f().g().g()\nf()\n");
  const TableReader& calls = found[EvidenceTable::kCstCallsites];
  ASSERT_EQ(calls.rows(), 4);
  std::string shorter;
  std::string longer;
  for (int64_t row = 0; row < calls.rows(); ++row) {
    if (calls.Get(row, "callee_key") == "<call>.g") {
      (calls.GetInt(row, "bend") == 7 ? shorter : longer) = calls.Get(row, "call_id");
    }
  }
  const auto id = [&](int ordinal) {
    return IdBuilder("call").Text(found.file.file_id).Text("<call>.g").Int(ordinal).Build();
  };
  EXPECT_EQ(shorter, id(0));
  EXPECT_EQ(longer, id(1));
  EXPECT_EQ(calls.Line(3, {"callee_key", "ordinal", "bstart"}), "f | 1 | 12");
}

TEST(Calls, CutLongCallees) {
  const std::string text = "\"" + std::string(509, 'a') + "éé\".f()";
  const Extracted found = ExtractText(text);
  const std::string& callee = found[EvidenceTable::kCstCallsites].Get(0, "callee_text");
  EXPECT_EQ(callee, text.substr(0, 512));
  const Extracted torn = ExtractText("\"a" + text.substr(1));
  EXPECT_EQ(torn[EvidenceTable::kCstCallsites].Get(0, "callee_text").size(), 511U);
}

TEST(Calls, LongChainsAreNoChains) {
  std::string text = "a";
  for (int i = 0; i < 2000; ++i) {
    text += ".b";
  }
  const Extracted found = ExtractText(text + "()\n");
  EXPECT_EQ(found.Lines(EvidenceTable::kCstCallsites, {"callee_shape", "callee_dotted"}),
            "attribute | ∅\n");
  EXPECT_LT(found[EvidenceTable::kCstCallsites].Get(0, "callee_key").size(), 200U);
  EXPECT_EQ(found[EvidenceTable::kCstRefs].rows(), 2001);
}

TEST(CallArguments, HaveKeywordStarAndShape) {
  const Extracted found = ExtractText("f(a, *b.c, 'd' 'e', k=(g()), **{}, l=lambda: 0)\n");
  EXPECT_EQ(found.Lines(EvidenceTable::kCstCallArgs, {"arg_index", "keyword", "star", "arg_shape",
                                                      "arg_text", "bstart", "bend"}),
            "0 | ∅ |  | name | a | 2 | 3\n"
            "1 | ∅ | * | attribute | b.c | 6 | 9\n"
            "2 | ∅ |  | literal | 'd' 'e' | 11 | 18\n"
            "3 | k |  | call | (g()) | 22 | 27\n"
            "4 | ∅ | ** | collection | {} | 31 | 33\n"
            "5 | l |  | lambda | lambda: 0 | 37 | 46\n");
  EXPECT_EQ(found[EvidenceTable::kCstCallsites].GetInt(0, "arg_count"), 6);
}

TEST(CallArguments, ABareGeneratorIsOne) {
  const Extracted found = ExtractText("f(x for x in y)\ng()\n");
  EXPECT_EQ(found.Lines(EvidenceTable::kCstCallArgs, {"arg_index", "arg_shape", "arg_text"}),
            "0 | comprehension | (x for x in y)\n");
  EXPECT_EQ(found.Lines(EvidenceTable::kCstCallsites, {"arg_count"}), "1\n0\n");
}

}  // namespace
}  // namespace norma::extract::treesitter
