#pragma once

/// \file
/// Tables that are not there yet: queries with known columns.

#include <concepts>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "norma/base/result.h"
#include "norma/expr/column.h"
#include "norma/expr/functions.h"
#include "norma/sql/ir.h"
#include "norma/sql/schema.h"

namespace norma::expr {

struct TableState;  // table_internal.h
class GroupedTable;

/// A name in brackets, and the place of the brackets.
struct ColumnName {
  template <std::convertible_to<std::string_view> T>
  ColumnName(const T& text, Place at = Place::current())  // NOLINT(google-explicit-constructor)
      : name(text), where(at) {}

  std::string_view name;
  Place where;
};

/// A new name for a column, for Rename.
struct NewOld {
  std::string_view to;
  std::string_view from;
};

/// What Prefer does when its order does not decide between two rows.
enum class Ties {
  kError,       ///< Build fails: say what decides.
  kAllColumns,  ///< The remaining columns decide, in their order; what is still tied is equal.
};

/// The joins of JoinOn.
enum class JoinKind { kInner, kLeft, kRight, kFull };

/// A query and what is known of its result: columns in order, types, unique keys.
///
/// Verbs are const and give a new table. They check names, types and determinism at once and read
/// no data: there is nothing here to read it with. An error names the place of the verb, or of the
/// operation inside a formula, that is wrong.
///
/// Tables that are used together come from one RuleInputs. A cheap value; a table and all tables
/// derived from the same RuleInputs belong to one thread.
class Table {
 public:
  /// The column of this name, for formulas on this table and on tables derived from it, as long as
  /// the column passes through unchanged. An unknown name is an error of the verb that takes it.
  Column operator[](ColumnName name) const;

  /// Names, types, nullability and unique keys of the result.
  const sql::Schema& schema() const;
  /// The name for messages and aliases.
  const std::string& name() const;

  /// Exactly these columns, in this order. Names must differ.
  Result<Table> Select(const Cols& columns, Place where = Place::current()) const;
  /// All columns, with these added at the end or replaced in place.
  Result<Table> Mutate(Cols columns, Place where = Place::current()) const;
  /// All columns but these.
  Result<Table> Drop(Names names, Place where = Place::current()) const;
  Result<Table> Rename(std::vector<NewOld> names, Place where = Place::current()) const;
  /// The rows for which `condition` is true.
  Result<Table> Filter(const Column& condition, Place where = Place::current()) const;
  /// Each different row once.
  Result<Table> Distinct(Place where = Place::current()) const;
  /// For each value of the keys the one whole row that comes first by `order`. NULL keys are equal.
  ///
  /// \return kInvalidArgument when keys and order together neither contain a unique key of the
  ///     table nor all its columns, unless `ties` says what to do.
  Result<Table> Prefer(const Names& keys, const Order& order, Ties ties = Ties::kError,
                       Place where = Place::current()) const;
  /// The first rows by `order`, which must be total as for Prefer.
  Result<Table> Limit(uint64_t count, const Order& order, uint64_t offset = 0,
                      Place where = Place::current()) const;
  /// One row for the whole table, also when it is empty.
  Result<Table> Aggregate(const Cols& aggregates, Place where = Place::current()) const;
  /// Continues with Aggregate: one row per different value of the keys, keys first.
  GroupedTable GroupBy(Cols keys, Place where = Place::current()) const;

  /// Columns of both sides; names that are on both are an error. `on` uses columns of both tables.
  Result<Table> InnerJoin(const Table& right, Column on, Place where = Place::current()) const;
  Result<Table> LeftJoin(const Table& right, Column on, Place where = Place::current()) const;
  Result<Table> RightJoin(const Table& right, Column on, Place where = Place::current()) const;
  Result<Table> FullJoin(const Table& right, Column on, Place where = Place::current()) const;
  /// Rows with equal keys. Each key appears once: from the kept side, from either for kFull.
  Result<Table> JoinOn(const Table& right, const Names& keys, JoinKind kind,
                       Place where = Place::current()) const;
  /// The rows of this table that have, or have not, a partner. No columns are added.
  Result<Table> SemiJoin(const Table& right, Column on, Place where = Place::current()) const;
  Result<Table> AntiJoin(const Table& right, Column on, Place where = Place::current()) const;
  Result<Table> CrossJoin(const Table& right, Place where = Place::current()) const;

  /// One row per element of `list`, with the element as a last column. NULL and empty lists give
  /// no row with Unnest, one row with NULL with UnnestOuter.
  Result<Table> Unnest(const Column& list, std::string_view name,
                       Place where = Place::current()) const;
  Result<Table> UnnestOuter(const Column& list, std::string_view name,
                            Place where = Place::current()) const;

  /// The same rows under another name, for the second side of a self-join. Columns taken from the
  /// table before are not columns of the result.
  Result<Table> As(std::string_view name, Place where = Place::current()) const;
  /// Claims that no two rows agree in these columns. The run counts; a wrong claim fails the rule.
  Result<Table> Unique(const Names& columns, Place where = Place::current()) const;
  /// The last step of a rule: the columns of `schema` in its order, with casts where types differ.
  ///
  /// \return kContractViolation for a missing or an extra column, or a struct whose fields have
  ///     other names or another order.
  Result<Table> Conform(const sql::Schema& schema, Place where = Place::current()) const;

  /// The IR of this query alone, verified.
  Result<sql::Ir> ToIr() const;
  /// The SQL that DataFusion runs.
  Result<std::string> ToSql() const;

  explicit Table(std::shared_ptr<const TableState> state) : state_(std::move(state)) {}
  const TableState& state() const { return *state_; }

 private:
  std::shared_ptr<const TableState> state_;
};

/// A table with keys, between GroupBy and Aggregate. Mistakes in the keys are reported by
/// Aggregate.
class GroupedTable {
 public:
  GroupedTable(Table table, Cols keys, Place where)
      : table_(std::move(table)), keys_(std::move(keys)), where_(where) {}

  /// The keys and then these columns, one row per group. Each is made of aggregates, constants and
  /// keys.
  Result<Table> Aggregate(const Cols& aggregates, Place where = Place::current()) const;

 private:
  Table table_;
  Cols keys_;
  Place where_;
};

/// The rows of all tables, one after the other or each different row once. All have the same
/// columns: names, types and order.
Result<Table> UnionAll(const std::vector<Table>& tables, Place where = Place::current());
Result<Table> UnionDistinct(const std::vector<Table>& tables, Place where = Place::current());

}  // namespace norma::expr
