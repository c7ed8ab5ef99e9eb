#pragma once

/// \file
/// For the tests of sql/: queries built by hand, one of them with every kind of node.

#include <string>
#include <utility>
#include <vector>

#include "norma/sql/ir.h"

namespace norma::sql::testing_support {

/// Adds nodes with their types. Places are numbered, so that each node has its own.
class IrBuilder {
 public:
  Ir ir;

  OriginId NextOrigin() {
    return ir.Add(Origin{.file = "sample.cc", .line = ++line_, .function = "Build"});
  }

  ExprId Add(ExprNode node, DataType type, bool nullable = true) {
    return ir.Add(Expr{std::move(node), std::move(type), nullable, NextOrigin()});
  }
  RelationId Add(RelationNode node) { return ir.Add(Relation{std::move(node), NextOrigin()}); }

  SourceId AddSource(std::string alias, std::vector<SchemaColumn> columns) {
    return ir.Add(Source{std::move(alias), std::move(columns)});
  }
  ExprId ColumnOf(SourceId source, uint32_t ordinal) {
    const SchemaColumn column = ir[source].columns[ordinal];
    return Add(Column{source, ordinal}, column.type, column.nullable);
  }
  ExprId Number(int64_t value) {
    return Add(Constant{Literal::Int64(value)}, DataType::Int64(), false);
  }
  ExprId Text(std::string_view value) {
    return Add(Constant{Literal::Text(value).value()}, DataType::Utf8(), false);
  }
  ExprId Compare(BinaryOperator op, ExprId left, ExprId right) {
    return Add(Binary{op, left, right}, DataType::Boolean());
  }

  /// A query of these items with the columns that they make.
  QueryId AddSelect(Select select) {
    std::vector<SchemaColumn> columns;
    columns.reserve(select.items.size());
    for (const Item& item : select.items) {
      columns.push_back({item.name, ir[item.expr].type, ir[item.expr].nullable});
    }
    return ir.Add(Query{std::move(select), std::move(columns), NextOrigin()});
  }

 private:
  int64_t line_ = 0;
};

/// The columns of the table "t".
inline std::vector<SchemaColumn> SampleColumns() {
  return {{"id", DataType::Int64(), false},
          {"name", DataType::Utf8(), true},
          {"flag", DataType::Boolean(), true},
          {"names", DataType::List(DataType::Utf8()), true},
          {"tags", DataType::Map(DataType::Utf8(), DataType::Utf8()), true},
          {"pair", DataType::Struct({{"a", DataType::Utf8(), true}, {"b", DataType::Utf8(), true}}),
           true}};
}

/// SELECT id, name FROM t WHERE flag, and the ids of its parts.
struct SmallSample {
  IrBuilder builder;
  SourceId source;
  RelationId table;
  ExprId id, name, flag;
  Select select;

  SmallSample() {
    source = builder.AddSource("t", SampleColumns());
    table = builder.Add(Table{"norma", "public", "t", source});
    id = builder.ColumnOf(source, 0);
    name = builder.ColumnOf(source, 1);
    flag = builder.ColumnOf(source, 2);
    select.from = table;
    select.where = flag;
    select.items = {{id, "id"}, {name, "name"}};
  }

