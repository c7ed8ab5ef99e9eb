#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "norma/base/nearest_names.h"
#include "norma/expr/column_internal.h"
#include "norma/expr/table.h"
#include "norma/sql/ir.h"
#include "norma/sql/schema_source.h"
#include "norma/sql/type_resolver.h"

namespace norma::expr {

struct TableState;

/// Rows of `table` that were said to be unique in `columns`.
struct KeyClaim {
  std::shared_ptr<const TableState> table;  ///< without its plan, which holds the claim
  std::vector<std::string> columns;
  Place where;
};

/// What all tables of one build share. The Ir only grows.
struct Plan {
  sql::Ir ir;
  const sql::SchemaSource* schemas;
  sql::TypeResolver* resolver;
  ColumnToken last_token = 0;
  std::vector<KeyClaim> claims;

  ColumnToken NewToken() { return ++last_token; }
  sql::OriginId AddOrigin(Place where);
};

/// One column of a table: what it is called, and the expression over the sources of the table's
/// FROM that makes it.
struct TableColumn {
  std::string name;
  ColumnToken token;
  sql::ExprId expr;
  std::optional<sql::Literal> constant;
};

/// Tokens of columns whose values are unique together, sorted.
using TokenSet = std::vector<ColumnToken>;

/// A SELECT in the making. Verbs that SQL's clause order would run in the same order go into the
/// same one; the others start a new one over this one's rows.
struct TableState {
  std::shared_ptr<Plan> plan;
  std::string label;
  sql::RelationId from;
  std::vector<sql::ExprId> where;
  std::vector<TableColumn> columns;
  /// All columns are columns of `from`, and nothing but `from` and `where` decides about rows: a
  /// filter, a projection or an aggregate may still be added.
  bool is_plain = true;
  bool is_distinct = false;
  bool is_aggregated = false;
  std::optional<sql::Grouping> grouping;
  std::vector<sql::SortKey> order;
  std::optional<uint64_t> limit;
  uint64_t offset = 0;
  /// A query that is no SELECT: a set operation. `from` and `columns[].expr` are none.
  sql::QueryId closed;
  std::vector<TokenSet> keys;
  sql::OriginId origin;
  sql::Schema schema;
  /// The query once somebody needed it: a table that is used twice is one query.
  mutable sql::QueryId query;
};

/// A table from its state, with `schema` filled in.
///
/// \return kInvalidArgument when two columns have the same name; kLimitExceeded for too many.
Result<Table> Finish(TableState state, Place where);

/// The query of a table.
sql::QueryId CloseQuery(const TableState& state);

/// How much of a table a new verb can build upon. What is less becomes a derived table. Tokens and
/// keys stay.
enum class Base {
  kPlain,     ///< FROM and WHERE: a filter or a projection may follow
  kRelation,  ///< a FROM alone: the left side of a join
  kSingle,    ///< one relation that shows one alias: the input of Prefer and Unnest
  kFresh,     ///< one relation with a source that nobody else has: the right side of a join
};
/// A new relation is called `alias`, or like the table.
TableState BuildOn(const Table& table, Base base, Place where, std::string_view alias = {});

/// Makes formulas into expressions over the columns of one table, or of two for a join.
class Lowering {
 public:
  /// What formulas may contain.
  enum class Allow { kRows, kAggregates, kWindows };

  Lowering(Plan& plan, Allow allow) : plan_(plan), allow_(allow) {}

  /// Adds the columns that formulas may name. `table` must outlive this object.
  void AddScope(const TableState& table) { scopes_.push_back(&table); }
  /// The group keys that formulas with aggregates may use bare.
  void SetGroupKeys(std::vector<sql::ExprId> keys) { group_keys_ = std::move(keys); }

  /// \return the first mistake in `column`, with its place.
  Result<sql::ExprId> Lower(const Column& column);
  /// The same for a condition: it must be Boolean.
  Result<sql::ExprId> LowerCondition(const Column& column, std::string_view verb);
  Result<std::vector<sql::SortKey>> LowerOrder(const Order& order);

  /// The table column that a formula is, when it is one and nothing more.
  const TableColumn* FindPlain(const Column& column) const;

  /// Whether one of the expressions so far was an aggregate, or a window function.
  bool saw_aggregate() const { return saw_aggregate_; }
  bool saw_window() const { return saw_window_; }

 private:
  Result<sql::Expr> Build(const ColumnNode& node, const std::vector<sql::ExprId>& args);
  Result<sql::Expr> BuildAggregate(const AggregateForm& form, const std::vector<sql::ExprId>& args);
  Result<sql::Expr> BuildWindow(const ColumnNode& node, const WindowForm& form,
                                const std::vector<sql::ExprId>& args);
  Status CheckGrouped(sql::ExprId root, Place where) const;
  Status CheckTotal(std::string_view function, std::vector<sql::ExprId> partition,
                    const std::vector<sql::SortKey>& order) const;
  /// The tokens of those expressions that are columns of a scope.
  TokenSet TokensOf(const std::vector<sql::ExprId>& exprs) const;
  Result<const TableColumn*> FindNamed(const NamedForm& form) const;
  Result<const TableColumn*> FindToken(const TokenForm& form) const;

  Plan& plan_;
  Allow allow_;
  std::vector<const TableState*> scopes_;
  std::optional<std::vector<sql::ExprId>> group_keys_;
  bool saw_aggregate_ = false;
  bool saw_window_ = false;
};

/// Whether rows of `table` that agree in `tokens` are the same row or equal.
bool IsTotal(const TableState& table, const TokenSet& tokens);

}  // namespace norma::expr
