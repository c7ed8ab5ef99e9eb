#include "norma/run/extract_stage.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <span>
#include <string_view>
#include <thread>
#include <utility>

#include "norma/extract/scip/symbol_rows.h"
#include "norma/run/file_extraction.h"
#include "norma/run/ordered_delivery.h"

namespace norma::run {
namespace {

using extract::EvidenceTable;
using extract::EvidenceTables;

/// Bounds of one unit of work: large enough that batches are worth their overhead, small enough
/// that workers stay in step and the rows of the units in flight stay small. One file is always
/// allowed.
constexpr size_t kMaxUnitFiles = 64;
constexpr int64_t kMaxUnitBytes = 512 << 10;
/// Units that may wait for an earlier one, for each worker.
constexpr size_t kParkedUnits = 3;

/// One path that the scan or an index met: a file, failures, documents.
struct Entry {
  std::string_view path;
  const source::FileIdentity* file = nullptr;
  const extract::scip::PathDocuments* documents = nullptr;
  int64_t size_bytes = 0;  // by stat, for sharing out the work only
  std::vector<source::FileFailure> failures;
};

int64_t SizeOnDisk(const source::Repository& repository, const std::string& path) {
  struct stat status{};
  const bool found = lstat((repository.root() + '/' + path).c_str(), &status) == 0;
  return found ? static_cast<int64_t>(status.st_size) : 0;
}

std::vector<Entry> EntriesOf(const source::Repository& repository, const source::ScanResult& scan,
                             const extract::scip::IndexSet* indexes) {
  std::map<std::string_view, Entry> by_path;
  for (const source::FileIdentity& file : scan.files) {
    Entry& entry = by_path[file.path];
    entry.file = &file;
    entry.size_bytes = SizeOnDisk(repository, file.path);
  }
  for (const source::FileFailure& failure : scan.failures) {
    by_path[failure.path].failures.push_back(failure);
  }
  if (indexes != nullptr) {
    for (const auto& [path, documents] : indexes->paths()) {
      Entry& entry = by_path[path];
      entry.documents = &documents;
      for (const extract::scip::DocumentRef& document : documents.documents) {
        entry.size_bytes += document.entry->extent.size;
      }
    }
  }
  std::vector<Entry> entries;
  entries.reserve(by_path.size());
  for (auto& [path, entry] : by_path) {
    entry.path = path;
    entries.push_back(std::move(entry));
  }
  return entries;
}

/// The batches of one unit, one for each table; a table without rows has none.
struct Unit {
  std::array<nanoarrow::UniqueArray, extract::kEvidenceTableCount> batches;
};

void Add(const FileReport& report, ExtractCounts& counts) {
  counts.files += report.was_read ? 1 : 0;
  counts.lines += report.lines;
  counts.bytes += report.bytes;
  counts.files_with_syntax_errors += report.has_syntax_error ? 1 : 0;
  counts.failed_files += report.has_syntax_error || !report.error_codes.empty() ? 1 : 0;
  for (const std::string& code : report.error_codes) {
    ++counts.failures_by_code[code];
  }
}

void Merge(const ExtractCounts& from, ExtractCounts& into) {
  into.files += from.files;
  into.lines += from.lines;
  into.bytes += from.bytes;
  into.rows += from.rows;
  into.files_with_syntax_errors += from.files_with_syntax_errors;
  into.failed_files += from.failed_files;
  for (const auto& [code, count] : from.failures_by_code) {
    into.failures_by_code[code] += count;
  }
}

/// What the workers of a stage share.
struct Stage {
  const source::Repository& repository;
  const ExtractOptions& options;
  const std::vector<Entry>& entries;
  OrderedDelivery<Unit>& delivery;
  std::atomic<int64_t>& done;
  const std::atomic<bool>& stop;

