#include "norma/run/table_writes.h"

#include <fmt/format.h>

#include <utility>

namespace norma::run {
namespace {

/// Batches of a table that wait for its writer.
constexpr size_t kQueuedBatches = 4;

}  // namespace

engine::WriteSpec WriteSpecOf(const contract::Contract& contract, engine::WriteMode mode) {
  engine::WriteSpec spec{.mode = mode, .key = contract.key};
  for (const contract::ColumnPath& path : contract.sort) {
    spec.sort.push_back(path.ToString());
  }
  spec.key_scope =
      contract.KeyLiesWithinPath() ? engine::KeyScope::kPath : engine::KeyScope::kTable;
  return spec;
}

engine::CommitRequest CommitOfRun(std::string_view table, const RunIdentity& run) {
  return engine::CommitRequest{.app_id = fmt::format("norma/{}", table),
                               .txn = run.run_number,
                               .operation = "WRITE",
                               .run_id = run.run_id};
}

std::string_view RunStateName(RunState state) {
  switch (state) {
    case RunState::kOpen:
      return "open";
    case RunState::kFailed:
      return "failed";
    case RunState::kComplete:
      return "complete";
  }
  return "failed";
}

Result<engine::Commit> AppendControlRows(const Workspace& workspace, std::string_view table,
                                         Rows rows, const std::string& run_id, RunState state) {
  const auto append = [&]() -> Result<engine::Commit> {
    const engine::Table* target = workspace.FindTable(table);
    if (target == nullptr) {
      return Error{ErrorKind::kInternal, "the table is not open"};
    }
    NORMA_ASSIGN_OR_RETURN(
        engine::Write write,
        engine::Write::Begin(*target, engine::WriteSpec{.mode = engine::WriteMode::kAppend}));
    const auto queue = arrow::BatchQueue::Make(std::move(rows.schema), 1);
    if (rows.count > 0) {
      NORMA_RETURN_IF_ERROR(queue->Push(std::move(rows.batch)));
    }
    queue->Close();
    nanoarrow::UniqueArrayStream stream;
    queue->Export(stream.get());
    NORMA_RETURN_IF_ERROR(write.FromStream(std::move(stream)));
    return write.CommitRows({.app_id = fmt::format("norma/{}/{}", table, run_id),
                             .txn = static_cast<int64_t>(state),
                             .operation = "WRITE",
                             .run_id = run_id});
  };
  return append().WithContext(fmt::format("control table {}", table));
}

EvidenceWriter::~EvidenceWriter() {
  for (const auto& lane : lanes_) {
    if (lane != nullptr) {
      lane->queue->Fail(Error{ErrorKind::kCancelled, "the run ended before this table did"});
    }
  }
}

Status EvidenceWriter::Start(const std::vector<extract::EvidenceTable>& tables) {
  for (const extract::EvidenceTable table : tables) {
    const std::string name(EvidenceTableName(table));
    const engine::Table* target = workspace_.FindTable(name);
    const contract::Contract* contract = workspace_.contracts().FindContract(name);
    if (target == nullptr || contract == nullptr) {
      return Error{ErrorKind::kInternal, fmt::format("evidence table is not open: {}", name)};
    }
    auto lane = std::make_unique<Lane>(Lane{.table = table});
    NORMA_ASSIGN_OR_RETURN(const arrow::Schema schema,
                           arrow::ParseSchemaText(EvidenceTableSchema(table)));
    NORMA_ASSIGN_OR_RETURN(nanoarrow::UniqueSchema columns, arrow::ToArrowSchema(schema));
    lane->queue = arrow::BatchQueue::Make(std::move(columns), kQueuedBatches);
    NORMA_ASSIGN_OR_RETURN(
        lane->write,
        engine::Write::Begin(*target, WriteSpecOf(*contract, engine::WriteMode::kReplace)));
    lane->thread = std::jthread([lane = lane.get()] {
      nanoarrow::UniqueArrayStream stream;
      lane->queue->Export(stream.get());
      lane->status = lane->write->FromStream(std::move(stream));
    });
    lanes_[static_cast<size_t>(table)] = std::move(lane);
  }
  return {};
}

Status EvidenceWriter::WhyClosed(Lane& lane) {
  if (lane.thread.joinable()) {
    lane.thread.join();
  }
  return lane.status.WithContext(fmt::format("table {}", EvidenceTableName(lane.table)));
}

Status EvidenceWriter::Push(extract::EvidenceTable table, nanoarrow::UniqueArray batch) {
  Lane* lane = lanes_[static_cast<size_t>(table)].get();
  if (lane == nullptr) {
    return {};
  }
  const Status pushed = lane->queue->Push(std::move(batch));
  if (pushed.ok()) {
    return {};
  }
  // The queue only knows that nobody reads; the write knows why.
  const Status why = WhyClosed(*lane);
  return why.ok() ? pushed : why;
}

Status EvidenceWriter::Finish(const RunIdentity& run, const Receiver& receive) {
  for (const auto& lane : lanes_) {
    if (lane != nullptr) {
      lane->queue->Close();
    }
  }
  for (const auto& lane : lanes_) {
    if (lane != nullptr) {
      NORMA_RETURN_IF_ERROR(WhyClosed(*lane));
    }
  }
  for (const auto& lane : lanes_) {
    if (lane == nullptr) {
      continue;
    }
    const std::string name(EvidenceTableName(lane->table));
    NORMA_ASSIGN_OR_RETURN(
        const engine::Commit commit,
        lane->write->CommitRows(CommitOfRun(name, run)).WithContext(fmt::format("table {}", name)));
    NORMA_RETURN_IF_ERROR(receive({name, commit}));
  }
  return {};
}

}  // namespace norma::run
