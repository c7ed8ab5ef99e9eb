#include "norma/extract/treesitter/extract_for_test.h"

#include <fmt/format.h>

#include <cstdlib>
#include <utility>

#include "norma/extract/treesitter/extractor.h"

namespace norma::extract::treesitter {
namespace {

template <typename T>
T TakeOrEnd(Result<T> result) {
  if (!result.ok()) {
    fmt::print(stderr, "{}\n", result.error().message);
    std::abort();
  }
  return std::move(result).value();
}

}  // namespace

Extracted ExtractFile(source::SourceFile file) {
  Extractor extractor = TakeOrEnd(Extractor::Make());
  EvidenceTables tables = TakeOrEnd(EvidenceTables::Make());
  Outcome outcome = extractor.Extract(file, tables);
  Extracted extracted{std::move(file), std::move(outcome), {}};
  for (const EvidenceTable table : AllEvidenceTables()) {
    extracted.tables.emplace(table, TableReader(tables[table]));
  }
  return extracted;
}

Extracted ExtractText(std::string text, std::string_view path) {
  return ExtractFile(source::MakeSourceFileAt(path, std::move(text)));
}

}  // namespace norma::extract::treesitter