  std::mutex mutex;
  size_t next_entry = 0;
  size_t next_unit = 0;
};

/// A worker's share: a run of entries and its place in the order.
struct Share {
  size_t unit = 0;
  std::span<const Entry> entries;
};

Share NextShare(Stage& stage) {
  const std::lock_guard lock(stage.mutex);
  const size_t begin = stage.next_entry;
  int64_t bytes = 0;
  size_t end = begin;
  while (end < stage.entries.size() && end - begin < kMaxUnitFiles) {
    bytes += stage.entries[end].size_bytes;
    if (end > begin && bytes > kMaxUnitBytes) {
      break;
    }
    ++end;
  }
  stage.next_entry = end;
  return Share{.unit = stage.next_unit++,
               .entries = std::span(stage.entries).subspan(begin, end - begin)};
}

Result<Unit> TakeUnit(EvidenceTables& tables) {
  Unit unit;
  for (const EvidenceTable table : extract::AllEvidenceTables()) {
    if (tables[table].rows() > 0) {
      NORMA_ASSIGN_OR_RETURN(unit.batches[static_cast<size_t>(table)], tables[table].Finish());
    }
  }
  return unit;
}

Status Receive(Unit unit, const EvidenceReceiver& receive) {
  for (const EvidenceTable table : extract::AllEvidenceTables()) {
    nanoarrow::UniqueArray& batch = unit.batches[static_cast<size_t>(table)];
    if (batch->release != nullptr) {
      NORMA_RETURN_IF_ERROR(receive(table, std::move(batch)));
    }
  }
  return {};
}

/// The rows of indexes that belong to no path.
Result<int64_t> DeliverSymbols(const extract::scip::IndexSet& indexes,
                               const EvidenceReceiver& receive, const std::atomic<bool>& stop) {
  NORMA_ASSIGN_OR_RETURN(EvidenceTables tables, EvidenceTables::Make());
  int64_t rows = 0;
  const auto deliver = [&]() -> Status {
    rows += tables.rows();
    NORMA_ASSIGN_OR_RETURN(Unit unit, TakeUnit(tables));
    return Receive(std::move(unit), receive);
  };
  NORMA_RETURN_IF_ERROR(AppendSymbols(indexes, tables, deliver, stop));
  return rows;
}

/// What one worker does: shares, until there are none.
Status Work(Stage& stage, ExtractCounts& counts) {
  NORMA_ASSIGN_OR_RETURN(FileExtraction extraction, FileExtraction::Make(stage.options.cpython));
  NORMA_ASSIGN_OR_RETURN(EvidenceTables tables, EvidenceTables::Make());
  for (Share share = NextShare(stage); !share.entries.empty(); share = NextShare(stage)) {
    for (const Entry& entry : share.entries) {
      if (stage.stop) {
        return Error{ErrorKind::kCancelled, "the run was stopped"};
      }
      const FileReport report =
          entry.file == nullptr
              ? extraction.ReportOnly(std::string(entry.path), entry.failures, entry.documents,
                                      tables)
              : extraction.Extract(stage.repository, *entry.file, entry.failures, entry.documents,
                                   stage.options.repo_id, tables);
      Add(report, counts);
      ++stage.done;
    }
    counts.rows += tables.rows();
    NORMA_ASSIGN_OR_RETURN(Unit unit, TakeUnit(tables));
    NORMA_RETURN_IF_ERROR(stage.delivery.Deliver(share.unit, std::move(unit)));
  }
  return {};
}

}  // namespace

Result<ExtractCounts> ExtractRepository(const source::Repository& repository,
                                        const source::ScanResult& scan,
                                        const ExtractOptions& options,
                                        const EvidenceReceiver& receive, std::atomic<int64_t>& done,
                                        const std::atomic<bool>& stop) {
  const std::vector<Entry> entries = EntriesOf(repository, scan, options.indexes);
  const size_t jobs = static_cast<size_t>(std::max(options.jobs, 1));
  OrderedDelivery<Unit> delivery(jobs * kParkedUnits,
                                 [&](Unit unit) { return Receive(std::move(unit), receive); });
  Stage stage{.repository = repository,
              .options = options,
              .entries = entries,
              .delivery = delivery,
              .done = done,
              .stop = stop};

  std::vector<ExtractCounts> counts(jobs);
  std::vector<Status> statuses(jobs);
  {
    // A Python worker lives no longer than the thread that started it, so each thread starts its
    // own.
    std::vector<std::jthread> threads;
    threads.reserve(jobs);
    for (size_t i = 0; i < jobs; ++i) {
      threads.emplace_back([&, i] {
        statuses[i] = Work(stage, counts[i]);
        if (!statuses[i].ok()) {
          delivery.Fail(statuses[i].error());
        }
      });
    }
  }
  ExtractCounts total;
  for (size_t i = 0; i < jobs; ++i) {
    if (!statuses[i].ok()) {
      return statuses[i].error();
    }
    Merge(counts[i], total);
  }
  if (options.indexes != nullptr) {
    NORMA_ASSIGN_OR_RETURN(const int64_t rows, DeliverSymbols(*options.indexes, receive, stop));
    total.rows += rows;
  }
  return total;
}

}  // namespace norma::run
