#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "norma/expr/table_internal.h"

namespace norma::expr {
namespace {

// "a Utf8" of the first column that differs, or nothing.
Status CheckSameColumns(const Table& first, const Table& other, Place where) {
  const auto& wanted = first.schema().columns;
  const auto& given = other.schema().columns;
  for (size_t i = 0; i < std::min(wanted.size(), given.size()); ++i) {
    if (wanted[i].name != given[i].name || wanted[i].type != given[i].type) {
      return Wrong(fmt::format("columns of a union differ at {}: {} {} of {}, {} {} of {}", i + 1,
                               wanted[i].name, wanted[i].type.ToString(), first.name(),
                               given[i].name, given[i].type.ToString(), other.name()),
                   where);
    }
  }
  if (wanted.size() != given.size()) {
    return Wrong(fmt::format("columns of a union differ in number: {} of {}, {} of {}",
                             wanted.size(), first.name(), given.size(), other.name()),
                 where);
  }
  return Status();
}

// A key of a table by the positions of its columns.
std::vector<size_t> Positions(const TableState& state, const TokenSet& key) {
  std::vector<size_t> positions;
  for (size_t i = 0; i < state.columns.size(); ++i) {
    if (std::ranges::binary_search(key, state.columns[i].token)) {
      positions.push_back(i);
    }
  }
  return positions;
}

bool HasKeyAt(const TableState& state, const std::vector<size_t>& positions) {
  return std::ranges::any_of(state.keys, [&](const TokenSet& key) {
    return std::ranges::includes(positions, Positions(state, key));
  });
}

// Whether a column is another constant in each table.
bool TellsApart(const std::vector<Table>& tables, size_t position) {
  std::vector<sql::Literal> seen;
  for (const Table& table : tables) {
    const auto& constant = table.state().columns[position].constant;
    if (!constant.has_value() || std::ranges::find(seen, *constant) != seen.end()) {
      return false;
    }
    seen.push_back(*constant);
  }
  return true;
}

// A key that all tables have stays one together with a column that tells the tables apart.
std::vector<TokenSet> UnitedKeys(const std::vector<Table>& tables, const TableState& united) {
  std::vector<TokenSet> keys;
  const TableState& first = tables.front().state();
  for (size_t position = 0; position < united.columns.size(); ++position) {
    if (!TellsApart(tables, position)) {
      continue;
    }
    for (const TokenSet& key : first.keys) {
      std::vector<size_t> positions = Positions(first, key);
      if (std::ranges::find(positions, position) == positions.end()) {
        positions.push_back(position);
        std::ranges::sort(positions);
      }
      const bool is_shared = std::ranges::all_of(
          tables, [&](const Table& table) { return HasKeyAt(table.state(), positions); });
      if (is_shared) {
        TokenSet tokens;
        for (const size_t i : positions) {
          tokens.push_back(united.columns[i].token);
        }
        keys.push_back(std::move(tokens));
      }
    }
  }
  return keys;
}

Result<Table> Unite(const std::vector<Table>& tables, bool all, Place where) {
  if (tables.empty()) {
    return Wrong("a union needs at least one table", where);
  }
  if (tables.size() == 1) {
    return all ? Result<Table>(tables.front()) : tables.front().Distinct(where);
  }
  TableState united;
  united.plan = tables.front().state().plan;
  united.label = tables.front().name();
  united.origin = united.plan->AddOrigin(where);
  sql::SetOp node;
  node.all = all;
  std::vector<sql::SchemaColumn> columns = tables.front().schema().columns;
  for (const Table& table : tables) {
    if (table.state().plan != united.plan) {
      return Wrong("tables of two builds cannot be united", where);
    }
    NORMA_RETURN_IF_ERROR(CheckSameColumns(tables.front(), table, where));
    node.inputs.push_back(CloseQuery(table.state()));
    for (size_t i = 0; i < columns.size(); ++i) {
      columns[i].nullable = columns[i].nullable || table.schema().columns[i].nullable;
    }
  }
  TokenSet tokens;
  for (const sql::SchemaColumn& column : columns) {
    node.names.push_back(column.name);
    tokens.push_back(united.plan->NewToken());
    united.columns.push_back({column.name, tokens.back(), sql::ExprId(), std::nullopt});
  }
  united.keys = all ? UnitedKeys(tables, united) : std::vector<TokenSet>{tokens};
  united.closed =
      united.plan->ir.Add(sql::Query{std::move(node), std::move(columns), united.origin});
  return Finish(std::move(united), where);
}

}  // namespace

Result<Table> UnionAll(const std::vector<Table>& tables, Place where) {
  return Unite(tables, true, where);
}

Result<Table> UnionDistinct(const std::vector<Table>& tables, Place where) {
  return Unite(tables, false, where);
}

}  // namespace norma::expr
