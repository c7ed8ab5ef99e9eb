#pragma once

/// \file
/// The gate that every row of an output passes on its way into a table.

#include <string>
#include <string_view>
#include <vector>

#include "norma/base/result.h"
#include "norma/contract/contract.h"
#include "norma/sql/schema.h"

namespace norma::contract {

/// The last column of a gated query: Utf8, NULL for a row that keeps the contract, else its
/// failures, `CODE place` joined by "; ":
///
///     NULL_VALUE span.ok; BAD_VALUE kind; CHECK_FAILED span_order
///
/// CAST_FAILED: a value did not fit the declared type. NULL_VALUE: NULL where the contract forbids
/// it. ORPHAN_UNIT: a row of bytecode whose code unit is missing. BAD_VALUE: not of the closed
/// list. BAD_ID: not 22 characters of base64url. CHECK_FAILED: a check, by its name, is false.
inline constexpr std::string_view kFailuresColumn = "norma_failures";

/// What is executed in place of a rule's query.
struct GatedQuery {
  std::string sql;
  std::vector<std::string> missing_columns;  ///< declared, not given: NULL in every row
  std::vector<std::string> dropped_columns;  ///< given, not declared
  std::vector<std::string> cast_columns;     ///< given with another type
};

/// Puts the gate around a rule's query. The rows of the result have the declared columns with
/// exactly the declared types, in the declared order, then kFailuresColumn, and come in the order
/// of `norma.sort`, NULLS LAST. No row is lost, unless the contract says `norma.dedupe`: then the
/// first row of each key stays. Other equal keys are for the writer to see.
///
/// Columns and fields are found by name, never by place. A row that keeps the contract costs one
/// condition per promise; the texts of failures are made only for rows that break one.
///
/// \param rule_sql one SELECT, as the IR prints it. Its own order does not matter.
/// \param given the columns that the engine plans for `rule_sql`.
/// \return kContractViolation when no row could pass: a NOT NULL column is missing, or a type can
///     never become the declared one.
Result<GatedQuery> GateSql(std::string_view rule_sql, const sql::Schema& given,
                           const Contract& contract);

}  // namespace norma::contract
