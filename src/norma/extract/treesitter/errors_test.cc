#include <gtest/gtest.h>

#include "norma/extract/treesitter/extract_for_test.h"

namespace norma::extract::treesitter {
namespace {

TEST(Errors, LeaveTheRestOfTheFile) {
  const Extracted found = ExtractText("def a(): pass\nfoo(b c)\ndef d(): pass\n");
  EXPECT_EQ(found.outcome.status, FileStatus::kPartial);
  EXPECT_EQ(found.Lines(EvidenceTable::kTsErrors,
                        {"parent_kind", "kind", "ordinal", "text", "bstart", "bend"}),
            "argument_list | ERROR | 0 | c | 20 | 21\n");
  EXPECT_EQ(found.Lines(EvidenceTable::kCstDefs, {"name"}), "a\nd\n");
  EXPECT_EQ(found[EvidenceTable::kCstParseErrors].rows(), 0);
}

TEST(Errors, OnlyTheOutermostCount) {
  const Extracted found = ExtractText("x = \ndef f(:\n  pass\nx = 1\n");
  const TableReader& errors = found[EvidenceTable::kTsErrors];
  ASSERT_GT(errors.rows(), 0);
  for (int64_t row = 1; row < errors.rows(); ++row) {
    EXPECT_GE(errors.GetInt(row, "bstart"), errors.GetInt(row - 1, "bend"));
  }
}

TEST(Errors, EqualOnesAreNumbered) {
  const Extracted found = ExtractText("foo(b c)\nfoo(b c)\n");
  EXPECT_EQ(found.Lines(EvidenceTable::kTsErrors, {"ordinal", "bstart"}), "0 | 6\n1 | 15\n");
}

TEST(Missing, NameTheTokenAndAreEmpty) {
  const Extracted found = ExtractText("foo(a\n");
  EXPECT_EQ(found.outcome.status, FileStatus::kPartial);
  EXPECT_EQ(
      found.Lines(EvidenceTable::kTsMissing, {"parent_kind", "kind", "ordinal", "bstart", "bend"}),
      "argument_list | ) | 0 | 5 | 5\n");
}

TEST(Missing, NamesAreNoReferences) {
  const Extracted found = ExtractText("import\nx = a.\nclass : pass\n");
  const TableReader& refs = found[EvidenceTable::kCstRefs];
  for (int64_t row = 0; row < refs.rows(); ++row) {
    EXPECT_LT(refs.GetInt(row, "bstart"), refs.GetInt(row, "bend")) << refs.Get(row, "ref_text");
  }
}

TEST(NoTree, NestingBeyondPythonsLimitIsRefused) {
  for (const int depth : {200, 201}) {
    const std::string open(static_cast<size_t>(depth), '(');
    const std::string close(static_cast<size_t>(depth), ')');
    const Extracted found = ExtractText("x = 1\ny = " + open + "1" + close + "\n");
    const bool is_refused = depth > 200;
    EXPECT_EQ(found.outcome.status, is_refused ? FileStatus::kFailed : FileStatus::kOk);
    EXPECT_EQ(found[EvidenceTable::kCstRefs].rows(), is_refused ? 0 : 2);
    EXPECT_EQ(found.Lines(EvidenceTable::kCstParseErrors,
                          {"parser", "py_tag", "error_type", "message", "col_unit", "bstart"}),
              is_refused ? "treesitter | none | NoTree | nested deeper than CPython accepts: "
                           "brackets | byte | 210\n"
                         : "");
    ASSERT_EQ(found.outcome.failures.size(), is_refused ? 1U : 0U);
    if (is_refused) {
      EXPECT_EQ(found.outcome.failures[0].code, "NESTING_LIMIT");
      EXPECT_EQ(found.outcome.failures[0].stage, "parse");
      EXPECT_EQ(found.outcome.row_count, 1);
    }
  }
}

}  // namespace
}  // namespace norma::extract::treesitter
