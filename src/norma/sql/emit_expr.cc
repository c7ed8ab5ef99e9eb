// How expressions print.

#include <fmt/format.h>

#include <array>

#include "norma/sql/emit.h"
#include "norma/sql/emit_internal.h"
#include "norma/sql/ir_walk.h"
#include "norma/sql/literal.h"

namespace norma::sql {
namespace {

constexpr std::array<std::string_view, 21> kBinaryTexts = {
    "+", "-",  "*", "/",  "%", "||", "&", "|",  "^",  "<<", ">>",
    "=", "<>", "<", "<=", ">", ">=", "~", "~*", "!~", "!~*"};
constexpr std::array<std::string_view, 4> kTestTexts = {"NULL", "TRUE", "FALSE", "UNKNOWN"};
constexpr std::array<std::string_view, 3> kFrameTexts = {"ROWS", "RANGE", "GROUPS"};

template <size_t n, typename Enum>
std::string_view TextOf(const std::array<std::string_view, n>& texts, Enum value) {
  return texts.at(static_cast<size_t>(value));
}

// What can stand as an operand without brackets: it ends itself.
bool IsClosed(const ExprNode& node) {
  return std::visit(
      Overloaded{[](const Column&) { return true; },    [](const Constant&) { return true; },
                 [](const Parameter&) { return true; }, [](const Call&) { return true; },
                 [](const Cast&) { return true; },      [](const Field&) { return true; },
                 [](const Index&) { return true; },     [](const MapGet&) { return true; },
                 [](const StructNew&) { return true; }, [](const ListNew&) { return true; },
                 [](const MapNew&) { return true; },    [](const Aggregate&) { return false; },
                 [](const Window&) { return false; },   [](const Logic&) { return false; },
                 [](const Not&) { return false; },      [](const Binary&) { return false; },
                 [](const Negate&) { return false; },   [](const Test&) { return false; },
                 [](const Distinct&) { return false; }, [](const Between&) { return false; },
                 [](const Like&) { return false; },     [](const InList&) { return false; },
                 [](const Case&) { return false; }},
      node);
}

std::string BoundText(const FrameBound& bound) {
  switch (bound.kind) {
    case BoundKind::kUnboundedPreceding:
      return "UNBOUNDED PRECEDING";
    case BoundKind::kPreceding:
      return fmt::format("{} PRECEDING", bound.offset);
    case BoundKind::kCurrentRow:
      return "CURRENT ROW";
    case BoundKind::kFollowing:
      return fmt::format("{} FOLLOWING", bound.offset);
    case BoundKind::kUnboundedFollowing:
      return "UNBOUNDED FOLLOWING";
  }
  return "";
}

}  // namespace

std::string_view BinaryOperatorText(BinaryOperator op) { return TextOf(kBinaryTexts, op); }

void Printer::PutOperand(ExprId id) {
  const bool is_closed = IsClosed(ir_[id].node);
  Put(is_closed ? "" : "(");
  Put(id);
  Put(is_closed ? "" : ")");
}

void Printer::PutExpr(const Expr& expr) {
  std::visit([&](const auto& node) { PutNode(node); }, expr.node);
}

void Printer::PutNode(const Column& node) {
  const auto& columns = ir_[node.source].columns;
  Put(fmt::format("{}.{}", aliases_.at(node.source), Quote(columns.at(node.ordinal).name)));
}

void Printer::PutNode(const Constant& node) { PutChecked(node.value.ToSql()); }

void Printer::PutNode(const Parameter& node) { Put("$" + node.name); }

void Printer::PutNode(const Logic& node) {
  PutBalanced(0, node.operands.size(), node.op == LogicOperator::kAnd ? " AND " : " OR ",
              [&](size_t i) { Put(Operand{node.operands[i]}); });
}

void Printer::PutNode(const Not& node) {
  Put("NOT ");
  Put(Operand{node.input});
}

void Printer::PutNode(const Negate& node) {
  Put("- ");
  Put(Operand{node.input});
}

void Printer::PutNode(const Binary& node) {
  Put(Operand{node.left});
  Put(fmt::format(" {} ", BinaryOperatorText(node.op)));
  Put(Operand{node.right});
}

void Printer::PutNode(const Test& node) {
  Put(Operand{node.input});
  Put(fmt::format(" IS {}{}", node.negated ? "NOT " : "", TextOf(kTestTexts, node.kind)));
}

void Printer::PutNode(const Distinct& node) {
  Put(Operand{node.left});
  Put(node.negated ? " IS NOT DISTINCT FROM " : " IS DISTINCT FROM ");
  Put(Operand{node.right});
}

void Printer::PutNode(const Between& node) {
  Put(Operand{node.input});
  Put(node.negated ? " NOT BETWEEN " : " BETWEEN ");
  Put(Operand{node.low});
  Put(" AND ");
  Put(Operand{node.high});
}

void Printer::PutNode(const Like& node) {
  Put(Operand{node.input});
  Put(fmt::format("{} {} ", node.negated ? " NOT" : "", node.case_insensitive ? "ILIKE" : "LIKE"));
  Put(Operand{node.pattern});
  if (!node.escape.empty()) {
    Put(" ESCAPE " + QuoteText(node.escape));
  }
}

void Printer::PutNode(const InList& node) {
  Put(Operand{node.input});
  Put(node.negated ? " NOT IN (" : " IN (");
  PutList(node.items, [&](ExprId item) { Put(Operand{item}); });
  Put(")");
}

void Printer::PutNode(const Case& node) {
  Put("CASE");
  if (node.operand) {
    Put(" ");
    Put(Operand{node.operand});
  }
  for (const Arm& arm : node.arms) {
    Put(" WHEN ");
    Put(Operand{arm.condition});
    Put(" THEN ");
    Put(Operand{arm.value});
  }
  if (node.otherwise) {
    Put(" ELSE ");
    Put(Operand{node.otherwise});
  }
  Put(" END");
}

void Printer::PutNode(const Cast& node) {
  Put(node.safe ? R"("arrow_try_cast"()" : R"("arrow_cast"()");
  Put(node.input);
  Put(", ");
  PutChecked(QuoteType(node.to));
  Put(")");
}

void Printer::PutNode(const Call& node) {
  Put(Quote(node.function) + "(");
  PutExprs(node.args);
  Put(")");
}

void Printer::PutNode(const Aggregate& node) {
  Put(Quote(node.function) + (node.distinct ? "(DISTINCT " : "("));
  Put(node.args.empty() ? "*" : "");
  PutExprs(node.args);
  if (!node.order.empty() && !node.within_group) {
    Put(" ORDER BY ");
    PutSortKeys(node.order);
  }
  Put(")");
  if (node.within_group) {
    Put(" WITHIN GROUP (ORDER BY ");
    PutSortKeys(node.order);
    Put(")");
  }
  if (node.nulls != NullTreatment::kDefault) {
    Put(node.nulls == NullTreatment::kIgnore ? " IGNORE NULLS" : " RESPECT NULLS");
  }
  if (node.filter) {
    Put(" FILTER (WHERE ");
    Put(node.filter);
    Put(")");
  }
}

void Printer::PutNode(const Window& node) {
  Put(node.function);
  Put(" OVER (");
  PutWindowParts(node.partition, node.order);
  const bool has_parts = !node.partition.empty() || !node.order.empty();
  Put(fmt::format("{}{} BETWEEN {} AND {})", has_parts ? " " : "",
                  TextOf(kFrameTexts, node.frame.unit), BoundText(node.frame.start),
                  BoundText(node.frame.end)));
}

void Printer::PutWindowParts(const std::vector<ExprId>& partition,
                             const std::vector<SortKey>& order) {
  if (!partition.empty()) {
    Put("PARTITION BY ");
    PutExprs(partition);
  }
  if (!order.empty()) {
    Put(partition.empty() ? "ORDER BY " : " ORDER BY ");
    PutSortKeys(order);
  }
}

void Printer::PutSortKeys(const std::vector<SortKey>& keys) {
  PutList(keys, [&](const SortKey& key) {
    Put(Operand{key.expr});
    Put(key.descending ? " DESC" : " ASC");
    Put(key.nulls_first ? " NULLS FIRST" : " NULLS LAST");
  });
}

void Printer::PutNode(const Field& node) {
  Put(R"("get_field"()");
  Put(node.input);
  Put(fmt::format(", {})", QuoteText(node.name)));
}

void Printer::PutNode(const Index& node) { PutCall2("array_element", node.input, node.index); }

void Printer::PutNode(const MapGet& node) {
  // The engine gives the list of values under the key: one or none.
  Put(R"("array_element"()");
  PutCall2("map_extract", node.input, node.key);
  Put(", 1)");
}

void Printer::PutCall2(std::string_view function, ExprId first, ExprId second) {
  Put(Quote(function) + "(");
  Put(first);
  Put(", ");
  Put(second);
  Put(")");
}

void Printer::PutNode(const StructNew& node) {
  Put(R"("named_struct"()");
  PutList(node.items, [&](const Item& item) {
    Put(QuoteText(item.name) + ", ");
    Put(item.expr);
  });
  Put(")");
}

void Printer::PutNode(const ListNew& node) {
  Put(R"("make_array"()");
  PutExprs(node.items);
  Put(")");
}

void Printer::PutNode(const MapNew& node) {
  Put(R"("map"("make_array"()");
  PutExprs(node.keys);
  Put(R"(), "make_array"()");
  PutExprs(node.values);
  Put("))");
}

}  // namespace norma::sql
