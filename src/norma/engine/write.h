#pragma once

/// \file
/// Writing rows into a table, and committing them once.

#include <cstdint>
#include <memory>
#include <nanoarrow/nanoarrow.hpp>
#include <optional>
#include <string>
#include <vector>

#include "norma/base/result.h"
#include "norma/engine/table.h"

struct NormaWrite;

namespace norma::engine {

class Query;

enum class WriteMode {
  kAppend,   ///< Adds rows, whatever the newest version is.
  kReplace,  ///< Takes the place of all rows of the planned version; another newest one is a
             ///< conflict.
};

enum class KeyScope {
  kTable,
  kPath,  ///< Unique among the rows of a path. `sort` begins with "path".
};

struct WriteSpec {
  WriteMode mode = WriteMode::kAppend;
  /// Dotted paths that the rows must ascend by: nulls last, texts by their bytes. Empty: any order.
  std::vector<std::string> sort;
  /// Dotted paths whose values together must be unique within this write. Empty: not checked.
  std::vector<std::string> key;
  KeyScope key_scope = KeyScope::kTable;
  std::optional<int64_t> target_file_bytes;  ///< 64 MiB if not given.
  /// A text column of the rows, not of the table: a value in it, "CODE place" joined by "; ", fails
  /// the write.
  std::optional<std::string> failures_column;
  /// With failures_column: such rows are left out instead, and Diverted() tells of them. More than
  /// 100,000 fail the write all the same: they are no odd rows.
  bool diverts = false;
  /// For kReplace: the version of the Table if not given.
  std::optional<int64_t> planned_version;
};

struct CommitRequest {
  std::string app_id;  ///< "norma/<table>"; with `txn`, what makes a repeat harmless.
  int64_t txn = 0;     ///< Rises with every commit of the application.
  std::string operation = "WRITE";
  std::string run_id;
  std::string metadata_json;  ///< An object whose fields join commitInfo; may be empty.
};

enum class CommitOutcome {
  kCommitted,
  kAlreadyApplied,  ///< An entry with this txn was there; nothing was added.
};

/// A commit that stands.
struct Commit {
  CommitOutcome outcome = CommitOutcome::kCommitted;
  int64_t version = 0;  ///< Of the entry that holds the txn.
  int64_t rows = 0;     ///< Written by this call, also when they were applied before.
  int64_t files = 0;
  int64_t bytes = 0;
};

/// A way in which the rows of one key break the contract.
struct RowFailure {
  std::string row_key;  ///< values of the key, joined by ':'; ∅ for NULL
  std::string code;     ///< NULL_VALUE
  std::string place;    ///< a column path, or the name of a check
  std::optional<std::string> path;
  std::optional<std::string> sample;  ///< what is wrong, at most 512 bytes
  int64_t rows = 0;
};

/// The rows that a write was given, and those that it left out.
struct DivertedRows {
  int64_t input_rows = 0;
  int64_t bad_rows = 0;
  std::vector<RowFailure> failures;  ///< by row_key, code and place
};

/// Rows from one source, then one commit. Freed without a commit, it removes the files it wrote,
/// unless a commit may name them. Move-only; one thread at a time, except Cancel().
class Write {
 public:
  static Result<Write> Begin(const Table& table, const WriteSpec& spec);

  /// Writes all rows; blocks until they are in files. Column order and the names of list items may
  /// differ from the table's.
  ///
  /// \return kContractViolation that names the column and up to five rows: a type that does not
  /// fit, a
  ///     null in a NOT NULL column, rows out of order, a key that comes twice, a failure.
  ///     kCancelled.
  Status FromStream(nanoarrow::UniqueArrayStream stream);
  Status FromQuery(const Query& query);

  /// What became of the rows that break the contract: of a write that diverts, once its rows are
  /// written. \return kInvalidArgument for any other.
  Result<DivertedRows> Diverted() const;

  /// Commits what was written, once.
  ///
  /// \return kCommitConflict if another writer won and nothing of this write stands; kCommitUnknown
  /// if
  ///     nobody can say: a write with the same app_id and txn settles it later. After any other
  ///     error nothing was put.
  Result<Commit> CommitRows(const CommitRequest& request);

  /// Makes a call in progress return kCancelled. A commit that was put already is finished. Any
  /// thread.
  void Cancel();

 private:
  struct Free {
    void operator()(NormaWrite* write) const;
  };

  explicit Write(NormaWrite* write) : write_(write) {}

  std::unique_ptr<NormaWrite, Free> write_;
};

}  // namespace norma::engine
