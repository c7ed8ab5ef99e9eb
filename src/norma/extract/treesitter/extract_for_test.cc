#include "norma/extract/treesitter/extract_for_test.h"

#include <fmt/format.h>

#include <algorithm>
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
  source::SourceFile file = source::MakeSourceFileAt(path, std::move(text));
  std::string module(path.substr(0, path.rfind('.')));
  if (file.is_package) {
    module.resize(module.rfind('/'));
  }
  std::ranges::replace(module, '/', '.');
  file.module_name = module;
  if (module.find('-') != std::string::npos) {
    file.module_name.reset();
  }
  return ExtractFile(std::move(file));
}

}  // namespace norma::extract::treesitter
