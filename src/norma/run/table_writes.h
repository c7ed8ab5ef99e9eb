#pragma once

/// \file
/// Rows of a run into tables: evidence as it streams, control rows at once. Commits carry the run.

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "norma/arrow/batch_queue.h"
#include "norma/base/result.h"
#include "norma/engine/write.h"
#include "norma/extract/evidence_tables.h"
#include "norma/run/control_rows.h"
#include "norma/run/workspace.h"

namespace norma::run {

/// What makes the commits of a run recognisable, so that repeating one is harmless.
struct RunIdentity {
  std::string run_id;
  int64_t run_number = 0;
};

/// How the rows of a contract's table are written: order, key, file size.
engine::WriteSpec WriteSpecOf(const contract::Contract& contract, engine::WriteMode mode);

/// The commit of evidence or an output: txn is the run's number.
engine::CommitRequest CommitOfRun(std::string_view table, const RunIdentity& run);

/// The states of a run, as transaction numbers of the control tables' commits.
enum class RunState : int64_t { kOpen = 1, kFailed = 2, kComplete = 3 };
std::string_view RunStateName(RunState state);

/// Appends rows to a control table, once for each run and state.
/// \return the version that holds them, whether this call added them or an earlier one.
Result<engine::Commit> AppendControlRows(const Workspace& workspace, std::string_view table,
                                         Rows rows, const std::string& run_id, RunState state);

/// What became of a table in a run.
struct TableCommit {
  std::string table;
  engine::Commit commit;
};

/// Writes all evidence tables at once, each on a thread of its own, from batches that are pushed.
///
/// Each table is replaced as a whole. Nothing is committed before Finish(), so a run that stops
/// earlier leaves the tables as they were. Not movable; Push() is called by one thread at a time.
class EvidenceWriter {
 public:
  explicit EvidenceWriter(const Workspace& workspace) : workspace_(workspace) {}
  ~EvidenceWriter();
  EvidenceWriter(const EvidenceWriter&) = delete;
  EvidenceWriter& operator=(const EvidenceWriter&) = delete;

  /// Opens the writes of the given tables; rows of other tables are dropped (`--only`).
  Status Start(const std::vector<extract::EvidenceTable>& tables);

  /// Adds rows; waits while the table's writer is behind.
  Status Push(extract::EvidenceTable table, nanoarrow::UniqueArray batch);

  /// Takes what became of a table. A failure ends the commits.
  using Receiver = std::function<Status(const TableCommit&)>;

  /// Ends the streams, waits for the files, and commits every table, in the order of their list.
  /// \return the first failure; tables committed before it stand, and `receive` has them.
  Status Finish(const RunIdentity& run, const Receiver& receive);

 private:
  struct Lane {
    extract::EvidenceTable table;
    std::shared_ptr<arrow::BatchQueue> queue;
    std::optional<engine::Write> write;
    Status status;
    std::jthread thread;
  };

  /// The lane's own failure if its write ended early.
  Status WhyClosed(Lane& lane);

  const Workspace& workspace_;
  std::array<std::unique_ptr<Lane>, extract::kEvidenceTableCount> lanes_;
};

}  // namespace norma::run
