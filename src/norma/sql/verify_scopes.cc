#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "norma/sql/verify.h"
#include "norma/sql/verify_internal.h"

namespace norma::sql {
namespace {

// What may stand in a clause besides rows' values.
struct Allowed {
  bool aggregates = false;
  bool windows = false;
};

class ScopeChecker {
 public:
  explicit ScopeChecker(const Ir& ir) : ir_(ir) {}

  Status Check(const Relation& relation) const {
    return std::visit(
        Overloaded{[&](const Join& node) -> Status {
                     std::vector<SourceId> sources = VisibleSources(ir_, node.left);
                     const std::vector<SourceId> right = VisibleSources(ir_, node.right);
                     sources.insert(sources.end(), right.begin(), right.end());
                     NORMA_RETURN_IF_ERROR(CheckSources(sources, relation.origin));
                     return node.on ? CheckExpr(node.on, sources, {}) : Status();
                   },
                   [&](const Unnest& node) -> Status {
                     const auto sources = VisibleSources(ir_, node.input);
                     NORMA_RETURN_IF_ERROR(CheckOneTable(node.input, relation.origin));
                     for (const Item& list : node.lists) {
                       NORMA_RETURN_IF_ERROR(CheckExpr(list.expr, sources, {}));
                     }
                     return Status();
                   },
                   [&](const Prefer& node) -> Status {
                     const auto sources = VisibleSources(ir_, node.input);
                     NORMA_RETURN_IF_ERROR(CheckOneTable(node.input, relation.origin));
                     for (const ExprId key : node.keys) {
                       NORMA_RETURN_IF_ERROR(CheckExpr(key, sources, {}));
                     }
                     return CheckOrder(node.order, sources, {});
                   },
                   [](const Table&) { return Status(); }, [](const Derived&) { return Status(); }},
        relation.node);
  }

  Status Check(const Query& query) const {
    return std::visit(
        Overloaded{[&](const Select& node) { return CheckSelect(node, query.origin); },
                   [](const SetOp&) { return Status(); },
                   [&](const Values& node) -> Status {
                     for (const auto& row : node.rows) {
                       for (const ExprId value : row) {
                         NORMA_RETURN_IF_ERROR(CheckExpr(value, {}, {}));
                       }
                     }
                     return Status();
                   }},
        query.node);
  }

 private:
  Status CheckSelect(const Select& node, OriginId origin) const {
    const std::vector<SourceId> sources =
        node.from ? VisibleSources(ir_, node.from) : std::vector<SourceId>();
    NORMA_RETURN_IF_ERROR(CheckSources(sources, origin));
    const Allowed in_items{node.aggregated, true};
    if (node.where) {
      NORMA_RETURN_IF_ERROR(CheckExpr(node.where, sources, {}));
    }
    if (node.grouping.has_value()) {
      for (const auto& set : node.grouping->sets) {
        for (const ExprId key : set) {
          // The engine would read a number as the position of a column.
          if (std::holds_alternative<Constant>(ir_[key].node)) {
            return IrFault(ir_, origin, "a constant as group key");
          }
          NORMA_RETURN_IF_ERROR(CheckExpr(key, sources, {}));
        }
      }
    }
    if (node.having) {
      NORMA_RETURN_IF_ERROR(CheckExpr(node.having, sources, {node.aggregated, false}));
    }
    if (node.qualify) {
      NORMA_RETURN_IF_ERROR(CheckExpr(node.qualify, sources, in_items));
    }
    for (const Item& item : node.items) {
      NORMA_RETURN_IF_ERROR(CheckExpr(item.expr, sources, in_items));
    }
    if (node.limit && node.order.empty()) {
      return IrFault(ir_, origin, "LIMIT without an order");
    }
    return CheckOrder(node.order, sources, in_items);
  }

  Status CheckSources(const std::vector<SourceId>& sources, OriginId origin) const {
    if (sources.size() > kMaxSourcesInFrom) {
      return Error{ErrorKind::kLimitExceeded,
                   fmt::format("too many tables in one FROM: {}, allowed: {}", sources.size(),
                               kMaxSourcesInFrom)};
    }
    const std::set<SourceId> different(sources.begin(), sources.end());
    return different.size() == sources.size()
               ? Status()
               : Status(IrFault(ir_, origin, "one source twice in a FROM"));
  }

  // Prefer and Unnest become a derived table, under one alias.
  Status CheckOneTable(RelationId input, OriginId origin) const {
    return std::holds_alternative<Join>(ir_[input].node)
               ? Status(IrFault(ir_, origin, "Prefer or UNNEST over a join"))
               : Status();
  }

  Status CheckOrder(const std::vector<SortKey>& order, const std::vector<SourceId>& sources,
                    Allowed allowed) const {
    for (const SortKey& key : order) {
      if (std::holds_alternative<Constant>(ir_[key.expr].node)) {
        return IrFault(ir_, ir_[key.expr].origin, "a constant as sort key");
      }
      NORMA_RETURN_IF_ERROR(CheckExpr(key.expr, sources, allowed));
    }
    return Status();
  }

  // Every column below `root` belongs to `sources`; aggregates and windows only where allowed, and
  // no aggregate inside another. A window's own function is no aggregate of the query.
  Status CheckExpr(ExprId root, const std::vector<SourceId>& sources, Allowed allowed) const {
    struct Step {
      ExprId id;
      Allowed allowed;
      bool is_window_function;
    };
    std::set<std::tuple<ExprId, bool, bool, bool>> seen;
    std::vector<Step> stack{{root, allowed, false}};
    while (!stack.empty()) {
      const Step step = stack.back();
      stack.pop_back();
      const bool is_new = seen.emplace(step.id, step.allowed.aggregates, step.allowed.windows,
                                       step.is_window_function)
                              .second;
      if (!is_new) {
        continue;
      }
      const Expr& expr = ir_[step.id];
      if (const auto* column = std::get_if<Column>(&expr.node)) {
        if (std::ranges::find(sources, column->source) == sources.end() ||
            column->ordinal >= ir_[column->source].columns.size()) {
          return IrFault(ir_, expr.origin, "a column whose table is not in FROM");
        }
      }
      const bool is_aggregate = std::holds_alternative<Aggregate>(expr.node);
      const auto* window = std::get_if<Window>(&expr.node);
      if (is_aggregate && !step.is_window_function && !step.allowed.aggregates) {
        return IrFault(ir_, expr.origin, "an aggregate where none may be");
      }
      if (window != nullptr && !step.allowed.windows) {
        return IrFault(ir_, expr.origin, "a window function where none may be");
      }
      Allowed below = step.allowed;
      if (is_aggregate && !step.is_window_function) {
        below = {};
      } else if (window != nullptr || step.is_window_function) {
        below.windows = false;
      }
      EachChild(expr.node, [&](auto child) {
        if constexpr (std::is_same_v<decltype(child), ExprId>) {
          if (child) {
            stack.push_back({child, below, window != nullptr && child == window->function});
          }
        }
      });
    }
    return Status();
  }

  const Ir& ir_;
};

}  // namespace

Status VerifyScopes(const Ir& ir, const std::vector<AnyId>& nodes) {
  const ScopeChecker checker(ir);
  for (const AnyId any : nodes) {
    if (const RelationId* relation = std::get_if<RelationId>(&any)) {
      NORMA_RETURN_IF_ERROR(checker.Check(ir[*relation]));
    } else if (const QueryId* query = std::get_if<QueryId>(&any)) {
      NORMA_RETURN_IF_ERROR(checker.Check(ir[*query]));
    }
  }
  return Status();
}

}  // namespace norma::sql
