#include <fmt/format.h>

#include "norma/contract/contract_hash_internal.h"
#include "norma/contract/type_names.h"
#include "norma/sql/part_hash.h"

namespace norma::contract {

std::string DdlHash(std::string_view ddl) { return sql::PartHash("ddl").Add(ddl).Stored("ddl"); }

std::string ContractFingerprint(const Contract& contract) {
  sql::PartHash hash("contract");
  // Lists come with their lengths, so that nothing can move from one to the next.
  const auto add_count = [&](size_t count) { hash.Add(fmt::format("{}", count)); };
  hash.Add(contract.name).Add(fmt::format("{}", contract.schema_version));
  add_count(contract.columns.size());
  for (const ContractColumn& column : contract.columns) {
    hash.Add(column.name).Add(TypeName(column.type)).Add(column.nullable ? "null" : "not null");
  }
  add_count(contract.not_null.size());
  for (const ColumnPath& path : contract.not_null) {
    hash.Add(path.ToString());
  }
  add_count(contract.key.size());
  for (const std::string& column : contract.key) {
    hash.Add(column);
  }
  return hash.Stored("contract");
}

}  // namespace norma::contract
