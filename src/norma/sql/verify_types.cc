#include <fmt/format.h>

#include "norma/sql/verify_internal.h"

namespace norma::sql {
namespace {

class TypeVerifier {
 public:
  explicit TypeVerifier(const Ir& ir) : ir_(ir) {}

  Status Check(const Expr& expr) const {
    const auto need = [&](bool condition, std::string_view what) {
      return condition ? Status() : Status(IrFault(ir_, expr.origin, what));
    };
    const bool is_boolean = expr.type == DataType::Boolean();
    return std::visit(
        Overloaded{
            [&](const Column& node) {
              const SchemaColumn& column = ir_[node.source].columns[node.ordinal];
              return need(expr.type == column.type && (expr.nullable || !column.nullable),
                          "a column of another type than its table's: " + column.name);
            },
            [&](const Constant& node) {
              return need(
                  expr.type == node.value.type() && (expr.nullable || !node.value.is_null()),
                  "a constant of another type than its value");
            },
            [&](const Parameter& node) { return need(expr.type == node.declared, "a parameter"); },
            [&](const Logic& node) -> Status {
              for (const ExprId operand : node.operands) {
                NORMA_RETURN_IF_ERROR(CheckCondition(operand));
              }
              return need(is_boolean, "AND or OR that is not Boolean");
            },
            [&](const Not& node) -> Status {
              NORMA_RETURN_IF_ERROR(CheckCondition(node.input));
              return need(is_boolean, "NOT that is not Boolean");
            },
            [&](const Case& node) -> Status {
              for (const Arm& arm : node.arms) {
                if (!node.operand) {
                  NORMA_RETURN_IF_ERROR(CheckCondition(arm.condition));
                }
              }
              return Status();
            },
            [&](const Cast& node) {
              return need(expr.type == node.to, "a cast of another type than its own");
            },
            [&](const Aggregate& node) {
              return node.filter ? CheckCondition(node.filter) : Status();
            },
            [&](const Window& node) {
              return need(expr.type == ir_[node.function].type, "a window of another type");
            },
            [&](const Field& node) -> Status {
              for (const TypeField& field : ir_[node.input].type.fields()) {
                if (field.name == node.name && ir_[node.input].type.kind() == TypeKind::kStruct) {
                  return need(expr.type == field.type, "a field of another type");
                }
              }
              return need(false, "a field that the struct does not have: " + node.name);
            },
            [&](const Test&) { return need(is_boolean && !expr.nullable, "a test"); },
            [&](const Distinct&) { return need(is_boolean, "DISTINCT FROM"); },
            [&](const Between&) { return need(is_boolean, "BETWEEN"); },
            [&](const Like&) { return need(is_boolean, "LIKE"); },
            [&](const InList&) { return need(is_boolean, "IN"); },
            // The engine's answers stand for these.
            [](const Binary&) { return Status(); }, [](const Negate&) { return Status(); },
            [](const Call&) { return Status(); }, [](const Index&) { return Status(); },
            [](const MapGet&) { return Status(); }, [](const StructNew&) { return Status(); },
            [](const ListNew&) { return Status(); }, [](const MapNew&) { return Status(); }},
        expr.node);
  }

  Status Check(const Relation& relation) const {
    return std::visit(
        Overloaded{[&](const Derived& node) {
                     return ir_[node.source].columns == ir_[node.query].columns
                                ? Status()
                                : Status(IrFault(ir_, relation.origin,
                                                 "a source with other columns than its query"));
                   },
                   [&](const Join& node) { return node.on ? CheckCondition(node.on) : Status(); },
                   [&](const Unnest& node) -> Status {
                     const auto& columns = ir_[node.source].columns;
                     for (size_t i = 0; i < node.lists.size(); ++i) {
                       const DataType& list = ir_[node.lists[i].expr].type;
                       if (!list.is_list() || i >= columns.size() ||
                           columns[i].type != list.fields()[0].type ||
                           columns[i].name != node.lists[i].name) {
                         return IrFault(ir_, relation.origin, "UNNEST that does not fit its list");
                       }
                     }
                     return Status();
                   },
                   [](const Table&) { return Status(); }, [](const Prefer&) { return Status(); }},
        relation.node);
  }

  Status Check(const Query& query) const {
    return std::visit(
        Overloaded{[&](const Select& node) -> Status {
                     for (const ExprId condition : {node.where, node.having, node.qualify}) {
                       NORMA_RETURN_IF_ERROR(condition ? CheckCondition(condition) : Status());
                     }
                     bool fits = node.items.size() == query.columns.size();
                     for (size_t i = 0; fits && i < node.items.size(); ++i) {
                       const Expr& expr = ir_[node.items[i].expr];
                       fits = query.columns[i] ==
                              SchemaColumn{node.items[i].name, expr.type, expr.nullable};
                     }
                     return fits ? Status() : Status(OtherColumns(query));
                   },
                   [&](const SetOp& node) { return CheckSetOp(node, query); },
                   [&](const Values& node) -> Status {
                     for (const auto& row : node.rows) {
                       for (size_t i = 0; i < row.size(); ++i) {
                         if (i >= query.columns.size() ||
                             ir_[row[i]].type != query.columns[i].type) {
                           return OtherColumns(query);
                         }
                       }
                     }
                     return Status();
                   }},
        query.node);
  }

 private:
  Error OtherColumns(const Query& query) const {
    return IrFault(ir_, query.origin, "a query with other columns than it says");
  }

  Status CheckSetOp(const SetOp& node, const Query& query) const {
    for (const QueryId input : node.inputs) {
      const auto& columns = ir_[input].columns;
      bool fits = columns.size() == query.columns.size() && columns.size() == node.names.size();
      for (size_t i = 0; fits && i < columns.size(); ++i) {
        fits =
            columns[i].type == query.columns[i].type && node.names[i] == query.columns[i].name &&
            (query.columns[i].nullable || !columns[i].nullable || node.op != SetOperator::kUnion);
      }
      if (!fits) {
        return OtherColumns(query);
      }
    }
    return Status();
  }

  Status CheckCondition(ExprId id) const {
    return ir_[id].type == DataType::Boolean()
               ? Status()
               : Status(IrFault(ir_, ir_[id].origin,
                                "a condition of type " + ir_[id].type.ToString()));
  }

  const Ir& ir_;
};

}  // namespace

Status VerifyTypes(const Ir& ir, const std::vector<AnyId>& nodes) {
  const TypeVerifier verifier(ir);
  for (const AnyId any : nodes) {
    NORMA_RETURN_IF_ERROR(std::visit([&](auto id) { return verifier.Check(ir[id]); }, any));
  }
  return Status();
}

}  // namespace norma::sql
