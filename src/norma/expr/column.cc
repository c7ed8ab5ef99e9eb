#include "norma/expr/column.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "norma/expr/column_internal.h"

namespace norma::expr {
namespace {

Column MakeLiteral(Result<sql::Literal> literal, Place where) {
  if (!literal.ok()) {
    return MakeColumn(MistakeForm{literal.error()}, {}, where);
  }
  return MakeColumn(ConstantForm{std::move(literal).value()}, {}, where);
}

Column MakeBinary(sql::BinaryOperator op, Operand left, Operand right) {
  return MakeColumn(BinaryForm{op}, {std::move(left.column), std::move(right.column)}, left.where);
}

Column MakeTest(sql::TestKind kind, bool negated, Column input, Place where) {
  return MakeColumn(TestForm{kind, negated}, {std::move(input)}, where);
}

// AND of ANDs is one AND: a long condition is wide, not deep.
Column MakeLogic(sql::LogicOperator op, std::vector<Column> operands, Place where) {
  std::vector<Column> flat;
  for (Column& operand : operands) {
    const LogicForm* inner = std::get_if<LogicForm>(&operand.node().form);
    if (inner != nullptr && inner->op == op) {
      flat.insert(flat.end(), operand.node().args.begin(), operand.node().args.end());
    } else {
      flat.push_back(std::move(operand));
    }
  }
  return MakeColumn(LogicForm{op}, std::move(flat), where);
}

bool IsConstantNull(const Column& column) {
  const ConstantForm* constant = std::get_if<ConstantForm>(&column.node().form);
  return constant != nullptr && constant->value.is_null();
}

Column MakeComparison(sql::BinaryOperator op, Operand left, Operand right) {
  if (IsConstantNull(left.column) || IsConstantNull(right.column)) {
    return Mistake(ErrorKind::kInvalidArgument,
                   "a comparison with NULL is never true; use IsNull or Same", left.where);
  }
  return MakeBinary(op, std::move(left), std::move(right));
}

}  // namespace

Error AtPlace(Error error, Place where) {
  const std::string_view path = where.file_name();
  error.message += fmt::format(" [{}:{}]", path.substr(path.find_last_of('/') + 1), where.line());
  return error;
}

Error Wrong(std::string message, Place where) {
  return AtPlace(Error{ErrorKind::kInvalidArgument, std::move(message)}, where);
}

Column MakeColumn(Form form, std::vector<Column> args, Place where) {
  int depth = 0;
  for (const Column& arg : args) {
    depth = std::max(depth, arg.node().depth);
  }
  const bool is_logic = std::holds_alternative<LogicForm>(form);
  depth += is_logic ? static_cast<int>(std::bit_width(args.size() - 1)) : 1;
  if (depth > kMaxExpressionDepth) {
    form = MistakeForm{
        Error{ErrorKind::kLimitExceeded,
              fmt::format("formula nests too deep, levels allowed: {}", kMaxExpressionDepth)}};
    args.clear();
    depth = 1;
  }
  return Column(std::make_shared<const ColumnNode>(
      ColumnNode{std::move(form), std::move(args), where, depth}));
}

Column Mistake(ErrorKind kind, std::string message, Place where) {
  return MakeColumn(MistakeForm{Error{kind, std::move(message)}}, {}, where);
}

Column Column::FromBool(bool value, Place where) {
  return MakeColumn(ConstantForm{sql::Literal::Bool(value)}, {}, where);
}

Column Column::FromInteger(bool fits, int64_t value, Place where) {
  if (!fits) {
    return Mistake(ErrorKind::kInvalidArgument, "a number does not fit an Int64", where);
  }
  return MakeColumn(ConstantForm{sql::Literal::Int64(value)}, {}, where);
}

Column Column::FromFloat(double value, Place where) {
  return MakeColumn(ConstantForm{sql::Literal::Float64(value)}, {}, where);
}

Column Column::Field(std::string_view name, Place where) const {
  return MakeColumn(FieldForm{std::string(name)}, {*this}, where);
}

Column Column::Cast(DataType to, Place where) const {
  return MakeColumn(CastForm{std::move(to), false}, {*this}, where);
}

Column Column::TryCast(DataType to, Place where) const {
  return MakeColumn(CastForm{std::move(to), true}, {*this}, where);
}

Column Column::At(int64_t index, Place where) const {
  return MakeColumn(IndexForm(), {*this, Column(index, where)}, where);
}

Column Column::At(std::string_view key, Place where) const {
  return MakeColumn(MapGetForm(), {*this, Lit(key, where)}, where);
}

Column Column::Where(Column condition, Place where) const {
  const AggregateForm* aggregate = std::get_if<AggregateForm>(&node().form);
  if (aggregate == nullptr) {
    return Mistake(ErrorKind::kInvalidArgument, "Where belongs to an aggregate", where);
  }
  AggregateForm changed = *aggregate;
  std::vector<Column> args = node().args;
  const auto filter = args.begin() + static_cast<std::ptrdiff_t>(changed.arg_count);
  if (changed.has_filter) {
    *filter = *filter && condition;
  } else {
    args.insert(filter, std::move(condition));
  }
  changed.has_filter = true;
  return MakeColumn(std::move(changed), std::move(args), where);
}

Column Column::Distinct(Place where) const {
  const AggregateForm* aggregate = std::get_if<AggregateForm>(&node().form);
  if (aggregate == nullptr || aggregate->arg_count == 0) {
    return Mistake(ErrorKind::kInvalidArgument, "Distinct belongs to an aggregate of a value",
                   where);
  }
  AggregateForm changed = *aggregate;
  changed.distinct = true;
  return MakeColumn(std::move(changed), node().args, where);
}

Column Column::Over(Window window, Place where) const {
  if (!std::holds_alternative<AggregateForm>(node().form) &&
      !std::holds_alternative<WindowFunctionForm>(node().form)) {
    return Mistake(ErrorKind::kInvalidArgument, "Over belongs to an aggregate or a window function",
                   where);
  }
  WindowForm form{window.by.size(), {}, std::nullopt};
  if (window.frame.has_value()) {
    form.frame = window.frame->frame;
  }
  std::vector<Column> args{*this};
  for (Key& key : window.by) {
    args.push_back(std::move(key.column));
  }
  for (SortKey& key : window.order) {
    form.order.push_back({sql::ExprId(), key.descending, key.nulls_first});
    args.push_back(std::move(key.column));
  }
  return MakeColumn(std::move(form), std::move(args), where);
}

Key::Key(const char* name, Place at) : column(Col(name, at)) {}
Key::Key(std::string_view name, Place at) : column(Col(name, at)) {}

NamedColumn::NamedColumn(const char* column_name, Place at)
    : name(column_name), column(Col(column_name, at)) {}
NamedColumn::NamedColumn(std::string_view column_name, Place at)
    : name(column_name), column(Col(column_name, at)) {}

SortKey Asc(Key key) { return SortKey{std::move(key.column), false, false}; }
SortKey Desc(Key key) { return SortKey{std::move(key.column), true, true}; }

Frame Rows(int64_t first, int64_t last) {
  const auto bound = [](int64_t rows) {
    if (rows == 0) {
      return sql::FrameBound{sql::BoundKind::kCurrentRow, 0};
    }
    return rows < 0 ? sql::FrameBound{sql::BoundKind::kPreceding, -rows}
                    : sql::FrameBound{sql::BoundKind::kFollowing, rows};
  };
  return Frame{{sql::FrameUnit::kRows, bound(first), bound(last)}};
}

Frame AllRows() {
  return Frame{{sql::FrameUnit::kRows,
                {sql::BoundKind::kUnboundedPreceding, 0},
                {sql::BoundKind::kUnboundedFollowing, 0}}};
}

Column Col(std::string_view name, Place where) {
  return MakeColumn(NamedForm{std::string(name)}, {}, where);
}

Column Lit(std::string_view text, Place where) {
  return MakeLiteral(sql::Literal::Text(text), where);
}

Column Lit(const char* text, Place where) { return Lit(std::string_view(text), where); }

Column Lit(std::string_view text, DataType type, Place where) {
  if (type == DataType::Utf8()) {
    return Lit(text, where);
  }
  return MakeLiteral(sql::Literal::Cast(text, std::move(type)), where);
}

Column Null(DataType type, Place where) {
  return MakeColumn(ConstantForm{sql::Literal::Null(std::move(type))}, {}, where);
}

Column operator+(Operand left, Operand right) {
  return MakeBinary(sql::BinaryOperator::kAdd, std::move(left), std::move(right));
}
Column operator-(Operand left, Operand right) {
  return MakeBinary(sql::BinaryOperator::kSubtract, std::move(left), std::move(right));
}
Column operator*(Operand left, Operand right) {
  return MakeBinary(sql::BinaryOperator::kMultiply, std::move(left), std::move(right));
}
Column operator/(Operand left, Operand right) {
  return MakeBinary(sql::BinaryOperator::kDivide, std::move(left), std::move(right));
}
Column operator%(Operand left, Operand right) {
  return MakeBinary(sql::BinaryOperator::kModulo, std::move(left), std::move(right));
}
Column operator-(Operand input) {
  return MakeColumn(NegateForm(), {std::move(input.column)}, input.where);
}
Column operator==(Operand left, Operand right) {
  return MakeComparison(sql::BinaryOperator::kEqual, std::move(left), std::move(right));
}
Column operator!=(Operand left, Operand right) {
  return MakeComparison(sql::BinaryOperator::kNotEqual, std::move(left), std::move(right));
}
Column operator<(Operand left, Operand right) {
  return MakeComparison(sql::BinaryOperator::kLess, std::move(left), std::move(right));
}
Column operator<=(Operand left, Operand right) {
  return MakeComparison(sql::BinaryOperator::kLessEqual, std::move(left), std::move(right));
}
Column operator>(Operand left, Operand right) {
  return MakeComparison(sql::BinaryOperator::kGreater, std::move(left), std::move(right));
}
Column operator>=(Operand left, Operand right) {
  return MakeComparison(sql::BinaryOperator::kGreaterEqual, std::move(left), std::move(right));
}
Column operator&&(Operand left, Operand right) {
  return MakeLogic(sql::LogicOperator::kAnd, {std::move(left.column), std::move(right.column)},
                   left.where);
}
Column operator||(Operand left, Operand right) {
  return MakeLogic(sql::LogicOperator::kOr, {std::move(left.column), std::move(right.column)},
                   left.where);
}
Column operator!(Operand input) {
  return MakeColumn(NotForm(), {std::move(input.column)}, input.where);
}

Column AllOf(std::vector<Column> conditions, Place where) {
  if (conditions.size() == 1) {
    return conditions.front();
  }
  return conditions.empty() ? Column(true, where)
                            : MakeLogic(sql::LogicOperator::kAnd, std::move(conditions), where);
}

Column AnyOf(std::vector<Column> conditions, Place where) {
  if (conditions.size() == 1) {
    return conditions.front();
  }
  return conditions.empty() ? Column(false, where)
                            : MakeLogic(sql::LogicOperator::kOr, std::move(conditions), where);
}

Column IsNull(Column input, Place where) {
  return MakeTest(sql::TestKind::kNull, false, std::move(input), where);
}
Column IsNotNull(Column input, Place where) {
  return MakeTest(sql::TestKind::kNull, true, std::move(input), where);
}
Column IsTrue(Column input, Place where) {
  return MakeTest(sql::TestKind::kTrue, false, std::move(input), where);
}
Column IsNotTrue(Column input, Place where) {
  return MakeTest(sql::TestKind::kTrue, true, std::move(input), where);
}
Column IsFalse(Column input, Place where) {
  return MakeTest(sql::TestKind::kFalse, false, std::move(input), where);
}
Column IsNotFalse(Column input, Place where) {
  return MakeTest(sql::TestKind::kFalse, true, std::move(input), where);
}

Column Same(Column left, Column right, Place where) {
  return MakeColumn(DistinctForm{true}, {std::move(left), std::move(right)}, where);
}
Column NotSame(Column left, Column right, Place where) {
  return MakeColumn(DistinctForm{false}, {std::move(left), std::move(right)}, where);
}

Column Between(Column input, Column low, Column high, Place where) {
  return MakeColumn(BetweenForm(), {std::move(input), std::move(low), std::move(high)}, where);
}

namespace {

Column MakeIn(bool negated, Column input, std::vector<Column> items, Place where) {
  if (items.empty()) {
    return Mistake(ErrorKind::kInvalidArgument, "In needs at least one item", where);
  }
  if (std::ranges::any_of(items, IsConstantNull)) {
    return Mistake(ErrorKind::kInvalidArgument,
                   "a NULL among the items of In; test with IsNull instead", where);
  }
  items.insert(items.begin(), std::move(input));
  return MakeColumn(InForm{negated}, std::move(items), where);
}

Column MakeCallOfMany(std::string_view function, std::vector<Column> inputs, Place where) {
  if (inputs.empty()) {
    return Mistake(ErrorKind::kInvalidArgument,
                   fmt::format("function needs at least one argument: {}", function), where);
  }
  return MakeColumn(CallForm{std::string(function)}, std::move(inputs), where);
}

}  // namespace

Column In(Column input, std::vector<Column> items, Place where) {
  return MakeIn(false, std::move(input), std::move(items), where);
}
Column NotIn(Column input, std::vector<Column> items, Place where) {
  return MakeIn(true, std::move(input), std::move(items), where);
}

Column IfElse(Column condition, Column then, Column otherwise, Place where) {
  return MakeColumn(CaseForm(), {std::move(condition), std::move(then), std::move(otherwise)},
                    where);
}

Column Cases(std::vector<CaseArm> arms, Column otherwise, Place where) {
  if (arms.empty()) {
    return Mistake(ErrorKind::kInvalidArgument, "Cases needs at least one case", where);
  }
  std::vector<Column> args;
  for (CaseArm& arm : arms) {
    args.push_back(std::move(arm.condition));
    args.push_back(std::move(arm.value));
  }
  args.push_back(std::move(otherwise));
  return MakeColumn(CaseForm(), std::move(args), where);
}

Column Coalesce(std::vector<Column> inputs, Place where) {
  return MakeCallOfMany("coalesce", std::move(inputs), where);
}
Column NullIf(Column input, Column other, Place where) {
  return MakeCallOfMany("nullif", {std::move(input), std::move(other)}, where);
}
Column Greatest(std::vector<Column> inputs, Place where) {
  return MakeCallOfMany("greatest", std::move(inputs), where);
}
Column Least(std::vector<Column> inputs, Place where) {
  return MakeCallOfMany("least", std::move(inputs), where);
}

}  // namespace norma::expr
