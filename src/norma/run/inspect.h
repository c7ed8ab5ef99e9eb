#pragma once

/// \file
/// Reads what runs have written: queries, tables, functions, checks of the logs.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "norma/base/result.h"
#include "norma/engine/query.h"

namespace norma::run {

/// Which versions of the tables are read.
enum class Snapshot {
  kLastRun,  ///< those in the manifest of the last complete run
  kLatest,   ///< the newest of each table
};

/// A table of an output root.
struct TableSummary {
  std::string name;
  std::string alias;  ///< empty: none
  std::string kind;   ///< evidence | output | control
  std::string comment;
  std::optional<int64_t> version;  ///< none: the table was never written
  int64_t rows = 0;
  int64_t files = 0;
  int64_t bytes = 0;
};

struct ColumnDescription {
  std::string name;
  std::string type;  ///< as in the contract's DDL
  bool nullable = true;
  std::string comment;
};

struct TableDescription {
  TableSummary summary;
  std::string location;
  std::vector<ColumnDescription> columns;
  std::vector<std::string> key;
  std::vector<std::string> sort;
  std::string ddl;
};

/// A function that SQL can call.
struct FunctionDescription {
  std::string name;
  std::string kind;  ///< scalar | aggregate | window | table
  std::string signature;
  std::string result;
  std::string volatility;
  std::string origin;  ///< engine | norma
  std::string description;
};

/// Something that `norma verify` found wrong.
struct Finding {
  std::string table;
  std::optional<int64_t> version;  ///< none: not about one version
  std::string code;
  std::string message;
};

struct VerifyResult {
  int64_t tables = 0;
  int64_t versions = 0;
  std::vector<Finding> findings;
};

/// Plans one read-only statement over the tables of `output`.
/// \return kNotFound when `output` holds no tables of norma; kPolicyDenied for what would write.
Result<engine::Query> PlanQuery(const std::string& output, std::string_view sql, Snapshot snapshot);

/// Plans a query of the first `rows` rows of a table, in no particular order.
/// \param table a name or an alias.
Result<engine::Query> PlanSample(const std::string& output, const std::string& table, int64_t rows,
                                 Snapshot snapshot);

/// All tables, in order of kind (evidence, output, control) and name.
Result<std::vector<TableSummary>> ListTables(const std::string& output, Snapshot snapshot);

/// \param table a name or an alias.
/// \return kNotFound when there is no such table; the message holds the nearest name.
Result<TableDescription> DescribeTable(const std::string& output, const std::string& table,
                                       Snapshot snapshot);

/// All functions, in order of name and signature. Needs no output root.
Result<std::vector<FunctionDescription>> ListFunctions();

/// Checks the logs and files of the tables of `output`, or of the named ones.
Result<VerifyResult> Verify(const std::string& output, const std::vector<std::string>& tables);

/// Names and versions of norma and of what it is built with: norma, datafusion, deltalake, arrow, …
Result<std::vector<std::pair<std::string, std::string>>> Versions();

}  // namespace norma::run
