#include "norma/extract/scip/extractor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "norma/extract/scip/index_for_test.h"
#include "tests/support/matchers.h"

namespace norma::extract::scip {
namespace {

using testing_support::IsOk;

class ScipExtractor : public IndexTest {
 protected:
  void SetUp() override {
    IndexTest::SetUp();
    document_.set_relative_path("a.py");
  }

  /// Lays the document against a file of these bytes.
  Extraction Lay(std::string_view bytes) {
    wire::Index index = IndexBy("scip-python");
    *index.add_documents() = document_;
    Result<IndexSet> set = OpenSet({index});
    EXPECT_THAT(set, IsOk());
    return Extract(set.value(), "a.py", bytes);
  }

  wire::Document document_;
};

const std::vector<std::string_view> kPlace = {"occ_index", "bstart", "bend", "span_reason"};
const std::vector<std::string_view> kFresh = {"occurrence_count", "checked_count", "matched_count",
                                              "text_matches", "is_stale"};

TEST_F(ScipExtractor, PlacesOccurrencesInOrder) {
  AddOccurrence(document_, {1, 0, 1}, SymbolOf("y"));
  AddOccurrence(document_, {0, 5}, SymbolOf("broken"));
  AddOccurrence(document_, {0, 0, 1}, SymbolOf("x"));
  AddOccurrence(document_, {0, 0, 1}, "local 0");
  const Extraction found = Lay("x = 1\ny = x\n");
  EXPECT_EQ(found.Lines(EvidenceTable::kScipOccurrences, kPlace),
            "2 | 0 | 1 | ∅\n3 | 0 | 1 | ∅\n0 | 6 | 7 | ∅\n1 | ∅ | ∅ | invalid_range_len\n");
  EXPECT_EQ(found.outcome.status, FileStatus::kOk);
  EXPECT_EQ(found.outcome.producer_version, "scip-python 1.0");
  EXPECT_EQ(found.outcome.row_count, 5);
}

TEST_F(ScipExtractor, SplitsTheRoles) {
  AddOccurrence(document_, {0, 0, 1}, "s").set_symbol_roles(1 | 4 | 64);
  EXPECT_EQ(Lay("x").Lines(EvidenceTable::kScipOccurrences,
                           {"symbol_roles", "is_definition", "is_import", "is_write", "is_read",
                            "is_generated", "is_test", "is_forward_definition"}),
            "69 | true | false | true | false | false | false | true\n");
}

TEST_F(ScipExtractor, PlacesWhatAnOccurrenceEncloses) {
  wire::Occurrence& occurrence = AddOccurrence(document_, {0, 4, 5}, "s");
  for (const int32_t number : {0, 0, 1, 5}) {
    occurrence.add_enclosing_range(number);
  }
  AddOccurrence(document_, {0, 4, 5}, "t");
  EXPECT_EQ(Lay("def f():\n pass\n")
                .Lines(EvidenceTable::kScipOccurrences,
                       {"range_raw", "enc_bstart", "enc_bend", "enc_span_reason"}),
            "[0, 4, 5] | 0 | 14 | ∅\n[0, 4, 5] | ∅ | ∅ | no_position\n");
}

TEST_F(ScipExtractor, SaysThatThereIsNoRange) {
  AddOccurrence(document_, {}, "s");
  EXPECT_EQ(Lay("x").Lines(EvidenceTable::kScipOccurrences, {"range_raw", "span_reason"}),
            "[] | missing_range_fields\n");
}

TEST_F(ScipExtractor, AFreshDocumentIsNotStale) {
  for (int32_t line = 0; line < 6; ++line) {
    AddOccurrence(document_, {line, 0, 1}, SymbolOf("x"));
  }
  EXPECT_EQ(Lay("x\nx\nx\nx\nx\nx\n").Lines(EvidenceTable::kScipDocuments, kFresh),
            "6 | 6 | 6 | ∅ | false\n");
  EXPECT_EQ(Lay("#\nx\nx\nx\nx\nx\nx\n").Lines(EvidenceTable::kScipDocuments, kFresh),
            "6 | 6 | 5 | ∅ | true\n");
}

TEST_F(ScipExtractor, TheTextOfTheIndexDecides) {
  document_.set_text("y = 1\n");
  AddOccurrence(document_, {0, 0, 1}, SymbolOf("x"));
  EXPECT_EQ(Lay("x = 1\n").Lines(EvidenceTable::kScipDocuments, kFresh),
            "1 | 1 | 1 | false | true\n");
  EXPECT_EQ(Lay("y = 1\n").Lines(EvidenceTable::kScipDocuments, kFresh),
            "1 | 1 | 0 | true | false\n");
}

TEST_F(ScipExtractor, EachDocumentHasItsUnit) {
  const std::vector<std::string_view> columns = {"position_encoding", "col_unit", "unit_source"};
  EXPECT_EQ(Lay("").Lines(EvidenceTable::kScipDocuments, columns), "0 | utf16 | tool\n");
  document_.set_position_encoding(1);
  EXPECT_EQ(Lay("").Lines(EvidenceTable::kScipDocuments, columns), "1 | utf8 | declared\n");
  document_.set_position_encoding(9);
  EXPECT_EQ(Lay("").Lines(EvidenceTable::kScipDocuments, columns), "9 | utf16 | tool\n");
}

TEST_F(ScipExtractor, DiagnosticsHaveThePlaceOfTheirOccurrence) {
  AddOccurrence(document_, {0, 0, 1}, "s");
  wire::Occurrence& occurrence = AddOccurrence(document_, {0, 4, 5}, "s");
  wire::Diagnostic& first = *occurrence.add_diagnostics();
  first.set_severity(2);
  first.set_code("C1");
  first.set_message("unused");
  first.set_source("tool");
  first.add_tags(1);
  occurrence.add_diagnostics();
  EXPECT_EQ(Lay("x = y\n").Lines(EvidenceTable::kScipDiagnostics,
                                 {"occ_index", "diag_index", "severity", "code", "message",
                                  "source", "tags", "bstart", "bend"}),
            "1 | 0 | 2 | C1 | unused | tool | [1] | 4 | 5\n1 | 1 | 0 | ∅ |  | ∅ | [] | 4 | 5\n");
}

TEST_F(ScipExtractor, DocumentsOfTwoIndexesStandInOneOrder) {
  std::vector<wire::Index> indexes;
  for (const int32_t column : {4, 0}) {
    wire::Index index = IndexBy("tool");
    wire::Document& document = *index.add_documents();
    document.set_relative_path("a.py");
    AddOccurrence(document, {0, column, column + 1}, "s");
    AddOccurrence(document, {0, 2, 3}, "s");
    indexes.push_back(std::move(index));
  }
  const Result<IndexSet> set = OpenSet(indexes);
  ASSERT_THAT(set, IsOk());
  const Extraction found = Extract(set.value(), "a.py", "x = y\n");
  EXPECT_EQ(found.Lines(EvidenceTable::kScipOccurrences, {"bstart"}), "0\n2\n2\n4\n");
  const auto& rows = found.tables.at(EvidenceTable::kScipOccurrences);
  EXPECT_LT(rows.Get(1, "document_id"), rows.Get(2, "document_id"));
  const auto& documents = found.tables.at(EvidenceTable::kScipDocuments);
  EXPECT_LT(documents.Get(0, "document_id"), documents.Get(1, "document_id"));
}

TEST_F(ScipExtractor, AFileThatWasNotScannedLeavesItsFactsWithoutBytes) {
  AddOccurrence(document_, {0, 4, 5}, "s");
  wire::Index index = IndexBy("scip-python");
  *index.add_documents() = document_;
  const Result<IndexSet> set = OpenSet({index});
  ASSERT_THAT(set, IsOk());
  const Extraction found = ExtractUnscanned(set.value(), "a.py");
  EXPECT_EQ(found.Lines(EvidenceTable::kScipDocuments, {"file_id", "is_stale"}), "∅ | true\n");
  EXPECT_EQ(
      found.Lines(EvidenceTable::kScipOccurrences, {"symbol", "raw_start_col", "span_reason"}),
      "s | 4 | missing_repo_text_for_path\n");
  ASSERT_EQ(found.outcome.failures.size(), 1U);
  EXPECT_EQ(found.outcome.failures[0].code, "SCIP_FILE_MISSING");
  EXPECT_EQ(found.outcome.failures[0].severity, "WARNING");
}

TEST_F(ScipExtractor, AnIndexThatWasCutMeanwhileLeavesARow) {
  wire::Index index = IndexBy("scip-python");
  *index.add_documents() = document_;
  const Result<IndexSet> set = OpenSet({index});
  ASSERT_THAT(set, IsOk());
  Write("a", "");
  const Extraction found = Extract(set.value(), "a.py", "x\n");
  ASSERT_EQ(found.outcome.failures.size(), 1U);
  EXPECT_EQ(found.outcome.failures[0].code, "SCIP_TRUNCATED");
  EXPECT_EQ(found.outcome.status, FileStatus::kFailed);
}

}  // namespace
}  // namespace norma::extract::scip
