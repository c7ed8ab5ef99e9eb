#include "norma/run/workspace.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <system_error>
#include <thread>
#include <utility>

#include "norma/base/unicode.h"
#include "norma/contract/parse_contract.h"
#include "norma/engine/ddl.h"
#include "norma/functions/catalogue.h"
#include "norma/rules/catalogue.h"

namespace norma::run {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kRunsTable = "control/runs_v1";
/// Opening a table waits for the disk more than it computes.
constexpr size_t kOpeningThreads = 8;

/// Runs `work` for 0 … count-1 on a few threads. \return the error of the lowest index that failed.
Status ForEachInParallel(size_t count, const std::function<Status(size_t)>& work) {
  std::vector<Status> statuses(count);
  std::atomic<size_t> next = 0;
  {
    std::vector<std::jthread> threads;
    threads.reserve(std::min(count, kOpeningThreads));
    for (size_t i = 0; i < std::min(count, kOpeningThreads); ++i) {
      threads.emplace_back([&] {
        for (size_t index = next++; index < count; index = next++) {
          statuses[index] = work(index);
        }
      });
    }
  }
  for (const Status& status : statuses) {
    NORMA_RETURN_IF_ERROR(status);
  }
  return {};
}

Result<engine::TableSpec> SpecOf(const contract::Contract& contract) {
  engine::TableSpec spec;
  NORMA_ASSIGN_OR_RETURN(spec.schema, ArrowSchemaOf(contract));
  spec.comment = contract.comment;
  for (const contract::ContractColumn& column : contract.columns) {
    spec.column_comments.emplace(column.name, column.comment);
  }
  spec.properties = contract.properties;
  spec.contract = engine::TableSpec::Contract{.fingerprint = contract.fingerprint,
                                              .version = contract.schema_version,
                                              .ddl_hash = contract.ddl_hash};
  return spec;
}

/// Whether a folder holds nothing, or no more than the start of a run that ended at once.
bool IsUnused(const fs::path& output, std::error_code& failure) {
  const fs::directory_iterator entries(output, failure);
  return !failure && std::all_of(fs::begin(entries), fs::end(entries), [&](const auto& entry) {
    return entry.path().filename() == fs::path(kRunsTable).parent_path() &&
           fs::is_directory(entry.symlink_status()) && fs::is_empty(entry.path(), failure);
  });
}

/// A stored table must be the one that its contract declares.
Status CheckStored(const contract::Contract& contract, const engine::Table& table) {
  NORMA_ASSIGN_OR_RETURN(const engine::TableFacts facts, table.Facts());
  if (!facts.contract.has_value()) {
    return Error{ErrorKind::kContractViolation,
                 fmt::format("the stored table was not made by norma: {}", contract.name)};
  }
  if (facts.contract->fingerprint != contract.fingerprint) {
    return Error{
        ErrorKind::kContractViolation,
        fmt::format("the stored table has another schema than this version of norma writes: {}",
                    contract.name),
        "use a new output folder"};
  }
  return {};
}

}  // namespace

Result<contract::Registry> LoadContracts() {
  std::vector<contract::Contract> contracts;
  for (const rules::EmbeddedContract& embedded : rules::EmbeddedContracts()) {
    auto parsed = [&]() -> Result<contract::Contract> {
      NORMA_ASSIGN_OR_RETURN(const std::string json, engine::ParseDdl(embedded.ddl));
      return contract::ParseContract(json, embedded.ddl);
    }();
    if (!parsed.ok()) {
      return Error{ErrorKind::kInternal,
                   fmt::format("built-in contract {}: {}", embedded.name, parsed.error().message)};
    }
    contracts.push_back(std::move(parsed).value());
  }
  std::map<std::string, std::string> makers;
  for (const rules::Rule* rule : rules::Catalogue()) {
    makers.emplace(rule->output, rule->name);
  }
  return contract::Registry::Make(std::move(contracts), std::move(makers));
}

Result<arrow::Schema> ArrowSchemaOf(const contract::Contract& contract) {
  return arrow::ParseSchemaText(contract.ShortSchema());
}

Result<Workspace> Workspace::Open(const WorkspaceOptions& options, contract::Registry contracts) {
  NORMA_ASSIGN_OR_RETURN(engine::Root root, engine::Root::Open({.path = options.output,
                                                                .read_only = options.read_only}));
  NORMA_ASSIGN_OR_RETURN(engine::Session session,
                         engine::Session::Open({.batch_rows = options.batch_rows}));
  for (const engine::ScalarFunction& function : functions::NormaFunctions()) {
    NORMA_RETURN_IF_ERROR(session.RegisterFunction(function));
  }
  return Workspace(options.output, std::move(contracts), std::move(root), std::move(session));
}

