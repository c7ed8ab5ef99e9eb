#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "norma/expr/table_internal.h"

namespace norma::expr {

/// Makes one typed expression out of typed arguments, or says why they do not fit. What the engine
/// decides is asked of the resolver; only structure (fields, items, branches) is decided here.
class TypeChecker {
 public:
  TypeChecker(Plan& plan, const std::vector<sql::ExprId>& args) : plan_(plan), args_(args) {}

  /// What the engine answers about a call with these arguments. Volatile functions are refused.
  Result<sql::CallTypes> Resolve(sql::CallKind kind, std::string_view name) const;

  /// AND, OR and NOT.
  Result<sql::Expr> Logic(sql::ExprNode node) const;
  Result<sql::Expr> Negate() const;
  Result<sql::Expr> Binary(sql::BinaryOperator op) const;
  Result<sql::Expr> Test(sql::TestKind kind, bool negated) const;
  Result<sql::Expr> Distinct(bool negated) const;
  Result<sql::Expr> Between() const;
  Result<sql::Expr> Like(bool case_insensitive) const;
  Result<sql::Expr> In(bool negated) const;
  Result<sql::Expr> Case() const;
  Result<sql::Expr> Call(const std::string& function) const;
  Result<sql::Expr> WindowFunction(const std::string& function) const;
  Result<sql::Expr> Field(const std::string& name) const;
  Result<sql::Expr> Index() const;
  Result<sql::Expr> MapGet() const;
  Result<sql::Expr> Struct(const std::vector<std::string>& names) const;
  Result<sql::Expr> List() const;
  Result<sql::Expr> Map() const;

 private:
  const sql::Expr& arg(size_t i) const { return plan_.ir[args_[i]]; }
  bool AnyNullable() const;
  /// The types of some arguments, for messages.
  std::string TypesText(const std::vector<sql::ExprId>& args) const;
  /// Whether the engine can apply an operator to two of the arguments.
  Status CheckOperator(std::string_view op, size_t left, size_t right) const;
  /// The one type of some arguments.
  Result<DataType> Unite(const std::vector<sql::ExprId>& values, sql::CallKind kind,
                         std::string_view name) const;
  Result<sql::CallTypes> Ask(sql::CallKind kind, std::string_view name,
                             const std::vector<sql::ExprId>& args) const;

  Plan& plan_;
  const std::vector<sql::ExprId>& args_;
};

}  // namespace norma::expr
