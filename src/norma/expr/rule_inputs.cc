#include "norma/expr/rule_inputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "norma/expr/table_internal.h"
#include "norma/sql/verify.h"

namespace norma::expr {
namespace {

// A table's state with one column per column of its only source.
TableState FromSource(const std::shared_ptr<Plan>& plan, std::string label, Place where) {
  TableState state;
  state.plan = plan;
  state.label = std::move(label);
  state.origin = plan->AddOrigin(where);
  return state;
}

}  // namespace

RuleInputs::RuleInputs(const sql::SchemaSource& schemas, sql::TypeResolver& resolver,
                       RuleInterface rule)
    : plan_(std::make_shared<Plan>()), rule_(std::move(rule)) {
  plan_->schemas = &schemas;
  plan_->resolver = &resolver;
}

Result<Table> RuleInputs::Get(std::string_view name, Place where) const {
  if (std::ranges::find(rule_.inputs, name) == rule_.inputs.end()) {
    return Wrong(
        fmt::format("table is not a declared input: {}{}", name, DidYouMean(name, rule_.inputs)),
        where);
  }
  auto table = plan_->schemas->Find(name);
  if (!table.ok()) {
    return AtPlace(table.error(), where);
  }
  const sql::Schema& schema = table.value().schema;
  TableState state = FromSource(plan_, std::string(name), where);
  sql::Ir& ir = plan_->ir;
  const sql::SourceId source = ir.Add(sql::Source{std::string(name), schema.columns});
  state.from = ir.Add(
      sql::Relation{sql::Table{"norma", "public", table.value().name, source}, state.origin});
  for (size_t i = 0; i < schema.columns.size(); ++i) {
    const sql::SchemaColumn& column = schema.columns[i];
    const sql::ExprId expr = ir.Add(sql::Expr{sql::Column{source, static_cast<uint32_t>(i)},
                                              column.type, column.nullable, state.origin});
    state.columns.push_back({column.name, plan_->NewToken(), expr, std::nullopt});
  }
  for (const std::vector<std::string>& key : schema.unique_keys) {
    TokenSet tokens;
    for (const std::string& column_name : key) {
      const auto column = std::ranges::find(state.columns, column_name, &TableColumn::name);
      if (column == state.columns.end()) {
        return Wrong(fmt::format("key of {} names an unknown column: {}", name, column_name),
                     where);
      }
      tokens.push_back(column->token);
    }
    std::ranges::sort(tokens);
    state.keys.push_back(std::move(tokens));
  }
  return Finish(std::move(state), where);
}

Result<Table> RuleInputs::Values(const sql::Schema& schema,
                                 std::vector<std::vector<sql::Literal>> rows, Place where) const {
  if (rows.empty()) {
    return Wrong("Values needs at least one row", where);
  }
  if (rows.size() > sql::kMaxValuesRows) {
    return AtPlace(Error{ErrorKind::kLimitExceeded,
                         fmt::format("too many rows of constants: {}", rows.size())},
                   where);
  }
  TableState state = FromSource(plan_, "values", where);
  sql::Ir& ir = plan_->ir;
  sql::Values values;
  std::vector<sql::SchemaColumn> columns;
  for (const sql::SchemaColumn& column : schema.columns) {
    values.names.push_back(column.name);
    // The engine calls every column of VALUES nullable.
    columns.push_back({column.name, column.type, true});
    state.columns.push_back({column.name, plan_->NewToken(), sql::ExprId(), std::nullopt});
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].size() != columns.size()) {
      return Wrong(fmt::format("row {} of Values has {} values for {} columns", i + 1,
                               rows[i].size(), columns.size()),
                   where);
    }
    values.rows.emplace_back();
    for (size_t c = 0; c < columns.size(); ++c) {
      if (rows[i][c].type() != columns[c].type) {
        return Wrong(
            fmt::format("row {} of Values, column {}: wanted {}, has {}", i + 1, columns[c].name,
                        columns[c].type.ToString(), rows[i][c].type().ToString()),
            where);
      }
      values.rows.back().push_back(ir.Add(sql::Expr{sql::Constant{rows[i][c]}, columns[c].type,
                                                    rows[i][c].is_null(), state.origin}));
    }
  }
  state.closed = ir.Add(sql::Query{std::move(values), std::move(columns), state.origin});
  return Finish(std::move(state), where);
}

Result<std::vector<UniqueClaim>> RuleInputs::Claims() const {
  std::vector<UniqueClaim> claims;
  // Asking builds queries, and those must not be asked about.
  const std::vector<KeyClaim> made = plan_->claims;
  for (const KeyClaim& claim : made) {
    Cols keys;
    for (const std::string& column : claim.columns) {
      keys.emplace_back(column);
    }
    TableState claimed = *claim.table;
    claimed.plan = plan_;
    const Table table(std::make_shared<const TableState>(std::move(claimed)));
    NORMA_ASSIGN_OR_RETURN(const Table counted,
                           table.GroupBy(keys).Aggregate({{"_rows", CountRows()}}, claim.where));
    NORMA_ASSIGN_OR_RETURN(const Table repeated, counted.Filter(Col("_rows") > 1, claim.where));
    NORMA_ASSIGN_OR_RETURN(const Table number,
                           repeated.Aggregate({{"duplicates", CountRows()}}, claim.where));
    NORMA_ASSIGN_OR_RETURN(std::string sql, number.ToSql());
    const std::string_view path = claim.where.file_name();
    claims.push_back(
        {claim.columns, std::move(sql),
         fmt::format("{}:{}", path.substr(path.find_last_of('/') + 1), claim.where.line())});
  }
  return claims;
}

}  // namespace norma::expr
