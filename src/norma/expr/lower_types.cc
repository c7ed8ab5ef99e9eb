#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "norma/expr/lower_types_internal.h"
#include "norma/sql/emit.h"

namespace norma::expr {
namespace {

using sql::Expr;
using sql::ExprId;

Error Wrong(std::string message) { return Error{ErrorKind::kInvalidArgument, std::move(message)}; }

// Structs are compared and united by the engine by position, or by name with lost fields: only
// equal ones are let through.
bool HasStruct(const DataType& type) {
  return type.kind() == sql::TypeKind::kStruct ||
         std::ranges::any_of(type.fields(),
                             [](const sql::TypeField& field) { return HasStruct(field.type); });
}

bool MayMeet(const DataType& left, const DataType& right) {
  return left == right || (!HasStruct(left) && !HasStruct(right));
}

}  // namespace

bool TypeChecker::AnyNullable() const {
  return std::ranges::any_of(args_, [&](ExprId id) { return plan_.ir[id].nullable; });
}

std::string TypeChecker::TypesText(const std::vector<ExprId>& args) const {
  std::string text;
  for (const ExprId id : args) {
    text += (text.empty() ? "" : ", ") + plan_.ir[id].type.ToString();
  }
  return text;
}

Result<sql::CallTypes> TypeChecker::Ask(sql::CallKind kind, std::string_view name,
                                        const std::vector<ExprId>& args) const {
  sql::CallRequest request{kind, std::string(name), {}};
  for (const ExprId id : args) {
    const Expr& expr = plan_.ir[id];
    const auto* constant = std::get_if<sql::Constant>(&expr.node);
    request.args.push_back({expr.type, expr.nullable,
                            constant == nullptr ? std::nullopt : std::optional(constant->value)});
  }
  return plan_.resolver->Resolve(request);
}

Result<sql::CallTypes> TypeChecker::Resolve(sql::CallKind kind, std::string_view name) const {
  auto types = Ask(kind, name, args_);
  if (!types.ok()) {
    return types.error().WithContext(fmt::format("{}({})", name, TypesText(args_)));
  }
  if (types.value().volatility != sql::Volatility::kImmutable) {
    return Wrong(fmt::format("function does not give the same result every time: {}", name));
  }
  return types;
}

Status TypeChecker::CheckOperator(std::string_view op, size_t left, size_t right) const {
  const Error misfit = Wrong(fmt::format("types do not fit {}: {}; cast one side", op,
                                         TypesText({args_[left], args_[right]})));
  if (!MayMeet(arg(left).type, arg(right).type)) {
    return misfit;
  }
  const std::vector<ExprId> sides{args_[left], args_[right]};
  const auto types = Ask(sql::CallKind::kOperator, op, sides);
  if (!types.ok()) {
    return types.error().kind == ErrorKind::kInvalidArgument ? misfit : types.error();
  }
  // The engine compares a text with a number as texts: '10' < '9'.
  for (size_t i = 0; op != "||" && i < sides.size() && i < types.value().args.size(); ++i) {
    if (plan_.ir[sides[i]].type.is_text() != types.value().args[i].is_text()) {
      return misfit;
    }
  }
  return Status();
}

Result<DataType> TypeChecker::Unite(const std::vector<ExprId>& values, sql::CallKind kind,
                                    std::string_view name) const {
  const DataType& type = plan_.ir[values.front()].type;
  if (std::ranges::all_of(values, [&](ExprId id) { return plan_.ir[id].type == type; })) {
    return type;
  }
  const Error misfit = Wrong(
      fmt::format("values of {} have no common type: {}; cast them", name, TypesText(values)));
  for (const ExprId id : values) {
    if (!MayMeet(type, plan_.ir[id].type)) {
      return misfit;
    }
  }
  auto types = Ask(kind, name, values);
  if (!types.ok()) {
    return types.error().kind == ErrorKind::kInvalidArgument ? misfit : types.error();
  }
  // Numbers do not become texts without a word.
  for (const ExprId id : values) {
    if (plan_.ir[id].type.is_text() != types.value().type.is_text()) {
      return misfit;
    }
  }
  return types.value().type;
}

Result<Expr> TypeChecker::Logic(sql::ExprNode node) const {
  for (const ExprId id : args_) {
    if (plan_.ir[id].type != DataType::Boolean()) {
      return Wrong("AND, OR and NOT need Booleans: " + TypesText(args_));
    }
  }
  return Expr{std::move(node), DataType::Boolean(), AnyNullable(), {}};
}

Result<Expr> TypeChecker::Negate() const {
  const DataType& type = arg(0).type;
  const bool is_unsigned =
      type.kind() >= sql::TypeKind::kUInt8 && type.kind() <= sql::TypeKind::kUInt64;
  if (!type.is_numeric() || is_unsigned) {
    return Wrong("type has no negative: " + type.ToString());
  }
  return Expr{sql::Negate{args_[0]}, type, arg(0).nullable, {}};
}

Result<Expr> TypeChecker::Binary(sql::BinaryOperator op) const {
  const std::string_view text = sql::BinaryOperatorText(op);
  NORMA_RETURN_IF_ERROR(CheckOperator(text, 0, 1));
  NORMA_ASSIGN_OR_RETURN(const sql::CallTypes types, Resolve(sql::CallKind::kOperator, text));
  return Expr{sql::Binary{op, args_[0], args_[1]}, types.type, types.nullable, {}};
}

Result<Expr> TypeChecker::Test(sql::TestKind kind, bool negated) const {
  if (kind != sql::TestKind::kNull && arg(0).type != DataType::Boolean()) {
    return Wrong("IS TRUE and IS FALSE need a Boolean: " + TypesText(args_));
  }
  return Expr{sql::Test{args_[0], kind, negated}, DataType::Boolean(), false, {}};
}

Result<Expr> TypeChecker::Distinct(bool negated) const {
  const std::string_view text = negated ? "IS NOT DISTINCT FROM" : "IS DISTINCT FROM";
  NORMA_RETURN_IF_ERROR(CheckOperator(text, 0, 1));
  // It is never NULL, but the engine calls it nullable when an operand is.
  NORMA_ASSIGN_OR_RETURN(const sql::CallTypes types, Resolve(sql::CallKind::kOperator, text));
  return Expr{sql::Distinct{args_[0], args_[1], negated}, types.type, types.nullable, {}};
}

Result<Expr> TypeChecker::Between() const {
  NORMA_RETURN_IF_ERROR(CheckOperator(">=", 0, 1));
  NORMA_RETURN_IF_ERROR(CheckOperator("<=", 0, 2));
  return Expr{sql::Between{args_[0], args_[1], args_[2]}, DataType::Boolean(), AnyNullable(), {}};
}

Result<Expr> TypeChecker::Like(bool case_insensitive) const {
  NORMA_RETURN_IF_ERROR(CheckOperator(case_insensitive ? "ILIKE" : "LIKE", 0, 1));
  return Expr{
      sql::Like{args_[0], args_[1], "", case_insensitive}, DataType::Boolean(), AnyNullable(), {}};
}

Result<Expr> TypeChecker::In(bool negated) const {
  for (size_t i = 1; i < args_.size(); ++i) {
    NORMA_RETURN_IF_ERROR(CheckOperator("=", 0, i));
  }
  return Expr{sql::InList{args_[0], {args_.begin() + 1, args_.end()}, negated},
              DataType::Boolean(),
              AnyNullable(),
              {}};
}

Result<Expr> TypeChecker::Case() const {
  sql::Case node;
  std::vector<ExprId> values;
  for (size_t i = 0; i + 1 < args_.size(); i += 2) {
    if (arg(i).type != DataType::Boolean()) {
      return Wrong("a condition must be Boolean: " + arg(i).type.ToString());
    }
    node.arms.push_back({args_[i], args_[i + 1]});
    values.push_back(args_[i + 1]);
  }
  node.otherwise = args_.back();
  values.push_back(args_.back());
  NORMA_ASSIGN_OR_RETURN(const DataType type, Unite(values, sql::CallKind::kCase, "case"));
  const bool nullable =
      std::ranges::any_of(values, [&](ExprId id) { return plan_.ir[id].nullable; });
  return Expr{std::move(node), type, nullable, {}};
}

Result<Expr> TypeChecker::Call(const std::string& function) const {
  NORMA_ASSIGN_OR_RETURN(const sql::CallTypes types, Resolve(sql::CallKind::kScalar, function));
  return Expr{sql::Call{function, args_}, types.type, types.nullable, {}};
}

Result<Expr> TypeChecker::WindowFunction(const std::string& function) const {
  NORMA_ASSIGN_OR_RETURN(const sql::CallTypes types, Resolve(sql::CallKind::kWindow, function));
  return Expr{sql::Call{function, args_}, types.type, types.nullable, {}};
}

Result<Expr> TypeChecker::Field(const std::string& name) const {
  const DataType& type = arg(0).type;
  if (type.kind() != sql::TypeKind::kStruct) {
    return Wrong(fmt::format("field of a value that is no struct: {}; {}", name, type.ToString()));
  }
  std::vector<std::string> names;
  for (const sql::TypeField& field : type.fields()) {
    if (field.name == name) {
      return Expr{sql::Field{args_[0], name}, field.type, field.nullable || arg(0).nullable, {}};
    }
    names.push_back(field.name);
  }
  return Wrong(fmt::format("unknown field: {}{}", name, DidYouMean(name, names)));
}

Result<Expr> TypeChecker::Index() const {
  const DataType& type = arg(0).type;
  if (!type.is_list()) {
    return Wrong("element of a value that is no list: " + type.ToString());
  }
  return Expr{sql::Index{args_[0], args_[1]}, type.fields()[0].type, true, {}};
}

Result<Expr> TypeChecker::MapGet() const {
  const DataType& type = arg(0).type;
  if (type.kind() != sql::TypeKind::kMap || type.fields()[0].type != arg(1).type) {
    return Wrong(
        fmt::format("not a map with keys of type {}: {}", arg(1).type.ToString(), type.ToString()));
  }
  return Expr{sql::MapGet{args_[0], args_[1]}, type.fields()[1].type, true, {}};
}

// named_struct, make_array and map are nullable in the engine, and so are their parts.
Result<Expr> TypeChecker::Struct(const std::vector<std::string>& names) const {
  sql::StructNew node;
  std::vector<sql::TypeField> fields;
  std::set<std::string_view> seen;
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i].empty() || !seen.insert(names[i]).second) {
      return Wrong("field names of a struct must differ and not be empty: " + names[i]);
    }
    node.items.push_back({args_[i], names[i]});
    fields.push_back({names[i], arg(i).type, true});
  }
  return Expr{std::move(node), DataType::Struct(std::move(fields)), true, {}};
}

Result<Expr> TypeChecker::List() const {
  DataType item;
  if (!args_.empty()) {
    NORMA_ASSIGN_OR_RETURN(item, Unite(args_, sql::CallKind::kCase, "case"));
  }
  return Expr{sql::ListNew{args_}, DataType::List(item), true, {}};
}

Result<Expr> TypeChecker::Map() const {
  const auto middle = args_.begin() + static_cast<std::ptrdiff_t>(args_.size() / 2);
  sql::MapNew node{{args_.begin(), middle}, {middle, args_.end()}};
  NORMA_ASSIGN_OR_RETURN(const DataType key, Unite(node.keys, sql::CallKind::kCase, "case"));
  NORMA_ASSIGN_OR_RETURN(const DataType value, Unite(node.values, sql::CallKind::kCase, "case"));
  return Expr{std::move(node), DataType::Map(key, value), true, {}};
}

}  // namespace norma::expr
