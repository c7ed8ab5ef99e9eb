#include "norma/run/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <set>
#include <thread>
#include <utility>

#include "norma/base/clock.h"
#include "norma/base/hash.h"
#include "norma/base/id.h"
#include "norma/base/json.h"
#include "norma/base/unicode.h"
#include "norma/rules/catalogue.h"
#include "norma/run/control_rows.h"
#include "norma/run/extract_stage.h"
#include "norma/run/function_catalogue.h"
#include "norma/run/manifest.h"
#include "norma/run/report_page.h"
#include "norma/run/rule_stage.h"
#include "norma/run/selection.h"
#include "norma/run/table_writes.h"
#include "norma/run/text_rows.h"
#include "norma/run/version.h"
#include "norma/run/watcher.h"
#include "norma/run/workspace.h"

namespace norma::run {
namespace {

constexpr int64_t kDefaultMemoryBytes = int64_t{2} << 30;
/// The engine's share of the memory budget; the rest is for workers, queues and Parquet buffers.
constexpr int64_t kEngineShare = 2;

/// Measures stages one after another.
class StageClock {
 public:
  StageClock(RunObserver& observer, std::vector<StageTime>& stages)
      : observer_(observer), stages_(stages) {}

  void Begin(std::string_view name, int64_t total = 0, std::string_view unit = "") {
    End();
    observer_.Stage(name, total, unit);
    name_ = name;
    begun_ns_ = SystemClock().MonotonicNs();
  }

  void End() {
    if (!name_.empty()) {
      const int64_t elapsed = SystemClock().MonotonicNs() - begun_ns_;
      stages_.push_back({.name = name_, .seconds = static_cast<double>(elapsed) / 1e9});
      name_.clear();
    }
  }

 private:
  RunObserver& observer_;
  std::vector<StageTime>& stages_;
  std::string name_;
  int64_t begun_ns_ = 0;
};

/// One run from its first check to its manifest. Each method is a stage.
class Runner {
 public:
  Runner(const RunOptions& options, RunObserver& observer)
      : options_(options), observer_(observer), clock_(observer, summary_.stages) {}

  Result<RunSummary> Go() {
    started_ns_ = SystemClock().MonotonicNs();
    NORMA_RETURN_IF_ERROR(Check());
    // Not shown while it runs: what is refused here is an answer, not work.
    summary_.stages.push_back({.name = "check", .seconds = Elapsed()});
    NORMA_RETURN_IF_ERROR(Open());
    if (summary_.already_applied) {
      return Finished();
    }
    const Status done = Work();
    if (!done.ok()) {
      RecordFailure(done.error());
      return WithWhatIsOnDisk(done.error());
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
        interpreter_,
        extract::cpython::FindInterpreter(
            options_.pythons.empty() ? std::nullopt
                                     : std::optional<std::string_view>(options_.pythons.front()),
            search_path == nullptr ? "" : search_path));
    jobs_ = options_.jobs > 0 ? options_.jobs
                              : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    return {};
  }

  Status Open() {
    clock_.Begin("open");
    NORMA_RETURN_IF_ERROR(
        engine::StartEngine({.memory_bytes = static_cast<uint64_t>(MemoryBytes() / kEngineShare)}));
    NORMA_ASSIGN_OR_RETURN(contract::Registry contracts, LoadContracts());
    NORMA_ASSIGN_OR_RETURN(selection_, Select(options_.only, contracts));
    NORMA_ASSIGN_OR_RETURN(
        Workspace workspace,
        Workspace::Open({.output = options_.output, .read_only = false}, std::move(contracts)));
    workspace_.emplace(std::move(workspace));
    NORMA_RETURN_IF_ERROR(workspace_->CreateTables());
    NORMA_ASSIGN_OR_RETURN(functions_, CatalogueOf(workspace_->session()));

    record_.run_id = options_.run_id.empty() ? NewRunId() : options_.run_id;
    record_.norma_version = kVersion;
    record_.catalogue_hash = functions_.hash;
    record_.limits = Limits();
    record_.isolation = "worker processes";
    summary_.run_id = record_.run_id;

    NORMA_ASSIGN_OR_RETURN(const std::optional<Manifest> before,
                           FindManifest(workspace_->session(), record_.run_id));
    if (before.has_value()) {
      AlreadyApplied(*before);
      return {};
    }
    NORMA_ASSIGN_OR_RETURN(last_, LastManifest(workspace_->session()));
    NORMA_ASSIGN_OR_RETURN(const engine::Commit opened, Append("runs_v1", RunState::kOpen));
    // The version of the commit that opened a run is its number: no two runs of a root share one.
    identity_ = {.run_id = record_.run_id, .run_number = opened.version};
    summary_.run_number = opened.version;
    is_open_ = true;
    return {};
  }

