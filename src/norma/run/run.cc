#include "norma/run/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <optional>
#include <thread>
#include <utility>

#include "norma/base/clock.h"
#include "norma/base/unicode.h"
#include "norma/run/checkpoints.h"
#include "norma/run/extract_stage.h"
#include "norma/run/function_catalogue.h"
#include "norma/run/journal.h"
#include "norma/run/manifest.h"
#include "norma/run/report_page.h"
#include "norma/run/rule_stage.h"
#include "norma/run/run_events.h"
#include "norma/run/run_id.h"
#include "norma/run/selection.h"
#include "norma/run/settings.h"
#include "norma/run/stage_clock.h"
#include "norma/run/table_writes.h"
#include "norma/run/version.h"
#include "norma/run/watcher.h"
#include "norma/run/workspace.h"

namespace norma::run {
namespace {

constexpr int64_t kDefaultMemoryBytes = int64_t{2} << 30;
/// The engine's share of the memory budget; the rest is for workers, queues and Parquet buffers.
constexpr int64_t kEngineShare = 2;

/// One run from its first check to its manifest. Each method is a stage.
class Runner {
 public:
  Runner(const RunOptions& options, RunObserver& observer)
      : options_(options), observer_(observer), stages_(observer, events_) {}

  Result<RunSummary> Go() {
    started_ns_ = SystemClock().MonotonicNs();
    NORMA_RETURN_IF_ERROR(Check());
    // Not shown while it runs: what is refused here is an answer, not work.
    stages_.Add("check", Elapsed());
    NORMA_RETURN_IF_ERROR(Open());
    if (!summary_.already_applied) {
      if (const Status done = Work(); !done.ok()) {
        RecordFailure(done.error());
        return WithWhatIsOnDisk(done.error());
      }
      AddReport();
    }
    return Finished();
  }

 private:
  /// Everything that can be refused before any work.
  Status Check() {
    NORMA_ASSIGN_OR_RETURN(source::Repository repository,
                           source::Repository::Open(options_.repository));
    repository_.emplace(std::move(repository));
    NORMA_RETURN_IF_ERROR(CheckOutput(options_.output));
    if (options_.pythons.size() > 1) {
      return Error{ErrorKind::kUnsupported, "one interpreter takes part in a run, for now"};
    }
    const char* search_path = std::getenv("PATH");
    NORMA_ASSIGN_OR_RETURN(
        in_force_.interpreter,
        extract::cpython::FindInterpreter(
            options_.pythons.empty() ? std::nullopt
                                     : std::optional<std::string_view>(options_.pythons.front()),
            search_path == nullptr ? "" : search_path));
    in_force_.jobs = options_.jobs > 0
                         ? options_.jobs
                         : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    in_force_.memory_bytes =
        options_.memory_bytes > 0 ? options_.memory_bytes : kDefaultMemoryBytes;
    in_force_.worker = ExtractBudget::Of(in_force_.memory_bytes, in_force_.jobs).WorkerLimits();
    return {};
  }

  Status Open() {
    stages_.Begin("open");
    NORMA_RETURN_IF_ERROR(engine::StartEngine(
        {.memory_bytes = static_cast<uint64_t>(in_force_.memory_bytes / kEngineShare)}));
    NORMA_ASSIGN_OR_RETURN(contract::Registry contracts, LoadContracts());
    NORMA_ASSIGN_OR_RETURN(selection_, Select(options_.only, contracts));
    NORMA_ASSIGN_OR_RETURN(
        Workspace workspace,
        Workspace::Open({.output = options_.output, .read_only = false}, std::move(contracts)));
    workspace_.emplace(std::move(workspace));
    NORMA_RETURN_IF_ERROR(workspace_->CreateTables());
    NORMA_ASSIGN_OR_RETURN(functions_, CatalogueOf(workspace_->session()));

    summary_.run_id = options_.run_id.empty() ? NewRunId(SystemClock()) : options_.run_id;
    NORMA_ASSIGN_OR_RETURN(const std::optional<Manifest> before,
                           FindManifest(workspace_->session(), summary_.run_id));
    if (before.has_value()) {
      AlreadyApplied(*before);
      return {};
    }
    NORMA_ASSIGN_OR_RETURN(last_, LastManifest(workspace_->session()));
    journal_.emplace(*workspace_, events_,
                     RunRecord{.run_id = summary_.run_id,
                               .norma_version = std::string(kVersion),
                               .limits = LimitsOf(in_force_),
                               .isolation = "worker processes",
                               .catalogue_hash = functions_.hash});
    NORMA_ASSIGN_OR_RETURN(identity_, journal_->Open());
    summary_.run_number = identity_.run_number;
    events_.RunStarted(identity_.run_number);
    events_.InterpreterUsed(in_force_.interpreter);
    return {};
  }

