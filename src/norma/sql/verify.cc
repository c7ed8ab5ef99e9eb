#include "norma/sql/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <set>
#include <string>
#include <string_view>

#include "norma/sql/ir_walk.h"
#include "norma/sql/verify_internal.h"

namespace norma::sql {

Error IrFault(const Ir& ir, OriginId origin, std::string_view what) {
  const std::string place = ir.Has(origin) ? DescribeOrigin(ir[origin]) : "";
  return Error{ErrorKind::kInternal, place.empty() ? fmt::format("ir: {}", what)
                                                   : fmt::format("ir: {} [{}]", what, place)};
}

namespace {

Error TooMany(const Ir& ir, OriginId origin, std::string_view what, size_t limit, size_t value) {
  const std::string place = DescribeOrigin(ir[origin]);
  return Error{ErrorKind::kLimitExceeded,
               fmt::format("{}: {}, allowed: {}{}", what, value, limit,
                           place.empty() ? "" : fmt::format(" [{}]", place))};
}

// Children that exist and required ones that are there, of one node.
template <typename Node>
Status CheckChildren(const Ir& ir, const Node& known, OriginId origin) {
  Status status;
  EachField(known, [&](const auto& field, const auto& value) {
    using FieldKind = std::decay_t<decltype(field)>;
    using Value = std::decay_t<decltype(value)>;
    if constexpr (std::is_same_v<Value, SourceId>) {
      if (!ir.Has(value)) {
        status = IrFault(ir, origin, "unknown source");
      }
    }
    if constexpr (!fields_internal::kIsAttr<FieldKind>) {
      auto check = [&](auto id) {
        if (id ? !ir.Has(id) : fields_internal::kIsRequired<FieldKind>) {
          status = IrFault(ir, origin, fmt::format("child is missing: {}", field.name));
        }
      };
      fields_internal::EachId(value, check);
    }
  });
  return status;
}

// Depth-first with colours, since nothing is known yet about the ids.
Status CheckGraph(const Ir& ir) {
  enum Colour : char { kWhite, kOpen, kDone };
  NodeMap<char> colours(ir);
  struct Step {
    AnyId id;
    bool is_done;
  };
  std::vector<Step> stack{{ir.root, false}};
  Status status;
  while (!stack.empty() && status.ok()) {
    const Step step = stack.back();
    stack.pop_back();
    std::visit(
        [&](auto id) {
          char& colour = colours[id];
          if (step.is_done) {
            colour = kDone;
            return;
          }
          if (colour == kDone) {
            return;
          }
          if (colour == kOpen) {
            status = IrFault(ir, ir[id].origin, "a node contains itself");
            return;
          }
          colour = kOpen;
          status =
              std::visit([&](const auto& known) { return CheckChildren(ir, known, ir[id].origin); },
                         ir[id].node);
          if (!status.ok()) {
            return;
          }
          stack.push_back({id, true});
          EachChild(ir[id].node, [&](auto child) {
            if (child && colours[child] == kOpen) {
              status = IrFault(ir, ir[id].origin, "a node contains itself");
            }
            if (child && colours[child] == kWhite) {
              stack.push_back({child, false});
            }
          });
        },
        step.id);
  }
  return status;
}

// How many levels a node adds to its deepest child.
template <typename Node>
int OwnLevels(const Node&) {
  return 1;
}
int OwnLevels(const Logic& node) {
  return std::max(1, static_cast<int>(std::bit_width(node.operands.size() - 1)));
}
int OwnLevels(const SetOp& node) {
  return node.op == SetOperator::kUnion
             ? std::max(1, static_cast<int>(std::bit_width(node.inputs.size() - 1)))
             : static_cast<int>(node.inputs.size()) - 1;
}

Status CheckSize(const Ir& ir) {
  struct Measure {
    int depth = 0;
    size_t expanded = 0;
  };
  NodeMap<Measure> measures(ir);
  const std::vector<AnyId> nodes = PostOrder(ir, ir.root);
  if (nodes.size() > kMaxNodes) {
    return TooMany(ir, OriginId(), "query has too many nodes", kMaxNodes, nodes.size());
  }
  size_t expanded_total = 0;
  for (const AnyId any : nodes) {
    Status status = std::visit(
        [&](auto id) -> Status {
          Measure measure{0, 1};
          EachChild(ir[id].node, [&](auto child) {
            if (!child) {
              return;
            }
            measure.depth = std::max(measure.depth, measures[child].depth);
            // A query is written once: in its place, or as a CTE.
            const size_t size =
                std::is_same_v<decltype(child), QueryId> ? 1 : measures[child].expanded;
            measure.expanded = std::min(measure.expanded + size, kMaxExpandedNodes + 1);
          });
          measure.depth +=
              std::visit([](const auto& node) { return OwnLevels(node); }, ir[id].node);
          measures[id] = measure;
          if (measure.depth > kMaxDepth) {
            return TooMany(ir, ir[id].origin, "query nests too deep", kMaxDepth,
                           static_cast<size_t>(measure.depth));
          }
          if (std::is_same_v<decltype(id), QueryId>) {
            expanded_total = std::min(expanded_total + measure.expanded, kMaxExpandedNodes + 1);
          }
          if (std::max(measure.expanded, expanded_total) > kMaxExpandedNodes) {
            return TooMany(ir, ir[id].origin, "query is too large when written out",
                           kMaxExpandedNodes, kMaxExpandedNodes + 1);
          }
          return Status();
        },
        any);
    if (!status.ok()) {
      return status;
    }
  }
  return Status();
}

Status CheckShared(const Ir& ir) {
  const size_t shared = SharedQueries(ir).size();
  return shared <= kMaxSharedQueries
             ? Status()
             : Status(TooMany(ir, OriginId(), "query has too many parts that are used twice",
                              kMaxSharedQueries, shared));
}

Status CheckNames(const Ir& ir, OriginId origin, const std::vector<std::string>& names) {
  if (names.empty()) {
    return IrFault(ir, origin, "no columns");
  }
  if (names.size() > kMaxColumns) {
    return TooMany(ir, origin, "query has too many columns", kMaxColumns, names.size());
  }
  std::set<std::string_view> seen;
  for (const std::string& name : names) {
    if (!Identifier::Make(name).ok()) {
      return IrFault(ir, origin, "not a name");
    }
    if (!seen.insert(name).second) {
      return IrFault(ir, origin, "two columns have one name: " + name);
    }
  }
  return Status();
}

// What a node needs beyond its children being there.
class ShapeChecker {
 public:
  explicit ShapeChecker(const Ir& ir) : ir_(ir) {}

