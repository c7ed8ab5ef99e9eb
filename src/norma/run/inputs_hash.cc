#include "norma/run/inputs_hash.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "norma/arrow/schema.h"
#include "norma/extract/evidence_tables.h"
#include "norma/run/text_rows.h"

namespace norma::run {
namespace {

constexpr std::string_view kFiles = "files";
constexpr std::string_view kLabelPrefix = "label.";

/// Settings that say where a run works, how fast, and what it tells: they change no row. The
/// interpreter's version counts and an index's content, not where they lie.
constexpr std::array<std::string_view, 7> kWithoutEffect = {
    "jobs", "memory", "out", "python", "repository", "scip", "strict"};

bool ChangesRows(const Setting& setting) {
  return !setting.name.starts_with(kLabelPrefix) &&
         std::ranges::find(kWithoutEffect, setting.name) == kWithoutEffect.end();
}

std::string_view TextOf(const ArrowArrayView& rows, int64_t column, int64_t row) {
  const ArrowStringView text = ArrowArrayViewGetStringUnsafe(rows.children[column], row);
  return {text.data, static_cast<size_t>(text.size_bytes)};
}

}  // namespace

std::string SettingsHash(std::span<const Setting> settings, const InForce& in_force,
                         std::string_view catalogue_hash) {
  sql::PartHash hash("settings");
  hash.Add(catalogue_hash).Add(in_force.interpreter.version);
  for (const Setting& setting : settings) {
    if (ChangesRows(setting)) {
      hash.Add(setting.name).Add(setting.value);
    }
  }
  hash.Add(std::nullopt);  // no name: the settings end here
  for (const extract::scip::IndexSummary& index : in_force.indexes) {
    hash.Add(index.label).Add(index.sha256);
  }
  return hash.Stored("settings");
}

Result<FilesHash> FilesHash::Make() {
  FilesHash files;
  NORMA_ASSIGN_OR_RETURN(
      const arrow::Schema columns,
      arrow::ParseSchemaText(EvidenceTableSchema(extract::EvidenceTable::kRepoFiles)));
  NORMA_ASSIGN_OR_RETURN(files.schema_, arrow::ToArrowSchema(columns));
  files.path_ = std::ranges::find(columns, "path", &arrow::Field::name) - columns.begin();
  files.content_ =
      std::ranges::find(columns, "content_sha256", &arrow::Field::name) - columns.begin();
  return files;
}

Result<std::string> FilesHash::OfTable(const engine::Session& session) {
  NORMA_ASSIGN_OR_RETURN(
      const std::vector<TextRow> rows,
      FetchTextRows(session, "SELECT path, content_sha256 FROM repo_files ORDER BY path"));
  sql::PartHash hash(kFiles);
  for (const TextRow& row : rows) {
    hash.Add(row[0]).Add(row[1]);
  }
  return hash.Stored(kFiles);
}

Status FilesHash::Add(const ArrowArray& rows) {
  nanoarrow::UniqueArrayView view;
  ArrowError error{};
  if (ArrowArrayViewInitFromSchema(view.get(), schema_.get(), &error) != NANOARROW_OK ||
      ArrowArrayViewSetArray(view.get(), &rows, &error) != NANOARROW_OK) {
    return Error{ErrorKind::kInternal, fmt::format("cannot read a batch: {}", error.message)};
  }
  for (int64_t row = 0; row < view->length; ++row) {
    hash_.Add(TextOf(*view.get(), path_, row)).Add(TextOf(*view.get(), content_, row));
  }
  return {};
}

std::string FilesHash::Text() const { return hash_.Stored(kFiles); }

std::string InputsHash(std::string_view settings_hash, std::string_view files_hash) {
  return sql::PartHash("inputs").Add(settings_hash).Add(files_hash).Stored("inputs");
}

}  // namespace norma::run
