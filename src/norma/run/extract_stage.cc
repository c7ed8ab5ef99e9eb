#include "norma/run/extract_stage.h"

#include <malloc.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <shared_mutex>
#include <span>
#include <string_view>
#include <thread>
#include <utility>

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
/// Bytes of rows that are handed on together. Several batches of each table wait for its writer.
constexpr int64_t kBatchBytes = 1 << 20;

/// One path that the scan met: a file, failures, or both.
struct Entry {
  std::string_view path;
  const source::FileIdentity* file = nullptr;
  int64_t size_bytes = 0;  // by stat, for sharing out the work only
  std::vector<source::FileFailure> failures;
};

int64_t SizeOnDisk(const source::Repository& repository, const std::string& path) {
  struct stat status{};
  const bool found = lstat((repository.root() + '/' + path).c_str(), &status) == 0;
  return found ? static_cast<int64_t>(status.st_size) : 0;
}

std::vector<Entry> EntriesOf(const source::Repository& repository, const source::ScanResult& scan) {
  std::map<std::string_view, Entry> by_path;
  for (const source::FileIdentity& file : scan.files) {
    Entry& entry = by_path[file.path];
    entry.file = &file;
    entry.size_bytes = SizeOnDisk(repository, file.path);
  }
  for (const source::FileFailure& failure : scan.failures) {
    by_path[failure.path].failures.push_back(failure);
  }
  std::vector<Entry> entries;
  entries.reserve(by_path.size());
  for (auto& [path, entry] : by_path) {
    entry.path = path;
    entries.push_back(std::move(entry));
  }
  return entries;
}

/// The batches of one unit, those of a table in order.
struct Unit {
  std::array<std::vector<nanoarrow::UniqueArray>, extract::kEvidenceTableCount> batches;
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

  /// Held by those who work on a file: shared by most, alone by a file that needs the memory.
  std::shared_mutex floor;

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

/// The unit that a job works on: keeps its rows for their turn in the order, and hands them on from
/// then.
class OpenUnit {
 public:
  OpenUnit(Stage& stage, size_t index) : stage_(stage), index_(index) {}

  Status Take(EvidenceTable table, nanoarrow::UniqueArray batch) {
    rows_.batches[static_cast<size_t>(table)].push_back(std::move(batch));
    return has_turn_ ? stage_.delivery.DeliverPart(std::exchange(rows_, Unit())) : Status();
  }

  /// Waits for the turn and hands on what is there.
  Status AwaitTurn() {
    NORMA_RETURN_IF_ERROR(stage_.delivery.AwaitTurn(index_));
    has_turn_ = true;
    return stage_.delivery.DeliverPart(std::exchange(rows_, Unit()));
  }

  /// The end of the unit, with the rows that are left in `tables`.
  Status Deliver(EvidenceTables& tables) {
    for (const EvidenceTable table : extract::AllEvidenceTables()) {
      if (tables[table].rows() > 0) {
        NORMA_ASSIGN_OR_RETURN(nanoarrow::UniqueArray batch, tables[table].Finish());
        rows_.batches[static_cast<size_t>(table)].push_back(std::move(batch));
      }
    }
    return stage_.delivery.Deliver(index_, std::move(rows_));
  }

 private:
  Stage& stage_;
  const size_t index_;
  bool has_turn_ = false;
  Unit rows_;
};

/// What one thread does: shares, until there are none.
class Job {
 public:
  Job(Stage& stage, ExtractCounts& counts) : stage_(stage), counts_(counts) {}

  Status Run() {
    NORMA_ASSIGN_OR_RETURN(
        FileExtraction extraction,
        FileExtraction::Make(stage_.options.cpython, stage_.options.budget.alone_bytes));
    NORMA_ASSIGN_OR_RETURN(EvidenceTables tables, EvidenceTables::Make());
    for (Share share = NextShare(stage_); !share.entries.empty(); share = NextShare(stage_)) {
      OpenUnit unit(stage_, share.unit);
      tables.DivideAt(kBatchBytes, [&unit](EvidenceTable table, nanoarrow::UniqueArray batch) {
        return unit.Take(table, std::move(batch));
      });
      for (const Entry& entry : share.entries) {
        if (stage_.stop) {
          return Error{ErrorKind::kCancelled, "the run was stopped"};
        }
        NORMA_ASSIGN_OR_RETURN(const FileReport report, Extract(entry, unit, extraction, tables));
        Add(report, counts_);
        ++stage_.done;
      }
      counts_.rows += tables.rows();
      NORMA_RETURN_IF_ERROR(unit.Deliver(tables));
    }
    return {};
  }

 private:
  Result<FileReport> Extract(const Entry& entry, OpenUnit& unit, FileExtraction& extraction,
                             EvidenceTables& tables) {
    if (entry.file == nullptr) {
      return extraction.ReportOnly(std::string(entry.path), entry.failures, tables);
    }
    std::shared_lock shared(stage_.floor, std::defer_lock);
    std::unique_lock alone(stage_.floor, std::defer_lock);
    // Nobody waits for a turn on the floor: those before may need it.
    const auto go_alone = [&]() -> Status {
      if (shared.owns_lock()) {
        shared.unlock();
      }
      const Status turn = unit.AwaitTurn();
      alone.lock();
      return turn;
    };
    auto room = extract::cpython::Room::kShared;
    if (entry.size_bytes > stage_.options.budget.large_file_bytes) {
      NORMA_RETURN_IF_ERROR(go_alone());
      room = extract::cpython::Room::kAlone;
    } else {
      shared.lock();
    }
    FileReport report = extraction.Extract(stage_.repository, *entry.file, entry.failures,
                                           stage_.options.repo_id, room, go_alone, tables);
    if (alone.owns_lock()) {
      malloc_trim(0);  // The next files do not need what this one did.
    }
    return report;
  }

  Stage& stage_;
  ExtractCounts& counts_;
};

}  // namespace

Result<ExtractCounts> ExtractRepository(const source::Repository& repository,
                                        const source::ScanResult& scan,
                                        const ExtractOptions& options,
                                        const extract::EvidenceReceiver& receive,
                                        std::atomic<int64_t>& done, const std::atomic<bool>& stop) {
  const std::vector<Entry> entries = EntriesOf(repository, scan);
  const size_t jobs = static_cast<size_t>(std::max(options.jobs, 1));
  OrderedDelivery<Unit> delivery(jobs * kParkedUnits, [&](Unit unit) -> Status {
    for (const EvidenceTable table : extract::AllEvidenceTables()) {
      for (nanoarrow::UniqueArray& batch : unit.batches[static_cast<size_t>(table)]) {
        NORMA_RETURN_IF_ERROR(receive(table, std::move(batch)));
      }
    }
    return {};
  });
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
    for (size_t i = 0; i < jobs; ++i) {
      threads.emplace_back([&, i] {
        statuses[i] = Job(stage, counts[i]).Run();
        if (!statuses[i].ok()) {
          delivery.Fail(statuses[i].error());
        }
      });
    }
  }
  ExtractCounts total;
  for (size_t i = 0; i < jobs; ++i) {
    NORMA_RETURN_IF_ERROR(statuses[i]);
    Merge(counts[i], total);
  }
  return total;
}

}  // namespace norma::run
