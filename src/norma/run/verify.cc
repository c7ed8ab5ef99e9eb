#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "norma/contract/registry.h"
#include "norma/delta/log_check.h"
#include "norma/run/inspect.h"
#include "norma/run/text_rows.h"
#include "norma/run/workspace.h"
#include "norma/sql/identifier.h"

namespace norma::run {
namespace {

namespace fs = std::filesystem;

Result<std::vector<const contract::Contract*>> Wanted(const contract::Registry& contracts,
                                                      const std::vector<std::string>& tables) {
  std::vector<const contract::Contract*> wanted;
  if (tables.empty()) {
    for (const contract::Contract& contract : contracts.contracts()) {
      wanted.push_back(&contract);
    }
    return wanted;
  }
  for (const std::string& name : tables) {
    NORMA_ASSIGN_OR_RETURN(const contract::Contract* contract, contracts.GetContract(name));
    wanted.push_back(contract);
  }
  return wanted;
}

/// Whether a folder has files that only a log can have asked for.
bool HoldsData(const fs::path& folder) {
  std::error_code failure;
  const fs::directory_iterator files(folder, failure);
  return !failure && std::any_of(fs::begin(files), fs::end(files), [](const auto& entry) {
    return entry.path().extension() == ".parquet";
  });
}

/// How many values of a column have no row in the table that they name.
Result<std::vector<TextRow>> Dangling(const Workspace& workspace, const std::string& table,
                                      const contract::Reference& reference) {
  NORMA_ASSIGN_OR_RETURN(const sql::Identifier from, sql::Identifier::Make(table));
  NORMA_ASSIGN_OR_RETURN(const sql::Identifier column, sql::Identifier::Make(reference.column));
  NORMA_ASSIGN_OR_RETURN(const sql::Identifier to, sql::Identifier::Make(reference.table));
  NORMA_ASSIGN_OR_RETURN(const sql::Identifier target, sql::Identifier::Make(reference.target));
  return FetchTextRows(
      workspace.session(),
      fmt::format("SELECT arrow_cast(count(*), 'Utf8'), arrow_cast(min(a.{1}), 'Utf8') FROM {0} a "
                  "LEFT ANTI JOIN {2} b ON (a.{1} = b.{3}) WHERE a.{1} IS NOT NULL",
                  from.ToSql(), column.ToSql(), to.ToSql(), target.ToSql()));
}

Status CheckReferences(const Workspace& workspace, const contract::Contract& contract,
                       std::vector<Finding>& findings) {
  for (const contract::Reference& reference : contract.references) {
    if (workspace.FindTable(contract.name) == nullptr ||
        workspace.FindTable(reference.table) == nullptr) {
      continue;
    }
    NORMA_ASSIGN_OR_RETURN(const std::vector<TextRow> rows,
                           Dangling(workspace, contract.name, reference));
    if (!rows.empty() && rows[0][0] != "0") {
      findings.push_back(
          {.table = contract.name,
           .code = "DANGLING_REFERENCE",
           .message = fmt::format("{} values of {} are not in {}.{}, the first: {}",
                                  rows[0][0].value_or("?"), reference.column, reference.table,
                                  reference.target, rows[0][1].value_or("?"))});
    }
  }
  return {};
}

}  // namespace

Result<VerifyResult> Verify(const std::string& output, const std::vector<std::string>& tables) {
  NORMA_RETURN_IF_ERROR(CheckFacts(output));
  NORMA_ASSIGN_OR_RETURN(contract::Registry contracts, LoadContracts());
  NORMA_ASSIGN_OR_RETURN(const std::vector<const contract::Contract*> wanted,
                         Wanted(contracts, tables));
  VerifyResult result;
  for (const contract::Contract* contract : wanted) {
    const fs::path folder = fs::path(output) / contract->location;
    if (!IsCreated(output, *contract) && !HoldsData(folder)) {
      continue;
    }
    NORMA_ASSIGN_OR_RETURN(const delta::LogReport report, delta::CheckLog(folder.string()));
    ++result.tables;
    result.versions += report.last_version - report.first_version + 1;
    for (const delta::LogFinding& finding : report.findings) {
      result.findings.push_back(
          {.table = contract->name,
           .code = "LOG",
           .message = finding.line > 0
                          ? fmt::format("{}:{}: {}", finding.file, finding.line, finding.message)
                          : fmt::format("{}: {}", finding.file, finding.message)});
    }
  }
  if (!result.findings.empty()) {
    return result;  // A damaged log answers no query.
  }
  NORMA_ASSIGN_OR_RETURN(Workspace workspace, Workspace::Open({.output = output, .read_only = true},
                                                              std::move(contracts)));
  for (const auto kind : {contract::ContractKind::kControl, contract::ContractKind::kEvidence,
                          contract::ContractKind::kOutput}) {
    NORMA_RETURN_IF_ERROR(workspace.OpenTables(kind, {}));
  }
  for (const contract::Contract& contract : workspace.contracts().contracts()) {
    NORMA_RETURN_IF_ERROR(CheckReferences(workspace, contract, result.findings));
  }
  return result;
}

}  // namespace norma::run