  Status Work() {
    NORMA_RETURN_IF_ERROR(Extract());
    NORMA_RETURN_IF_ERROR(Rules());
    clock_.Begin("manifest");
    NORMA_RETURN_IF_ERROR(Complete());
    clock_.End();
    return {};
  }

  Status Extract() {
    clock_.Begin("scan");
    NORMA_ASSIGN_OR_RETURN(
        const source::ScanResult scan,
        source::Scan(*repository_, source::ScanOptions{.root = options_.repository}));
    summary_.skipped = scan.skipped;
    if (!scan.git_refusal.empty()) {
      observer_.Note(fmt::format("git does not list the files, so the folder is walked: {}",
                                 EscapeForMessage(scan.git_refusal)));
    }

    clock_.Begin("extract", static_cast<int64_t>(scan.files.size()), "files");
    EvidenceWriter writer(*workspace_);
    NORMA_RETURN_IF_ERROR(writer.Start(selection_.evidence));
    {
      std::atomic<int64_t> done = 0;
      const Watcher watcher(done, [&](int64_t files) { observer_.Progress(files); }, peak_bytes_);
      NORMA_ASSIGN_OR_RETURN(
          counts_, ExtractRepository(
                       *repository_, scan,
                       ExtractOptions{.cpython = {.interpreter = interpreter_}, .jobs = jobs_},
                       [&](extract::EvidenceTable table, nanoarrow::UniqueArray batch) {
                         return writer.Push(table, std::move(batch));
                       },
                       done, Stop()));
    }
    summary_.files = counts_.files;
    summary_.lines = counts_.lines;
    summary_.bytes = counts_.bytes;
    summary_.facts = counts_.rows;
    summary_.failed_files_by_reason = counts_.failures_by_code;
    if (counts_.files_with_syntax_errors > 0) {
      summary_.failed_files_by_reason["SYNTAX_ERROR"] = counts_.files_with_syntax_errors;
    }

    clock_.Begin("commit evidence");
    NORMA_ASSIGN_OR_RETURN(const std::vector<TableCommit> commits, writer.Finish(identity_));
    for (const TableCommit& done : commits) {
      NORMA_RETURN_IF_ERROR(workspace_->Refresh(done.table));
      AddTable(done.table, done.commit, std::nullopt);
    }
    return HashInputs();
  }

  Status Rules() {
    clock_.Begin("rules", static_cast<int64_t>(selection_.rules.size()), "rules");
    std::atomic<int64_t> done = 0;
    const Watcher watcher(done, [&](int64_t rules) { observer_.Progress(rules); }, peak_bytes_);
    RuleStage stage(*workspace_, identity_);
    for (const rules::Rule* rule : selection_.rules) {
      if (Stop()) {
        return Error{ErrorKind::kCancelled, "the run was stopped"};
      }
      const int64_t begun_ns = SystemClock().MonotonicNs();
      NORMA_ASSIGN_OR_RETURN(RuleResult result, stage.Run(*rule));
      NORMA_RETURN_IF_ERROR(workspace_->Refresh(rule->output));
      AddTable(result.output, result.commit, result.fingerprint);
      result.seconds = static_cast<double>(SystemClock().MonotonicNs() - begun_ns) / 1e9;
      rules_.push_back(std::move(result));
      ++done;
    }
    return {};
  }

  /// Everything that explains the run, then the report, then, last, the manifest.
  Status Complete() {
    record_.absent_inputs = AbsentInputs();
    record_.exit_code = ExitCodeOfRun();
    record_.run_number = identity_.run_number;
    CarryOver();

    NORMA_RETURN_IF_ERROR(AppendArtifacts());
    NORMA_ASSIGN_OR_RETURN(Rows settings, SettingRows(record_.run_id, Settings()));
    NORMA_RETURN_IF_ERROR(AppendControlRows(*workspace_, "settings_v1", std::move(settings),
                                            record_.run_id, RunState::kComplete)
                              .status());
    NORMA_RETURN_IF_ERROR(AppendFunctions(*workspace_, functions_, record_.run_id));
    NORMA_ASSIGN_OR_RETURN(Rows events, EventRows(record_.run_id, "complete", Events()));
    NORMA_RETURN_IF_ERROR(AppendControlRows(*workspace_, "events_v1", std::move(events),
                                            record_.run_id, RunState::kComplete)
                              .status());
    NORMA_RETURN_IF_ERROR(Append("runs_v1", RunState::kComplete).status());

    summary_.state = "complete";
    summary_.exit_code = *record_.exit_code;
    Measure();
    NORMA_ASSIGN_OR_RETURN(summary_.report_path, WriteReport(options_, summary_,
                                                             {.workspace = *workspace_,
                                                              .record = record_,
                                                              .rules = rules_,
                                                              .settings = Settings()}));
    return {};
  }

