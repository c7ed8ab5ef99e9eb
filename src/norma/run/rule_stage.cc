#include "norma/run/rule_stage.h"

#include <fmt/format.h>

#include <charconv>
#include <stop_token>
#include <string_view>
#include <utility>

#include "norma/base/clock.h"
#include "norma/base/json.h"
#include "norma/contract/gate.h"
#include "norma/run/admission.h"
#include "norma/run/claims.h"
#include "norma/run/text_rows.h"
#include "norma/sql/compile.h"

namespace norma::run {
namespace {

/// How often a rule is planned again after another writer has won.
constexpr size_t kMaxConflicts = 3;

/// The versions of the inputs that the plan reads, as JSON.
Result<std::string> InputVersions(const Workspace& workspace,
                                  const std::vector<std::string>& inputs) {
  nlohmann::json versions = nlohmann::json::object();
  for (const std::string& input : inputs) {
    NORMA_ASSIGN_OR_RETURN(const contract::Contract* contract,
                           workspace.contracts().GetContract(input));
    const engine::Table* table = workspace.FindTable(contract->name);
    if (table == nullptr) {
      return Error{ErrorKind::kInternal, fmt::format("input is not open: {}", input)};
    }
    NORMA_ASSIGN_OR_RETURN(const engine::TableFacts facts, table->Facts());
    versions[contract->name] = facts.version;
  }
  return JsonText(versions);
}

std::string OutputText(const RuleResult& result) {
  return JsonText(
      {{"table", result.output}, {"version", result.commit.version}, {"rows", result.commit.rows}});
}

/// How far the rule came and what was wrong, as JSON.
std::string ReportText(const RuleResult& result, const contract::GatedQuery& gated) {
  nlohmann::json report = {{"step", result.step},
                           {"warnings", result.warnings},
                           {"missing_columns", gated.missing_columns},
                           {"dropped_columns", gated.dropped_columns},
                           {"cast_columns", gated.cast_columns},
                           {"errors", nlohmann::json::array()}};
  if (!result.status.ok()) {
    const Error& error = result.status.error();
    report["errors"].push_back({{"kind", ErrorKindName(error.kind)}, {"message", error.message}});
  }
  return JsonText(report);
}

Result<int64_t> CountRows(const engine::Session& session, std::string_view sql) {
  NORMA_ASSIGN_OR_RETURN(
      const std::vector<TextRow> rows,
      FetchTextRows(session,
                    fmt::format("SELECT arrow_cast(count(*), 'Utf8') FROM ({}) AS rows", sql)));
  int64_t count = 0;
  const std::string text = rows.empty() ? "0" : rows.front().front().value_or("0");
  std::from_chars(text.data(), text.data() + text.size(), count);
  return count;
}

/// Collects the texts about a rule as they come into being.
class ArtifactList {
 public:
  explicit ArtifactList(RuleResult& result) : result_(result) {}

  void Add(std::string_view kind, std::string content) {
    result_.artifacts.push_back(
        {.subject = result_.rule, .kind = std::string(kind), .content = std::move(content)});
  }