  Ir Finish() {
    builder.ir.root = builder.AddSelect(select);
    return builder.ir;
  }
};

namespace sample_internal {

inline std::vector<Item> EveryExpression(IrBuilder& b, SourceId t) {
  const DataType boolean = DataType::Boolean();
  const ExprId id = b.ColumnOf(t, 0);
  const ExprId name = b.ColumnOf(t, 1);
  const ExprId flag = b.ColumnOf(t, 2);
  const ExprId names = b.ColumnOf(t, 3);
  const ExprId tags = b.ColumnOf(t, 4);
  const ExprId pair = b.ColumnOf(t, 5);
  const ExprId one = b.Number(1);
  const ExprId less = b.Compare(BinaryOperator::kLess, id, one);
  const ExprId sum =
      b.Add(Aggregate{"sum", {id}, false, flag, {{id, false, false}}}, DataType::Int64());
  const ExprId rank = b.Add(Call{"row_number", {}}, DataType::UInt64(), false);
  const DataType pair_type = DataType::Struct({{"x", DataType::Int64(), true}});
  return {
      {b.Add(Parameter{"p", DataType::Int64()}, DataType::Int64()), "parameter"},
      {b.Add(Logic{LogicOperator::kAnd, {flag, less}}, boolean), "logic"},
      {b.Add(Not{flag}, boolean), "not"},
      {b.Add(Negate{id}, DataType::Int64()), "negate"},
      {b.Add(Test{flag, TestKind::kTrue, true}, boolean, false), "test"},
      {b.Add(Distinct{name, b.Text("a"), true}, boolean, false), "distinct"},
      {b.Add(Between{id, one, b.Number(9), false}, boolean), "between"},
      {b.Add(Like{name, b.Text("a%"), "", false, false}, boolean), "like"},
      {b.Add(InList{id, {one, b.Number(2)}, false}, boolean), "in_list"},
      {b.Add(Case{ExprId(), {{flag, one}}, b.Number(3)}, DataType::Int64()), "case"},
      {b.Add(Cast{id, DataType::Utf8(), false}, DataType::Utf8()), "cast"},
      {b.Add(Call{"lower", {name}}, DataType::Utf8()), "call"},
      {b.Add(Window{sum, {name}, {{id, true, true}}, Frame()}, DataType::Int64()), "window"},
      {b.Add(Window{rank, {}, {{id, false, false}}, Frame()}, DataType::UInt64(), false), "rank"},
      {b.Add(Field{pair, "a"}, DataType::Utf8()), "field"},
      {b.Add(Index{names, one}, DataType::Utf8()), "index"},
      {b.Add(MapGet{tags, b.Text("k")}, DataType::Utf8()), "map_get"},
      {b.Add(StructNew{{{id, "x"}}}, pair_type), "struct_new"},
      {b.Add(ListNew{{name, b.Text("z")}}, DataType::List(DataType::Utf8())), "list_new"},
      {b.Add(MapNew{{b.Text("k")}, {name}}, DataType::Map(DataType::Utf8(), DataType::Utf8())),
       "map_new"},
      {b.Add(Constant{Literal::Float64(0.5)}, DataType::Float64(), false), "float"},
      {b.Add(Constant{Literal::Binary("\x01").value()}, DataType::Binary(), false), "binary"},
      {b.Add(Constant{Literal::Bool(true)}, boolean, false), "bool"},
      {b.Add(Constant{Literal::Cast("5", DataType::Int32()).value()}, DataType::Int32(), false),
       "small"},
      {id, "id"},
      {name, "name"},
      {names, "names"},
  };
}

}  // namespace sample_internal

/// A well-formed query with every kind of query, relation and expression in it.
inline Ir EverythingSample() {
  IrBuilder b;
  const SourceId t = b.AddSource("t", SampleColumns());
  const RelationId table = b.Add(Table{"norma", "public", "t", t});
  Select inner;
  inner.from = table;
  inner.items = sample_internal::EveryExpression(b, t);
  const QueryId inner_query = b.AddSelect(inner);
  const SourceId d = b.AddSource("d", b.ir[inner_query].columns);
  const RelationId derived = b.Add(Derived{inner_query, d});
  const uint32_t id = 24;
  const uint32_t name = 25;
  const RelationId prefer =
      b.Add(Prefer{derived, {b.ColumnOf(d, id)}, {{b.ColumnOf(d, name), false, false}}});
  const SourceId u = b.AddSource("u", {{"each", DataType::Utf8(), true}});
  const RelationId unnest = b.Add(Unnest{prefer, {{b.ColumnOf(d, 26), "each"}}, false, u});

  Values values;
  values.names = {"v"};
  values.rows = {{b.Number(1)}, {b.Number(2)}};
  const QueryId values_query =
      b.ir.Add(Query{values, {{"v", DataType::Int64(), true}}, b.NextOrigin()});
  const SourceId v = b.AddSource("v", b.ir[values_query].columns);
  const RelationId right = b.Add(Derived{values_query, v});
  const RelationId join =
      b.Add(Join{JoinKind::kLeft, unnest, right,
                 b.Compare(BinaryOperator::kEqual, b.ColumnOf(d, id), b.ColumnOf(v, 0))});
  Select outer;
  outer.from = join;
  outer.where = b.Compare(BinaryOperator::kGreater, b.ColumnOf(d, id), b.Number(0));
  const ExprId key = b.ColumnOf(u, 0);
  outer.grouping = Grouping{{{key}}};
  outer.aggregated = true;
  const ExprId sum = b.Add(Aggregate{"sum", {b.ColumnOf(v, 0)}}, DataType::Int64());
  outer.having = b.Compare(BinaryOperator::kLess, sum, b.Number(10));
  outer.items = {{key, "each"}, {sum, "total"}};
  outer.order = {{key, true, false}};
  outer.limit = b.Number(5);
  outer.offset = b.Number(1);
  const QueryId left_query = b.AddSelect(outer);

  Select other;
  other.from = b.Add(Table{"norma", "public", "w", b.AddSource("w", SampleColumns())});
  const SourceId w = std::get<Table>(b.ir[other.from].node).source;
  other.distinct = true;
  other.items = {{b.ColumnOf(w, 1), "each"}, {b.ColumnOf(w, 0), "total"}};
  other.qualify = b.ColumnOf(w, 2);
  const QueryId right_query = b.AddSelect(other);

  SetOp set;
  set.op = SetOperator::kUnion;
  set.all = true;
  set.inputs = {left_query, right_query};
  set.names = {"each", "total"};
  b.ir.root = b.ir.Add(Query{
      set, {{"each", DataType::Utf8(), true}, {"total", DataType::Int64(), true}}, b.NextOrigin()});
  return b.ir;
}

}  // namespace norma::sql::testing_support
