// The verbs that choose rows by an order: it must be total, or equal inputs would give other rows.

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "norma/expr/table.h"
#include "norma/expr/table_internal.h"

namespace norma::expr {
namespace {

// What an order covers, for messages: "keys (a, b), order (c)".
std::string OrderText(const Names& keys, const TableState& state,
                      const std::vector<sql::SortKey>& order) {
  std::string key_text;
  for (const std::string_view key : keys) {
    key_text += fmt::format("{}{}", key_text.empty() ? "" : ", ", key);
  }
  std::string order_text;
  for (const sql::SortKey& key : order) {
    const auto column = std::ranges::find(state.columns, key.expr, &TableColumn::expr);
    order_text += fmt::format("{}{}", order_text.empty() ? "" : ", ",
                              column == state.columns.end() ? "a formula" : column->name);
  }
  return keys.empty() ? fmt::format("order ({})", order_text)
                      : fmt::format("keys ({}), order ({})", key_text, order_text);
}

// Adds the columns that the order does not have yet. A column without an order is an error.
Status CompleteOrder(const TableState& state, TokenSet tokens, std::vector<sql::SortKey>& order) {
  std::ranges::sort(tokens);
  for (const TableColumn& column : state.columns) {
    if (column.constant.has_value() || std::ranges::binary_search(tokens, column.token)) {
      continue;
    }
    if (!state.plan->ir[column.expr].type.is_orderable()) {
      return Error{ErrorKind::kInvalidArgument,
                   fmt::format("Ties::kAllColumns needs types with an order: {} {}", column.name,
                               state.plan->ir[column.expr].type.ToString())};
    }
    order.push_back({column.expr, false, false});
  }
  return Status();
}

TokenSet TokensOf(const TableState& state, const std::vector<sql::ExprId>& exprs) {
  TokenSet tokens;
  for (const TableColumn& column : state.columns) {
    if (std::ranges::find(exprs, column.expr) != exprs.end()) {
      tokens.push_back(column.token);
    }
  }
  std::ranges::sort(tokens);
  return tokens;
}

std::vector<sql::ExprId> ExprsOf(const std::vector<sql::SortKey>& order) {
  std::vector<sql::ExprId> exprs;
  exprs.reserve(order.size());
  for (const sql::SortKey& key : order) {
    exprs.push_back(key.expr);
  }
  return exprs;
}

}  // namespace

Result<Table> Table::Prefer(const Names& keys, const Order& order, Ties ties, Place where) const {
  TableState next = BuildOn(*this, Base::kSingle, where);
  Lowering lowering(*next.plan, Lowering::Allow::kRows);
  lowering.AddScope(next);
  sql::Prefer prefer;
  for (const std::string_view key : keys) {
    NORMA_ASSIGN_OR_RETURN(const sql::ExprId expr, lowering.Lower(Col(key, where)));
    prefer.keys.push_back(expr);
  }
  if (keys.empty()) {
    return Wrong("Prefer needs at least one key", where);
  }
  NORMA_ASSIGN_OR_RETURN(prefer.order, lowering.LowerOrder(order));
  std::vector<sql::ExprId> decided = ExprsOf(prefer.order);
  decided.insert(decided.end(), prefer.keys.begin(), prefer.keys.end());
  const TokenSet tokens = TokensOf(next, decided);
  if (!IsTotal(next, tokens)) {
    if (ties == Ties::kError) {
      return Wrong(fmt::format("order is not total: {}; add columns or Ties::kAllColumns",
                               OrderText(keys, next, prefer.order)),
                   where);
    }
    if (const Status status = CompleteOrder(next, tokens, prefer.order); !status.ok()) {
      return AtPlace(status.error(), where);
    }
  }
  next.keys.push_back(TokensOf(next, prefer.keys));
  prefer.input = next.from;
  next.from = next.plan->ir.Add(sql::Relation{std::move(prefer), next.origin});
  return Finish(std::move(next), where);
}

Result<Table> Table::Limit(uint64_t count, const Order& order, uint64_t offset, Place where) const {
  TableState next = BuildOn(*this, Base::kPlain, where);
  Lowering lowering(*next.plan, Lowering::Allow::kRows);
  lowering.AddScope(next);
  NORMA_ASSIGN_OR_RETURN(next.order, lowering.LowerOrder(order));
  if (!IsTotal(next, TokensOf(next, ExprsOf(next.order)))) {
    return Wrong(
        fmt::format("order is not total: {}; add columns", OrderText({}, next, next.order)), where);
  }
  constexpr auto kMost = static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
  if (count > kMost || offset > kMost) {
    return Wrong("Limit does not fit an Int64", where);
  }
  next.limit = count;
  next.offset = offset;
  return Finish(std::move(next), where);
}

}  // namespace norma::expr
