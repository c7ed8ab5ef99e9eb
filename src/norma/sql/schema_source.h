#pragma once

/// \file
/// What the IR asks about tables.

#include <string>
#include <string_view>
#include <vector>

#include "norma/base/result.h"
#include "norma/sql/schema.h"

namespace norma::sql {

/// A table that a query may read.
struct TableDescription {
  /// The name it is registered under: an alias resolves to its table.
  std::string name;
  Schema schema;
  /// The rule that makes it; empty for evidence.
  std::string rule;
};

/// Knows the tables that queries may name. Answers are the same for the life of the object, and
/// calls are safe from many threads.
class SchemaSource {
 public:
  virtual ~SchemaSource() = default;

  /// \return kNotFound when there is no such table, with the nearest names.
  virtual Result<TableDescription> Find(std::string_view name) const = 0;
};

}  // namespace norma::sql