  Status Work() {
    NORMA_RETURN_IF_ERROR(Extract());
    NORMA_RETURN_IF_ERROR(Rules());
    stages_.Begin("manifest");
    NORMA_RETURN_IF_ERROR(Complete());
    for (const std::string& problem : WriteDueCheckpoints(*workspace_)) {
      observer_.Note(problem);
    }
    return {};
  }

  Status Extract() {
    stages_.Begin("scan");
    NORMA_ASSIGN_OR_RETURN(
        const source::ScanResult scan,
        source::Scan(*repository_, source::ScanOptions{.root = options_.repository}));
    summary_.skipped = scan.skipped;
    events_.FilesSkipped(scan.skipped);
    if (!scan.git_refusal.empty()) {
      observer_.Note(fmt::format("git does not list the files, so the folder is walked: {}",
                                 EscapeForMessage(scan.git_refusal)));
    }

    stages_.Begin("extract", static_cast<int64_t>(scan.files.size()), "files");
    const ExtractBudget budget = ExtractBudget::Of(in_force_.memory_bytes, in_force_.jobs);
    EvidenceWriter writer(*workspace_);
    NORMA_RETURN_IF_ERROR(writer.Start(selection_.evidence));
    {
      std::atomic<int64_t> done = 0;
      const Watcher watcher(done, [&](int64_t files) { observer_.Progress(files); }, peak_bytes_);
      NORMA_ASSIGN_OR_RETURN(counts_,
                             ExtractRepository(
                                 *repository_, scan,
                                 ExtractOptions{.cpython = {.interpreter = in_force_.interpreter,
                                                            .limits = in_force_.worker},
                                                .jobs = in_force_.jobs,
                                                .budget = budget},
                                 [&](extract::EvidenceTable table, nanoarrow::UniqueArray batch) {
                                   return writer.Push(table, std::move(batch));
                                 },
                                 done, Stop()));
    }
    Count();

    stages_.Begin("commit evidence");
    NORMA_ASSIGN_OR_RETURN(const std::vector<TableCommit> commits, writer.Finish(identity_));
    for (const TableCommit& done : commits) {
      NORMA_RETURN_IF_ERROR(workspace_->Refresh(done.table));
      AddTable(done.table, done.commit, std::nullopt);
    }
    return RecordInputs();
  }

  Status Rules() {
    stages_.Begin("rules", static_cast<int64_t>(selection_.rules.size()), "rules");
    std::atomic<int64_t> done = 0;
    const Watcher watcher(done, [&](int64_t rules) { observer_.Progress(rules); }, peak_bytes_);
    RuleStage stage(*workspace_, identity_, events_);
    return stage.RunAll(
        selection_.rules,
        [&](RuleResult result) {
          journal_->AddArtifacts(result.artifacts);
          if (result.status.ok()) {
            AddTable(result.output, result.commit, result.fingerprint);
          }
          rules_.push_back(std::move(result));
        },
        done, Stop());
  }

  /// Everything that explains the run, then, last, the manifest.
  Status Complete() {
    if (last_.has_value()) {
      for (const ManifestTable& table : journal_->CarryOver(*last_)) {
        AddResult(table.name, table.row_count, table.version, "carried over");
        events_.TableUnchanged(table.name, table.version);
      }
    }
    summary_.exit_code = options_.strict && counts_.failed_files > 0 ? 1 : 0;
    std::vector<Setting> settings = SettingsOf(options_, in_force_);
    NORMA_ASSIGN_OR_RETURN(const std::vector<Setting> of_engine,
                           EngineSettings(workspace_->session()));
    settings.insert(settings.end(), of_engine.begin(), of_engine.end());
    events_.RunFinished(summary_.exit_code);
    NORMA_RETURN_IF_ERROR(journal_->Complete(std::move(settings), functions_, summary_.exit_code));
    summary_.state = journal_->record().state;
    stages_.End();
    return {};
  }

  /// The tables are committed, so a page that cannot be written is no failure of the run.
  void AddReport() {
    Measure();
    const std::vector<Setting> settings = SettingsOf(options_, in_force_);
    const Result<std::string> path = WriteReport(options_, summary_,
                                                 {.workspace = *workspace_,
                                                  .record = journal_->record(),
                                                  .rules = rules_,
                                                  .settings = settings});
    if (path.ok()) {
      summary_.report_path = path.value();
    } else {
      observer_.Note(path.error().message);
    }
  }

