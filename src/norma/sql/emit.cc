#include "norma/sql/emit.h"

#include <fmt/format.h>

#include <utility>

#include "norma/sql/emit_internal.h"
#include "norma/sql/identifier.h"
#include "norma/sql/ir_walk.h"

namespace norma::sql {

Result<std::string> Printer::Print() {
  NameSources();
  const std::vector<QueryId> shared = SharedQueries(ir_);
  for (size_t i = 0; i < shared.size(); ++i) {
    cte_names_[shared[i]] = Quote(UniqueName(fmt::format("_q{}", i + 1)));
  }
  std::string sql;
  for (size_t i = 0; i < shared.size(); ++i) {
    sql += fmt::format("{}{} AS (\n", i == 0 ? "WITH " : ",\n", cte_names_.at(shared[i]));
    PrintQuery(shared[i], sql);
    sql += "\n)";
  }
  sql += shared.empty() ? "" : "\n";
  PrintQuery(ir_.root, sql);
  if (!status_.ok()) {
    return status_.error();
  }
  return sql;
}

std::string Printer::Quote(std::string_view name) {
  auto identifier = Identifier::Make(name);
  if (!identifier.ok()) {
    Fail(identifier.error());
    return "\"\"";
  }
  return identifier.value().ToSql();
}

void Printer::Fail(const Error& error) {
  if (status_.ok()) {
    status_ = error;
  }
}

std::string Printer::UniqueName(std::string_view wanted) {
  std::string name(wanted.empty() ? "q" : wanted);
  for (int i = 2; !names_.insert(name).second; ++i) {
    name = fmt::format("{}_{}", wanted.empty() ? "q" : wanted, i);
  }
  return name;
}

// The author's aliases, numbered where they repeat: the engine refuses some repetitions in nested
// scopes, and a reader is confused by all of them.
void Printer::NameSources() {
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

void Printer::NameSource(SourceId source) {
  if (!aliases_.contains(source)) {
    aliases_[source] = Quote(UniqueName(ir_[source].alias));
  }
}

void Printer::PrintQuery(QueryId id, std::string& out) {
  std::vector<Piece> stack{id};
  while (!stack.empty() && status_.ok()) {
    const Piece piece = std::move(stack.back());
    stack.pop_back();
    pieces_.clear();
    OpenPiece(piece, out);
    for (auto opened = pieces_.rbegin(); opened != pieces_.rend(); ++opened) {
      stack.push_back(std::move(*opened));
    }
    if (out.size() > kMaxSqlBytes) {
      Fail(Error{ErrorKind::kLimitExceeded,
                 fmt::format("SQL text is longer than the limit, in bytes: {}", kMaxSqlBytes)});
    }
  }
}

void Printer::OpenPiece(const Piece& piece, std::string& out) {
  std::visit(
      Overloaded{[&](const std::string& text) { out += text; },
                 [&](ExprId id) { PutExpr(ir_[id]); },
                 [&](Operand operand) { PutOperand(operand.expr); },
                 [&](RelationId id) { PutRelation(ir_[id].node); },
                 [&](QueryId id) { PutBody(id); }, [&](Member member) { PutMember(member.query); }},
      piece);
}

void Printer::Put(std::string_view text) {
  if (!pieces_.empty() && std::holds_alternative<std::string>(pieces_.back())) {
    std::get<std::string>(pieces_.back()) += text;
  } else {
    pieces_.emplace_back(std::string(text));
  }
}

void Printer::PutChecked(const Result<std::string>& text) {
  if (text.ok()) {
    Put(text.value());
  } else {
    Fail(text.error());
  }
}

void Printer::PutExprs(const std::vector<ExprId>& exprs) {
  PutList(exprs, [&](ExprId expr) { Put(expr); });
}

void Printer::PutBalanced(size_t first, size_t count, std::string_view separator,
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

Result<std::string> EmitDataFusion(const Ir& ir) { return Printer(ir).Print(); }

}  // namespace norma::sql
