#include "norma/extract/scip/symbol_rows.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "norma/extract/scip/index_for_test.h"
#include "tests/support/matchers.h"

namespace norma::extract::scip {
namespace {

using testing_support::IsError;
using testing_support::IsErrorWith;
using testing_support::IsOk;

const std::atomic<bool> kGoOn = false;

class SymbolRowsTest : public IndexTest {
 protected:
  /// The rows of the indexes' symbols.
  std::string Lines(const std::vector<wire::Index>& indexes, EvidenceTable table,
                    const std::vector<std::string_view>& columns) const {
    const Result<IndexSet> set = OpenSet(indexes);
    EXPECT_THAT(set, IsOk());
    EvidenceTables tables = EvidenceTables::Make().value();
    EXPECT_THAT(AppendSymbols(set.value(), tables, [] { return Status(); }, kGoOn), IsOk());
    return treesitter::TableReader(tables[table]).Lines(columns);
  }
};

wire::SymbolInformation& AddSymbol(wire::Document& document, std::string_view name) {
  wire::SymbolInformation& symbol = *document.add_symbols();
  symbol.set_symbol(std::string(name));
  return symbol;
}

TEST_F(SymbolRowsTest, TellsWhatIsKnownOfASymbol) {
  wire::Index index = IndexBy("tool");
  wire::Document& document = *index.add_documents();
  document.set_relative_path("a.py");
  wire::SymbolInformation& symbol = AddSymbol(document, "s");
  symbol.set_kind(wire::SymbolInformation::Variable);
  symbol.set_display_name("name");
  symbol.set_enclosing_symbol("outer");
  symbol.add_documentation("```python\nbuiltins.int\n```");
  symbol.add_documentation("text");
  symbol.mutable_signature_documentation()->set_text("s: int");
  symbol.mutable_signature_documentation()->set_language("python");
  AddSymbol(document, "t").set_kind(static_cast<wire::SymbolInformation::Kind>(12345));
  EXPECT_EQ(Lines({index}, EvidenceTable::kScipSymbolInformation,
                  {"symbol", "display_name", "kind", "kind_name", "enclosing_symbol",
                   "signature_text", "signature_language", "type_text"}),
            "s | name | 61 | Variable | outer | s: int | python | builtins.int\n"
            "t | ∅ | 12345 | Unknown | ∅ | ∅ | ∅ | ∅\n");
}

TEST_F(SymbolRowsTest, StandInTheOrderOfTheirKey) {
  wire::Index index = IndexBy("tool");
  for (int i = 0; i < 40; ++i) {
    wire::Document& document = *index.add_documents();
    document.set_relative_path(fmt::format("{}.py", i));
    AddSymbol(document, "b");
    AddSymbol(document, "a");
  }
  for (const std::string_view name : {"z", "y"}) {
    index.add_external_symbols()->set_symbol(std::string(name));
  }
  const std::string lines = Lines({index, index}, EvidenceTable::kScipSymbolInformation,
                                  {"index_id", "document_key", "symbol"});
  std::vector<std::string> rows;
  for (size_t begin = 0; begin < lines.size();) {
    const size_t end = lines.find('\n', begin);
    rows.push_back(lines.substr(begin, end - begin));
    begin = end + 1;
  }
  EXPECT_EQ(rows.size(), 2U * (2 * 40 + 2));
  EXPECT_TRUE(std::ranges::is_sorted(rows));
  EXPECT_NE(rows.front().find(" | a"), std::string::npos);
  // The externals' key stands among those of documents.
  EXPECT_EQ(rows.back().find("external"), std::string::npos);
  EXPECT_NE(lines.find("| external | y\n"), std::string::npos);
}

TEST_F(SymbolRowsTest, OfASymbolDescribedTwiceTheFirstStaysAndRelationsMerge) {
  wire::Index index = IndexBy("tool");
  wire::Document& document = *index.add_documents();
  document.set_relative_path("a.py");
  wire::SymbolInformation& first = AddSymbol(document, "s");
  first.set_display_name("first");
  wire::Relationship& reference = *first.add_relationships();
  reference.set_symbol("r");
  reference.set_is_reference(true);
  wire::SymbolInformation& second = AddSymbol(document, "s");
  second.set_display_name("second");
  wire::Relationship& implementation = *second.add_relationships();
  implementation.set_symbol("r");
  implementation.set_is_implementation(true);
  second.add_relationships()->set_symbol("q");
  EXPECT_EQ(Lines({index}, EvidenceTable::kScipSymbolInformation, {"symbol", "display_name"}),
            "s | first\n");
  EXPECT_EQ(Lines({index}, EvidenceTable::kScipRelationships,
                  {"related_symbol", "is_reference", "is_implementation", "is_type_definition",
                   "is_definition"}),
            "q | false | false | false | false\nr | true | true | false | false\n");
}

TEST_F(SymbolRowsTest, ExternalsHaveNoDocument) {
  wire::Index index = IndexBy("tool");
  wire::SymbolInformation& symbol = *index.add_external_symbols();
  symbol.set_symbol("s");
  symbol.add_relationships()->set_symbol("r");
  EXPECT_EQ(Lines({index}, EvidenceTable::kScipSymbolInformation, {"document_id", "document_key"}),
            "∅ | external\n");
  EXPECT_EQ(Lines({index}, EvidenceTable::kScipRelationships, {"document_key", "symbol"}),
            "external | s\n");
}

TEST_F(SymbolRowsTest, CountsTheIndex) {
  wire::Index index = IndexBy("tool");
  index.mutable_metadata()->set_text_document_encoding(1);
  EXPECT_EQ(Lines({index}, EvidenceTable::kScipIndexes,
                  {"label", "protocol_version", "tool_name", "tool_version",
                   "text_document_encoding", "document_count"}),
            "a | 0 | tool | 1.0 | 1 | 0\n");
}

TEST_F(SymbolRowsTest, AChangedIndexIsAnError) {
  const Result<IndexSet> set = OpenSet({IndexBy("tool")});
  ASSERT_THAT(set, IsOk());
  Write("a", "other");
  EvidenceTables tables = EvidenceTables::Make().value();
  EXPECT_THAT(AppendSymbols(
                  set.value(), tables, [] { return Status(); }, kGoOn),
              IsErrorWith(ErrorKind::kStorage, "changed"));
}

TEST_F(SymbolRowsTest, StopsWhenAsked) {
  wire::Index index = IndexBy("tool");
  index.add_documents()->set_relative_path("a.py");
  const Result<IndexSet> set = OpenSet({index});
  ASSERT_THAT(set, IsOk());
  const std::atomic<bool> stop = true;
  EvidenceTables tables = EvidenceTables::Make().value();
  EXPECT_THAT(AppendSymbols(
                  set.value(), tables, [] { return Status(); }, stop),
              IsError(ErrorKind::kCancelled));
}

}  // namespace
}  // namespace norma::extract::scip