  /// Best effort: the run has failed already, and that error is the one to report.
  void RecordFailure(const Error& error) {
    if (error.kind == ErrorKind::kCommitUnknown) {
      return;  // Nobody may write before it is settled.
    }
    events_.RunFailed(error);
    stages_.End();
    if (const Status recorded = journal_->Fail(error); !recorded.ok()) {
      observer_.Note(
          fmt::format("the failure could not be recorded: {}", recorded.error().message));
    }
  }

  /// A user who stopped a run, or whose run failed, wants to know what is left of it.
  Error WithWhatIsOnDisk(Error error) const {
    if (!error.help.empty()) {
      return error;
    }
    if (summary_.tables.empty()) {
      error.help = "no table was changed";
      return error;
    }
    error.help =
        fmt::format("tables that this run committed: {}; norma query {}", summary_.tables.size(),
                    last_.has_value() ? "reads the last complete run, --latest the newest"
                                      : "--latest reads them");
    return error;
  }

  void Count() {
    summary_.files = counts_.files;
    summary_.lines = counts_.lines;
    summary_.bytes = counts_.bytes;
    summary_.facts = counts_.rows;
    summary_.failed_files_by_reason = counts_.failures_by_code;
    if (counts_.files_with_syntax_errors > 0) {
      summary_.failed_files_by_reason["SYNTAX_ERROR"] = counts_.files_with_syntax_errors;
    }
    events_.FilesFailed(summary_.failed_files_by_reason);
  }

  /// What the run works on: known once the files are in `repo_files`.
  Status RecordInputs() {
    NORMA_ASSIGN_OR_RETURN(std::string inputs_hash,
                           InputsHash(workspace_->session(), SettingsOf(options_, in_force_),
                                      in_force_, functions_.hash));
    const std::vector<std::string> absent = AbsentInputs(selection_, workspace_->contracts());
    for (const std::string& table : absent) {
      events_.InputAbsent(table);
    }
    journal_->SetInputs(std::move(inputs_hash), absent);
    return {};
  }

  void AddTable(const std::string& table, const engine::Commit& commit,
                std::optional<std::string> fingerprint) {
    journal_->AddTable(table, commit, std::move(fingerprint));
    AddResult(table, commit.rows, commit.version,
              commit.outcome == engine::CommitOutcome::kCommitted ? "written" : "already applied");
    events_.TableCommitted(table, commit);
  }

  void AddResult(const std::string& table, int64_t rows, int64_t version, std::string outcome) {
    const contract::Contract* contract = workspace_->contracts().FindContract(table);
    summary_.tables.push_back(
        {.name = table,
         .kind = contract == nullptr ? "" : std::string(ContractKindName(contract->kind)),
         .rows = rows,
         .version = version,
         .outcome = std::move(outcome)});
  }

  void AlreadyApplied(const Manifest& manifest) {
    summary_.already_applied = true;
    summary_.state = RunStateName(RunState::kComplete);
    summary_.run_number = manifest.run_number;
    for (const ManifestTable& table : manifest.tables) {
      AddResult(table.name, table.row_count, table.version, "already applied");
    }
  }

  double Elapsed() const {
    return static_cast<double>(SystemClock().MonotonicNs() - started_ns_) / 1e9;
  }

  void Measure() {
    summary_.stages = stages_.stages();
    summary_.seconds = Elapsed();
    summary_.peak_memory_bytes = std::max(peak_bytes_.load(), ResidentBytes());
    std::ranges::sort(summary_.tables, {}, &TableResult::name);
  }

  RunSummary Finished() {
    stages_.End();
    Measure();
    return std::move(summary_);
  }

  const std::atomic<bool>& Stop() const {
    static const std::atomic<bool> kNever = false;
    return options_.cancel == nullptr ? kNever : *options_.cancel;
  }

  const RunOptions& options_;
  RunObserver& observer_;
  RunSummary summary_;
  RunEvents events_{SystemClock()};
  StageClock stages_;
  int64_t started_ns_ = 0;
  std::atomic<int64_t> peak_bytes_ = 0;
  InForce in_force_;
  std::optional<source::Repository> repository_;
  std::optional<Workspace> workspace_;
  Selection selection_;
  FunctionCatalogue functions_;
  std::optional<Manifest> last_;
  std::optional<Journal> journal_;
  RunIdentity identity_;
  ExtractCounts counts_;
  std::vector<RuleResult> rules_;
};

}  // namespace

Result<RunSummary> Run(const RunOptions& options, RunObserver& observer) {
  return Runner(options, observer).Go();
}

}  // namespace norma::run
