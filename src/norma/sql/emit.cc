#include "norma/sql/emit.h"

#include <fmt/format.h>

#include <array>
#include <functional>
#include <map>
#include <set>
#include <utility>

#include "norma/sql/identifier.h"
#include "norma/sql/ir_walk.h"

namespace norma::sql {
namespace {

constexpr std::array<std::string_view, 21> kBinaryTexts = {
    "+", "-",  "*", "/",  "%", "||", "&", "|",  "^",  "<<", ">>",
    "=", "<>", "<", "<=", ">", ">=", "~", "~*", "!~", "!~*"};
constexpr std::array<std::string_view, 9> kJoinTexts = {
    "INNER JOIN",      "LEFT JOIN",      "RIGHT JOIN",      "FULL JOIN", "LEFT SEMI JOIN",
    "RIGHT SEMI JOIN", "LEFT ANTI JOIN", "RIGHT ANTI JOIN", "CROSS JOIN"};
constexpr std::array<std::string_view, 3> kSetTexts = {"UNION", "INTERSECT", "EXCEPT"};
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

// Prints one query after the other. Instead of calling itself for a child, each Put… function
// leaves pieces: text, or a child that is opened later, by the loop in Print().
class Printer {
 public:
  explicit Printer(const Ir& ir) : ir_(ir) {}

  Result<std::string> Print() {
    NameSources();
    const std::vector<QueryId> shared = FindShared();
    std::string sql;
    for (size_t i = 0; i < shared.size(); ++i) {
      sql += fmt::format("{}{} AS (\n", i == 0 ? "WITH " : ",\n", cte_names_.at(shared[i]));
      PrintPieces([&] { PutBody(shared[i]); }, sql);
      sql += "\n)";
    }
    sql += shared.empty() ? "" : "\n";
    PrintPieces([&] { PutBody(ir_.root); }, sql);
    if (!status_.ok()) {
      return status_.error();
    }
    return sql;
  }

 private:
  struct Operand {
    ExprId expr;
  };
  // A FROM item with its alias, or a member of a set operation.
  struct Member {
    QueryId query;
  };
  using Piece = std::variant<std::string, ExprId, Operand, RelationId, QueryId, Member>;

  // ---- names ----

  std::string Quote(std::string_view name) {
    auto identifier = Identifier::Make(name);
    if (!identifier.ok()) {
      Fail(identifier.error());
      return "\"\"";
    }
    return identifier.value().ToSql();
  }

  void Fail(const Error& error) {
    if (status_.ok()) {
      status_ = error;
    }
  }

  std::string UniqueName(std::string_view wanted) {
    std::string name(wanted.empty() ? "q" : wanted);
    for (int i = 2; !names_.insert(name).second; ++i) {
      name = fmt::format("{}_{}", wanted.empty() ? "q" : wanted, i);
    }
    return name;
  }

  // The author's aliases, numbered where they repeat: the engine refuses some repetitions in nested
  // scopes, and a reader is confused by all of them.
  void NameSources() {
    for (const AnyId any : PostOrder(ir_, ir_.root)) {
      const RelationId* id = std::get_if<RelationId>(&any);
      if (id == nullptr) {
        continue;
      }
      std::visit(Overloaded{[&](const Table& node) { NameSource(node.source); },
                            [&](const Derived& node) { NameSource(node.source); },
                            // Columns of input and lists are one derived table in the text.
                            [&](const Unnest& node) {
                              aliases_[node.source] =
                                  aliases_[VisibleSources(ir_, node.input).front()];
                            },
                            [](const Join&) {}, [](const Prefer&) {}},
                 ir_[*id].node);
    }
  }

  void NameSource(SourceId source) {
    if (!aliases_.contains(source)) {
      aliases_[source] = Quote(UniqueName(ir_[source].alias));
    }
  }

  // Queries that the text would hold more than once, each after those that it uses. The root is
  // none of them.
  std::vector<QueryId> FindShared() {
    std::map<QueryId, int> uses;
    std::vector<QueryId> order;
    for (const AnyId any : PostOrder(ir_, ir_.root)) {
      if (const QueryId* id = std::get_if<QueryId>(&any)) {
        order.push_back(*id);
        CountUses(*id, uses);
      }
    }
    std::vector<QueryId> shared;
    for (const QueryId id : order) {
      if (uses[id] > 1) {
        cte_names_[id] = Quote(UniqueName(fmt::format("_q{}", shared.size() + 1)));
        shared.push_back(id);
      }
    }
    return shared;
  }

