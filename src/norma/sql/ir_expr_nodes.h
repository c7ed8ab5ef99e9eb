#pragma once

/// \file
/// The kinds of expressions. See ir_nodes.h.

#include <cstdint>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include "norma/sql/data_type.h"
#include "norma/sql/ir_node_parts.h"
#include "norma/sql/literal.h"

namespace norma::sql {

struct Column {
  SourceId source;
  uint32_t ordinal = 0;

  static constexpr Tag kTag{42};
  static constexpr auto kFields =
      std::tuple{Attr{"source", &Column::source}, Attr{"ordinal", &Column::ordinal}};
  friend bool operator==(const Column&, const Column&) = default;
};

struct Constant {
  Literal value = Literal::Null(DataType());

  static constexpr Tag kTag{44};
  static constexpr auto kFields = std::tuple{Attr{"value", &Constant::value}};
  friend bool operator==(const Constant&, const Constant&) = default;
};

/// A value that comes with each run. Identity is name and type (the expression's).
struct Parameter {
  std::string name;
  DataType declared;

  static constexpr Tag kTag{45};
  static constexpr auto kFields =
      std::tuple{Attr{"name", &Parameter::name}, Attr{"declared", &Parameter::declared}};
  friend bool operator==(const Parameter&, const Parameter&) = default;
};

enum class LogicOperator : uint8_t { kAnd, kOr };

struct Logic {
  LogicOperator op = LogicOperator::kAnd;
  std::vector<ExprId> operands;  // at least two

  static constexpr Tag kTag{46};
  static constexpr auto kFields =
      std::tuple{Attr{"op", &Logic::op}, Child{"operands", &Logic::operands}};
  friend bool operator==(const Logic&, const Logic&) = default;
};

struct Not {
  ExprId input;

  static constexpr Tag kTag{47};
  static constexpr auto kFields = std::tuple{Child{"input", &Not::input}};
  friend bool operator==(const Not&, const Not&) = default;
};

/// Append only: the numbers enter fingerprints.
enum class BinaryOperator : uint8_t {
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kModulo,
  kConcat,
  kBitAnd,
  kBitOr,
  kBitXor,
  kShiftLeft,
  kShiftRight,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kMatch,
  kMatchNoCase,
  kNotMatch,
  kNotMatchNoCase,
};

struct Binary {
  BinaryOperator op = BinaryOperator::kAdd;
  ExprId left;
  ExprId right;

  static constexpr Tag kTag{48};
  static constexpr auto kFields = std::tuple{Attr{"op", &Binary::op}, Child{"left", &Binary::left},
                                             Child{"right", &Binary::right}};
  friend bool operator==(const Binary&, const Binary&) = default;
};

struct Negate {
  ExprId input;

  static constexpr Tag kTag{49};
  static constexpr auto kFields = std::tuple{Child{"input", &Negate::input}};
  friend bool operator==(const Negate&, const Negate&) = default;
};

enum class TestKind : uint8_t { kNull, kTrue, kFalse, kUnknown };

struct Test {
  ExprId input;
  TestKind kind = TestKind::kNull;
  bool negated = false;

  static constexpr Tag kTag{50};
  static constexpr auto kFields = std::tuple{
      Child{"input", &Test::input}, Attr{"kind", &Test::kind}, Attr{"negated", &Test::negated}};
  friend bool operator==(const Test&, const Test&) = default;
};

/// IS DISTINCT FROM, or IS NOT DISTINCT FROM when negated.
struct Distinct {
  ExprId left;
  ExprId right;
  bool negated = false;

  static constexpr Tag kTag{51};
  static constexpr auto kFields =
      std::tuple{Child{"left", &Distinct::left}, Child{"right", &Distinct::right},
                 Attr{"negated", &Distinct::negated}};
  friend bool operator==(const Distinct&, const Distinct&) = default;
};

struct Between {
  ExprId input;
  ExprId low;
  ExprId high;
  bool negated = false;

  static constexpr Tag kTag{52};
  static constexpr auto kFields =
      std::tuple{Child{"input", &Between::input}, Child{"low", &Between::low},
                 Child{"high", &Between::high}, Attr{"negated", &Between::negated}};
  friend bool operator==(const Between&, const Between&) = default;
};

/// `\` escapes, unless `escape` says another character.
struct Like {
  ExprId input;
  ExprId pattern;
  std::string escape;
  bool case_insensitive = false;
  bool negated = false;

  static constexpr Tag kTag{53};
  static constexpr auto kFields = std::tuple{
      Child{"input", &Like::input}, Child{"pattern", &Like::pattern}, Attr{"escape", &Like::escape},
      Attr{"case_insensitive", &Like::case_insensitive}, Attr{"negated", &Like::negated}};
  friend bool operator==(const Like&, const Like&) = default;
};

struct InList {
  ExprId input;
  std::vector<ExprId> items;
  bool negated = false;

