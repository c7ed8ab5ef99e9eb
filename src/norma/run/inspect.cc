#include "norma/run/inspect.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "norma/base/unicode.h"
#include "norma/contract/type_names.h"
#include "norma/functions/catalogue.h"
#include "norma/run/function_catalogue.h"
#include "norma/run/manifest.h"
#include "norma/run/version.h"
#include "norma/run/workspace.h"
#include "norma/sql/identifier.h"

namespace norma::run {
namespace {

/// The tables of an output root, each at the version that `snapshot` says.
Result<Workspace> OpenForReading(const std::string& output, Snapshot snapshot) {
  NORMA_RETURN_IF_ERROR(CheckFacts(output));
  NORMA_ASSIGN_OR_RETURN(contract::Registry contracts, LoadContracts());
  NORMA_ASSIGN_OR_RETURN(Workspace workspace, Workspace::Open({.output = output, .read_only = true},
                                                              std::move(contracts)));
  NORMA_RETURN_IF_ERROR(workspace.OpenTables(contract::ContractKind::kControl, {}));
  std::map<std::string, int64_t> versions;
  if (snapshot == Snapshot::kLastRun) {
    NORMA_ASSIGN_OR_RETURN(const std::optional<Manifest> last, LastManifest(workspace.session()));
    if (!last.has_value()) {
      return Error{ErrorKind::kNotFound,
                   fmt::format("no run has been completed here yet: {}", EscapeForMessage(output)),
                   "--latest reads what there is"};
    }
    versions = last->Versions();
  }
  NORMA_RETURN_IF_ERROR(workspace.OpenTables(contract::ContractKind::kEvidence, versions));
  NORMA_RETURN_IF_ERROR(workspace.OpenTables(contract::ContractKind::kOutput, versions));
  return workspace;
}

Result<TableSummary> SummaryOf(const Workspace& workspace, const contract::Contract& contract) {
  TableSummary summary{.name = contract.name,
                       .alias = contract.alias,
                       .kind = std::string(ContractKindName(contract.kind)),
                       .comment = contract.comment};
  const engine::Table* table = workspace.FindTable(contract.name);
  if (table != nullptr) {
    NORMA_ASSIGN_OR_RETURN(const engine::TableFacts facts, table->Facts());
    summary.version = facts.version;
    summary.rows = facts.rows;
    summary.files = static_cast<int64_t>(facts.files.size());
    summary.bytes = facts.bytes;
  }
  return summary;
}

/// The engine knows which table is missing, the registry which one was meant.
Error WithNearTable(Error error, const contract::Registry& contracts) {
  constexpr std::string_view kMissing = "table not found: ";
  if (error.message.starts_with(kMissing)) {
    const auto named = contracts.GetContract(error.message.substr(kMissing.size()));
    error.help = named.ok() ? "no run has made this table here" : named.error().help;
  }
  return error;
}

}  // namespace

Result<engine::Query> PlanQuery(const std::string& output, std::string_view sql,
                                Snapshot snapshot) {
  NORMA_ASSIGN_OR_RETURN(const Workspace workspace, OpenForReading(output, snapshot));
  Result<engine::Query> query = workspace.session().Plan(sql, engine::Policy::kReadOnly);
  if (!query.ok()) {
    return WithNearTable(query.error(), workspace.contracts());
  }
  return query;
}

Result<engine::Query> PlanSample(const std::string& output, const std::string& table, int64_t rows,
                                 Snapshot snapshot) {
  NORMA_ASSIGN_OR_RETURN(const Workspace workspace, OpenForReading(output, snapshot));
  NORMA_ASSIGN_OR_RETURN(const contract::Contract* contract,
                         workspace.contracts().GetContract(table));
  NORMA_ASSIGN_OR_RETURN(const sql::Identifier name, sql::Identifier::Make(contract->name));
  return workspace.session().Plan(fmt::format("SELECT * FROM {} LIMIT {}", name.ToSql(), rows));
}

Result<std::vector<TableSummary>> ListTables(const std::string& output, Snapshot snapshot) {
  NORMA_ASSIGN_OR_RETURN(const Workspace workspace, OpenForReading(output, snapshot));
  std::vector<const contract::Contract*> contracts;
  for (const contract::Contract& contract : workspace.contracts().contracts()) {
    contracts.push_back(&contract);
  }
  std::ranges::sort(contracts, {}, [](const contract::Contract* contract) {
    return std::tie(contract->kind, contract->name);
  });
  std::vector<TableSummary> tables;
  for (const contract::Contract* contract : contracts) {
    NORMA_ASSIGN_OR_RETURN(TableSummary summary, SummaryOf(workspace, *contract));
    tables.push_back(std::move(summary));
  }
  return tables;
}

Result<TableDescription> DescribeTable(const std::string& output, const std::string& table,
                                       Snapshot snapshot) {
  NORMA_ASSIGN_OR_RETURN(const Workspace workspace, OpenForReading(output, snapshot));
  NORMA_ASSIGN_OR_RETURN(const contract::Contract* contract,
                         workspace.contracts().GetContract(table));
  TableDescription description{.location = contract->location, .key = contract->key};
  NORMA_ASSIGN_OR_RETURN(description.summary, SummaryOf(workspace, *contract));
  for (const contract::ContractColumn& column : contract->columns) {
    description.columns.push_back({.name = column.name,
                                   .type = contract::TypeName(column.type),
                                   .nullable = column.nullable,
                                   .comment = column.comment});
  }
  for (const contract::ColumnPath& path : contract->sort) {
    description.sort.push_back(path.ToString());
  }
  description.ddl = contract->ddl;
  return description;
}

Result<std::vector<FunctionDescription>> ListFunctions() {
  NORMA_ASSIGN_OR_RETURN(engine::Session session, engine::Session::Open());
  for (const engine::ScalarFunction& function : functions::NormaFunctions()) {
    NORMA_RETURN_IF_ERROR(session.RegisterFunction(function));
  }
  NORMA_ASSIGN_OR_RETURN(const FunctionCatalogue catalogue, CatalogueOf(session));
  std::vector<FunctionDescription> functions;
  functions.reserve(catalogue.rows.size());
  for (const TextRow& row : catalogue.rows) {
    functions.push_back({.name = row[0].value_or(""),
                         .kind = row[2].value_or(""),
                         .signature = row[1].value_or(""),
                         .result = row[3].value_or(""),
                         .volatility = row[4].value_or(""),
                         .origin = row[5].value_or(""),
                         .description = row[6].value_or("")});
  }
  return functions;
}

Result<std::vector<std::pair<std::string, std::string>>> Versions() {
  std::vector<std::pair<std::string, std::string>> versions = {{"norma", std::string(kVersion)}};
  for (const Component& component : Components()) {
    versions.emplace_back(component.name, component.version);
  }
  return versions;
}

}  // namespace norma::run
