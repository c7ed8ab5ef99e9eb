#pragma once

/// \file
/// Columns and formulas over them.

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <source_location>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "norma/sql/ir_nodes.h"

namespace norma::expr {

using sql::DataType;
/// Where in the source a call stands.
using Place = std::source_location;

struct ColumnNode;  // column_internal.h
struct SortKey;
struct Window;

/// How deep formulas may nest. AND and OR count by their balanced height.
inline constexpr int kMaxExpressionDepth = 256;

/// A formula over the columns of a table: a column, a constant, or an operation on others.
///
/// A Column is checked by the verb that takes it, against the table it is used on. The first
/// mistake in it, with the place in the source where that operation was written, is the error that
/// the verb returns. So formulas read as formulas and need no error handling of their own.
///
/// A cheap immutable value: copy it freely, read it from any thread.
class Column {
 public:
  /// Constants: Boolean, Int64, Float64. Text needs Lit("…"): a bare text names a column.
  template <typename T>
    requires(std::integral<T> && !std::same_as<T, char>) || std::floating_point<T>
  Column(T value, Place where = Place::current())  // NOLINT(google-explicit-constructor)
      : Column(FromNumber(value, where)) {}
  Column(const char*) = delete;  // NOLINT(google-explicit-constructor)

  explicit Column(std::shared_ptr<const ColumnNode> node) : node_(std::move(node)) {}

  /// A field of a struct, by its exact name.
  Column Field(std::string_view name, Place where = Place::current()) const;
  /// The value as another type. A value that does not fit fails the query.
  Column Cast(DataType to, Place where = Place::current()) const;
  /// The same, but a value that does not fit becomes NULL.
  Column TryCast(DataType to, Place where = Place::current()) const;
  /// An element of a list, counted from 1, or from the end when negative. NULL when there is none.
  Column At(int64_t index, Place where = Place::current()) const;
  Column At(int index, Place where = Place::current()) const { return At(int64_t{index}, where); }
  /// The value of a map under a key. NULL when there is none.
  Column At(std::string_view key, Place where = Place::current()) const;

  /// For aggregates only: over the rows for which `condition` is true.
  Column Where(Column condition, Place where = Place::current()) const;
  /// For aggregates only: over different values.
  Column Distinct(Place where = Place::current()) const;
  /// An aggregate or window function over the rows around each row.
  Column Over(Window window, Place where = Place::current()) const;

  const ColumnNode& node() const { return *node_; }
  const std::shared_ptr<const ColumnNode>& shared_node() const { return node_; }

 private:
  template <typename T>
  static Column FromNumber(T value, Place where) {
    if constexpr (std::same_as<T, bool>) {
      return FromBool(value, where);
    } else if constexpr (std::integral<T>) {
      return FromInteger(std::in_range<int64_t>(value), static_cast<int64_t>(value), where);
    } else {
      return FromFloat(static_cast<double>(value), where);
    }
  }
  static Column FromBool(bool value, Place where);
  static Column FromInteger(bool fits, int64_t value, Place where);
  static Column FromFloat(double value, Place where);

  std::shared_ptr<const ColumnNode> node_;
};

/// An operand of an operator, and the place of the operator.
struct Operand {
  template <std::convertible_to<Column> T>
  Operand(T&& from, Place at = Place::current())  // NOLINT(google-explicit-constructor)
      : column(std::forward<T>(from)), where(at) {}

  Column column;
  Place where;
};

/// A column by its name or as a formula: `{"path", Lower(t["name"])}`.
struct Key {
  Key(const char* name, Place at = Place::current());        // NOLINT(google-explicit-constructor)
  Key(std::string_view name, Place at = Place::current());   // NOLINT(google-explicit-constructor)
  Key(const std::string& name, Place at = Place::current())  // NOLINT(google-explicit-constructor)
      : Key(std::string_view(name), at) {}
  Key(Column formula) : column(std::move(formula)) {}  // NOLINT(google-explicit-constructor)

  Column column;
};

/// A column of a result: `"path"` for the column of that name, `{"path", formula}` for a new one.
struct NamedColumn {
  NamedColumn(const char* column_name, Place at = Place::current());        // NOLINT
  NamedColumn(std::string_view column_name, Place at = Place::current());   // NOLINT
  NamedColumn(const std::string& column_name, Place at = Place::current())  // NOLINT
      : NamedColumn(std::string_view(column_name), at) {}
  NamedColumn(std::string_view new_name, Column formula)
      : name(new_name), column(std::move(formula)) {}

