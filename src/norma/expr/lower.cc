#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "norma/expr/lower_types_internal.h"
#include "norma/expr/table_internal.h"
#include "norma/sql/ir_walk.h"

namespace norma::expr {
namespace {

using sql::Expr;
using sql::ExprId;

// Checks edges of a formula: who may stand below whom.
Status CheckPosition(const ColumnNode& child, bool is_window_function, bool in_aggregate,
                     Lowering::Allow allow) {
  if (std::holds_alternative<WindowFunctionForm>(child.form) && !is_window_function) {
    return AtPlace(
        Error{ErrorKind::kInvalidArgument,
              "a window function needs Over: " + std::get<WindowFunctionForm>(child.form).function},
        child.where);
  }
  if (std::holds_alternative<AggregateForm>(child.form) && !is_window_function) {
    const std::string& function = std::get<AggregateForm>(child.form).function;
    if (in_aggregate) {
      return AtPlace(Error{ErrorKind::kInvalidArgument, "an aggregate inside another: " + function},
                     child.where);
    }
    if (allow != Lowering::Allow::kAggregates) {
      return AtPlace(Error{ErrorKind::kInvalidArgument,
                           "an aggregate belongs into Aggregate, or needs Over: " + function},
                     child.where);
    }
  }
  if (std::holds_alternative<WindowForm>(child.form) && allow != Lowering::Allow::kWindows) {
    return AtPlace(Error{ErrorKind::kInvalidArgument,
                         "a window function belongs into Select or Mutate; filter afterwards"},
                   child.where);
  }
  return Status();
}

}  // namespace

Result<const TableColumn*> Lowering::FindNamed(const NamedForm& form) const {
  const TableColumn* found = nullptr;
  std::vector<std::string> names;
  std::string tables;
  for (const TableState* scope : scopes_) {
    tables += (tables.empty() ? "" : " and ") + scope->label;
    for (const TableColumn& column : scope->columns) {
      names.push_back(column.name);
      if (column.name != form.name) {
        continue;
      }
      if (found != nullptr) {
        return Error{
            ErrorKind::kInvalidArgument,
            fmt::format("column is on both sides: {}; write table[\"{}\"]", form.name, form.name)};
      }
      found = &column;
    }
  }
  if (found == nullptr) {
    return Error{ErrorKind::kInvalidArgument, fmt::format("unknown column in {}: {}{}", tables,
                                                          form.name, DidYouMean(form.name, names))};
  }
  return found;
}

Result<const TableColumn*> Lowering::FindToken(const TokenForm& form) const {
  for (const TableState* scope : scopes_) {
    for (const TableColumn& column : scope->columns) {
      if (column.token == form.token) {
        return &column;
      }
    }
  }
  std::string tables;
  for (const TableState* scope : scopes_) {
    tables += (tables.empty() ? "" : " and ") + scope->label;
  }
  return Error{ErrorKind::kInvalidArgument,
               fmt::format("column of another table: {}.{} used on {}; join them first, or use "
                           "Col(\"{}\") for the new column",
                           form.table, form.name, tables, form.name)};
}

const TableColumn* Lowering::FindPlain(const Column& column) const {
  if (const auto* named = std::get_if<NamedForm>(&column.node().form)) {
    const auto found = FindNamed(*named);
    return found.ok() ? found.value() : nullptr;
  }
  if (const auto* token = std::get_if<TokenForm>(&column.node().form)) {
    const auto found = FindToken(*token);
    return found.ok() ? found.value() : nullptr;
  }
  return nullptr;
}

Result<ExprId> Lowering::Lower(const Column& column) {
  struct Step {
    const ColumnNode* node;
    bool is_done;
    bool in_aggregate;
  };
  std::map<const ColumnNode*, ExprId> lowered;
  NORMA_RETURN_IF_ERROR(CheckPosition(column.node(), false, false, allow_));
  std::vector<Step> stack{{&column.node(), false, false}};
  while (!stack.empty()) {
    const Step step = stack.back();
    stack.pop_back();
    const ColumnNode& node = *step.node;
    if (lowered.contains(&node)) {
      continue;
    }
    if (!step.is_done) {
      stack.push_back({&node, true, step.in_aggregate});
      const bool is_window = std::holds_alternative<WindowForm>(node.form);
      const bool is_aggregate = std::holds_alternative<AggregateForm>(node.form);
      for (size_t i = node.args.size(); i-- > 0;) {
        const ColumnNode& child = node.args[i].node();
        const bool in_aggregate = step.in_aggregate || is_aggregate;
        NORMA_RETURN_IF_ERROR(CheckPosition(child, is_window && i == 0, in_aggregate, allow_));
        stack.push_back({&child, false, in_aggregate});
      }
      continue;
    }
    std::vector<ExprId> args;
    args.reserve(node.args.size());
    for (const Column& arg : node.args) {
      args.push_back(lowered.at(&arg.node()));
    }
    auto expr = Build(node, args);
    if (!expr.ok()) {
      return AtPlace(expr.error(), node.where);
    }
    // A column of the table is the expression that the table has for it.
    const TableColumn* plain = nullptr;
    if (std::holds_alternative<NamedForm>(node.form)) {
      plain = FindNamed(std::get<NamedForm>(node.form)).value();
    } else if (std::holds_alternative<TokenForm>(node.form)) {
      plain = FindToken(std::get<TokenForm>(node.form)).value();
    }
    if (plain != nullptr) {
      lowered[&node] = plain->expr;
      continue;
    }
    expr.value().origin = plan_.AddOrigin(node.where);
    lowered[&node] = plan_.ir.Add(std::move(expr).value());
  }
  const ExprId result = lowered.at(&column.node());
  if (group_keys_.has_value()) {
    NORMA_RETURN_IF_ERROR(CheckGrouped(result, column.node().where));
  }
  return result;
}

// Outside of aggregates only group keys have one value per group.
Status Lowering::CheckGrouped(ExprId root, Place where) const {
  std::vector<ExprId> stack{root};
  while (!stack.empty()) {
    const ExprId id = stack.back();
    stack.pop_back();
    if (std::ranges::find(*group_keys_, id) != group_keys_->end() ||
        std::holds_alternative<sql::Aggregate>(plan_.ir[id].node)) {
      continue;
    }
    if (const auto* column = std::get_if<sql::Column>(&plan_.ir[id].node)) {
      return AtPlace(Error{ErrorKind::kInvalidArgument,
                           "column is neither a group key nor inside an aggregate: " +
                               plan_.ir[column->source].columns.at(column->ordinal).name},
                     where);
    }
    sql::EachChild(plan_.ir[id].node, [&](auto child) {
      if constexpr (std::is_same_v<decltype(child), ExprId>) {
        if (child) {
          stack.push_back(child);
        }
      }
    });
  }
  return Status();
}

Result<ExprId> Lowering::LowerCondition(const Column& column, std::string_view verb) {
  NORMA_ASSIGN_OR_RETURN(const ExprId id, Lower(column));
  if (plan_.ir[id].type != DataType::Boolean()) {
    return AtPlace(Error{ErrorKind::kInvalidArgument,
                         fmt::format("{} needs a Boolean: {}", verb, plan_.ir[id].type.ToString())},
                   column.node().where);
  }
  return id;
}

Result<std::vector<sql::SortKey>> Lowering::LowerOrder(const Order& order) {
  std::vector<sql::SortKey> keys;
  for (const SortKey& key : order) {
    NORMA_ASSIGN_OR_RETURN(const ExprId id, Lower(key.column));
    if (!plan_.ir[id].type.is_orderable()) {
      return AtPlace(
          Error{ErrorKind::kInvalidArgument, "type has no order: " + plan_.ir[id].type.ToString()},
          key.column.node().where);
    }
    keys.push_back({id, key.descending, key.nulls_first});
  }
  return keys;
}

Result<Expr> Lowering::Build(const ColumnNode& node, const std::vector<ExprId>& args) {
  TypeChecker checker(plan_, args);
  const auto first = [&] { return args[0]; };
  return std::visit(
      sql::Overloaded{
          [&](const MistakeForm& form) -> Result<Expr> { return form.error; },
          [&](const NamedForm& form) -> Result<Expr> {
            NORMA_ASSIGN_OR_RETURN(const TableColumn* column, FindNamed(form));
            return plan_.ir[column->expr];
          },
          [&](const TokenForm& form) -> Result<Expr> {
            NORMA_ASSIGN_OR_RETURN(const TableColumn* column, FindToken(form));
            return plan_.ir[column->expr];
          },
          [&](const ConstantForm& form) -> Result<Expr> {
            return Expr{sql::Constant{form.value}, form.value.type(), form.value.is_null(), {}};
          },
          [&](const LogicForm& form) { return checker.Logic(sql::Logic{form.op, args}); },
          [&](const NotForm&) { return checker.Logic(sql::Not{first()}); },
          [&](const NegateForm&) { return checker.Negate(); },
          [&](const BinaryForm& form) { return checker.Binary(form.op); },
          [&](const TestForm& form) { return checker.Test(form.kind, form.negated); },
          [&](const DistinctForm& form) { return checker.Distinct(form.negated); },
          [&](const BetweenForm&) { return checker.Between(); },
          [&](const LikeForm& form) { return checker.Like(form.case_insensitive); },
          [&](const InForm& form) { return checker.In(form.negated); },
          [&](const CaseForm&) { return checker.Case(); },
          [&](const CastForm& form) -> Result<Expr> {
            return Expr{sql::Cast{first(), form.to, form.safe},
                        form.to,
                        form.safe || plan_.ir[first()].nullable,
                        {}};
          },
          [&](const CallForm& form) { return checker.Call(form.function); },
          [&](const AggregateForm& form) { return BuildAggregate(form, args); },
          [&](const WindowFunctionForm& form) { return checker.WindowFunction(form.function); },
          [&](const WindowForm& form) { return BuildWindow(node, form, args); },
          [&](const FieldForm& form) { return checker.Field(form.name); },
          [&](const IndexForm&) { return checker.Index(); },
          [&](const MapGetForm&) { return checker.MapGet(); },
          [&](const StructForm& form) { return checker.Struct(form.names); },
          [&](const ListForm&) { return checker.List(); },
          [&](const MapForm&) { return checker.Map(); }},
      node.form);
}

namespace {

std::vector<sql::SortKey> WithExprs(std::vector<sql::SortKey> order,
                                    const std::vector<ExprId>& args, size_t first) {
  for (size_t i = 0; i < order.size(); ++i) {
    order[i].expr = args[first + i];
  }
  return order;
}

}  // namespace

TokenSet Lowering::TokensOf(const std::vector<ExprId>& exprs) const {
  TokenSet tokens;
  for (const TableState* scope : scopes_) {
    for (const TableColumn& column : scope->columns) {
      if (std::ranges::find(exprs, column.expr) != exprs.end()) {
        tokens.push_back(column.token);
      }
    }
  }
  std::ranges::sort(tokens);
  return tokens;
}

Status Lowering::CheckTotal(std::string_view function, std::vector<ExprId> partition,
                            const std::vector<sql::SortKey>& order) const {
  for (const sql::SortKey& key : order) {
    partition.push_back(key.expr);
  }
  if (scopes_.size() == 1 && IsTotal(*scopes_.front(), TokensOf(partition))) {
    return Status();
  }
  return Error{ErrorKind::kInvalidArgument,
               fmt::format("order is not total: {} over {}; add columns that make a unique key",
                           function, scopes_.front()->label)};
}

Result<Expr> Lowering::BuildAggregate(const AggregateForm& form, const std::vector<ExprId>& args) {
  const std::vector<ExprId> inputs(args.begin(),
                                   args.begin() + static_cast<std::ptrdiff_t>(form.arg_count));
  const ExprId filter = form.has_filter ? args[form.arg_count] : ExprId();
  const auto order = WithExprs(form.order, args, form.arg_count + (form.has_filter ? 1 : 0));
  if (filter && plan_.ir[filter].type != DataType::Boolean()) {
    return Error{ErrorKind::kInvalidArgument,
                 "Where needs a Boolean: " + plan_.ir[filter].type.ToString()};
  }
  if (form.needs_total_order) {
    NORMA_RETURN_IF_ERROR(CheckTotal(
        form.function, group_keys_.has_value() ? *group_keys_ : std::vector<ExprId>(), order));
  }
  NORMA_ASSIGN_OR_RETURN(
      const sql::CallTypes types,
      TypeChecker(plan_, inputs).Resolve(sql::CallKind::kAggregate, form.function));
  saw_aggregate_ = true;
  return Expr{sql::Aggregate{form.function, inputs, form.distinct, filter, order},
              types.type,
              types.nullable,
              {}};
}

Result<Expr> Lowering::BuildWindow(const ColumnNode& node, const WindowForm& form,
                                   const std::vector<ExprId>& args) {
  const auto partition_begin = args.begin() + 1;
  const auto partition_end = partition_begin + static_cast<std::ptrdiff_t>(form.partition_count);
  std::vector<ExprId> partition(partition_begin, partition_end);
  auto order = WithExprs(form.order, args, 1 + form.partition_count);
  for (const sql::SortKey& key : order) {
    if (!plan_.ir[key.expr].type.is_orderable()) {
      return Error{ErrorKind::kInvalidArgument,
                   "type has no order: " + plan_.ir[key.expr].type.ToString()};
    }
  }
  const ColumnNode& function = node.args[0].node();
  const auto* window_function = std::get_if<WindowFunctionForm>(&function.form);
  if (window_function != nullptr && window_function->needs_total_order) {
    NORMA_RETURN_IF_ERROR(CheckTotal(window_function->function, partition, order));
  }
  sql::Frame frame;
  if (form.frame.has_value()) {
    frame = *form.frame;
  } else if (order.empty()) {
    frame = AllRows().frame;
  } else if (window_function != nullptr) {
    // Positions do not depend on the frame; rows are cheaper than ranges.
    frame.unit = sql::FrameUnit::kRows;
  }
  saw_window_ = true;
  const Expr& inner = plan_.ir[args[0]];
  return Expr{sql::Window{args[0], std::move(partition), std::move(order), frame},
              inner.type,
              inner.nullable,
              {}};
}

}  // namespace norma::expr
