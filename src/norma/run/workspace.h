#pragma once

/// \file
/// What every command over an output root has open: the contracts, the tables, a session.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "norma/base/result.h"
#include "norma/contract/registry.h"
#include "norma/engine/session.h"
#include "norma/engine/table.h"

namespace norma::run {

/// The contracts of the catalogue, parsed by the engine's own parser.
/// \return kInternal if a built-in contract is not one; a test reads them all.
Result<contract::Registry> LoadContracts();

/// The Arrow form of a contract's columns.
Result<arrow::Schema> ArrowSchemaOf(const contract::Contract& contract);

struct WorkspaceOptions {
  std::string output;
  bool read_only = true;
  uint32_t batch_rows = 0;  ///< of the engine; 0 is its default
};

/// An output root, its tables and a session with norma's functions. Tables are registered with the
/// session under name and alias, each at one version. Movable.
class Workspace {
 public:
  /// Opens root and session; no table yet.
  /// \return kNotFound for a read-only root that is not there, kStorage if it cannot be made.
  static Result<Workspace> Open(const WorkspaceOptions& options, contract::Registry contracts);

  const contract::Registry& contracts() const { return contracts_; }
  const engine::Session& session() const { return session_; }
  engine::Session& session() { return session_; }
  const engine::Root& root() const { return root_; }

  /// Makes or opens every table of the catalogue at its newest version and registers it.
  /// \return kContractViolation if a stored table has another schema than its contract.
  Status CreateTables();

  /// Opens the tables of a kind that exist and registers them. A table of the catalogue that was
  /// never made (by an older norma, say) is left out.
  /// \param versions by table; one that is not named is opened at its newest version.
  Status OpenTables(contract::ContractKind kind, const std::map<std::string, int64_t>& versions);

  /// Opens a table anew, at its newest version, and registers that. Threads may do so at the same
  /// time for different tables that are open, while others read further ones.
  Status Refresh(std::string_view table);

  /// \return nullptr if the table is not open.
  const engine::Table* FindTable(std::string_view table) const;

 private:
  Workspace(std::string output, contract::Registry contracts, engine::Root root,
            engine::Session session)
      : output_(std::move(output)),
        contracts_(std::move(contracts)),
        root_(std::move(root)),
        session_(std::move(session)) {}

  Status OpenAll(const std::vector<const contract::Contract*>& wanted,
                 const std::function<Result<engine::Table>(const contract::Contract&)>& open);
  Status Register(const contract::Contract& contract, const engine::Table& table);

  std::string output_;
  contract::Registry contracts_;
  engine::Root root_;
  engine::Session session_;
  std::map<std::string, engine::Table, std::less<>> tables_;
};

/// Whether a table is there: its log has an entry. A run that ended while it created its tables
/// leaves folders without one.
bool IsCreated(const std::string& output, const contract::Contract& contract);

/// Whether `output` may be written: it does not exist, is empty, or holds control/runs_v1.
/// \return kInvalidArgument for a folder that holds something else; kStorage if it is no folder.
Status CheckOutput(const std::string& output);

/// Whether `output` holds a finished or unfinished run of norma.
/// \return kNotFound otherwise.
Status CheckFacts(const std::string& output);

}  // namespace norma::run
