#pragma once

/// \file
/// Ways through an Ir, on an explicit stack: depth costs memory, never the thread's stack.

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "norma/sql/ir_fields.h"

namespace norma::sql {

/// Marks nodes of an Ir, one value each.
template <typename T>
class NodeMap {
 public:
  explicit NodeMap(const Ir& ir)
      : exprs_(ir.expr_count() + 1),
        relations_(ir.relation_count() + 1),
        queries_(ir.query_count() + 1) {}

  T& operator[](ExprId id) { return exprs_[id.value]; }
  T& operator[](RelationId id) { return relations_[id.value]; }
  T& operator[](QueryId id) { return queries_[id.value]; }
  T& operator[](AnyId id) {
    return std::visit([this](auto known) -> T& { return (*this)[known]; }, id);
  }
  const T& operator[](ExprId id) const { return exprs_[id.value]; }
  const T& operator[](RelationId id) const { return relations_[id.value]; }
  const T& operator[](QueryId id) const { return queries_[id.value]; }

 private:
  std::vector<T> exprs_;
  std::vector<T> relations_;
  std::vector<T> queries_;
};

/// Calls `visitor.Pre(id)` and, after its children, `visitor.Post(id)`, with ids of the three
/// kinds, once for every node that can be reached from `root`.
///
/// \pre ids are in range and there is no cycle (Verify).
template <typename Visitor>
void Walk(const Ir& ir, AnyId root, Visitor&& visitor) {
  NodeMap<char> seen(ir);  // NOLINT(misc-const-correctness): set in the lambda below
  struct Step {
    AnyId id;
    bool is_done;
  };
  std::vector<Step> stack{{root, false}};
  while (!stack.empty()) {
    const Step step = stack.back();
    stack.pop_back();
    std::visit(
        [&](auto id) {
          if (step.is_done) {
            visitor.Post(id);
            return;
          }
          if (std::exchange(seen[id], 1) != 0) {
            return;
          }
          visitor.Pre(id);
          stack.push_back({id, true});
          const size_t first = stack.size();
          EachChild(ir[id].node, [&](auto child) {
            if (child) {
              stack.push_back({child, false});
            }
          });
          std::reverse(stack.begin() + static_cast<std::ptrdiff_t>(first), stack.end());
        },
        step.id);
  }
}

/// All nodes that can be reached, children before parents, each once.
std::vector<AnyId> PostOrder(const Ir& ir, AnyId root);

/// Builds a new Ir out of what `ir.root` reaches, children first. `change(new_ir, node)` may alter
/// each Expr, Relation and Query, after its children have been replaced, before it is added; a
/// shared node is visited once.
///
/// \pre Verify(ir, Stage::kParsed).
template <typename Change>
Ir Rewrite(const Ir& ir, Change&& change) {
  Ir result;
  NodeMap<uint32_t> moved(ir);
  std::vector<SourceId> sources(ir.source_count() + 1);
  const auto move_source = [&](SourceId& source) {
    if (!source) {
      return;
    }
    SourceId& target = sources[source.value];
    if (!target) {
      target = result.Add(Source(ir[source]));
    }
    source = target;
  };
  for (const AnyId any : PostOrder(ir, ir.root)) {
    std::visit(
        [&](auto id) {
          auto node = ir[id];
          EachChild(node.node, [&](auto& child) { child.value = child ? moved[child] : 0; });
          std::visit(
              [&](auto& known) {
                EachField(known, [&](const auto&, auto& value) {
                  if constexpr (std::is_same_v<std::decay_t<decltype(value)>, SourceId>) {
                    move_source(value);
                  }
                });
              },
              node.node);
          node.origin = node.origin ? result.Add(Origin(ir[node.origin])) : OriginId();
          change(result, node);
          moved[id] = result.Add(std::move(node)).value;
        },
        any);
  }
  result.root = QueryId{moved[ir.root]};
  return result;
}

/// A copy of what the root reaches, numbered in post-order. Compact(Compact(x)) == Compact(x).
Ir Compact(const Ir& ir);

/// The queries that a text would hold more than once, and so holds as CTEs: each after those that
/// it uses. The root is none of them.
std::vector<QueryId> SharedQueries(const Ir& ir);

/// The sources that a relation shows to the clauses of its query, in FROM order.
std::vector<SourceId> VisibleSources(const Ir& ir, RelationId relation);

}  // namespace norma::sql