Status Workspace::CreateTables() {
  const auto create = [&](const contract::Contract& contract) -> Result<engine::Table> {
    NORMA_ASSIGN_OR_RETURN(const engine::TableSpec spec, SpecOf(contract));
    NORMA_ASSIGN_OR_RETURN(engine::Table table,
                           engine::Table::Create(root_, contract.location, spec));
    NORMA_RETURN_IF_ERROR(CheckStored(contract, table));
    return table;
  };
  std::vector<const contract::Contract*> runs;
  std::vector<const contract::Contract*> others;
  for (const contract::Contract& contract : contracts_.contracts()) {
    (contract.location == kRunsTable ? runs : others).push_back(&contract);
  }
  // The table of runs marks the folder as norma's own, should this run end before the others exist.
  NORMA_RETURN_IF_ERROR(OpenAll(runs, create));
  return OpenAll(others, create);
}

Status Workspace::OpenTables(contract::ContractKind kind,
                             const std::map<std::string, int64_t>& versions) {
  std::vector<const contract::Contract*> wanted;
  for (const contract::Contract& contract : contracts_.contracts()) {
    if (contract.kind == kind &&
        (IsCreated(output_, contract) || versions.contains(contract.name))) {
      wanted.push_back(&contract);
    }
  }
  return OpenAll(wanted, [&](const contract::Contract& contract) -> Result<engine::Table> {
    const auto named = versions.find(contract.name);
    const auto version = named == versions.end() ? std::nullopt : std::optional(named->second);
    NORMA_ASSIGN_OR_RETURN(engine::Table table,
                           engine::Table::Open(root_, contract.location, version));
    NORMA_RETURN_IF_ERROR(CheckStored(contract, table));
    return table;
  });
}

Status Workspace::OpenAll(
    const std::vector<const contract::Contract*>& wanted,
    const std::function<Result<engine::Table>(const contract::Contract&)>& open) {
  std::vector<std::optional<engine::Table>> opened(wanted.size());
  NORMA_RETURN_IF_ERROR(ForEachInParallel(wanted.size(), [&](size_t index) -> Status {
    auto table = open(*wanted[index]);
    if (!table.ok()) {
      return table.status().WithContext(fmt::format("table {}", wanted[index]->name));
    }
    opened[index] = std::move(table).value();
    return {};
  }));
  for (size_t i = 0; i < wanted.size(); ++i) {
    NORMA_RETURN_IF_ERROR(Register(*wanted[i], *opened[i]));
    tables_.insert_or_assign(wanted[i]->name, std::move(*opened[i]));
  }
  return {};
}

Status Workspace::Refresh(std::string_view table) {
  NORMA_ASSIGN_OR_RETURN(const contract::Contract* contract, contracts_.GetContract(table));
  NORMA_ASSIGN_OR_RETURN(engine::Table newest, engine::Table::Open(root_, contract->location));
  NORMA_RETURN_IF_ERROR(Register(*contract, newest));
  tables_.insert_or_assign(contract->name, std::move(newest));
  return {};
}

Status Workspace::Register(const contract::Contract& contract, const engine::Table& table) {
  std::vector<std::string> order;
  order.reserve(contract.sort.size());
  for (const contract::ColumnPath& path : contract.sort) {
    order.push_back(path.ToString());
  }
  NORMA_RETURN_IF_ERROR(session_.RegisterTable(contract.name, table, {.sort = order}));
  if (!contract.alias.empty()) {
    NORMA_RETURN_IF_ERROR(session_.RegisterAlias(contract.alias, contract.name));
  }
  return {};
}

const engine::Table* Workspace::FindTable(std::string_view table) const {
  const auto found = tables_.find(table);
  return found == tables_.end() ? nullptr : &found->second;
}

bool IsCreated(const std::string& output, const contract::Contract& contract) {
  std::error_code failure;
  const fs::directory_iterator log(fs::path(output) / contract.location / "_delta_log", failure);
  if (failure) {
    return failure != std::errc::no_such_file_or_directory;  // Opening it will say what is wrong.
  }
  // Hidden names are those of files that were not finished.
  return std::any_of(fs::begin(log), fs::end(log), [](const fs::directory_entry& entry) {
    return !entry.path().filename().string().starts_with('.');
  });
}

Status CheckOutput(const std::string& output) {
  std::error_code failure;
  const fs::file_status status = fs::status(output, failure);
  if (status.type() == fs::file_type::not_found) {
    return {};
  }
  if (status.type() != fs::file_type::directory) {
    return Error{ErrorKind::kStorage, fmt::format("the output is not a folder that can be read: {}",
                                                  EscapeForMessage(output))};
  }
  const bool is_empty = IsUnused(output, failure);
  if (failure) {
    return Error{ErrorKind::kStorage, fmt::format("the output cannot be read: {}: {}",
                                                  failure.message(), EscapeForMessage(output))};
  }
  if (!is_empty && !fs::exists(fs::path(output) / kRunsTable, failure)) {
    return Error{ErrorKind::kInvalidArgument,
                 fmt::format("the output folder holds something else than norma's tables: {}",
                             EscapeForMessage(output)),
                 "name an empty or a new folder with --out"};
  }
  return {};
}

Status CheckFacts(const std::string& output) {
  std::error_code failure;
  if (!fs::exists(fs::path(output) / kRunsTable, failure)) {
    return Error{ErrorKind::kNotFound,
                 fmt::format("there are no facts of norma here: {}", EscapeForMessage(output)),
                 "norma run REPO --out DIR makes them"};
  }
  return {};
}

}  // namespace norma::run
