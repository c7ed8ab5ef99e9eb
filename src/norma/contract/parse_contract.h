#pragma once

/// \file
/// From the parsed DDL of a table to its contract.

#include <string_view>

#include "norma/base/result.h"
#include "norma/contract/contract.h"

namespace norma::contract {

/// Reads what the engine's parser says of one CREATE EXTERNAL TABLE statement:
///
///     {"name": …, "if_not_exists": false, "location": …, "stored_as": "DELTATABLE",
///      "columns": [{"name", "type", "nullable", "comment", "default"}, …],
///      "constraints": [{"kind": "primary_key", "columns": […]}],
///      "options": [["key", "value"], …], "partitioned_by": []}
///
/// and checks all of it: names, types, the key, every option and its value, paths, checks, the
/// place. What can only be judged beside other tables is checked by Registry.
///
/// \param ddl_json the parser's answer.
/// \param ddl the file's text, kept for people and hashed.
/// \return kInvalidArgument that names the table and what is wrong; kCorruptData when `ddl_json`
///     is not of this form.
Result<Contract> ParseContract(std::string_view ddl_json, std::string_view ddl);

}  // namespace norma::contract
