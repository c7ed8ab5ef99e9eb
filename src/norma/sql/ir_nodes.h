#pragma once

/// \file
/// The kinds of nodes of the Query IR. Each describes itself once, in kFields: walking, copying,
/// encoding and checking are generic over that description (ir_fields.h).
///
/// To add a kind: a struct here with the next free tag of its group and its kFields, one line in
/// the variant below, then follow the compile errors.

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include "norma/sql/data_type.h"
#include "norma/sql/literal.h"

namespace norma::sql {

/// An index into one of the vectors of an Ir, counted from 1; 0 is none.
template <typename Kind>
struct NodeId {
  uint32_t value = 0;

  explicit operator bool() const { return value != 0; }
  friend auto operator<=>(const NodeId&, const NodeId&) = default;
};

using ExprId = NodeId<struct ExprKind>;
using RelationId = NodeId<struct RelationKind>;
using QueryId = NodeId<struct QueryKind>;
using SourceId = NodeId<struct SourceKind>;
using OriginId = NodeId<struct OriginKind>;

/// The number of a kind in stored forms and fingerprints. Append only, never reused.
struct Tag {
  uint16_t value;
};

/// A child that must be there, or a list of children.
template <typename Member>
struct Child {
  std::string_view name;
  Member member;
};
template <typename Member>
Child(const char*, Member) -> Child<Member>;

/// A child that may be 0.
template <typename Member>
struct OptionalChild {
  std::string_view name;
  Member member;
};
template <typename Member>
OptionalChild(const char*, Member) -> OptionalChild<Member>;

/// A value that is no child.
template <typename Member>
struct Attr {
  std::string_view name;
  Member member;
};
template <typename Member>
Attr(const char*, Member) -> Attr<Member>;

// ---- records -----------------------------------------------------------------------------------

/// An expression and the name of the column that it makes.
struct Item {
  ExprId expr;
  std::string name;
  friend bool operator==(const Item&, const Item&) = default;
};

struct SortKey {
  ExprId expr;
  bool descending = false;
  bool nulls_first = false;
  friend bool operator==(const SortKey&, const SortKey&) = default;
};

/// GROUP BY is one set; ROLLUP and CUBE are several.
struct Grouping {
  std::vector<std::vector<ExprId>> sets;
  friend bool operator==(const Grouping&, const Grouping&) = default;
};

/// WHEN and THEN.
struct Arm {
  ExprId condition;
  ExprId value;
  friend bool operator==(const Arm&, const Arm&) = default;
};

enum class FrameUnit : uint8_t { kRows, kRange, kGroups };
enum class BoundKind : uint8_t {
  kUnboundedPreceding,
  kPreceding,
  kCurrentRow,
  kFollowing,
  kUnboundedFollowing
};

struct FrameBound {
  BoundKind kind = BoundKind::kUnboundedPreceding;
  int64_t offset = 0;  // of kPreceding and kFollowing
  friend bool operator==(const FrameBound&, const FrameBound&) = default;
};

struct Frame {
  FrameUnit unit = FrameUnit::kRange;
  FrameBound start;
  FrameBound end{BoundKind::kCurrentRow, 0};
  friend bool operator==(const Frame&, const Frame&) = default;
};

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

// ---- expressions -------------------------------------------------------------------------------

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
