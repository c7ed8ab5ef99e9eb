#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "norma/expr/table_internal.h"

namespace norma::expr {
namespace {

bool KeepsLeftOnly(sql::JoinKind kind) {
  return kind == sql::JoinKind::kLeftSemi || kind == sql::JoinKind::kLeftAnti;
}

// The two sides of a join, each ready for one FROM.
struct Sides {
  TableState left;
  TableState right;
};

Result<Sides> PrepareSides(const Table& left, const Table& right, Place where) {
  if (left.state().plan != right.state().plan) {
    return Wrong("tables of two builds cannot be joined", where);
  }
  for (const TableColumn& column : left.state().columns) {
    if (std::ranges::find(right.state().columns, column.token, &TableColumn::token) !=
        right.state().columns.end()) {
      return Wrong(fmt::format("both sides hold the same column: {}; give one side a name with "
                               "As(\"…\")",
                               column.name),
                   where);
    }
  }
  return Sides{BuildOn(left, Base::kRelation, where), BuildOn(right, Base::kFresh, where)};
}

// Columns of a side that the join may fill up with NULLs.
void MakeNullable(TableState& side) {
  sql::Ir& ir = side.plan->ir;
  for (TableColumn& column : side.columns) {
    if (!ir[column.expr].nullable) {
      sql::Expr expr = ir[column.expr];
      expr.nullable = true;
      column.expr = ir.Add(std::move(expr));
    }
    column.constant.reset();
  }
}

// The columns of one side that the condition sets equal to columns of the other.
struct EqualColumns {
  TokenSet left;
  TokenSet right;
};

EqualColumns FindEqual(const sql::Ir& ir, sql::ExprId on, const Sides& sides) {
  const auto token_of = [](const TableState& side, sql::ExprId expr) {
    const auto column = std::ranges::find(side.columns, expr, &TableColumn::expr);
    return column == side.columns.end() ? ColumnToken{0} : column->token;
  };
  std::vector<sql::ExprId> conditions;
  const auto* logic = on ? std::get_if<sql::Logic>(&ir[on].node) : nullptr;
  if (logic != nullptr && logic->op == sql::LogicOperator::kAnd) {
    conditions = logic->operands;
  } else if (on) {
    conditions = {on};
  }
  EqualColumns equal;
  for (const sql::ExprId condition : conditions) {
    const auto* binary = std::get_if<sql::Binary>(&ir[condition].node);
    if (binary == nullptr || binary->op != sql::BinaryOperator::kEqual) {
      continue;
    }
    for (const auto& [a, b] :
         {std::pair(binary->left, binary->right), std::pair(binary->right, binary->left)}) {
      const ColumnToken left = token_of(sides.left, a);
      const ColumnToken right = token_of(sides.right, b);
      if (left != 0 && right != 0) {
        equal.left.push_back(left);
        equal.right.push_back(right);
      }
    }
  }
  std::ranges::sort(equal.left);
  std::ranges::sort(equal.right);
  return equal;
}

bool HasKeyIn(const std::vector<TokenSet>& keys, const TokenSet& columns) {
  return std::ranges::any_of(
      keys, [&](const TokenSet& key) { return std::ranges::includes(columns, key); });
}

// Which sets of columns stay unique. A side's own keys do when each of its rows meets at most one
// row of the other; a pair of keys, one of each side, always does.
std::vector<TokenSet> JoinedKeys(sql::JoinKind kind, const Sides& sides,
                                 const EqualColumns& equal) {
  const auto& left = sides.left.keys;
  const auto& right = sides.right.keys;
  if (KeepsLeftOnly(kind)) {
    return left;
  }
  const bool is_inner = kind == sql::JoinKind::kInner;
  std::vector<TokenSet> keys;
  if ((is_inner || kind == sql::JoinKind::kLeft) && HasKeyIn(right, equal.right)) {
    keys.insert(keys.end(), left.begin(), left.end());
  }
  if ((is_inner || kind == sql::JoinKind::kRight) && HasKeyIn(left, equal.left)) {
    keys.insert(keys.end(), right.begin(), right.end());
  }
  for (const TokenSet& a : left) {
    for (const TokenSet& b : right) {
      TokenSet both;
      std::ranges::set_union(a, b, std::back_inserter(both));
      keys.push_back(std::move(both));
    }
  }
  return keys;
}

// The joined table, both sides' columns in order, names not yet checked.
Result<TableState> JoinSides(Sides sides, sql::JoinKind kind, const std::optional<Column>& on) {
  TableState joined = sides.left;
  Plan& plan = *joined.plan;
  sql::ExprId condition;
  if (on.has_value()) {
    Lowering lowering(plan, Lowering::Allow::kRows);
    lowering.AddScope(sides.left);
    lowering.AddScope(sides.right);
    NORMA_ASSIGN_OR_RETURN(condition, lowering.LowerCondition(*on, "a join"));
  }
  joined.keys = JoinedKeys(kind, sides, FindEqual(plan.ir, condition, sides));
  joined.from = plan.ir.Add(
      sql::Relation{sql::Join{kind, sides.left.from, sides.right.from, condition}, joined.origin});
  if (KeepsLeftOnly(kind)) {
    return joined;
  }
  if (kind == sql::JoinKind::kRight || kind == sql::JoinKind::kFull) {
    MakeNullable(sides.left);
  }
  if (kind == sql::JoinKind::kLeft || kind == sql::JoinKind::kFull) {
    MakeNullable(sides.right);
  }
  joined.columns = std::move(sides.left.columns);
  joined.columns.insert(joined.columns.end(), sides.right.columns.begin(),
                        sides.right.columns.end());
  return joined;
}

Result<Table> JoinTables(const Table& left, const Table& right, sql::JoinKind kind,
                         const std::optional<Column>& on, Place where) {
  NORMA_ASSIGN_OR_RETURN(Sides sides, PrepareSides(left, right, where));
  if (!KeepsLeftOnly(kind)) {
    for (const TableColumn& column : sides.left.columns) {
      if (std::ranges::find(sides.right.columns, column.name, &TableColumn::name) !=
          sides.right.columns.end()) {
        return Wrong(fmt::format("column is on both sides: {}; rename it on one, or use JoinOn",
                                 column.name),
                     where);
      }
    }
  }
  NORMA_ASSIGN_OR_RETURN(TableState joined, JoinSides(std::move(sides), kind, on));
  return Finish(std::move(joined), where);
}

sql::JoinKind ToSqlKind(JoinKind kind) {
  switch (kind) {
    case JoinKind::kInner:
      return sql::JoinKind::kInner;
    case JoinKind::kLeft:
      return sql::JoinKind::kLeft;
    case JoinKind::kRight:
      return sql::JoinKind::kRight;
    case JoinKind::kFull:
      return sql::JoinKind::kFull;
  }
  return sql::JoinKind::kInner;
}

Column SideColumn(const TableState& side, const TableColumn& column, Place where) {
  return MakeColumn(TokenForm{column.token, column.name, side.label}, {}, where);
}

// A key of JoinOn on both sides.
struct KeyPair {
  TableColumn left;
  TableColumn right;
};

Result<std::vector<KeyPair>> FindKeys(const Sides& sides, const Names& keys, Place where) {
  std::vector<KeyPair> pairs;
  for (const std::string_view key : keys) {
    const auto left = std::ranges::find(sides.left.columns, key, &TableColumn::name);
    const auto right = std::ranges::find(sides.right.columns, key, &TableColumn::name);
    const TableState* missing = left == sides.left.columns.end()     ? &sides.left
                                : right == sides.right.columns.end() ? &sides.right
                                                                     : nullptr;
    if (missing != nullptr) {
      std::vector<std::string> names;
      names.reserve(missing->columns.size());
      for (const TableColumn& column : missing->columns) {
        names.push_back(column.name);
      }
      return Wrong(
          fmt::format("unknown column in {}: {}{}", missing->label, key, DidYouMean(key, names)),
          where);
    }
    pairs.push_back({*left, *right});
  }
  if (pairs.empty()) {
    return Wrong("JoinOn needs at least one key", where);
  }
  return pairs;
}

}  // namespace

Result<Table> Table::InnerJoin(const Table& right, Column on, Place where) const {
  return JoinTables(*this, right, sql::JoinKind::kInner, on, where);
}

Result<Table> Table::LeftJoin(const Table& right, Column on, Place where) const {
  return JoinTables(*this, right, sql::JoinKind::kLeft, on, where);
}

Result<Table> Table::RightJoin(const Table& right, Column on, Place where) const {
  return JoinTables(*this, right, sql::JoinKind::kRight, on, where);
}

Result<Table> Table::FullJoin(const Table& right, Column on, Place where) const {
  return JoinTables(*this, right, sql::JoinKind::kFull, on, where);
}

Result<Table> Table::SemiJoin(const Table& right, Column on, Place where) const {
  return JoinTables(*this, right, sql::JoinKind::kLeftSemi, on, where);
}

Result<Table> Table::AntiJoin(const Table& right, Column on, Place where) const {
  return JoinTables(*this, right, sql::JoinKind::kLeftAnti, on, where);
}

Result<Table> Table::CrossJoin(const Table& right, Place where) const {
  return JoinTables(*this, right, sql::JoinKind::kCross, std::nullopt, where);
}

Result<Table> Table::JoinOn(const Table& right, const Names& keys, JoinKind kind,
                            Place where) const {
  NORMA_ASSIGN_OR_RETURN(Sides sides, PrepareSides(*this, right, where));
  NORMA_ASSIGN_OR_RETURN(const std::vector<KeyPair> pairs, FindKeys(sides, keys, where));
  std::vector<Column> conditions;
  conditions.reserve(pairs.size());
  for (const KeyPair& pair : pairs) {
    conditions.push_back(Operand(SideColumn(sides.left, pair.left, where), where) ==
                         Operand(SideColumn(sides.right, pair.right, where), where));
  }
  const Sides before = sides;
  NORMA_ASSIGN_OR_RETURN(TableState joined, JoinSides(std::move(sides), ToSqlKind(kind),
                                                      AllOf(std::move(conditions), where)));
  // One column per key: that of the side whose rows all stay.
  const TableState all = joined;
  Lowering lowering(*joined.plan, Lowering::Allow::kRows);
  lowering.AddScope(all);
  joined.columns.clear();
  for (const TableColumn& column : all.columns) {
    const auto as_left = std::ranges::find_if(
        pairs, [&](const KeyPair& pair) { return pair.left.token == column.token; });
    const bool is_right_key = std::ranges::any_of(
        pairs, [&](const KeyPair& pair) { return pair.right.token == column.token; });
    if (is_right_key) {
      continue;
    }
    if (as_left == pairs.end() || kind == JoinKind::kInner || kind == JoinKind::kLeft) {
      joined.columns.push_back(column);
      continue;
    }
    if (kind == JoinKind::kRight) {
      joined.columns.push_back(
          *std::ranges::find(all.columns, as_left->right.token, &TableColumn::token));
      continue;
    }
    NORMA_ASSIGN_OR_RETURN(const sql::ExprId either,
                           lowering.Lower(Coalesce({SideColumn(all, as_left->left, where),
                                                    SideColumn(all, as_left->right, where)},
                                                   where)));
    joined.columns.push_back({column.name, joined.plan->NewToken(), either, std::nullopt});
  }
  return Finish(std::move(joined), where);
}

}  // namespace norma::expr
