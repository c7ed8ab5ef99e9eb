#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "norma/extract/treesitter/extract_for_test.h"

namespace norma::extract::treesitter {
namespace {

/// Kind, text and context of all references, sorted by place: "n a load".
std::string References(const std::string& text) {
  return ExtractText(text).Lines(EvidenceTable::kCstRefs, {"ref_kind", "ref_text", "expr_ctx"});
}

/// Some columns of all references.
std::vector<std::string> Rows(const Extracted& found,
                              const std::vector<std::string_view>& columns) {
  const TableReader& refs = found[EvidenceTable::kCstRefs];
  std::vector<std::string> rows;
  rows.reserve(refs.rows());
  for (int64_t row = 0; row < refs.rows(); ++row) {
    rows.push_back(refs.Line(row, columns));
  }
  return rows;
}

TEST(References, TellReadsFromBindings) {
  EXPECT_EQ(References("a = b\n"), "name | a | store\nname | b | load\n");
  EXPECT_EQ(References("a: b = c\n"), "name | a | store\nname | b | load\nname | c | load\n");
  EXPECT_EQ(References("a += b\n"), "name | a | store\nname | b | load\n");
  EXPECT_EQ(References("(a, [*b]) = c\n"), "name | a | store\nname | b | store\nname | c | load\n");
  EXPECT_EQ(References("a[b] = c\n"), "name | a | load\nname | b | load\nname | c | load\n");
  EXPECT_EQ(References("del a, (b, c[d])\n"),
            "name | a | del\nname | b | del\nname | c | load\nname | d | load\n");
  EXPECT_EQ(References("for a, b in c: pass\n"),
            "name | a | store\nname | b | store\nname | c | load\n");
  EXPECT_EQ(References("with a as (b, c): pass\n"),
            "name | a | load\nname | b | store\nname | c | store\n");
  EXPECT_EQ(References("try: pass\nexcept a as b: pass\n"), "name | a | load\nname | b | store\n");
  EXPECT_EQ(References("if (a := b): pass\n"), "name | a | store\nname | b | load\n");
  EXPECT_EQ(References("type a[T: b] = T\n"),
            "name | a | store\nname | b | load\nname | T | load\n");
  EXPECT_EQ(References("f'{a!r:>{b}} {c=}'\n"),
            "name | a | load\nname | b | load\nname | c | load\n");
}

TEST(References, LeaveOutWhatIsNoVariable) {
  EXPECT_EQ(References("import a.b as c\nfrom d import e\n"), "");
  EXPECT_EQ(References("def f(a, b=1, *c, **d):\n  global g\n  lambda h: 1\nclass K: pass\n"), "");
  EXPECT_EQ(References("f(a=b)\n"), "name | f | load\nkeyword | a | load\nname | b | load\n");
}

TEST(References, ReadPatterns) {
  const Extracted found = ExtractText(
      "match a:\n"
      "  case P(x=q) | m.v: pass\n"
      "  case [b, *c] if d: pass\n"
      "  case {'k': e, **g}: pass\n"
      "  case str() as h: pass\n"
      "  case _: pass\n");
  EXPECT_THAT(Rows(found, {"ref_kind", "ref_text", "expr_ctx"}),
              testing::UnorderedElementsAre(
                  "name | a | load", "name | P | load", "keyword | x | load", "name | q | store",
                  "name | m | load", "attribute | v | load", "name | b | store", "name | c | store",
                  "name | d | load", "name | e | store", "name | g | store", "name | str | load",
                  "name | h | store"));
}

TEST(References, AttributesSpanTheWholeAccess) {
  const Extracted found =
      ExtractText("import os\r\ndef f():\r\n    return os.sep\r\nos.a.b().c = 1\n");
  // Rows with one start are in the order of their ids.
  EXPECT_THAT(Rows(found, {"ref_text", "expr_ctx", "base_dotted", "parent_kind", "qnames", "bstart",
                           "bend", "raw_start_line", "raw_start_col", "raw_end_col"}),
              testing::UnorderedElementsAre(
                  "os | load | ∅ | attribute | [{os, import}] | 32 | 34 | 2 | 11 | 13",
                  "sep | load | os | return_statement | [{os.sep, import}] | 32 | 38 | 2 | 11 | 17",
                  "os | load | ∅ | attribute | [{os, import}] | 40 | 42 | 3 | 0 | 2",
                  "a | load | os | attribute | [{os.a, import}] | 40 | 44 | 3 | 0 | 4",
                  "b | load | os.a | call | [{os.a.b, import}] | 40 | 46 | 3 | 0 | 6",
                  "c | store | ∅ | assignment | [] | 40 | 50 | 3 | 0 | 10"));
}

TEST(References, InHeadersBelongToTheOuterDefinition) {
  const Extracted found = ExtractText(
      "def outer():\n"
      "    @deco\n"
      "    def inner(p: ann = default) -> ret: body\n"
      "    class K(base, metaclass=meta): member\n");
  const TableReader& defs = found[EvidenceTable::kCstDefs];
  const std::string& outer = defs.Get(0, "def_id");
  const std::string& inner = defs.Get(1, "def_id");
  const std::string& k = defs.Get(2, "def_id");
  EXPECT_EQ(found.Lines(EvidenceTable::kCstRefs, {"ref_text", "owner_def_id"}),
            "deco | " + outer + "\nann | " + outer + "\ndefault | " + outer + "\nret | " + outer +
                "\nbody | " + inner + "\nbase | " + outer + "\nmetaclass | " + outer + "\nmeta | " +
                outer + "\nmember | " + k + "\n");
}

struct ScopeCase {
  const char* label;
  std::string text;
  std::string qnames;  // of the last reference `x`
};

class Resolution : public testing::TestWithParam<ScopeCase> {};

TEST_P(Resolution, FollowsPythonsScopes) {
  const Extracted found = ExtractText(GetParam().text);
  const TableReader& refs = found[EvidenceTable::kCstRefs];
  std::string last = "no reference";
  for (int64_t row = 0; row < refs.rows(); ++row) {
    if (refs.Get(row, "ref_text") == "x" && refs.Get(row, "expr_ctx") == "load") {
      last = refs.Get(row, "qnames");
    }
  }
  EXPECT_EQ(last, GetParam().qnames);
}

INSTANTIATE_TEST_SUITE_P(
    Scopes, Resolution,
    testing::Values(
        ScopeCase{"module", "def x(): pass\ndef f(): x\n", "[{x, local}]"},
        ScopeCase{"bound_later", "def f(): x\ndef x(): pass\n", "[{x, local}]"},
        ScopeCase{"local_hides", "def x(): pass\ndef f():\n  x = 1\n  x\n", "[]"},
        ScopeCase{"parameter_hides", "def x(): pass\ndef f(x): x\n", "[]"},
        ScopeCase{"loop_variable_hides", "def x(): pass\ndef f():\n  for x in y: x\n", "[]"},
        ScopeCase{"enclosing_function", "def f():\n  def x(): pass\n  def g(): x\n",
                  "[{f.<locals>.x, local}]"},
        ScopeCase{"class_is_skipped", "class K:\n  def x(self): pass\n  def f(self): x\n", "[]"},
        ScopeCase{"class_body_sees_class", "class K:\n  def x(self): pass\n  x\n",
                  "[{K.x, local}]"},
        ScopeCase{"class_header_does_not", "class K(x):\n  def x(self): pass\n", "[]"},
        ScopeCase{"generic_method_header_sees_class",
                  "class K:\n  class x: pass\n  def f[T](self, a: x): pass\n", "[{K.x, local}]"},
        ScopeCase{"generic_method_body_does_not",
                  "class K:\n  class x: pass\n  def f[T](self): x\n", "[]"},
        ScopeCase{"type_parameter_hides", "class x: pass\ndef f[x](a: x): pass\n", "[]"},
        ScopeCase{"default_is_outside_of_type_parameters", "class x: pass\ndef f[x](a=x): pass\n",
                  "[{x, local}]"},
        ScopeCase{"default_is_outside_of_function", "class x: pass\ndef f(x=x): pass\n",
                  "[{x, local}]"},
        ScopeCase{"comprehension_variable_hides", "class x: pass\n[x for x in y]\n", "[]"},
        ScopeCase{"first_iterable_is_outside", "class x: pass\n[1 for x in x]\n", "[{x, local}]"},
        ScopeCase{"second_iterable_is_inside", "class x: pass\n[1 for y in z for x in x]\n", "[]"},
        ScopeCase{"class_comprehension_skips_class",
                  "class K:\n  class x: pass\n  [x for y in z]\n", "[]"},
        ScopeCase{"walrus_binds_outside", "class x: pass\ndef f():\n  [(x := y) for y in z]\n  x\n",
                  "[]"},
        ScopeCase{"lambda_parameter_hides", "class x: pass\nlambda x: x\n", "[]"},
        ScopeCase{"lambda_default_is_outside", "class x: pass\nlambda x=x: 1\n", "[{x, local}]"},
        ScopeCase{"global_binds_in_module", "def f():\n  global x\n  def x(): pass\ndef g(): x\n",
                  "[{x, local}]"},
        ScopeCase{"global_skips_functions",
                  "def x(): pass\ndef f():\n  def x(): pass\n  def g():\n    global x\n    x\n",
                  "[{x, local}]"},
        ScopeCase{"nonlocal_binds_outside",
                  "def f():\n  x = 1\n  def g():\n    nonlocal x\n    import x\n  x\n",
                  "[{x, import}]"},
        ScopeCase{"two_bindings", "try:\n  import x\nexcept E:\n  from y import z as x\nx\n",
                  "[{x, import}, {y.z, import}]"},
        ScopeCase{"assigned_too", "try:\n  import x\nexcept E:\n  x = None\nx\n", "[{x, import}]"},
        ScopeCase{"equal_bindings_once", "if a:\n  def x(): pass\nelse:\n  def x(): pass\nx\n",
                  "[{x, local}]"},
        ScopeCase{"relative_import", "from ..a import b as x\nx\n", "[{..a.b, import}]"},
        ScopeCase{"relative_package", "from . import x\nx\n", "[{.x, import}]"},
        ScopeCase{"submodule", "import x.y\nx\n", "[{x, import}]"},
        ScopeCase{"except_name_hides", "import x\ndef f():\n  try: pass\n  except E as x: x\n",
                  "[]"},
        ScopeCase{"capture_hides", "import x\ndef f(y):\n  match y:\n    case x: x\n", "[]"},
        ScopeCase{"type_alias_gives_none", "type x = int\nx\n", "[]"},
        ScopeCase{"deleted", "import x\ndel x\nx\n", "[{x, import}]"}),
    [](const auto& test) { return test.param.label; });

TEST(References, KnowBuiltins) {
  const Extracted found = ExtractText("len\nint.real\nlist = 1\nlist\nnowhere\n");
  EXPECT_THAT(Rows(found, {"ref_text", "expr_ctx", "qnames"}),
              testing::UnorderedElementsAre("len | load | [{builtins.len, builtin}]",
                                            "int | load | [{builtins.int, builtin}]",
                                            "real | load | [{builtins.int.real, builtin}]",
                                            "list | store | []", "list | load | []",
                                            "nowhere | load | []"));
}

TEST(References, SeeThroughGrammarGaps) {
  const Extracted found = ExtractText("type(a).b = 1\ntype[c] = 2\nd = *e.f(), 1\n");
  EXPECT_EQ(found.outcome.status, FileStatus::kOk);
  EXPECT_EQ(found.Lines(EvidenceTable::kCstCallsites, {"callee_key", "bstart", "bend"}),
            "type | 0 | 7\ne.f | 31 | 36\n");
  EXPECT_THAT(Rows(found, {"ref_text", "expr_ctx", "base_dotted", "parent_kind", "bstart", "bend"}),
              testing::IsSupersetOf(
                  {"type | load | ∅ | call | 0 | 4", "b | store | ∅ | type | 0 | 9",
                   "type | load | ∅ | subscript | 14 | 18", "e | load | ∅ | attribute | 31 | 32",
                   "f | load | e | call | 31 | 34"}));
}

}  // namespace
}  // namespace norma::extract::treesitter
