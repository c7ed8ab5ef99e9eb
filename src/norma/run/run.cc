#include "norma/run/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <functional>
#include <iterator>
#include <optional>
#include <thread>
#include <utility>

#include "norma/base/clock.h"
#include "norma/base/unicode.h"
#include "norma/run/checkpoints.h"
#include "norma/run/extract_stage.h"
#include "norma/run/function_catalogue.h"
#include "norma/run/inputs_hash.h"
#include "norma/run/journal.h"
#include "norma/run/manifest.h"
#include "norma/run/report_page.h"
#include "norma/run/rule_stage.h"
#include "norma/run/run_events.h"
#include "norma/run/run_id.h"
#include "norma/run/run_rules.h"
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
/// What a rule has of the engine's memory, at the least, before others run beside it.
constexpr int64_t kRuleMemoryBytes = int64_t{256} << 20;

int RulesAtOnce(const InForce& in_force) {
  const int64_t rules = in_force.memory_bytes / kEngineShare / kRuleMemoryBytes;
  return static_cast<int>(std::clamp<int64_t>(rules, 1, in_force.jobs));
}

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
    if (!options_.scip.empty()) {
      stages_.Begin("index");
      std::vector<extract::scip::IndexSource> sources;
      std::ranges::transform(options_.scip, std::back_inserter(sources),
                             extract::scip::IndexSourceFromText);
      NORMA_ASSIGN_OR_RETURN(indexes_, extract::scip::IndexSet::Open(sources, Stop()));
      in_force_.indexes = indexes_.Summaries();
    }
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
    std::vector<Setting> settings = SettingsOf(options_, in_force_);
    settings_hash_ = SettingsHash(settings, in_force_, functions_.hash);
    NORMA_ASSIGN_OR_RETURN(const std::vector<Setting> of_engine,
                           EngineSettings(workspace_->session()));
    settings.insert(settings.end(), of_engine.begin(), of_engine.end());
    journal_.emplace(*workspace_, events_,
                     RunRecord{.run_id = summary_.run_id,
                               .norma_version = std::string(kVersion),
                               .inputs_hash = settings_hash_,
                               .limits = LimitsOf(in_force_),
                               .isolation = "worker processes",
                               .catalogue_hash = functions_.hash});
    NORMA_ASSIGN_OR_RETURN(identity_, journal_->Open(std::move(settings)));
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

    NORMA_RETURN_IF_ERROR(indexes_.ChooseUnits(*repository_, scan.files, Stop()));

    stages_.Begin("extract", static_cast<int64_t>(scan.files.size()), "files");
    NORMA_ASSIGN_OR_RETURN(FilesHash hash, FilesHash::Make());
    const ExtractBudget budget = ExtractBudget::Of(in_force_.memory_bytes, in_force_.jobs);
    EvidenceWriter writer(*workspace_);
    NORMA_RETURN_IF_ERROR(writer.Start(selection_.evidence));
    const auto receive = [&](extract::EvidenceTable table, nanoarrow::UniqueArray batch) -> Status {
      if (table == extract::EvidenceTable::kRepoFiles) {
        NORMA_RETURN_IF_ERROR(hash.Add(*batch.get()));
      }
      return writer.Push(table, std::move(batch));
    };
    {
      std::atomic<int64_t> done = 0;
      const Watcher watcher(done, [&](int64_t files) { observer_.Progress(files); }, peak_bytes_);
      NORMA_ASSIGN_OR_RETURN(
          counts_,
          ExtractRepository(*repository_, scan,
                            ExtractOptions{.cpython = {.interpreter = in_force_.interpreter,
                                                       .limits = in_force_.worker},
                                           .indexes = &indexes_,
                                           .jobs = in_force_.jobs,
                                           .budget = budget},
                            receive, done, Stop()));
    }
    Count();

    stages_.Begin("commit evidence");
    const std::string files_hash = hash.Text();
    RecordInputs(files_hash);
    return writer.Finish(identity_, [&](const TableCommit& done) -> Status {
      NORMA_RETURN_IF_ERROR(workspace_->Refresh(done.table));
      NORMA_RETURN_IF_ERROR(CheckTakenUp(done, files_hash));
      AddTable(done.table, done.commit, std::nullopt);
      return options_.stop.stop_requested()
                 ? Status(Error{ErrorKind::kCancelled, "the run was stopped"})
                 : Status();
    });
  }

  /// Evidence that an earlier attempt of the run has committed must be of the same files.
  /// `repo_files` names them, and is the first to be committed.
  Status CheckTakenUp(const TableCommit& done, const std::string& files_hash) const {
    if (done.table != EvidenceTableName(extract::EvidenceTable::kRepoFiles) ||
        done.commit.outcome != engine::CommitOutcome::kAlreadyApplied) {
      return {};
    }
    NORMA_ASSIGN_OR_RETURN(const std::string committed, FilesHash::OfTable(workspace_->session()));
    if (committed == files_hash) {
      return {};
    }
    return Error{ErrorKind::kInvalidArgument,
                 fmt::format("the files have changed since the run was begun: {}", summary_.run_id),
                 std::string(kOtherRunHelp)};
  }

  Status Rules() {
    stages_.Begin("rules", static_cast<int64_t>(selection_.rules.size()), "rules");
    std::atomic<int64_t> done = 0;
    const Watcher watcher(done, [&](int64_t rules) { observer_.Progress(rules); }, peak_bytes_);
    RuleStage stage(*workspace_, identity_);
    return RunRules(
        stage, selection_.rules, RulesAtOnce(in_force_), events_,
        [&](RuleResult result) {
          journal_->AddArtifacts(result.artifacts);
          if (result.status.ok()) {
            AddTable(result.output, result.commit, result.fingerprint);
            AddGate(result.gate);
          }
          rules_.push_back(std::move(result));
        },
        done, options_.stop);
  }

  /// Everything that explains the run, then, last, the manifest.
  Status Complete() {
    if (last_.has_value()) {
      for (const ManifestTable& table : journal_->CarryOver(*last_)) {
        AddResult(table.name, table.row_count, table.version, "carried over");
        events_.TableUnchanged(table.name, table.version);
      }
    }
    const bool has_file_errors = options_.strict && counts_.failed_files > 0;
    summary_.exit_code = has_file_errors || has_diverted_rows_ ? 1 : 0;
    events_.RunFinished(summary_.exit_code);
    NORMA_RETURN_IF_ERROR(journal_->Complete(functions_, summary_.exit_code));
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

  void RecordInputs(std::string_view files_hash) {
    const std::vector<AbsentInput> absent =
        AbsentInputs(selection_, workspace_->contracts(), !indexes_.empty());
    for (const AbsentInput& input : absent) {
      events_.InputAbsent(input.table);
    }
    journal_->SetInputs(InputsHash(settings_hash_, files_hash), AbsentInputTexts(absent));
  }

  void AddTable(const std::string& table, const engine::Commit& commit,
                std::optional<std::string> fingerprint) {
    journal_->AddTable(table, commit, std::move(fingerprint));
    AddResult(table, commit.rows, commit.version,
              commit.outcome == engine::CommitOutcome::kCommitted ? "written" : "already applied");
    events_.TableCommitted(table, commit);
  }

  void AddGate(const GateResult& gate) {
    journal_->AddGate(gate);
    summary_.tables.back().error_rows = gate.diverted.bad_rows;
    has_diverted_rows_ |= gate.diverted.bad_rows > 0;
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

  /// options_.stop, for stages that look at a flag.
  const std::atomic<bool>& Stop() const { return is_stopped_; }

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

  const RunOptions& options_;
  RunObserver& observer_;
  RunSummary summary_;
  RunEvents events_{SystemClock()};
  StageClock stages_;
  int64_t started_ns_ = 0;
  std::atomic<int64_t> peak_bytes_ = 0;
  InForce in_force_;
  std::optional<source::Repository> repository_;
  extract::scip::IndexSet indexes_;
  std::optional<Workspace> workspace_;
  Selection selection_;
  FunctionCatalogue functions_;
  std::optional<Manifest> last_;
  std::string settings_hash_;
  std::optional<Journal> journal_;
  RunIdentity identity_;
  ExtractCounts counts_;
  std::vector<RuleResult> rules_;
  bool has_diverted_rows_ = false;
  std::atomic<bool> is_stopped_ = false;
  std::stop_callback<std::function<void()>> on_stop_{options_.stop, [this] { is_stopped_ = true; }};
};

}  // namespace

Result<RunSummary> Run(const RunOptions& options, RunObserver& observer) {
  return Runner(options, observer).Go();
}

}  // namespace norma::run
