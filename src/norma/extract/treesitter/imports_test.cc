#include <gtest/gtest.h>

#include "norma/extract/treesitter/extract_for_test.h"
#include "norma/extract/treesitter/resolver.h"

namespace norma::extract::treesitter {
namespace {

TEST(Imports, HaveOneRowForEachAlias) {
  const Extracted found = ExtractText(
      "from __future__ import annotations, division as d\n"
      "import a, b . c, e.f as g\n"
      "from . import h\n"
      "from ... i.j import (k as l,\n  m,)\n"
      "from n import *\n");
  EXPECT_EQ(found.Lines(EvidenceTable::kCstImports,
                        {"kind", "alias_index", "relative_level", "module", "name", "asname",
                         "is_star", "bound_name", "alias_bstart", "alias_bend"}),
            "future | 0 | 0 | __future__ | annotations | ∅ | false | annotations | 23 | 34\n"
            "future | 1 | 0 | __future__ | division | d | false | d | 36 | 49\n"
            "import | 0 | 0 | a | ∅ | ∅ | false | a | 57 | 58\n"
            "import | 1 | 0 | b.c | ∅ | ∅ | false | b | 60 | 65\n"
            "import | 2 | 0 | e.f | ∅ | g | false | g | 67 | 75\n"
            "importfrom | 0 | 1 | ∅ | h | ∅ | false | h | 90 | 91\n"
            "importfrom | 0 | 3 | i.j | k | l | false | l | 113 | 119\n"
            "importfrom | 1 | 3 | i.j | m | ∅ | false | m | 123 | 124\n"
            "importfrom | 0 | 0 | n | ∅ | ∅ | true | ∅ | 141 | 142\n");
}

TEST(Imports, KnowWhatGuardsThem) {
  const Extracted found = ExtractText(
      "import a\n"
      "if t.TYPE_CHECKING:\n    import b\nelse:\n    import c\n"
      "if x:\n    import d\nelif TYPE_CHECKING:\n    import e\n"
      "try:\n    import f\n    if x: import g\n"
      "except (ImportError, E):\n    import h\n"
      "except E as ImportError:\n    import i\n"
      "else:\n    import j\n"
      "finally:\n    import k\n"
      "if TYPE_CHECKING:\n    def fn(): import l\n    class C: import m\n"
      "for y in z: import n\n");
  EXPECT_EQ(
      found.Lines(EvidenceTable::kCstImports, {"module", "guard"}),
      "a | ∅\nb | type_checking\nc | if\nd | if\ne | type_checking\nf | try\ng | if\n"
      "h | except_import_error\ni | try\nj | try\nk | try\nl | ∅\nm | type_checking\nn | ∅\n");
}

TEST(Imports, EqualSiblingsDifferInTheOrdinal) {
  const Extracted found = ExtractText("import a\nimport a\nimport a as a\n");
  const TableReader& imports = found[EvidenceTable::kCstImports];
  ASSERT_EQ(imports.rows(), 3);
  EXPECT_NE(imports.Get(0, "import_id"), imports.Get(1, "import_id"));
  EXPECT_NE(imports.Get(1, "import_id"), imports.Get(2, "import_id"));
}

TEST(AbsoluteImport, FollowsTheDots) {
  EXPECT_EQ(AbsoluteImport("a.b", "p.q", false), "a.b");
  EXPECT_EQ(AbsoluteImport(".a", "p.q", false), "p.a");
  EXPECT_EQ(AbsoluteImport(".a", "p.q", true), "p.q.a");
  EXPECT_EQ(AbsoluteImport("..a.b", "p.q.r", false), "p.a.b");
  EXPECT_EQ(AbsoluteImport("..a", "p.q", true), "p.a");
  EXPECT_EQ(AbsoluteImport("..a", "p.q", false), "");
  EXPECT_EQ(AbsoluteImport(".a", "top", false), "");
  EXPECT_EQ(AbsoluteImport("....a", "p", true), "");
}

}  // namespace
}  // namespace norma::extract::treesitter
