#pragma once

/// \file
/// The columns of a row set, as the IR sees them.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "norma/sql/data_type.h"

namespace norma::sql {

/// A column of a table or of a query's output.
struct SchemaColumn {
  std::string name;
  DataType type;
  bool nullable = true;

  friend bool operator==(const SchemaColumn&, const SchemaColumn&) = default;
};

/// Columns in order, and the sets of columns whose values are known to be unique together.
struct Schema {
  std::vector<SchemaColumn> columns;
  /// Each a set of column names, sorted. An empty set says: at most one row.
  std::vector<std::vector<std::string>> unique_keys;

  /// The position of a column, by its exact name.
  std::optional<size_t> Find(std::string_view name) const {
    for (size_t i = 0; i < columns.size(); ++i) {
      if (columns[i].name == name) {
        return i;
      }
    }
    return std::nullopt;
  }

  friend bool operator==(const Schema&, const Schema&) = default;
};

}  // namespace norma::sql
