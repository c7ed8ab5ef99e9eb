#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "norma/base/result.h"
#include "norma/sql/ir.h"

namespace norma::sql {

/// Prints one query after the other. Instead of calling itself for a child, each Put… function
/// leaves pieces: text, or a child that is opened later, by the loop in PrintQuery().
class Printer {
 public:
  explicit Printer(const Ir& ir) : ir_(ir) {}

  Result<std::string> Print();

 private:
  struct Operand {
    ExprId expr;
  };
  /// A member of a set operation.
  struct Member {
    QueryId query;
  };
  using Piece = std::variant<std::string, ExprId, Operand, RelationId, QueryId, Member>;

  // ---- names and pieces: emit.cc ----

  std::string Quote(std::string_view name);
  void Fail(const Error& error);
  std::string UniqueName(std::string_view wanted);
  void NameSources();
  void NameSource(SourceId source);
  void PrintQuery(QueryId id, std::string& out);
  void OpenPiece(const Piece& piece, std::string& out);

  void Put(std::string_view text);
  void Put(ExprId expr) { pieces_.emplace_back(expr); }
  void Put(Operand operand) { pieces_.emplace_back(operand); }
  void Put(RelationId relation) { pieces_.emplace_back(relation); }
  void PutChecked(const Result<std::string>& text);

  template <typename List, typename Fn>
  void PutList(const List& list, Fn&& put_one) {
    bool is_first = true;
    for (const auto& element : list) {
      Put(is_first ? "" : ", ");
      is_first = false;
      put_one(element);
    }
  }
  void PutExprs(const std::vector<ExprId>& exprs);
  /// `count` operands joined by `separator`, in brackets of two once they are many.
  void PutBalanced(size_t first, size_t count, std::string_view separator,
                   const std::function<void(size_t)>& put_one);

  // ---- queries and relations: emit_query.cc ----

  void PutBody(QueryId id);
  void PutQuery(const Select& node);
  void PutQuery(const SetOp& node);
  void PutQuery(const Values& node);
  void PutMember(QueryId id);
  void PutGrouping(const Grouping& grouping);
  void PutClause(std::string_view keyword, ExprId expr);
  void PutOrderAndLimit(const std::vector<SortKey>& order, ExprId limit, ExprId offset);
  void PutLeftDeep(size_t count, std::string_view separator,
                   const std::function<void(size_t)>& put_one);

  void PutRelation(const RelationNode& node);
  void PutFrom(const Table& node);
  void PutFrom(const Derived& node);
  void PutFrom(const Join& node);
  void PutFrom(const Unnest& node);
  void PutFrom(const Prefer& node);
  void PutColumnsOf(const std::vector<SourceId>& sources);
  bool CheckOneAlias(const std::vector<SourceId>& sources);
  std::string FreeColumnName(const std::vector<SourceId>& sources, std::string name) const;

  // ---- expressions: emit_expr.cc ----

  void PutExpr(const Expr& expr);
  void PutOperand(ExprId id);
  void PutWindowParts(const std::vector<ExprId>& partition, const std::vector<SortKey>& order);
  void PutSortKeys(const std::vector<SortKey>& keys);
  void PutCall2(std::string_view function, ExprId first, ExprId second);
  void PutNode(const Column& node);
  void PutNode(const Constant& node);
  void PutNode(const Parameter& node);
  void PutNode(const Logic& node);
  void PutNode(const Not& node);
  void PutNode(const Negate& node);
  void PutNode(const Binary& node);
  void PutNode(const Test& node);
  void PutNode(const Distinct& node);
  void PutNode(const Between& node);
  void PutNode(const Like& node);
  void PutNode(const InList& node);
  void PutNode(const Case& node);
  void PutNode(const Cast& node);
  void PutNode(const Call& node);
  void PutNode(const Aggregate& node);
  void PutNode(const Window& node);
  void PutNode(const Field& node);
  void PutNode(const Index& node);
  void PutNode(const MapGet& node);
  void PutNode(const StructNew& node);
  void PutNode(const ListNew& node);
  void PutNode(const MapNew& node);

  const Ir& ir_;
  Status status_;
  std::vector<Piece> pieces_;
  std::set<std::string> names_;
  std::map<SourceId, std::string> aliases_;
  std::map<QueryId, std::string> cte_names_;
};

}  // namespace norma::sql