  std::string name;
  Column column;
};

using Cols = std::vector<NamedColumn>;
using Names = std::vector<std::string_view>;

/// A column to sort by. NULL counts as the largest value unless said otherwise.
struct SortKey {
  Column column;
  bool descending = false;
  bool nulls_first = false;

  SortKey NullsFirst() const { return SortKey{column, descending, true}; }
  SortKey NullsLast() const { return SortKey{column, descending, false}; }
};
SortKey Asc(Key key);
SortKey Desc(Key key);

using Order = std::vector<SortKey>;

/// The frame of a window. Rows(a, b) counts rows from the current one: Rows(-1, 0).
struct Frame {
  sql::Frame frame;
};
/// From `first` rows to `last` rows away from the current one; negative is before.
Frame Rows(int64_t first, int64_t last);
/// All rows of the partition.
Frame AllRows();

/// The rows that a window function looks at. Without a frame: the whole partition when there is no
/// order, else up to the current row and its equals.
struct Window {
  std::vector<Key> by = {};
  Order order = {};
  std::optional<Frame> frame = std::nullopt;
};

// ---- columns and constants ---------------------------------------------------------------------

/// The column of this name of the table it will be used on.
Column Col(std::string_view name, Place where = Place::current());
/// A text constant (Utf8).
Column Lit(std::string_view text, Place where = Place::current());
Column Lit(const char* text, Place where = Place::current());
/// A constant Boolean, Int64 or Float64.
template <typename T>
  requires std::is_arithmetic_v<T>
Column Lit(T value, Place where = Place::current()) {
  return Column(value, where);
}
/// A constant of any type, as text that the engine casts: Lit("5", DataType::Int32()).
Column Lit(std::string_view text, DataType type, Place where = Place::current());
/// NULL of a type.
Column Null(DataType type, Place where = Place::current());

// ---- operators: integer division truncates, integers wrap, comparisons with NULL are NULL ------

Column operator+(Operand left, Operand right);
Column operator-(Operand left, Operand right);
Column operator*(Operand left, Operand right);
Column operator/(Operand left, Operand right);
Column operator%(Operand left, Operand right);
Column operator-(Operand input);
Column operator==(Operand left, Operand right);
Column operator!=(Operand left, Operand right);
Column operator<(Operand left, Operand right);
Column operator<=(Operand left, Operand right);
Column operator>(Operand left, Operand right);
Column operator>=(Operand left, Operand right);
/// Three-valued AND and OR. Both sides are built: nothing short-circuits.
Column operator&&(Operand left, Operand right);
Column operator||(Operand left, Operand right);
Column operator!(Operand input);

/// AND and OR of any number; of none: TRUE and FALSE.
Column AllOf(std::vector<Column> conditions, Place where = Place::current());
Column AnyOf(std::vector<Column> conditions, Place where = Place::current());

// ---- tests: never NULL -------------------------------------------------------------------------

Column IsNull(Column input, Place where = Place::current());
Column IsNotNull(Column input, Place where = Place::current());
Column IsTrue(Column input, Place where = Place::current());
Column IsNotTrue(Column input, Place where = Place::current());
Column IsFalse(Column input, Place where = Place::current());
Column IsNotFalse(Column input, Place where = Place::current());
/// Equal, where NULL equals NULL: IS NOT DISTINCT FROM.
Column Same(Column left, Column right, Place where = Place::current());
Column NotSame(Column left, Column right, Place where = Place::current());

// ---- choices -----------------------------------------------------------------------------------

/// low <= input and input <= high.
Column Between(Column input, Column low, Column high, Place where = Place::current());
/// One of these. A NULL among the items is an error: the answer could never be FALSE.
Column In(Column input, std::vector<Column> items, Place where = Place::current());
Column NotIn(Column input, std::vector<Column> items, Place where = Place::current());

/// The branches have one type, or types that the engine unites; structs must be equal.
Column IfElse(Column condition, Column then, Column otherwise, Place where = Place::current());
struct CaseArm {
  Column condition;
  Column value;
};
/// The value of the first condition that is true.
Column Cases(std::vector<CaseArm> arms, Column otherwise, Place where = Place::current());
/// The first that is not NULL.
Column Coalesce(std::vector<Column> inputs, Place where = Place::current());
/// NULL where both are equal, else `input`.
Column NullIf(Column input, Column other, Place where = Place::current());
/// The largest and the smallest of the inputs that are not NULL.
Column Greatest(std::vector<Column> inputs, Place where = Place::current());
Column Least(std::vector<Column> inputs, Place where = Place::current());

}  // namespace norma::expr
