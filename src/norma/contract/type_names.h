#pragma once

/// \file
/// The names of types in contract text. They are norma's own table: the engine's planner does not
/// take part, so that a type means the same in every version of it.

#include <string>
#include <string_view>

#include "norma/base/result.h"
#include "norma/sql/data_type.h"

namespace norma::contract {

/// Reads `VARCHAR` (also `STRING`), `INT`, `BIGINT`, `REAL`, `DOUBLE`, `BOOLEAN`, `BYTEA`,
/// `STRUCT<"name" T, …>`, `ARRAY<T>` and `MAP(VARCHAR, VARCHAR)`. Case and white space do not
/// matter. Fields, items and map values are nullable.
///
/// \return kInvalidArgument for any other text; kLimitExceeded beyond sql::kMaxTypeLevels.
Result<sql::DataType> ParseTypeName(std::string_view text);

/// Prints a type as contracts write it, on one line. ParseTypeName(TypeName(t)) == t.
///
/// \pre `type` is one that ParseTypeName gives.
std::string TypeName(const sql::DataType& type);

/// Prints the short form that row builders read: `s`, `i64`, `list<struct<name s, ok b>>`.
///
/// \pre as for TypeName.
std::string ShortTypeName(const sql::DataType& type);

}  // namespace norma::contract
