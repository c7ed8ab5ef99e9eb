#include "norma/contract/table_spec.h"

#include <nlohmann/json.hpp>

namespace norma::contract {

std::string TableSpecJson(const Contract& contract) {
  nlohmann::json comments = nlohmann::json::object();
  for (const ContractColumn& column : contract.columns) {
    if (!column.comment.empty()) {
      comments[column.name] = column.comment;
    }
  }
  const nlohmann::json spec = {
      {"comment", contract.comment},
      {"column_comments", std::move(comments)},
      {"properties", contract.properties},
      {"contract",
       {{"fingerprint", contract.fingerprint},
        {"version", contract.schema_version},
        {"ddl_hash", contract.ddl_hash}}},
  };
  // A contract's text is checked UTF-8 only where it becomes SQL; replace rather than throw.
  return spec.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace norma::contract