  Status AppendArtifacts() {
    std::vector<Artifact> artifacts;
    for (const RuleResult& result : rules_) {
      artifacts.insert(artifacts.end(), result.artifacts.begin(), result.artifacts.end());
    }
    for (const contract::Contract& contract : workspace_->contracts().contracts()) {
      artifacts.push_back({.subject = contract.name, .kind = "ddl", .content = contract.ddl});
    }
    NORMA_ASSIGN_OR_RETURN(Rows rows,
                           ArtifactRows(record_.run_id, "complete", std::move(artifacts)));
    return AppendControlRows(*workspace_, "plan_artifacts_v1", std::move(rows), record_.run_id,
                             RunState::kComplete)
        .status();
  }

  Result<engine::Commit> Append(std::string_view table, RunState state) {
    record_.state = RunStateName(state);
    record_.time_unix_ms = SystemClock().UnixMs();
    NORMA_ASSIGN_OR_RETURN(Rows rows, RunRows(record_));
    return AppendControlRows(*workspace_, table, std::move(rows), record_.run_id, state);
  }

  /// Best effort: the run has failed already, and that error is the one to report.
  void RecordFailure(const Error& error) {
    clock_.End();
    if (!is_open_ || error.kind == ErrorKind::kCommitUnknown) {
      return;
    }
    record_.run_number = identity_.run_number;
    record_.exit_code = ExitCode(error.kind);
    record_.tables.clear();
    if (const auto recorded = Append("runs_v1", RunState::kFailed); !recorded.ok()) {
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

  void AddTable(const std::string& table, const engine::Commit& commit,
                std::optional<std::string> fingerprint) {
    const contract::Contract* contract = workspace_->contracts().FindContract(table);
    record_.tables.push_back({.name = table,
                              .version = commit.version,
                              .txn = identity_.run_number,
                              .row_count = commit.rows,
                              .error_rows = 0,
                              .contract_hash = contract->fingerprint,
                              .fingerprint = std::move(fingerprint)});
    summary_.tables.push_back({.name = table,
                               .kind = std::string(ContractKindName(contract->kind)),
                               .rows = commit.rows,
                               .version = commit.version,
                               .outcome = commit.outcome == engine::CommitOutcome::kCommitted
                                              ? "written"
                                              : "already applied"});
  }

  /// Tables that this run did not touch stay as the manifest before named them.
  void CarryOver() {
    if (!last_.has_value()) {
      return;
    }
    std::set<std::string> written;
    for (const ManifestTable& table : record_.tables) {
      written.insert(table.name);
    }
    for (const ManifestTable& table : last_->tables) {
      if (!written.contains(table.name)) {
        record_.tables.push_back(table);
      }
    }
  }

  /// Evidence tables that rules read and no producer of this build fills.
  std::vector<std::string> AbsentInputs() const {
    std::set<std::string> absent;
    for (const RuleResult& result : rules_) {
      for (const std::string& input : result.inputs) {
        const contract::Contract* contract = workspace_->contracts().FindContract(input);
        if (contract->kind == contract::ContractKind::kEvidence && !HasProducer(input)) {
          absent.insert(input);
        }
      }
    }
    return {absent.begin(), absent.end()};
  }

  Status HashInputs() {
    NORMA_ASSIGN_OR_RETURN(
        const std::vector<TextRow> files,
        FetchTextRows(workspace_->session(),
                      "SELECT path, content_sha256 FROM repo_files ORDER BY path"));
    std::string input = record_.catalogue_hash + '\n';
    for (const Setting& setting : Settings()) {
      // How fast a run is does not change what it makes.
      if (setting.name != "jobs" && setting.name != "memory" && setting.name != "repository" &&
          setting.name != "output") {
        input += fmt::format("{}={}\n", setting.name, setting.value.value_or(""));
      }
    }
    for (const TextRow& file : files) {
      input += fmt::format("{}\n{}\n", file[0].value_or(""), file[1].value_or(""));
    }
    record_.inputs_hash = "inputs1:" + Hex(Blake2b(input, 32));
    return {};
  }

  std::vector<Setting> Settings() const {
    const auto source = [this](const std::string& option) {
      const auto given = options_.setting_sources.find(option);
      return given == options_.setting_sources.end() ? "default" : given->second;
    };
    std::vector<Setting> settings = {
        {"repository", options_.repository, "option"},
        {"output", options_.output, source("out")},
        {"python", interpreter_.version, source("python")},
        {"jobs", std::to_string(jobs_), source("jobs")},
        {"memory", std::to_string(MemoryBytes()), source("memory")},
        {"strict", options_.strict ? "true" : "false", source("strict")},
        {"only", fmt::format("{}", fmt::join(options_.only, ",")), source("only")},
    };
    for (const auto& [key, value] : options_.labels) {
      settings.push_back({"label." + key, value, "option"});
    }
    return settings;
  }

  std::map<std::string, std::string> Limits() const {
    return {{"file_bytes", std::to_string(source::kMaxFileBytes)},
            {"memory_bytes", std::to_string(MemoryBytes())}};
  }

  std::vector<EventRow> Events() const {
    std::vector<EventRow> events;
    const int64_t now = SystemClock().UnixMs();
    for (const StageTime& stage : summary_.stages) {
      events.push_back({.seq = static_cast<int64_t>(events.size()),
                        .time_unix_ms = now,
                        .level = "info",
                        .code = "STAGE_DONE",
                        .stage = stage.name,
                        .message = "a stage of the run is done",
                        .attrs = {{"seconds", fmt::format("{:.3f}", stage.seconds)}}});
    }
    return events;
  }

  int ExitCodeOfRun() const { return options_.strict && counts_.failed_files > 0 ? 1 : 0; }

  void AlreadyApplied(const Manifest& manifest) {
    summary_.already_applied = true;
    summary_.state = "complete";
    summary_.run_number = manifest.run_number;
    for (const ManifestTable& table : manifest.tables) {
      const contract::Contract* contract = workspace_->contracts().FindContract(table.name);
      summary_.tables.push_back(
          {.name = table.name,
           .kind = contract == nullptr ? "" : std::string(ContractKindName(contract->kind)),
           .rows = table.row_count,
           .version = table.version,
           .outcome = "already applied"});
    }
  }

  double Elapsed() const {
    return static_cast<double>(SystemClock().MonotonicNs() - started_ns_) / 1e9;
  }

  void Measure() {
    summary_.seconds = Elapsed();
    summary_.peak_memory_bytes = std::max(peak_bytes_.load(), ResidentBytes());
  }

  Result<RunSummary> Finished() {
    clock_.End();
    Measure();
    return std::move(summary_);
  }

  int64_t MemoryBytes() const {
    return options_.memory_bytes > 0 ? options_.memory_bytes : kDefaultMemoryBytes;
  }

  /// A time and a random part, so that ids of one root sort by age.
  static std::string NewRunId() {
    const int64_t now = SystemClock().UnixMs();
    const std::string stamp = UtcText(now).substr(0, 19);
    std::string digits;
    std::ranges::copy_if(stamp, std::back_inserter(digits),
                         [](char c) { return c >= '0' && c <= '9'; });
    const std::string seed = fmt::format("{}-{}", SystemClock().MonotonicNs(), now);
    return fmt::format("{}-{}", digits, Hex(Blake2b(seed, 4)));
  }

  const std::atomic<bool>& Stop() const {
    static const std::atomic<bool> kNever = false;
    return options_.cancel == nullptr ? kNever : *options_.cancel;
  }

  const RunOptions& options_;
  RunObserver& observer_;
  RunSummary summary_;
  StageClock clock_;
  int64_t started_ns_ = 0;
  int jobs_ = 1;
  bool is_open_ = false;
  std::atomic<int64_t> peak_bytes_ = 0;
  std::optional<source::Repository> repository_;
  extract::cpython::Interpreter interpreter_;
  std::optional<Workspace> workspace_;
  Selection selection_;
  FunctionCatalogue functions_;
  std::optional<Manifest> last_;
  RunIdentity identity_;
  RunRecord record_;
  ExtractCounts counts_;
  std::vector<RuleResult> rules_;
};

}  // namespace

Result<RunSummary> Run(const RunOptions& options, RunObserver& observer) {
  return Runner(options, observer).Go();
}

}  // namespace norma::run
