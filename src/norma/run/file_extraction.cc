#include "norma/run/file_extraction.h"

#include <algorithm>
#include <tuple>

#include "norma/base/id.h"
#include "norma/extract/scip/extractor.h"

namespace norma::run {
namespace {

using extract::EvidenceTable;
using extract::EvidenceTables;
using extract::Failure;
using extract::Outcome;

/// What a line takes at most: its place in the index, in the index's row, and in the row's way into
/// its file.
constexpr int64_t kBytesPerLine = 64;

/// A failure with everything its row of extract_errors needs.
struct ErrorRow {
  std::string error_id;
  std::optional<std::string> file_id;
  std::string producer;
  std::string py_tag;
  Failure failure;
};

std::vector<ErrorRow> FromScan(const std::vector<source::FileFailure>& failures) {
  std::vector<ErrorRow> rows;
  for (const source::FileFailure& failure : failures) {
    rows.push_back(ErrorRow{.file_id = failure.file_id,
                            .producer = "scan",
                            .py_tag = "none",
                            .failure = Failure{.stage = std::string(failure.stage),
                                               .code = std::string(failure.code),
                                               .message = failure.message,
                                               .severity = std::string(failure.severity),
                                               .attrs = failure.attrs}});
  }
  return rows;
}

void AddFailures(const Outcome& outcome, const std::optional<std::string>& file_id,
                 std::vector<ErrorRow>& errors) {
  for (const Failure& failure : outcome.failures) {
    errors.push_back(ErrorRow{.file_id = file_id,
                              .producer = outcome.producer,
                              .py_tag = outcome.py_tag,
                              .failure = failure});
  }
}

/// Gives each row its id and appends them in the order of the table's contract.
void AppendErrors(const std::string& path, std::vector<ErrorRow> rows, EvidenceTables& tables,
                  FileReport& report) {
  std::map<std::tuple<std::string, std::string, std::string, std::string>, int64_t> ordinals;
  for (ErrorRow& row : rows) {
    const Failure& failure = row.failure;
    const int64_t ordinal = ordinals[{row.producer, row.py_tag, failure.stage, failure.code}]++;
    row.error_id = IdBuilder("extract_error")
                       .Text(path)
                       .Text(row.producer)
                       .Text(row.py_tag)
                       .Text(failure.stage)
                       .Text(failure.code)
                       .Int(ordinal)
                       .Build();
    if (failure.severity == "ERROR") {
      report.error_codes.push_back(failure.code);
    }
  }
  std::ranges::sort(rows, {}, [](const ErrorRow& row) {
    return std::tie(row.producer, row.py_tag, row.failure.stage, row.failure.code, row.error_id);
  });
  arrow::TableBuilder& builder = tables[EvidenceTable::kExtractErrors];
  for (const ErrorRow& row : rows) {
    builder.Text(row.error_id)
        .OptionalText(row.file_id)
        .Text(path)
        .Text(row.producer)
        .Text(row.py_tag)
        .Text(row.failure.stage)
        .Text(row.failure.code)
        .Text(row.failure.message)
        .Text(row.failure.severity);
    AppendPosition(builder, row.failure.position);
    builder.Map(row.failure.attrs).EndRow();
  }
  std::ranges::sort(report.error_codes);
  const auto repeated = std::ranges::unique(report.error_codes);
  report.error_codes.erase(repeated.begin(), repeated.end());
}

/// Appends the file's rows of extract_status.
void AppendStatus(const source::SourceFile& file, std::vector<Outcome> outcomes,
                  EvidenceTables& tables) {
  std::ranges::sort(outcomes, {}, [](const Outcome& outcome) {
    return std::tie(outcome.producer, outcome.py_tag);
  });
  for (const Outcome& outcome : outcomes) {
    tables[EvidenceTable::kExtractStatus]
        .Text(file.file_id)
        .Text(file.path)
        .Text(outcome.producer)
        .Text(outcome.producer_version)
        .Text(outcome.py_tag)
        .Text(file.content_sha256)
        .Text(FileStatusName(outcome.status))
        .Int64(outcome.row_count)
        .EndRow();
  }
}

}  // namespace

Result<FileExtraction> FileExtraction::Make(const extract::cpython::ExtractorOptions& options,
                                            int64_t memory_bytes) {
  NORMA_ASSIGN_OR_RETURN(auto treesitter, extract::treesitter::Extractor::Make(memory_bytes));
  NORMA_ASSIGN_OR_RETURN(auto cpython, extract::cpython::Extractor::Make(options));
  return FileExtraction(std::move(treesitter), std::move(cpython),
                        {.max_line_ends = memory_bytes / kBytesPerLine});
}

FileReport FileExtraction::ReportOnly(const std::string& path,
                                      const std::vector<source::FileFailure>& failures,
                                      const extract::scip::PathDocuments* documents,
                                      EvidenceTables& tables) {
  FileReport report;
  std::vector<ErrorRow> errors = FromScan(failures);
  if (documents != nullptr) {
    AddFailures(ExtractDocuments(*documents, {.path = path}, tables), std::nullopt, errors);
  }
  AppendErrors(path, std::move(errors), tables, report);
  return report;
}

FileReport FileExtraction::Extract(const source::Repository& repository,
                                   const source::FileIdentity& identity,
                                   const std::vector<source::FileFailure>& scan_failures,
                                   const extract::scip::PathDocuments* documents,
                                   const std::optional<std::string>& repo_id,
                                   extract::cpython::Room room, const GoAlone& go_alone,
                                   EvidenceTables& tables) {
  std::vector<source::FileFailure> failures = scan_failures;
  source::ReadResult read = source::ReadSourceFile(repository, identity, reading_);
  if (read.failure.has_value()) {
    failures.push_back(*read.failure);
  }
  if (!read.file.has_value()) {
    return ReportOnly(identity.path, failures, documents, tables);
  }

  FileReport report;
  std::vector<ErrorRow> errors = FromScan(failures);
  source::SourceFile& file = *read.file;
  report.was_read = true;
  report.bytes = read.size_bytes;
  source::AppendRepoFile(tables[EvidenceTable::kRepoFiles], file, read.size_bytes, repo_id);
  std::vector<Outcome> outcomes;
  if (read.usable) {
    report.lines = file.lines.line_count();
    source::AppendLineIndex(tables[EvidenceTable::kFileLineIndex], file);
    // CPython first: it tells how to decode the text, and its rows of cst_parse_errors sort first.
    const int64_t refusals = tables[EvidenceTable::kCstParseErrors].rows();
    outcomes.push_back(cpython_.Extract(file, tables, room));
    if (outcomes.back().may_lack_memory && go_alone().ok()) {
      outcomes.back() = cpython_.Extract(file, tables, extract::cpython::Room::kAlone);
    }
    outcomes.push_back(treesitter_.Extract(file, tables));
    report.has_syntax_error = tables[EvidenceTable::kCstParseErrors].rows() > refusals;
  }
  if (documents != nullptr) {
    outcomes.push_back(ExtractDocuments(
        *documents,
        {.path = file.path, .file_id = file.file_id, .source = read.usable ? &file : nullptr},
        tables));
  }
  for (const Outcome& outcome : outcomes) {
    AddFailures(outcome, file.file_id, errors);
  }
  AppendStatus(file, std::move(outcomes), tables);
  AppendErrors(identity.path, std::move(errors), tables, report);
  return report;
}

}  // namespace norma::run