  Status Check(AnyId any) {
    return std::visit(
        [&](auto id) {
          origin_ = ir_[id].origin;
          return std::visit([&](const auto& node) { return CheckNode(node); }, ir_[id].node);
        },
        any);
  }

 private:
  Status Need(bool condition, std::string_view what) const {
    return condition ? Status() : Status(IrFault(ir_, origin_, what));
  }

  Status CheckNode(const Select& node) const {
    std::vector<std::string> names;
    names.reserve(node.items.size());
    for (const Item& item : node.items) {
      names.push_back(item.name);
    }
    NORMA_RETURN_IF_ERROR(CheckNames(ir_, origin_, names));
    return Need(node.from || (!node.where && !node.aggregated), "clauses without FROM");
  }
  Status CheckNode(const SetOp& node) const {
    NORMA_RETURN_IF_ERROR(Need(node.inputs.size() >= 2, "a set operation of less than two"));
    return CheckNames(ir_, origin_, node.names);
  }
  Status CheckNode(const Values& node) const {
    if (node.rows.size() > kMaxValuesRows) {
      return TooMany(ir_, origin_, "too many rows of constants", kMaxValuesRows, node.rows.size());
    }
    NORMA_RETURN_IF_ERROR(Need(!node.rows.empty(), "VALUES without rows"));
    for (const auto& row : node.rows) {
      NORMA_RETURN_IF_ERROR(Need(row.size() == node.names.size(), "a row of another width"));
    }
    return CheckNames(ir_, origin_, node.names);
  }
  Status CheckNode(const Table& node) const {
    for (const std::string* name : {&node.catalogue, &node.schema, &node.name}) {
      NORMA_RETURN_IF_ERROR(Need(Identifier::Make(*name).ok(), "a table without a name"));
    }
    return Status();
  }
  Status CheckNode(const Derived&) const { return Status(); }
  Status CheckNode(const Join& node) const {
    return Need((node.kind == JoinKind::kCross) != static_cast<bool>(node.on),
                "a join needs a condition, a cross join has none");
  }
  Status CheckNode(const Unnest& node) const {
    return Need(!node.lists.empty(), "UNNEST without lists");
  }
  Status CheckNode(const Prefer& node) const {
    return Need(!node.keys.empty() && !node.order.empty(), "Prefer without keys or order");
  }
  Status CheckNode(const Logic& node) const {
    return Need(node.operands.size() >= 2, "AND or OR of less than two");
  }
  Status CheckNode(const InList& node) const {
    return Need(!node.items.empty(), "IN without items");
  }
  Status CheckNode(const Case& node) const { return Need(!node.arms.empty(), "CASE without WHEN"); }
  Status CheckNode(const Window& node) const {
    const ExprNode& function = ir_[node.function].node;
    return Need(
        std::holds_alternative<Call>(function) || std::holds_alternative<Aggregate>(function),
        "OVER of something that is no function");
  }
  Status CheckNode(const StructNew& node) const {
    std::set<std::string_view> names;
    for (const Item& item : node.items) {
      NORMA_RETURN_IF_ERROR(Need(!item.name.empty() && names.insert(item.name).second,
                                 "a struct whose fields have no or the same name"));
    }
    return Need(!node.items.empty(), "a struct without fields");
  }
  Status CheckNode(const MapNew& node) const {
    return Need(node.keys.size() == node.values.size(), "a map with keys without values");
  }
  Status CheckNode(const Parameter& node) const {
    const bool is_word = !node.name.empty() && std::ranges::all_of(node.name, [](char c) {
      return (c >= 'a' && c <= 'z') || c == '_' || (c >= '0' && c <= '9');
    }) && (node.name[0] < '0' || node.name[0] > '9');
    return Need(is_word, "a parameter's name is a lower-case word");
  }
  Status CheckNode(const Call& node) const { return CheckFunction(node.function); }
  Status CheckNode(const Aggregate& node) const { return CheckFunction(node.function); }
  Status CheckFunction(const std::string& name) const {
    return Need(Identifier::Make(name).ok(), "a function without a name");
  }
  Status CheckNode(const Column&) const { return Status(); }
  Status CheckNode(const Constant&) const { return Status(); }
  Status CheckNode(const Not&) const { return Status(); }
  Status CheckNode(const Binary&) const { return Status(); }
  Status CheckNode(const Negate&) const { return Status(); }
  Status CheckNode(const Test&) const { return Status(); }
  Status CheckNode(const Distinct&) const { return Status(); }
  Status CheckNode(const Between&) const { return Status(); }
  Status CheckNode(const Like&) const { return Status(); }
  Status CheckNode(const Cast&) const { return Status(); }
  Status CheckNode(const Field&) const { return Status(); }
  Status CheckNode(const Index&) const { return Status(); }
  Status CheckNode(const MapGet&) const { return Status(); }
  Status CheckNode(const ListNew&) const { return Status(); }

  const Ir& ir_;
  OriginId origin_;
};

}  // namespace

Status Verify(const Ir& ir, Stage stage) {
  if (!ir.Has(ir.root)) {
    return IrFault(ir, OriginId(), "no root");
  }
  NORMA_RETURN_IF_ERROR(CheckGraph(ir));
  NORMA_RETURN_IF_ERROR(CheckSize(ir));
  NORMA_RETURN_IF_ERROR(CheckShared(ir));
  const std::vector<AnyId> nodes = PostOrder(ir, ir.root);
  ShapeChecker shapes(ir);
  for (const AnyId any : nodes) {
    NORMA_RETURN_IF_ERROR(shapes.Check(any));
  }
  if (stage >= Stage::kBound) {
    NORMA_RETURN_IF_ERROR(VerifyScopes(ir, nodes));
  }
  if (stage >= Stage::kTyped) {
    NORMA_RETURN_IF_ERROR(VerifyTypes(ir, nodes));
  }
  return Status();
}

}  // namespace norma::sql
