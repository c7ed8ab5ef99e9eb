#pragma once

/// \file
/// The kinds of nodes of the Query IR. Each describes itself once, in kFields: walking, copying,
/// encoding and checking are generic over that description (ir_fields.h).
///
/// To add a kind: a struct here or in ir_expr_nodes.h with the next free tag of its group and its
/// kFields, one line in the variant of the group, then follow the compile errors.

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include "norma/sql/ir_expr_nodes.h"
#include "norma/sql/ir_node_parts.h"

namespace norma::sql {

// ---- queries -----------------------------------------------------------------------------------

struct Select {
  RelationId from;
  ExprId where;
  std::optional<Grouping> grouping;
  ExprId having;
  ExprId qualify;
  std::vector<Item> items;
  bool distinct = false;
  bool aggregated = false;  // one row per group, one row in all without grouping
  std::vector<SortKey> order;
  ExprId limit;
  ExprId offset;

  static constexpr Tag kTag{1};
  static constexpr auto kFields = std::tuple{OptionalChild{"from", &Select::from},
                                             OptionalChild{"where", &Select::where},
                                             Child{"grouping", &Select::grouping},
                                             OptionalChild{"having", &Select::having},
                                             OptionalChild{"qualify", &Select::qualify},
                                             Child{"items", &Select::items},
                                             Attr{"distinct", &Select::distinct},
                                             Attr{"aggregated", &Select::aggregated},
                                             Child{"order", &Select::order},
                                             OptionalChild{"limit", &Select::limit},
                                             OptionalChild{"offset", &Select::offset}};
  friend bool operator==(const Select&, const Select&) = default;
};

enum class SetOperator : uint8_t { kUnion, kIntersect, kExcept };

struct SetOp {
  SetOperator op = SetOperator::kUnion;
  bool all = false;
  std::vector<QueryId> inputs;  // at least two
  std::vector<std::string> names;
  std::vector<SortKey> order;
  ExprId limit;
  ExprId offset;

  static constexpr Tag kTag{2};
  static constexpr auto kFields = std::tuple{Attr{"op", &SetOp::op},
                                             Attr{"all", &SetOp::all},
                                             Child{"inputs", &SetOp::inputs},
                                             Attr{"names", &SetOp::names},
                                             Child{"order", &SetOp::order},
                                             OptionalChild{"limit", &SetOp::limit},
                                             OptionalChild{"offset", &SetOp::offset}};
  friend bool operator==(const SetOp&, const SetOp&) = default;
};

struct Values {
  std::vector<std::vector<ExprId>> rows;
  std::vector<std::string> names;

  static constexpr Tag kTag{3};
  static constexpr auto kFields =
      std::tuple{Child{"rows", &Values::rows}, Attr{"names", &Values::names}};
  friend bool operator==(const Values&, const Values&) = default;
};

using QueryNode = std::variant<Select, SetOp, Values>;

// ---- relations ---------------------------------------------------------------------------------

/// A table of the catalogue.
struct Table {
  std::string catalogue;
  std::string schema;
  std::string name;
  SourceId source;

  static constexpr Tag kTag{21};
  static constexpr auto kFields =
      std::tuple{Attr{"catalogue", &Table::catalogue}, Attr{"schema", &Table::schema},
                 Attr{"name", &Table::name}, Attr{"source", &Table::source}};
  friend bool operator==(const Table&, const Table&) = default;
};

/// The rows of a query: a subquery, or one use of a shared query.
struct Derived {
  QueryId query;
  SourceId source;

  static constexpr Tag kTag{22};
  static constexpr auto kFields =
      std::tuple{Child{"query", &Derived::query}, Attr{"source", &Derived::source}};
  friend bool operator==(const Derived&, const Derived&) = default;
};

enum class JoinKind : uint8_t {
  kInner,
  kLeft,
  kRight,
  kFull,
  kLeftSemi,
  kRightSemi,
  kLeftAnti,
  kRightAnti,
  kCross
};

struct Join {
  JoinKind kind = JoinKind::kInner;
  RelationId left;
  RelationId right;
  ExprId on;  // none for kCross

  static constexpr Tag kTag{23};
  static constexpr auto kFields =
      std::tuple{Attr{"kind", &Join::kind}, Child{"left", &Join::left},
                 Child{"right", &Join::right}, OptionalChild{"on", &Join::on}};
  friend bool operator==(const Join&, const Join&) = default;
};

/// The input's columns and one column per list; one row per element. NULL and empty lists give no
/// row, or one row of NULL when `outer`.
struct Unnest {
  RelationId input;
  std::vector<Item> lists;
  bool outer = false;
  SourceId source;

  static constexpr Tag kTag{24};
  static constexpr auto kFields =
      std::tuple{Child{"input", &Unnest::input}, Child{"lists", &Unnest::lists},
                 Attr{"outer", &Unnest::outer}, Attr{"source", &Unnest::source}};
  friend bool operator==(const Unnest&, const Unnest&) = default;
};

/// For each value of the keys the one row of the input that comes first by `order`.
struct Prefer {
  RelationId input;
  std::vector<ExprId> keys;
  std::vector<SortKey> order;

  static constexpr Tag kTag{26};
  static constexpr auto kFields = std::tuple{
      Child{"input", &Prefer::input}, Child{"keys", &Prefer::keys}, Child{"order", &Prefer::order}};
  friend bool operator==(const Prefer&, const Prefer&) = default;
};

using RelationNode = std::variant<Table, Derived, Join, Unnest, Prefer>;

}  // namespace norma::sql
