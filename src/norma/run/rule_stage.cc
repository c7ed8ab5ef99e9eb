#include "norma/run/rule_stage.h"

#include <fmt/format.h>

#include <utility>

#include "norma/base/json.h"
#include "norma/contract/gate.h"
#include "norma/engine/arrow_types.h"
#include "norma/sql/compile.h"

namespace norma::run {
namespace {

/// The versions of the inputs that the plan reads, as JSON.
Result<std::string> InputVersions(const Workspace& workspace,
                                  const std::vector<std::string>& inputs) {
  nlohmann::json versions = nlohmann::json::object();
  for (const std::string& input : inputs) {
    const contract::Contract* contract = workspace.contracts().FindContract(input);
    const engine::Table* table =
        contract == nullptr ? nullptr : workspace.FindTable(contract->name);
    if (table == nullptr) {
      return Error{ErrorKind::kInternal, fmt::format("input is not open: {}", input)};
    }
    NORMA_ASSIGN_OR_RETURN(const engine::TableFacts facts, table->Facts());
    versions[contract->name] = facts.version;
  }
  return JsonText(versions);
}

Result<sql::Schema> PlannedSchema(const engine::Query& query) {
  NORMA_ASSIGN_OR_RETURN(const nanoarrow::UniqueSchema schema, query.Schema());
  return engine::SchemaFromArrow(*schema.get());
}

}  // namespace

RuleStage::RuleStage(const Workspace& workspace, RunIdentity identity)
    : workspace_(workspace),
      identity_(std::move(identity)),
      engine_resolver_(workspace.session()),
      resolver_(engine_resolver_) {}

Result<RuleResult> RuleStage::Run(const rules::Rule& rule) {
  return RunUnnamed(rule).WithContext(fmt::format("rule {}", rule.name));
}

Result<RuleResult> RuleStage::RunUnnamed(const rules::Rule& rule) {
  const contract::Contract* contract = workspace_.contracts().FindContract(rule.output);
  const engine::Table* target = workspace_.FindTable(rule.output);
  if (contract == nullptr || target == nullptr) {
    return Error{ErrorKind::kInternal, fmt::format("output is not open: {}", rule.output)};
  }
  RuleResult result{.rule = std::string(rule.name), .output = std::string(rule.output)};
  result.inputs.assign(rule.inputs.begin(), rule.inputs.end());
  result.inputs.insert(result.inputs.end(), rule.optional_inputs.begin(),
                       rule.optional_inputs.end());

  NORMA_ASSIGN_OR_RETURN(const expr::Table plan,
                         rules::BuildRule(rule, workspace_.contracts(), resolver_));
  NORMA_ASSIGN_OR_RETURN(const sql::Ir ir, plan.ToIr());
  NORMA_ASSIGN_OR_RETURN(const sql::Compiled compiled, sql::Compile(ir));
  result.sql = compiled.sql;
  result.fingerprint = compiled.def;

  // Admission: the engine must plan exactly the columns that the IR promises.
  NORMA_ASSIGN_OR_RETURN(const engine::Query bare,
                         workspace_.session().Plan(compiled.sql, engine::Policy::kRule));
  NORMA_ASSIGN_OR_RETURN(const sql::Schema planned, PlannedSchema(bare));
  NORMA_RETURN_IF_ERROR(sql::CheckAdmission(compiled.output, planned));

  NORMA_ASSIGN_OR_RETURN(const contract::GatedQuery gated,
                         contract::GateSql(compiled.sql, planned, *contract));
  NORMA_ASSIGN_OR_RETURN(const engine::Query query,
                         workspace_.session().Plan(gated.sql, engine::Policy::kRule));
  engine::WriteSpec spec = WriteSpecOf(*contract, engine::WriteMode::kReplace);
  spec.failures_column = contract::kFailuresColumn;
  NORMA_ASSIGN_OR_RETURN(engine::Write write, engine::Write::Begin(*target, spec));
  NORMA_RETURN_IF_ERROR(write.FromQuery(query));
  NORMA_ASSIGN_OR_RETURN(result.commit, write.CommitRows(CommitOfRun(contract->name, identity_)));

  NORMA_ASSIGN_OR_RETURN(std::string explain, query.Explain("physical"));
  NORMA_ASSIGN_OR_RETURN(std::string versions, InputVersions(workspace_, result.inputs));
  result.artifacts = {
      {.subject = result.rule, .kind = "sql", .content = compiled.sql},
      {.subject = result.rule, .kind = "gated_sql", .content = gated.sql},
      {.subject = result.rule, .kind = "def", .content = compiled.def},
      {.subject = result.rule, .kind = "explain", .content = std::move(explain)},
      {.subject = result.rule, .kind = "inputs", .content = std::move(versions)},
      {.subject = result.rule,
       .kind = "output",
       .content = fmt::format(R"({{"table":"{}","version":{},"rows":{}}})", contract->name,
                              result.commit.version, result.commit.rows)},
  };
  return result;
}

}  // namespace norma::run