 private:
  RuleResult& result_;
};

}  // namespace

RuleStage::RuleStage(Workspace& workspace, RunIdentity identity)
    : workspace_(workspace),
      identity_(std::move(identity)),
      engine_resolver_(workspace.session()),
      resolver_(engine_resolver_) {}

RuleResult RuleStage::Run(const rules::Rule& rule, const std::stop_token& stop) {
  const int64_t begun_ns = SystemClock().MonotonicNs();
  std::vector<Error> conflicts;
  for (;;) {
    RuleResult result{.rule = std::string(rule.name), .output = std::string(rule.output)};
    contract::GatedQuery gated;
    result.status =
        RunSteps(rule, stop, result, gated).WithContext(fmt::format("rule {}", rule.name));
    const bool is_conflict =
        !result.status.ok() && result.status.error().kind == ErrorKind::kCommitConflict;
    if (is_conflict && conflicts.size() < kMaxConflicts && workspace_.Refresh(rule.output).ok()) {
      conflicts.push_back(result.status.error());
      continue;
    }
    result.conflicts = std::move(conflicts);
    ArtifactList(result).Add("report", ReportText(result, gated));
    result.seconds = static_cast<double>(SystemClock().MonotonicNs() - begun_ns) / 1e9;
    return result;
  }
}

Status RuleStage::RunSteps(const rules::Rule& rule, const std::stop_token& stop, RuleResult& result,
                           contract::GatedQuery& gated) {
  ArtifactList artifacts(result);
  result.inputs.assign(rule.inputs.begin(), rule.inputs.end());
  result.inputs.insert(result.inputs.end(), rule.optional_inputs.begin(),
                       rule.optional_inputs.end());
  result.step = "build";
  NORMA_ASSIGN_OR_RETURN(const contract::Contract* contract,
                         workspace_.contracts().GetContract(rule.output));
  const engine::Table* target = workspace_.FindTable(contract->name);
  if (target == nullptr) {
    return Error{ErrorKind::kInternal, fmt::format("output is not open: {}", rule.output)};
  }
  NORMA_ASSIGN_OR_RETURN(std::string versions, InputVersions(workspace_, result.inputs));
  artifacts.Add("inputs", std::move(versions));
  NORMA_ASSIGN_OR_RETURN(const rules::BuiltRule built,
                         rules::BuildRule(rule, workspace_.contracts(), resolver_));

  result.step = "compile";
  NORMA_ASSIGN_OR_RETURN(const sql::Ir ir, built.plan.ToIr());
  NORMA_ASSIGN_OR_RETURN(const sql::Compiled compiled, sql::Compile(ir));
  result.sql = compiled.sql;
  result.fingerprint = compiled.def;
  result.warnings = compiled.warnings;
  artifacts.Add("sql", compiled.sql);
  artifacts.Add("def", compiled.def);

  result.step = "admit";
  NORMA_ASSIGN_OR_RETURN(const sql::Schema planned, Admit(workspace_.session(), compiled));

  result.step = "gate";
  NORMA_ASSIGN_OR_RETURN(gated, contract::GateSql(compiled.sql, planned, *contract));
  artifacts.Add("gated_sql", gated.sql);
  result.gate = {.rule = result.rule,
                 .output = result.output,
                 .missing_columns = gated.missing_columns,
                 .dropped_columns = gated.dropped_columns,
                 .cast_columns = gated.cast_columns};
  NORMA_ASSIGN_OR_RETURN(const engine::Query query,
                         workspace_.session().Plan(gated.sql, engine::Policy::kRule));
  NORMA_ASSIGN_OR_RETURN(std::string explain, query.Explain("physical"));
  artifacts.Add("explain", std::move(explain));
  // Before it runs: what is counted afterwards depends on what ran beside it.
  NORMA_ASSIGN_OR_RETURN(std::string plan, query.PlanJson());
  artifacts.Add("plan", std::move(plan));

  result.step = "claims";
  NORMA_RETURN_IF_ERROR(CheckClaims(workspace_.session(), built.claims, stop));

  result.step = "write";
  engine::WriteSpec spec = WriteSpecOf(*contract, engine::WriteMode::kReplace);
  spec.failures_column = contract::kFailuresColumn;
  spec.diverts = contract->on_error == contract::OnError::kDivert;
  NORMA_ASSIGN_OR_RETURN(engine::Write write, engine::Write::Begin(*target, spec));
  const std::stop_callback cancel(stop, [&write] { write.Cancel(); });
  NORMA_RETURN_IF_ERROR(write.FromQuery(query));

  if (spec.diverts) {
    NORMA_ASSIGN_OR_RETURN(result.gate.diverted, write.Diverted());
  }

  result.step = "commit";
  NORMA_ASSIGN_OR_RETURN(result.commit, write.CommitRows(CommitOfRun(contract->name, identity_)));
  result.gate.good_rows = result.commit.rows;
  if (!contract->dedupe_order.empty()) {
    NORMA_ASSIGN_OR_RETURN(const int64_t rows, CountRows(workspace_.session(), compiled.sql));
    result.gate.deduped_rows = rows - result.gate.good_rows - result.gate.diverted.bad_rows;
  }
  result.step = "done";
  artifacts.Add("output", OutputText(result));
  return workspace_.Refresh(contract->name);
}

}  // namespace norma::run
