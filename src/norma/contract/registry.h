#pragma once

/// \file
/// All contracts of a run, by name.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "norma/base/result.h"
#include "norma/contract/contract.h"
#include "norma/sql/schema_source.h"

namespace norma::contract {

/// Holds contracts and finds them by name or alias. Immutable, so safe to read from many threads.
class Registry final : public sql::SchemaSource {
 public:
  /// \param rules which rule makes which output: rule by table name. May leave tables out.
  /// \return kInvalidArgument when a name or alias equals another name or alias, and when a
  ///     reference or a rule names a table or column that is not there.
  static Result<Registry> Make(std::vector<Contract> contracts,
                               std::map<std::string, std::string> rules = {});

  /// In the order in which they were given.
  const std::vector<Contract>& contracts() const { return contracts_; }

  /// Finds by name or alias. \return nullptr when there is none. Lives as long as the registry.
  const Contract* FindContract(std::string_view name_or_alias) const;

  /// The same for a name that somebody typed. \return kNotFound, with the nearest names.
  Result<const Contract*> GetContract(std::string_view name_or_alias) const;

  /// \return kNotFound, with the nearest names.
  Result<sql::TableDescription> Find(std::string_view name) const override;
  /// All names and aliases, sorted.
  std::vector<std::string> Names() const;

 private:
  Registry() = default;

  std::vector<Contract> contracts_;
  std::map<std::string, size_t, std::less<>> by_name_;  // aliases too
  std::map<std::string, std::string> rules_;
};

}  // namespace norma::contract
