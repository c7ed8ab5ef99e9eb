// How queries and relations print.

#include <fmt/format.h>

#include <array>

#include "norma/sql/emit_internal.h"
#include "norma/sql/ir_walk.h"

namespace norma::sql {
namespace {

constexpr std::array<std::string_view, 9> kJoinTexts = {
    "INNER JOIN",      "LEFT JOIN",      "RIGHT JOIN",      "FULL JOIN", "LEFT SEMI JOIN",
    "RIGHT SEMI JOIN", "LEFT ANTI JOIN", "RIGHT ANTI JOIN", "CROSS JOIN"};
constexpr std::array<std::string_view, 3> kSetTexts = {"UNION", "INTERSECT", "EXCEPT"};

}  // namespace

void Printer::PutBody(QueryId id) {
  std::visit([&](const auto& node) { PutQuery(node); }, ir_[id].node);
}

void Printer::PutQuery(const Select& node) {
  Put(node.distinct ? "SELECT DISTINCT " : "SELECT ");
  PutList(node.items, [&](const Item& item) {
    Put(item.expr);
    Put(" AS " + Quote(item.name));
  });
  if (node.from) {
    Put("\nFROM ");
    Put(node.from);
  }
  PutClause("\nWHERE ", node.where);
  if (node.grouping.has_value()) {
    PutGrouping(*node.grouping);
  }
  PutClause("\nHAVING ", node.having);
  PutClause("\nQUALIFY ", node.qualify);
  PutOrderAndLimit(node.order, node.limit, node.offset);
}

void Printer::PutGrouping(const Grouping& grouping) {
  Put("\nGROUP BY ");
  if (grouping.sets.size() == 1 && !grouping.sets.front().empty()) {
    PutExprs(grouping.sets.front());
    return;
  }
  Put("GROUPING SETS (");
  PutList(grouping.sets, [&](const std::vector<ExprId>& set) {
    Put("(");
    PutExprs(set);
    Put(")");
  });
  Put(")");
}

void Printer::PutClause(std::string_view keyword, ExprId expr) {
  if (expr) {
    Put(keyword);
    Put(expr);
  }
}

void Printer::PutOrderAndLimit(const std::vector<SortKey>& order, ExprId limit, ExprId offset) {
  if (!order.empty()) {
    Put("\nORDER BY ");
    PutSortKeys(order);
  }
  PutClause("\nLIMIT ", limit);
  PutClause("\nOFFSET ", offset);
}

void Printer::PutQuery(const SetOp& node) {
  const std::string separator =
      fmt::format("\n{}{}\n", kSetTexts.at(static_cast<size_t>(node.op)), node.all ? " ALL" : "");
  const auto put_input = [&](size_t i) {
    Put("(");
    pieces_.emplace_back(Member{node.inputs[i]});
    Put(")");
  };
  if (node.op == SetOperator::kUnion) {
    PutBalanced(0, node.inputs.size(), separator, put_input);
  } else {
    PutLeftDeep(node.inputs.size(), separator, put_input);
  }
  PutOrderAndLimit(node.order, node.limit, node.offset);
}

// ((a EXCEPT b) EXCEPT c): not associative, so the order is written out.
void Printer::PutLeftDeep(size_t count, std::string_view separator,
                          const std::function<void(size_t)>& put_one) {
  Put(std::string(count - 2, '('));
  for (size_t i = 0; i < count; ++i) {
    Put(i == 0 ? "" : separator);
    put_one(i);
    Put(i > 0 && i + 1 < count ? ")" : "");
  }
}

void Printer::PutMember(QueryId id) {
  const auto cte = cte_names_.find(id);
  if (cte == cte_names_.end()) {
    PutBody(id);
    return;
  }
  Put("SELECT ");
  PutList(ir_[id].columns, [&](const SchemaColumn& column) { Put(Quote(column.name)); });
  Put(" FROM " + cte->second);
}

void Printer::PutQuery(const Values& node) {
  // VALUES names its columns itself, so they are renamed on the way out.
  Put("SELECT ");
  PutList(node.names, [&](const std::string& name) { Put(Quote(name)); });
  Put("\nFROM (VALUES ");
  PutList(node.rows, [&](const std::vector<ExprId>& row) {
    Put("(");
    PutExprs(row);
    Put(")");
  });
  Put(") AS " + Quote("_v") + " (");
  PutList(node.names, [&](const std::string& name) { Put(Quote(name)); });
  Put(")");
}

void Printer::PutRelation(const RelationNode& node) {
  std::visit([&](const auto& known) { PutFrom(known); }, node);
}

void Printer::PutFrom(const Table& node) {
  Put(fmt::format("{}.{}.{} AS {}", Quote(node.catalogue), Quote(node.schema), Quote(node.name),
                  aliases_.at(node.source)));
}

void Printer::PutFrom(const Derived& node) {
  if (const auto cte = cte_names_.find(node.query); cte != cte_names_.end()) {
    Put(cte->second);
  } else {
    Put("(\n");
    pieces_.emplace_back(node.query);
    Put("\n)");
  }
  Put(" AS " + aliases_.at(node.source));
}

void Printer::PutFrom(const Join& node) {
  Put(node.left);
  Put(fmt::format("\n{} ", kJoinTexts.at(static_cast<size_t>(node.kind))));
  // Joins bind to the left; a join on the right side needs brackets.
  const bool is_join = std::holds_alternative<Join>(ir_[node.right].node);
  Put(is_join ? "(" : "");
  Put(node.right);
  Put(is_join ? ")" : "");
  PutClause(" ON ", node.on);
}

// Puts "alias"."x" AS "x" for each column of the sources that show one derived table.
void Printer::PutColumnsOf(const std::vector<SourceId>& sources) {
  PutList(sources, [&](SourceId source) {
    PutList(ir_[source].columns, [&](const SchemaColumn& column) {
      Put(fmt::format("{}.{} AS {}", aliases_.at(source), Quote(column.name), Quote(column.name)));
    });
  });
}

// The engine unnests in a select list, so the rows are a derived table.
void Printer::PutFrom(const Unnest& node) {
  const std::vector<SourceId> sources = VisibleSources(ir_, node.input);
  if (!CheckOneAlias(sources)) {
    return;
  }
  Put("(\nSELECT ");
  PutColumnsOf(sources);
  for (const Item& list : node.lists) {
    Put(node.outer ? R"(, "unnest_outer"()" : R"(, "unnest"()");
    Put(list.expr);
    Put(") AS " + Quote(list.name));
  }
  Put("\nFROM ");
  Put(node.input);
  Put("\n) AS " + aliases_.at(node.source));
}

// One whole row per key: number the rows of each key and keep the first.
void Printer::PutFrom(const Prefer& node) {
  const std::vector<SourceId> sources = VisibleSources(ir_, node.input);
  if (!CheckOneAlias(sources)) {
    return;
  }
  const std::string rank = Quote(FreeColumnName(sources, "_rank"));
  const std::string alias = aliases_.at(sources.front());
  Put("(\nSELECT ");
  PutColumnsOf(sources);
  Put("\nFROM (\nSELECT ");
  PutColumnsOf(sources);
  Put(R"(, "row_number"() OVER ()");
  PutWindowParts(node.keys, node.order);
  Put(fmt::format(" ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS {}\nFROM ", rank));
  Put(node.input);
  Put(fmt::format("\n) AS {}\nWHERE {}.{} = 1\n) AS {}", alias, alias, rank, alias));
}

bool Printer::CheckOneAlias(const std::vector<SourceId>& sources) {
  for (const SourceId source : sources) {
    if (aliases_.at(source) != aliases_.at(sources.front())) {
      Fail(Error{ErrorKind::kInternal, "Prefer and Unnest take one derived table, not a join"});
      return false;
    }
  }
  return true;
}

std::string Printer::FreeColumnName(const std::vector<SourceId>& sources, std::string name) const {
  for (bool is_taken = true; is_taken;) {
    is_taken = false;
    for (const SourceId source : sources) {
      for (const SchemaColumn& column : ir_[source].columns) {
        is_taken = is_taken || column.name == name;
      }
    }
    name += is_taken ? "_" : "";
  }
  return name;
}

}  // namespace norma::sql
