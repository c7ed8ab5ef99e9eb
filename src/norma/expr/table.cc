#include "norma/expr/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "norma/expr/table_internal.h"
#include "norma/sql/emit.h"
#include "norma/sql/ir_walk.h"
#include "norma/sql/verify.h"

namespace norma::expr {
namespace {

Column TokenColumn(const TableState& state, const TableColumn& column, Place where) {
  return MakeColumn(TokenForm{column.token, column.name, state.label}, {}, where);
}

const TableColumn* FindColumn(const TableState& state, std::string_view name) {
  const auto found = std::ranges::find(state.columns, name, &TableColumn::name);
  return found == state.columns.end() ? nullptr : &*found;
}

std::string UnknownColumn(const TableState& state, std::string_view name) {
  std::vector<std::string> names;
  names.reserve(state.columns.size());
  for (const TableColumn& column : state.columns) {
    names.push_back(column.name);
  }
  return fmt::format("unknown column in {}: {}{}", state.label, name, DidYouMean(name, names));
}

std::optional<sql::Literal> ConstantOf(const Column& column) {
  const auto* constant = std::get_if<ConstantForm>(&column.node().form);
  return constant == nullptr ? std::nullopt : std::optional(constant->value);
}

// Whether columns may be left out or renamed without starting a new SELECT. Not under DISTINCT,
// and not where the aggregates alone make it one row.
bool CanPick(const TableState& state) {
  return !state.closed && !state.is_distinct &&
         !(state.is_aggregated && !state.grouping.has_value());
}

// The columns of `columns` when each is a column of the table and nothing more.
std::optional<std::vector<TableColumn>> Picked(const TableState& state, const Cols& columns) {
  Lowering lowering(*state.plan, Lowering::Allow::kRows);
  lowering.AddScope(state);
  std::vector<TableColumn> picked;
  for (const NamedColumn& column : columns) {
    const TableColumn* found = lowering.FindPlain(column.column);
    if (found == nullptr) {
      return std::nullopt;
    }
    picked.push_back(*found);
    picked.back().name = column.name;
  }
  return picked;
}

// Lowers the formulas of a projection or of aggregates; those that are plain columns keep their
// token.
Result<std::vector<TableColumn>> LowerColumns(Lowering& lowering, Plan& plan, const Cols& columns) {
  std::vector<TableColumn> lowered;
  for (const NamedColumn& column : columns) {
    NORMA_ASSIGN_OR_RETURN(const sql::ExprId expr, lowering.Lower(column.column));
    const TableColumn* plain = lowering.FindPlain(column.column);
    lowered.push_back(
        plain != nullptr
            ? TableColumn{column.name, plain->token, expr, plain->constant}
            : TableColumn{column.name, plan.NewToken(), expr, ConstantOf(column.column)});
  }
  return lowered;
}

Result<Table> AggregateBy(const Table& table, const Cols& keys, const Cols& aggregates,
                          Place where) {
  TableState state = BuildOn(table, Base::kPlain, where);
  Plan& plan = *state.plan;
  const TableState input = state;
  Lowering key_lowering(plan, Lowering::Allow::kRows);
  key_lowering.AddScope(input);
  NORMA_ASSIGN_OR_RETURN(state.columns, LowerColumns(key_lowering, plan, keys));
  std::vector<sql::ExprId> key_exprs;
  TokenSet key_tokens;
  for (TableColumn& column : state.columns) {
    if (column.constant.has_value()) {
      return Wrong("a constant is no group key: " + column.name, where);
    }
    key_exprs.push_back(column.expr);
    // The result is a new table, so that it can be joined with the one it was made from.
    column.token = plan.NewToken();
    key_tokens.push_back(column.token);
  }
  Lowering lowering(plan, Lowering::Allow::kAggregates);
  lowering.AddScope(input);
  lowering.SetGroupKeys(key_exprs);
  NORMA_ASSIGN_OR_RETURN(std::vector<TableColumn> columns,
                         LowerColumns(lowering, plan, aggregates));
  if (keys.empty() && !lowering.saw_aggregate()) {
    return Wrong("Aggregate needs at least one aggregate", where);
  }
  for (TableColumn& column : columns) {
    column.token = plan.NewToken();
    state.columns.push_back(std::move(column));
  }
  state.is_aggregated = true;
  if (!keys.empty()) {
    state.grouping = sql::Grouping{{key_exprs}};
  }
  state.keys = {key_tokens};
  return Finish(std::move(state), where);
}

Result<Table> UnnestBy(const Table& table, const Column& list, std::string_view name, bool outer,
                       Place where) {
  TableState state = BuildOn(table, Base::kSingle, where);
  Plan& plan = *state.plan;
  Lowering lowering(plan, Lowering::Allow::kRows);
  lowering.AddScope(state);
  NORMA_ASSIGN_OR_RETURN(const sql::ExprId expr, lowering.Lower(list));
  const DataType type = plan.ir[expr].type;
  if (!type.is_list()) {
    return Wrong("Unnest needs a list: " + type.ToString(), where);
  }
  for (const sql::SourceId source : sql::VisibleSources(plan.ir, state.from)) {
    for (const sql::SchemaColumn& column : plan.ir[source].columns) {
      if (column.name == name) {
        return Wrong(fmt::format("column is there already: {}", name), where);
      }
    }
  }
  const sql::SourceId source =
      plan.ir.Add(sql::Source{state.label, {{std::string(name), type.fields()[0].type, true}}});
  state.from = plan.ir.Add(sql::Relation{
      sql::Unnest{state.from, {{expr, std::string(name)}}, outer, source}, state.origin});
  const sql::ExprId element =
      plan.ir.Add(sql::Expr{sql::Column{source, 0}, type.fields()[0].type, true, state.origin});
  state.columns.push_back({std::string(name), plan.NewToken(), element, std::nullopt});
  state.keys.clear();  // a list may hold the same element twice
  return Finish(std::move(state), where);
}

// Whether a value can be cast without a struct's fields changing places.
bool HasSameShape(const DataType& from, const DataType& to) {
  const auto from_fields = from.fields();
  const auto to_fields = to.fields();
  const bool is_struct = to.kind() == sql::TypeKind::kStruct;
  if (from_fields.empty() && to_fields.empty()) {
    return true;
  }
  if (from.kind() != to.kind() && (is_struct || from.kind() == sql::TypeKind::kStruct)) {
    return false;
  }
  if (from_fields.size() != to_fields.size()) {
    return false;
  }
  for (size_t i = 0; i < to_fields.size(); ++i) {
    if ((is_struct && from_fields[i].name != to_fields[i].name) ||
        !HasSameShape(from_fields[i].type, to_fields[i].type)) {
      return false;
    }
  }
  return true;
}

}  // namespace

Column Table::operator[](ColumnName name) const {
  const TableColumn* column = FindColumn(state(), name.name);
  if (column == nullptr) {
    return Mistake(ErrorKind::kInvalidArgument, UnknownColumn(state(), name.name), name.where);
  }
  return TokenColumn(state(), *column, name.where);
}

const sql::Schema& Table::schema() const { return state().schema; }

const std::string& Table::name() const { return state().label; }

Result<Table> Table::Select(const Cols& columns, Place where) const {
  if (CanPick(state())) {
    if (auto picked = Picked(state(), columns)) {
      TableState next = state();
      next.columns = std::move(*picked);
      return Finish(std::move(next), where);
    }
  }
  TableState next = BuildOn(*this, Base::kPlain, where);
  const TableState input = next;
  Lowering lowering(*next.plan, Lowering::Allow::kWindows);
  lowering.AddScope(input);
  NORMA_ASSIGN_OR_RETURN(next.columns, LowerColumns(lowering, *next.plan, columns));
  return Finish(std::move(next), where);
}

Result<Table> Table::Mutate(Cols columns, Place where) const {
  Cols all;
  for (const TableColumn& column : state().columns) {
    all.emplace_back(column.name, TokenColumn(state(), column, where));
  }
  for (NamedColumn& column : columns) {
    const auto old = std::ranges::find(all, column.name, &NamedColumn::name);
    if (old == all.end()) {
      all.push_back(std::move(column));
    } else {
      old->column = std::move(column.column);
    }
  }
  return Select(all, where);
}

Result<Table> Table::Drop(Names names, Place where) const {
  for (const std::string_view name : names) {
    if (FindColumn(state(), name) == nullptr) {
      return Wrong(UnknownColumn(state(), name), where);
    }
  }
  Cols kept;
  for (const TableColumn& column : state().columns) {
    if (std::ranges::find(names, column.name) == names.end()) {
      kept.emplace_back(column.name, TokenColumn(state(), column, where));
    }
  }
  return Select(kept, where);
}

Result<Table> Table::Rename(std::vector<NewOld> names, Place where) const {
  for (const NewOld& name : names) {
    if (FindColumn(state(), name.from) == nullptr) {
      return Wrong(UnknownColumn(state(), name.from), where);
    }
  }
  Cols renamed;
  for (const TableColumn& column : state().columns) {
    const auto name = std::ranges::find(names, column.name, &NewOld::from);
    renamed.emplace_back(name == names.end() ? std::string_view(column.name) : name->to,
                         TokenColumn(state(), column, where));
  }
  return Select(renamed, where);
}

Result<Table> Table::Filter(const Column& condition, Place where) const {
  TableState next = BuildOn(*this, Base::kPlain, where);
  Lowering lowering(*next.plan, Lowering::Allow::kRows);
  lowering.AddScope(next);
  NORMA_ASSIGN_OR_RETURN(const sql::ExprId expr, lowering.LowerCondition(condition, "Filter"));
  next.where.push_back(expr);
  return Finish(std::move(next), where);
}

Result<Table> Table::Distinct(Place where) const {
  const bool can_add = !state().closed && !state().is_aggregated && !state().limit.has_value();
  TableState next = can_add ? state() : BuildOn(*this, Base::kPlain, where);
  next.is_distinct = true;
  TokenSet all;
  for (const TableColumn& column : next.columns) {
    all.push_back(column.token);
  }
  std::ranges::sort(all);
  next.keys.push_back(std::move(all));
  return Finish(std::move(next), where);
}

Result<Table> Table::Aggregate(const Cols& aggregates, Place where) const {
  return AggregateBy(*this, {}, aggregates, where);
}

GroupedTable Table::GroupBy(Cols keys, Place where) const {
  return GroupedTable(*this, std::move(keys), where);
}

Result<Table> GroupedTable::Aggregate(const Cols& aggregates, Place where) const {
  if (keys_.empty()) {
    return Wrong("GroupBy needs at least one key", where_);
  }
  return AggregateBy(table_, keys_, aggregates, where);
}

Result<Table> Table::Unnest(const Column& list, std::string_view name, Place where) const {
  return UnnestBy(*this, list, name, false, where);
}

Result<Table> Table::UnnestOuter(const Column& list, std::string_view name, Place where) const {
  return UnnestBy(*this, list, name, true, where);
}

Result<Table> Table::As(std::string_view name, Place where) const {
  TableState next = BuildOn(*this, Base::kFresh, where, name);
  next.label = std::string(name);
  std::vector<std::pair<ColumnToken, ColumnToken>> moved;
  for (TableColumn& column : next.columns) {
    const ColumnToken token = next.plan->NewToken();
    moved.emplace_back(column.token, token);
    column.token = token;
  }
  for (TokenSet& key : next.keys) {
    for (ColumnToken& token : key) {
      token = std::ranges::find(moved, token, &std::pair<ColumnToken, ColumnToken>::first)->second;
    }
    std::ranges::sort(key);
  }
  return Finish(std::move(next), where);
}

Result<Table> Table::Unique(const Names& columns, Place where) const {
  TableState next = state();
  TokenSet key;
  std::vector<std::string> names;
  for (const std::string_view name : columns) {
    const TableColumn* column = FindColumn(state(), name);
    if (column == nullptr) {
      return Wrong(UnknownColumn(state(), name), where);
    }
    key.push_back(column->token);
    names.emplace_back(name);
  }
  std::ranges::sort(key);
  next.keys.push_back(std::move(key));
  TableState claimed = state();
  claimed.plan = nullptr;
  next.plan->claims.push_back(
      {std::make_shared<const TableState>(std::move(claimed)), std::move(names), where});
  return Finish(std::move(next), where);
}

Result<Table> Table::Conform(const sql::Schema& schema, Place where) const {
  Cols columns;
  for (const sql::SchemaColumn& wanted : schema.columns) {
    const TableColumn* column = FindColumn(state(), wanted.name);
    if (column == nullptr) {
      return AtPlace(Error{ErrorKind::kContractViolation, "column is missing: " + wanted.name},
                     where);
    }
    const DataType& type = this->schema().columns[this->schema().Find(wanted.name).value()].type;
    if (!HasSameShape(type, wanted.type)) {
      return AtPlace(Error{ErrorKind::kContractViolation,
                           fmt::format("column has another shape: {}; wanted {}, has {}",
                                       wanted.name, wanted.type.ToString(), type.ToString())},
                     where);
    }
    const Column value = TokenColumn(state(), *column, where);
    columns.emplace_back(wanted.name, type == wanted.type ? value : value.Cast(wanted.type, where));
  }
  for (const TableColumn& column : state().columns) {
    if (!schema.Find(column.name).has_value()) {
      return AtPlace(
          Error{ErrorKind::kContractViolation, "column is not in the contract: " + column.name},
          where);
    }
  }
  return Select(columns, where);
}

Result<sql::Ir> Table::ToIr() const {
  const sql::QueryId root = CloseQuery(state());
  sql::Ir whole = state().plan->ir;
  whole.root = root;
  NORMA_RETURN_IF_ERROR(sql::Verify(whole, sql::Stage::kTyped));
  return sql::Compact(whole);
}

Result<std::string> Table::ToSql() const {
  NORMA_ASSIGN_OR_RETURN(const sql::Ir ir, ToIr());
  return sql::EmitDataFusion(ir);
}

}  // namespace norma::expr
