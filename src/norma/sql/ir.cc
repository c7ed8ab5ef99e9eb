#include "norma/sql/ir.h"

#include <fmt/format.h>

#include <utility>

namespace norma::sql {
namespace {

template <typename Id, typename T>
Id Append(std::vector<T>& nodes, T node) {
  nodes.push_back(std::move(node));
  return Id{static_cast<uint32_t>(nodes.size())};
}

}  // namespace

std::string DescribeOrigin(const Origin& origin) {
  if (origin.file.empty()) {
    return "";
  }
  const std::string file = origin.file.substr(origin.file.find_last_of('/') + 1);
  return origin.line > 0 ? fmt::format("{}:{}", file, origin.line)
                         : fmt::format("{}, byte {}", file, origin.begin);
}

ExprId Ir::Add(Expr expr) { return Append<ExprId>(exprs_, std::move(expr)); }

RelationId Ir::Add(Relation relation) {
  return Append<RelationId>(relations_, std::move(relation));
}

QueryId Ir::Add(Query query) { return Append<QueryId>(queries_, std::move(query)); }

SourceId Ir::Add(Source source) { return Append<SourceId>(sources_, std::move(source)); }

OriginId Ir::Add(Origin origin) {
  // Many nodes come from one line, one after the other.
  if (!origins_.empty() && origins_.back() == origin) {
    return OriginId{static_cast<uint32_t>(origins_.size())};
  }
  return Append<OriginId>(origins_, std::move(origin));
}

const Origin& Ir::operator[](OriginId id) const {
  static const Origin kUnknown;
  return id.value == 0 ? kUnknown : origins_[id.value - 1];
}

}  // namespace norma::sql