  // Each query is printed once, so it is its own mentions of others that count; a relation that
  // two queries share is printed in both.
  void CountUses(QueryId id, std::map<QueryId, int>& uses) {
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
               ir_[id].node);
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
                 ir_[relation].node);
    }
  }

  // ---- the loop ----

  template <typename Fn>
  void PrintPieces(Fn&& put, std::string& out) {
    std::vector<Piece> stack;
    const auto open = [&](auto&& fill) {
      pieces_.clear();
      fill();
      for (auto piece = pieces_.rbegin(); piece != pieces_.rend(); ++piece) {
        stack.push_back(std::move(*piece));
      }
    };
    open(put);
    while (!stack.empty() && status_.ok()) {
      const Piece piece = std::move(stack.back());
      stack.pop_back();
      std::visit(Overloaded{[&](const std::string& text) { out += text; },
                            [&](ExprId id) { open([&] { PutExpr(ir_[id]); }); },
                            [&](Operand operand) { open([&] { PutOperand(operand.expr); }); },
                            [&](RelationId id) { open([&] { PutRelation(ir_[id].node); }); },
                            [&](QueryId id) { open([&] { PutBody(id); }); },
                            [&](Member member) { open([&] { PutMember(member.query); }); }},
                 piece);
      if (out.size() > kMaxSqlBytes) {
        Fail(Error{ErrorKind::kLimitExceeded,
                   fmt::format("SQL text is longer than the limit, in bytes: {}", kMaxSqlBytes)});
      }
    }
  }

  void Put(std::string_view text) {
    if (!pieces_.empty() && std::holds_alternative<std::string>(pieces_.back())) {
      std::get<std::string>(pieces_.back()) += text;
    } else {
      pieces_.emplace_back(std::string(text));
    }
  }
  void Put(ExprId expr) { pieces_.emplace_back(expr); }
  void Put(Operand operand) { pieces_.emplace_back(operand); }
  void Put(RelationId relation) { pieces_.emplace_back(relation); }
  void PutChecked(const Result<std::string>& text) {
    if (text.ok()) {
      Put(text.value());
    } else {
      Fail(text.error());
    }
  }

  template <typename List, typename Fn>
  void PutList(const List& list, Fn&& put_one) {
    bool is_first = true;
    for (const auto& element : list) {
      Put(is_first ? "" : ", ");
      is_first = false;
      put_one(element);
    }
  }

  void PutExprs(const std::vector<ExprId>& exprs) {
    PutList(exprs, [&](ExprId expr) { Put(expr); });
  }

  // `count` operands joined by `separator`, in brackets of two once they are many.
  void PutBalanced(size_t first, size_t count, std::string_view separator,
                   const std::function<void(size_t)>& put_one) {
    if (count <= kMaxFlatOperands) {
      for (size_t i = first; i < first + count; ++i) {
        Put(i == first ? "" : separator);
        put_one(i);
      }
      return;
    }
    const size_t half = count / 2;
    Put("(");
    PutBalanced(first, half, separator, put_one);
    Put(")");
    Put(separator);
    Put("(");
    PutBalanced(first + half, count - half, separator, put_one);
    Put(")");
  }

  // ---- queries ----

  void PutBody(QueryId id) {
    std::visit([&](const auto& node) { PutQuery(node, ir_[id]); }, ir_[id].node);
  }

  void PutQuery(const Select& node, const Query&) {
    Put(node.distinct ? "SELECT DISTINCT " : "SELECT ");
    PutList(node.items, [&](const Item& item) {
      Put(item.expr);
      Put(" AS " + Quote(item.name));
    });
    if (node.from) {
      Put("\nFROM ");
      Put(node.from);
    }
    PutClause("\nWHERE ", node.where);
    if (node.grouping.has_value()) {
      PutGrouping(*node.grouping);
    }
    PutClause("\nHAVING ", node.having);
    PutClause("\nQUALIFY ", node.qualify);
    PutOrderAndLimit(node.order, node.limit, node.offset);
  }

  void PutGrouping(const Grouping& grouping) {
    Put("\nGROUP BY ");
    if (grouping.sets.size() == 1 && !grouping.sets.front().empty()) {
      PutExprs(grouping.sets.front());
      return;
    }
    Put("GROUPING SETS (");
    PutList(grouping.sets, [&](const std::vector<ExprId>& set) {
      Put("(");
      PutExprs(set);
      Put(")");
    });
    Put(")");
  }

  void PutClause(std::string_view keyword, ExprId expr) {
    if (expr) {
      Put(keyword);
      Put(expr);
    }
  }

  void PutOrderAndLimit(const std::vector<SortKey>& order, ExprId limit, ExprId offset) {
    if (!order.empty()) {
      Put("\nORDER BY ");
      PutSortKeys(order);
    }
    PutClause("\nLIMIT ", limit);
    PutClause("\nOFFSET ", offset);
  }

  void PutQuery(const SetOp& node, const Query&) {
    const std::string separator =
        fmt::format("\n{}{}\n", TextOf(kSetTexts, node.op), node.all ? " ALL" : "");
    const auto put_input = [&](size_t i) {
      Put("(");
      pieces_.emplace_back(Member{node.inputs[i]});
      Put(")");
    };
    if (node.op == SetOperator::kUnion) {
      PutBalanced(0, node.inputs.size(), separator, put_input);
    } else {
      PutLeftDeep(node.inputs.size(), separator, put_input);
    }
    PutOrderAndLimit(node.order, node.limit, node.offset);
  }

  // ((a EXCEPT b) EXCEPT c): not associative, so the order is written out.
  void PutLeftDeep(size_t count, std::string_view separator,
                   const std::function<void(size_t)>& put_one) {
    Put(std::string(count - 2, '('));
    for (size_t i = 0; i < count; ++i) {
      Put(i == 0 ? "" : separator);
      put_one(i);
      Put(i > 0 && i + 1 < count ? ")" : "");
    }
  }

  void PutMember(QueryId id) {
    const auto cte = cte_names_.find(id);
    if (cte == cte_names_.end()) {
      PutBody(id);
      return;
    }
    Put("SELECT ");
    PutList(ir_[id].columns, [&](const SchemaColumn& column) { Put(Quote(column.name)); });
    Put(" FROM " + cte->second);
  }

  void PutQuery(const Values& node, const Query&) {
    // VALUES names its columns itself, so they are renamed on the way out.
    Put("SELECT ");
    PutList(node.names, [&](const std::string& name) { Put(Quote(name)); });
    Put("\nFROM (VALUES ");
    PutList(node.rows, [&](const std::vector<ExprId>& row) {
      Put("(");
      PutExprs(row);
      Put(")");
    });
    Put(") AS " + Quote("_v") + " (");
    PutList(node.names, [&](const std::string& name) { Put(Quote(name)); });
    Put(")");
  }

  // ---- relations ----

  void PutRelation(const RelationNode& node) {
    std::visit([&](const auto& known) { PutFrom(known); }, node);
  }

  void PutFrom(const Table& node) {
    Put(fmt::format("{}.{}.{} AS {}", Quote(node.catalogue), Quote(node.schema), Quote(node.name),
                    aliases_.at(node.source)));
  }

  void PutFrom(const Derived& node) {
    if (const auto cte = cte_names_.find(node.query); cte != cte_names_.end()) {
      Put(cte->second);
    } else {
      Put("(\n");
      pieces_.emplace_back(node.query);
      Put("\n)");
    }
    Put(" AS " + aliases_.at(node.source));
  }

  void PutFrom(const Join& node) {
    Put(node.left);
    Put(fmt::format("\n{} ", TextOf(kJoinTexts, node.kind)));
    // Joins bind to the left; a join on the right side needs brackets.
    const bool is_join = std::holds_alternative<Join>(ir_[node.right].node);
    Put(is_join ? "(" : "");
    Put(node.right);
    Put(is_join ? ")" : "");
    PutClause(" ON ", node.on);
  }

  // Puts "alias"."x" AS "x" for each column of the sources that show one derived table.
  void PutColumnsOf(const std::vector<SourceId>& sources) {
    PutList(sources, [&](SourceId source) {
      PutList(ir_[source].columns, [&](const SchemaColumn& column) {
        Put(fmt::format("{}.{} AS {}", aliases_.at(source), Quote(column.name),
                        Quote(column.name)));
      });
    });
  }

  // The engine unnests in a select list, so the rows are a derived table.
  void PutFrom(const Unnest& node) {
    const std::vector<SourceId> sources = VisibleSources(ir_, node.input);
    if (!CheckOneAlias(sources)) {
      return;
    }
    Put("(\nSELECT ");
    PutColumnsOf(sources);
    for (const Item& list : node.lists) {
      Put(node.outer ? R"(, "unnest_outer"()" : R"(, "unnest"()");
      Put(list.expr);
      Put(") AS " + Quote(list.name));
    }
    Put("\nFROM ");
    Put(node.input);
    Put("\n) AS " + aliases_.at(node.source));
  }

  // One whole row per key: number the rows of each key and keep the first.
  void PutFrom(const Prefer& node) {
    const std::vector<SourceId> sources = VisibleSources(ir_, node.input);
    if (!CheckOneAlias(sources)) {
      return;
    }
    const std::string rank = Quote(FreeColumnName(sources, "_rank"));
    const std::string alias = aliases_.at(sources.front());
    Put("(\nSELECT ");
    PutColumnsOf(sources);
    Put("\nFROM (\nSELECT ");
    PutColumnsOf(sources);
    Put(R"(, "row_number"() OVER ()");
    PutWindowParts(node.keys, node.order);
    Put(fmt::format(" ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS {}\nFROM ", rank));
    Put(node.input);
    Put(fmt::format("\n) AS {}\nWHERE {}.{} = 1\n) AS {}", alias, alias, rank, alias));
  }

  bool CheckOneAlias(const std::vector<SourceId>& sources) {
    for (const SourceId source : sources) {
      if (aliases_.at(source) != aliases_.at(sources.front())) {
        Fail(Error{ErrorKind::kInternal, "Prefer and Unnest take one derived table, not a join"});
        return false;
      }
    }
    return true;
  }

  std::string FreeColumnName(const std::vector<SourceId>& sources, std::string name) const {
    for (bool is_taken = true; is_taken;) {
      is_taken = false;
      for (const SourceId source : sources) {
        for (const SchemaColumn& column : ir_[source].columns) {
          is_taken = is_taken || column.name == name;
        }
      }
      name += is_taken ? "_" : "";
    }
    return name;
  }

  // ---- expressions ----

  void PutOperand(ExprId id) {
    const bool is_closed = IsClosed(ir_[id].node);
    Put(is_closed ? "" : "(");
    Put(id);
    Put(is_closed ? "" : ")");
  }

  void PutExpr(const Expr& expr) {
    std::visit([&](const auto& node) { PutNode(node); }, expr.node);
  }

  void PutNode(const Column& node) {
    const auto& columns = ir_[node.source].columns;
    Put(fmt::format("{}.{}", aliases_.at(node.source), Quote(columns.at(node.ordinal).name)));
  }

  void PutNode(const Constant& node) { PutChecked(node.value.ToSql()); }

  void PutNode(const Parameter& node) { Put("$" + node.name); }

  void PutNode(const Logic& node) {
    PutBalanced(0, node.operands.size(), node.op == LogicOperator::kAnd ? " AND " : " OR ",
                [&](size_t i) { Put(Operand{node.operands[i]}); });
  }

  void PutNode(const Not& node) {
    Put("NOT ");
    Put(Operand{node.input});
  }

  void PutNode(const Negate& node) {
    Put("- ");
    Put(Operand{node.input});
  }

  void PutNode(const Binary& node) {
    Put(Operand{node.left});
    Put(fmt::format(" {} ", BinaryOperatorText(node.op)));
    Put(Operand{node.right});
  }

  void PutNode(const Test& node) {
    Put(Operand{node.input});
    Put(fmt::format(" IS {}{}", node.negated ? "NOT " : "", TextOf(kTestTexts, node.kind)));
  }

  void PutNode(const Distinct& node) {
    Put(Operand{node.left});
    Put(node.negated ? " IS NOT DISTINCT FROM " : " IS DISTINCT FROM ");
    Put(Operand{node.right});
  }

  void PutNode(const Between& node) {
    Put(Operand{node.input});
    Put(node.negated ? " NOT BETWEEN " : " BETWEEN ");
    Put(Operand{node.low});
    Put(" AND ");
    Put(Operand{node.high});
  }

  void PutNode(const Like& node) {
    Put(Operand{node.input});
    Put(fmt::format("{} {} ", node.negated ? " NOT" : "",
                    node.case_insensitive ? "ILIKE" : "LIKE"));
    Put(Operand{node.pattern});
    if (!node.escape.empty()) {
      Put(" ESCAPE " + QuoteText(node.escape));
    }
  }

  void PutNode(const InList& node) {
    Put(Operand{node.input});
    Put(node.negated ? " NOT IN (" : " IN (");
    PutList(node.items, [&](ExprId item) { Put(Operand{item}); });
    Put(")");
  }

  void PutNode(const Case& node) {
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

  void PutNode(const Cast& node) {
    Put(node.safe ? R"("arrow_try_cast"()" : R"("arrow_cast"()");
    Put(node.input);
    Put(", ");
    PutChecked(QuoteType(node.to));
    Put(")");
  }

  void PutNode(const Call& node) {
    Put(Quote(node.function) + "(");
    PutExprs(node.args);
    Put(")");
  }

  void PutNode(const Aggregate& node) {
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

  void PutNode(const Window& node) {
    Put(node.function);
    Put(" OVER (");
    PutWindowParts(node.partition, node.order);
    const bool has_parts = !node.partition.empty() || !node.order.empty();
    Put(fmt::format("{}{} BETWEEN {} AND {})", has_parts ? " " : "",
                    TextOf(kFrameTexts, node.frame.unit), BoundText(node.frame.start),
                    BoundText(node.frame.end)));
  }

  void PutWindowParts(const std::vector<ExprId>& partition, const std::vector<SortKey>& order) {
    if (!partition.empty()) {
      Put("PARTITION BY ");
      PutExprs(partition);
    }
    if (!order.empty()) {
      Put(partition.empty() ? "ORDER BY " : " ORDER BY ");
      PutSortKeys(order);
    }
  }

  void PutSortKeys(const std::vector<SortKey>& keys) {
    PutList(keys, [&](const SortKey& key) {
      Put(Operand{key.expr});
      Put(key.descending ? " DESC" : " ASC");
      Put(key.nulls_first ? " NULLS FIRST" : " NULLS LAST");
    });
  }

  static std::string BoundText(const FrameBound& bound) {
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

  void PutNode(const Field& node) {
    Put(R"("get_field"()");
    Put(node.input);
    Put(fmt::format(", {})", QuoteText(node.name)));
  }

  void PutNode(const Index& node) { PutCall2("array_element", node.input, node.index); }

  void PutNode(const MapGet& node) {
    // The engine gives the list of values under the key: one or none.
    Put(R"("array_element"()");
    PutCall2("map_extract", node.input, node.key);
    Put(", 1)");
  }

  void PutCall2(std::string_view function, ExprId first, ExprId second) {
    Put(Quote(function) + "(");
    Put(first);
    Put(", ");
    Put(second);
    Put(")");
  }

  void PutNode(const StructNew& node) {
    Put(R"("named_struct"()");
    PutList(node.items, [&](const Item& item) {
      Put(QuoteText(item.name) + ", ");
      Put(item.expr);
    });
    Put(")");
  }

  void PutNode(const ListNew& node) {
    Put(R"("make_array"()");
    PutExprs(node.items);
    Put(")");
  }

  void PutNode(const MapNew& node) {
    Put(R"("map"("make_array"()");
    PutExprs(node.keys);
    Put(R"(), "make_array"()");
    PutExprs(node.values);
    Put("))");
  }

  const Ir& ir_;
  Status status_;
  std::vector<Piece> pieces_;
  std::set<std::string> names_;
  std::map<SourceId, std::string> aliases_;
  std::map<QueryId, std::string> cte_names_;
};

}  // namespace

std::string_view BinaryOperatorText(BinaryOperator op) { return TextOf(kBinaryTexts, op); }

Result<std::string> EmitDataFusion(const Ir& ir) { return Printer(ir).Print(); }

}  // namespace norma::sql
