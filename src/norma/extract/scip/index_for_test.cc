#include "norma/extract/scip/index_for_test.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <utility>

namespace norma::extract::scip {
namespace {

const std::atomic<bool> kGoOn = false;

Extraction ExtractFile(const IndexSet& indexes, const DocumentedFile& file) {
  EvidenceTables tables = EvidenceTables::Make().value();
  const auto found = indexes.paths().find(file.path);
  const PathDocuments nothing;
  Extraction extraction{
      .outcome =
          ExtractDocuments(found == indexes.paths().end() ? nothing : found->second, file, tables)};
  for (const EvidenceTable table : {EvidenceTable::kScipDocuments, EvidenceTable::kScipOccurrences,
                                    EvidenceTable::kScipDiagnostics}) {
    extraction.tables.emplace(table, tables[table]);
  }
  return extraction;
}

}  // namespace

std::string SymbolOf(std::string_view name) { return fmt::format("t m p 1 mod/{}.", name); }

wire::Index IndexBy(std::string_view tool) {
  wire::Index index;
  index.mutable_metadata()->mutable_tool_info()->set_name(std::string(tool));
  index.mutable_metadata()->mutable_tool_info()->set_version("1.0");
  return index;
}

wire::Occurrence& AddOccurrence(wire::Document& document, std::initializer_list<int32_t> range,
                                std::string_view symbol) {
  wire::Occurrence& occurrence = *document.add_occurrences();
  occurrence.mutable_range()->Add(range.begin(), range.end());
  occurrence.set_symbol(std::string(symbol));
  return occurrence;
}

void IndexTest::SetUp() {
  std::string name = (std::filesystem::temp_directory_path() / "norma-scip-XXXXXX").string();
  ASSERT_NE(mkdtemp(name.data()), nullptr);
  folder_ = name;
}

void IndexTest::TearDown() { std::filesystem::remove_all(folder_); }

std::string IndexTest::Write(std::string_view name, std::string_view bytes) const {
  std::string path = fmt::format("{}/{}", folder_, name);
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

Result<Index> IndexTest::Open(std::string_view bytes) const {
  return Index::Open({"test", Write("index.scip", bytes)}, kGoOn);
}

Result<IndexSet> IndexTest::OpenSet(const std::vector<wire::Index>& indexes) const {
  std::vector<IndexSource> sources;
  for (const wire::Index& index : indexes) {
    const std::string label(1, static_cast<char>('a' + sources.size()));
    sources.push_back({label, Write(label, index.SerializeAsString())});
  }
  return IndexSet::Open(sources, kGoOn);
}

Extraction Extract(const IndexSet& indexes, std::string_view path, std::string_view bytes) {
  const source::SourceFile file = source::MakeSourceFileAt(path, std::string(bytes));
  return ExtractFile(indexes, {.path = file.path, .file_id = file.file_id, .source = &file});
}

Extraction ExtractUnscanned(const IndexSet& indexes, std::string_view path) {
  return ExtractFile(indexes, {.path = std::string(path)});
}

}  // namespace norma::extract::scip
