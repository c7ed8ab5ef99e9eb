#pragma once

/// \file
/// The contract of a table: what its DDL file says.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "norma/base/result.h"
#include "norma/contract/column_path.h"
#include "norma/contract/evidence_options.h"
#include "norma/sql/data_type.h"
#include "norma/sql/schema.h"

namespace norma::contract {

/// Where a table lies and who may write it.
enum class ContractKind { kEvidence, kOutput, kControl };

/// The word of `norma.kind`: "evidence".
std::string_view ContractKindName(ContractKind kind);

/// What positions in a table count.
enum class Coordinates { kBytes, kOffsets, kNone };

/// Which rows one run replaces.
enum class ReplaceBy {
  kPath,   ///< the rows of changed paths
  kTable,  ///< all
  kNone,   ///< none: rows are only added
};

/// What happens to rows that break the contract.
enum class OnError { kDivert, kFail };

struct ContractColumn {
  std::string name;
  sql::DataType type;
  bool nullable = true;
  std::string comment;

  friend bool operator==(const ContractColumn&, const ContractColumn&) = default;
};

/// A closed list of values of a text column; NULL is judged by the column's nullability.
struct AllowedValues {
  std::string column;
  std::vector<std::string> words;
};

/// A condition over the row, as SQL text that was checked to be one bracketed whole (see
/// CheckText). NULL counts as passed.
struct Check {
  std::string name;
  std::string sql;
};

/// Values of `column` are values of `table.target`.
struct Reference {
  std::string column;
  std::string table;
  std::string target;
};

/// Everything that a contract file declares, checked. A plain value: ParseContract makes it, and
/// nothing changes it afterwards.
struct Contract {
  std::string name;
  std::string alias;  ///< second name in SQL; empty for none
  ContractKind kind = ContractKind::kOutput;
  std::string location;  ///< relative to the output root
  std::string comment;
  int64_t schema_version = 0;
  Coordinates coordinates = Coordinates::kNone;
  std::vector<ContractColumn> columns;
  std::vector<std::string> key;
  std::vector<ColumnPath> sort;  ///< ascending, NULLS LAST; ends in the key, so it is total
  ReplaceBy replace_by = ReplaceBy::kTable;
  std::vector<ColumnPath> not_null;  ///< places inside of columns
  std::vector<std::string> ids;
  std::vector<AllowedValues> values;
  std::vector<Check> checks;
  std::vector<Reference> references;
  /// Equal keys collapse to the first row in this order; empty: equal keys are an error.
  std::vector<ColumnPath> dedupe_order;
  OnError on_error = OnError::kDivert;
  std::optional<int64_t> text_cut;  ///< longest text of cut columns, in bytes
  std::optional<EvidenceOptions> evidence;
  std::map<std::string, std::string> properties;  ///< of the Delta table: `delta.…`
  std::string ddl;
  std::string ddl_hash;     ///< changes with every byte of the file
  std::string fingerprint;  ///< changes with the schema, the key and the schema version only

  /// \return nullptr when there is no such column.
  const ContractColumn* FindColumn(std::string_view column) const;

  /// The columns and the key, as queries over the table see them.
  sql::Schema Schema() const;

  /// Whether equal keys could only stand in rows of one path: the rows are sorted by path, and the
  /// key holds the path or an id that is made of it.
  bool KeyLiesWithinPath() const;

  /// The columns in the short text form of row builders: "file_id s!, line_starts list<i64>!".
  std::string ShortSchema() const;
};

}  // namespace norma::contract