  static constexpr Tag kTag{54};
  static constexpr auto kFields =
      std::tuple{Child{"input", &InList::input}, Child{"items", &InList::items},
                 Attr{"negated", &InList::negated}};
  friend bool operator==(const InList&, const InList&) = default;
};

struct Case {
  ExprId operand;
  std::vector<Arm> arms;
  ExprId otherwise;

  static constexpr Tag kTag{59};
  static constexpr auto kFields =
      std::tuple{OptionalChild{"operand", &Case::operand}, Child{"arms", &Case::arms},
                 OptionalChild{"otherwise", &Case::otherwise}};
  friend bool operator==(const Case&, const Case&) = default;
};

struct Cast {
  ExprId input;
  DataType to;
  bool safe = false;  // NULL instead of an error

  static constexpr Tag kTag{60};
  static constexpr auto kFields =
      std::tuple{Child{"input", &Cast::input}, Attr{"to", &Cast::to}, Attr{"safe", &Cast::safe}};
  friend bool operator==(const Cast&, const Cast&) = default;
};

struct Call {
  std::string function;
  std::vector<ExprId> args;

  static constexpr Tag kTag{61};
  static constexpr auto kFields =
      std::tuple{Attr{"function", &Call::function}, Child{"args", &Call::args}};
  friend bool operator==(const Call&, const Call&) = default;
};

enum class NullTreatment : uint8_t { kDefault, kIgnore, kRespect };

/// `count(*)` has no arguments.
struct Aggregate {
  std::string function;
  std::vector<ExprId> args;
  bool distinct = false;
  ExprId filter;
  std::vector<SortKey> order;
  NullTreatment nulls = NullTreatment::kDefault;
  bool within_group = false;

  static constexpr Tag kTag{62};
  static constexpr auto kFields = std::tuple{Attr{"function", &Aggregate::function},
                                             Child{"args", &Aggregate::args},
                                             Attr{"distinct", &Aggregate::distinct},
                                             OptionalChild{"filter", &Aggregate::filter},
                                             Child{"order", &Aggregate::order},
                                             Attr{"nulls", &Aggregate::nulls},
                                             Attr{"within_group", &Aggregate::within_group}};
  friend bool operator==(const Aggregate&, const Aggregate&) = default;
};

struct Window {
  ExprId function;  // a Call or an Aggregate
  std::vector<ExprId> partition;
  std::vector<SortKey> order;
  Frame frame;

  static constexpr Tag kTag{63};
  static constexpr auto kFields =
      std::tuple{Child{"function", &Window::function}, Child{"partition", &Window::partition},
                 Child{"order", &Window::order}, Attr{"frame", &Window::frame}};
  friend bool operator==(const Window&, const Window&) = default;
};

struct Field {
  ExprId input;
  std::string name;

  static constexpr Tag kTag{64};
  static constexpr auto kFields =
      std::tuple{Child{"input", &Field::input}, Attr{"name", &Field::name}};
  friend bool operator==(const Field&, const Field&) = default;
};

/// An element of a list, counted from 1 (from the end when negative); NULL when there is none.
struct Index {
  ExprId input;
  ExprId index;

  static constexpr Tag kTag{65};
  static constexpr auto kFields =
      std::tuple{Child{"input", &Index::input}, Child{"index", &Index::index}};
  friend bool operator==(const Index&, const Index&) = default;
};

struct MapGet {
  ExprId input;
  ExprId key;

  static constexpr Tag kTag{67};
  static constexpr auto kFields =
      std::tuple{Child{"input", &MapGet::input}, Child{"key", &MapGet::key}};
  friend bool operator==(const MapGet&, const MapGet&) = default;
};

/// The order of the items is part of the type.
struct StructNew {
  std::vector<Item> items;

  static constexpr Tag kTag{68};
  static constexpr auto kFields = std::tuple{Child{"items", &StructNew::items}};
  friend bool operator==(const StructNew&, const StructNew&) = default;
};

struct ListNew {
  std::vector<ExprId> items;

  static constexpr Tag kTag{69};
  static constexpr auto kFields = std::tuple{Child{"items", &ListNew::items}};
  friend bool operator==(const ListNew&, const ListNew&) = default;
};

/// As many keys as values.
struct MapNew {
  std::vector<ExprId> keys;
  std::vector<ExprId> values;

  static constexpr Tag kTag{70};
  static constexpr auto kFields =
      std::tuple{Child{"keys", &MapNew::keys}, Child{"values", &MapNew::values}};
  friend bool operator==(const MapNew&, const MapNew&) = default;
};

using ExprNode = std::variant<Column, Constant, Parameter, Logic, Not, Binary, Negate, Test,
                              Distinct, Between, Like, InList, Case, Cast, Call, Aggregate, Window,
                              Field, Index, MapGet, StructNew, ListNew, MapNew>;

}  // namespace norma::sql
