#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "norma/expr/table_internal.h"
#include "norma/sql/ir_walk.h"
#include "norma/sql/verify.h"

namespace norma::expr {
namespace {

// More keys than this would not decide anything that these do not.
constexpr size_t kMaxKeys = 32;

bool IsColumnOfFrom(const sql::Ir& ir, const TableColumn& column) {
  return std::holds_alternative<sql::Column>(ir[column.expr].node);
}

Status CheckNames(const TableState& state) {
  std::set<std::string_view> seen;
  for (const TableColumn& column : state.columns) {
    if (column.name.empty() || column.name.size() > sql::kMaxIdentifierBytes) {
      return Error{ErrorKind::kInvalidArgument,
                   fmt::format("not the name of a column: {}", column.name.substr(0, 120))};
    }
    if (!seen.insert(column.name).second) {
      return Error{ErrorKind::kInvalidArgument,
                   fmt::format("column is there twice: {}; rename one", column.name)};
    }
  }
  if (state.columns.empty()) {
    return Error{ErrorKind::kInvalidArgument, "a table needs at least one column"};
  }
  if (state.columns.size() > sql::kMaxColumns) {
    return Error{ErrorKind::kLimitExceeded,
                 fmt::format("too many columns: {}", state.columns.size())};
  }
  return Status();
}

// Drops keys with columns that are gone, repeated keys, and keys that contain another.
std::vector<TokenSet> KeptKeys(const TableState& state) {
  TokenSet tokens;
  for (const TableColumn& column : state.columns) {
    tokens.push_back(column.token);
  }
  std::ranges::sort(tokens);
  std::vector<TokenSet> kept;
  for (const TokenSet& key : state.keys) {
    const bool is_known =
        std::ranges::any_of(kept, [&](const TokenSet& k) { return std::ranges::includes(key, k); });
    if (std::ranges::includes(tokens, key) && !is_known && kept.size() < kMaxKeys) {
      std::erase_if(kept, [&](const TokenSet& k) { return std::ranges::includes(k, key); });
      kept.push_back(key);
    }
  }
  return kept;
}

std::vector<std::vector<std::string>> KeyNames(const TableState& state) {
  std::vector<std::vector<std::string>> keys;
  for (const TokenSet& key : state.keys) {
    std::vector<std::string> names;
    for (const ColumnToken token : key) {
      const auto column = std::ranges::find(state.columns, token, &TableColumn::token);
      names.push_back(column->name);
    }
    std::ranges::sort(names);
    keys.push_back(std::move(names));
  }
  std::ranges::sort(keys);
  return keys;
}

// New column expressions for the columns of `source`, in order.
void PointAt(TableState& state, sql::SourceId source) {
  sql::Ir& ir = state.plan->ir;
  for (size_t i = 0; i < state.columns.size(); ++i) {
    const sql::SchemaColumn column = ir[source].columns[i];
    state.columns[i].expr = ir.Add(sql::Expr{sql::Column{source, static_cast<uint32_t>(i)},
                                             column.type, column.nullable, state.origin});
  }
}

TableState Derive(const TableState& state, Place where, std::string_view alias) {
  sql::Ir& ir = state.plan->ir;
  TableState derived;
  derived.plan = state.plan;
  derived.label = state.label;
  derived.columns = state.columns;
  derived.keys = state.keys;
  derived.origin = state.plan->AddOrigin(where);
  const sql::QueryId query = CloseQuery(state);
  const sql::SourceId source = ir.Add(sql::Source{std::string(alias), ir[query].columns});
  derived.from = ir.Add(sql::Relation{sql::Derived{query, source}, derived.origin});
  PointAt(derived, source);
  return derived;
}

// The same relation as another occurrence.
TableState CloneRelation(const TableState& state, Place where, std::string_view alias) {
  sql::Ir& ir = state.plan->ir;
  TableState clone = state;
  clone.query = sql::QueryId();
  clone.origin = state.plan->AddOrigin(where);
  sql::RelationNode node = ir[state.from].node;
  const auto copy_source = [&](sql::SourceId old) {
    return ir.Add(sql::Source{std::string(alias), ir[old].columns});
  };
  sql::SourceId source;
  std::visit(
      sql::Overloaded{
          [&](sql::Table& table) { source = table.source = copy_source(table.source); },
          [&](sql::Derived& derived) { source = derived.source = copy_source(derived.source); },
          [](auto&) {}},
      node);
  clone.from = ir.Add(sql::Relation{std::move(node), clone.origin});
  for (TableColumn& column : clone.columns) {
    sql::Expr expr = ir[column.expr];
    std::get<sql::Column>(expr.node).source = source;
    column.expr = ir.Add(std::move(expr));
  }
  return clone;
}

}  // namespace

sql::OriginId Plan::AddOrigin(Place where) {
  const std::string_view path = where.file_name();
  return ir.Add(sql::Origin{.file = std::string(path.substr(path.find_last_of('/') + 1)),
                            .line = static_cast<int64_t>(where.line()),
                            .function = where.function_name()});
}

Result<Table> Finish(TableState state, Place where) {
  if (const Status status = CheckNames(state); !status.ok()) {
    return AtPlace(status.error(), where);
  }
  const sql::Ir& ir = state.plan->ir;
  state.query = sql::QueryId();
  state.schema = sql::Schema();
  if (state.closed) {
    state.is_plain = false;
    state.schema.columns = ir[state.closed].columns;
  } else {
    state.is_plain = !state.is_distinct && !state.is_aggregated && !state.limit.has_value() &&
                     std::ranges::all_of(state.columns, [&](const TableColumn& column) {
                       return IsColumnOfFrom(ir, column);
                     });
    for (const TableColumn& column : state.columns) {
      const sql::Expr& expr = ir[column.expr];
      state.schema.columns.push_back({column.name, expr.type, expr.nullable});
    }
  }
  state.keys = KeptKeys(state);
  state.schema.unique_keys = KeyNames(state);
  return Table(std::make_shared<const TableState>(std::move(state)));
}

sql::QueryId CloseQuery(const TableState& state) {
  if (state.closed) {
    return state.closed;
  }
  if (state.query) {
    return state.query;
  }
  sql::Ir& ir = state.plan->ir;
  sql::Select select;
  select.from = state.from;
  std::vector<sql::ExprId> conditions;
  for (const sql::ExprId condition : state.where) {
    const auto* logic = std::get_if<sql::Logic>(&ir[condition].node);
    if (logic != nullptr && logic->op == sql::LogicOperator::kAnd) {
      conditions.insert(conditions.end(), logic->operands.begin(), logic->operands.end());
    } else {
      conditions.push_back(condition);
    }
  }
  if (conditions.size() == 1) {
    select.where = conditions.front();
  } else if (!conditions.empty()) {
    const bool nullable =
        std::ranges::any_of(conditions, [&](sql::ExprId id) { return ir[id].nullable; });
    select.where = ir.Add(sql::Expr{sql::Logic{sql::LogicOperator::kAnd, conditions},
                                    DataType::Boolean(), nullable, state.origin});
  }
  select.grouping = state.grouping;
  select.distinct = state.is_distinct;
  select.aggregated = state.is_aggregated;
  select.order = state.order;
  const auto number = [&](uint64_t value) {
    return ir.Add(sql::Expr{sql::Constant{sql::Literal::Int64(static_cast<int64_t>(value))},
                            DataType::Int64(), false, state.origin});
  };
  if (state.limit.has_value()) {
    select.limit = number(*state.limit);
    select.offset = state.offset > 0 ? number(state.offset) : sql::ExprId();
  }
  for (const TableColumn& column : state.columns) {
    select.items.push_back({column.expr, column.name});
  }
  state.query = ir.Add(sql::Query{std::move(select), state.schema.columns, state.origin});
  return state.query;
}

TableState BuildOn(const Table& table, Base base, Place where, std::string_view alias) {
  const TableState& state = table.state();
  alias = alias.empty() ? std::string_view(state.label) : alias;
  if (state.closed || !state.is_plain || (base != Base::kPlain && !state.where.empty())) {
    return Derive(state, where, alias);
  }
  const sql::RelationNode& node = state.plan->ir[state.from].node;
  if (base == Base::kSingle && std::holds_alternative<sql::Join>(node)) {
    return Derive(state, where, alias);
  }
  if (base == Base::kFresh) {
    const bool can_clone =
        std::holds_alternative<sql::Table>(node) || std::holds_alternative<sql::Derived>(node);
    return can_clone ? CloneRelation(state, where, alias) : Derive(state, where, alias);
  }
  TableState copy = state;
  copy.query = sql::QueryId();
  copy.origin = state.plan->AddOrigin(where);
  return copy;
}

bool IsTotal(const TableState& table, const TokenSet& tokens) {
  for (const TokenSet& key : table.keys) {
    if (std::ranges::includes(tokens, key)) {
      return true;
    }
  }
  // Rows that agree in every column are the same for everybody who looks.
  return std::ranges::all_of(table.columns, [&](const TableColumn& column) {
    return column.constant.has_value() || std::ranges::binary_search(tokens, column.token);
  });
}

}  // namespace norma::expr
