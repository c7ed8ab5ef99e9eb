#include "norma/sql/ir_walk.h"

#include <algorithm>

namespace norma::sql {

std::vector<AnyId> PostOrder(const Ir& ir, AnyId root) {
  struct Collector {
    std::vector<AnyId> ids;
    void Pre(AnyId) {}
    void Post(AnyId id) { ids.push_back(id); }
  } collector;
  Walk(ir, root, collector);
  return std::move(collector.ids);
}

Ir Compact(const Ir& ir) {
  return Rewrite(ir, [](Ir&, auto&) {});
}

namespace {

// Each query is printed once, so it is its own mentions of others that count; a relation that two
// queries share is printed in both.
void CountUses(const Ir& ir, QueryId id, NodeMap<int>& uses) {
  std::vector<RelationId> stack;
  std::visit(Overloaded{[&](const Select& node) {
                          if (node.from) {
                            stack.push_back(node.from);
                          }
                        },
                        [&](const SetOp& node) {
                          for (const QueryId input : node.inputs) {
                            ++uses[input];
                          }
                        },
                        [](const Values&) {}},
             ir[id].node);
  while (!stack.empty()) {
    const RelationId relation = stack.back();
    stack.pop_back();
    std::visit(Overloaded{[](const Table&) {}, [&](const Derived& node) { ++uses[node.query]; },
                          [&](const Join& node) {
                            stack.push_back(node.left);
                            stack.push_back(node.right);
                          },
                          [&](const Unnest& node) { stack.push_back(node.input); },
                          [&](const Prefer& node) { stack.push_back(node.input); }},
               ir[relation].node);
  }
}

}  // namespace

std::vector<QueryId> SharedQueries(const Ir& ir) {
  NodeMap<int> uses(ir);
  std::vector<QueryId> queries;
  for (const AnyId any : PostOrder(ir, ir.root)) {
    if (const QueryId* id = std::get_if<QueryId>(&any)) {
      queries.push_back(*id);
      CountUses(ir, *id, uses);
    }
  }
  std::erase_if(queries, [&](QueryId id) { return uses[id] < 2; });
  return queries;
}

std::vector<SourceId> VisibleSources(const Ir& ir, RelationId relation) {
  std::vector<SourceId> sources;
  // A step is a relation to look into, or a source that comes after one.
  std::vector<std::variant<RelationId, SourceId>> stack{relation};
  while (!stack.empty()) {
    const auto step = stack.back();
    stack.pop_back();
    if (const SourceId* source = std::get_if<SourceId>(&step)) {
      sources.push_back(*source);
      continue;
    }
    std::visit(Overloaded{[&](const Table& node) { sources.push_back(node.source); },
                          [&](const Derived& node) { sources.push_back(node.source); },
                          [&](const Join& node) {
                            const bool is_left_only = node.kind == JoinKind::kLeftSemi ||
                                                      node.kind == JoinKind::kLeftAnti;
                            const bool is_right_only = node.kind == JoinKind::kRightSemi ||
                                                       node.kind == JoinKind::kRightAnti;
                            if (!is_left_only) {
                              stack.emplace_back(node.right);
                            }
                            if (!is_right_only) {
                              stack.emplace_back(node.left);
                            }
                          },
                          [&](const Unnest& node) {
                            stack.emplace_back(node.source);
                            stack.emplace_back(node.input);
                          },
                          [&](const Prefer& node) { stack.emplace_back(node.input); }},
               ir[std::get<RelationId>(step)].node);
  }
  return sources;
}

}  // namespace norma::sql
