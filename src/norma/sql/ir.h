#pragma once

/// \file
/// The Query IR: what a query means, after names and before text.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "norma/base/result.h"
#include "norma/sql/ir_nodes.h"
#include "norma/sql/schema.h"

namespace norma::sql {

/// Where a node comes from: a byte range of a source text, or a place in C++. Never part of what a
/// query means.
struct Origin {
  std::string file;
  int64_t line = 0;      // of C++; 0 for text
  std::string function;  // of C++
  int64_t begin = 0;     // of text, in bytes
  int64_t end = 0;

  friend bool operator==(const Origin&, const Origin&) = default;
};

/// "callsite_spans.cc:27", without the folders, or "" for an unknown place.
std::string DescribeOrigin(const Origin& origin);

struct Expr {
  ExprNode node;
  DataType type;         // Null until annotated
  bool nullable = true;  // true until annotated
  OriginId origin;

  friend bool operator==(const Expr&, const Expr&) = default;
};

struct Relation {
  RelationNode node;
  OriginId origin;

  friend bool operator==(const Relation&, const Relation&) = default;
};

struct Query {
  QueryNode node;
  std::vector<SchemaColumn> columns;  // the output; empty until annotated
  OriginId origin;

  friend bool operator==(const Query&, const Query&) = default;
};

/// One occurrence of a relation in one FROM: what a Column points at. `alias` is the author's name
/// for it, which may repeat and is never part of what a query means.
struct Source {
  std::string alias;
  std::vector<SchemaColumn> columns;

  friend bool operator==(const Source&, const Source&) = default;
};

/// A query with everything it is made of. Nodes are only added, and never change once added; a
/// node's children are added before it. Children may be shared.
///
/// A value: copying copies vectors. Not for use by two threads while one of them adds.
class Ir {
 public:
  QueryId root;

  ExprId Add(Expr expr);
  RelationId Add(Relation relation);
  QueryId Add(Query query);
  SourceId Add(Source source);
  OriginId Add(Origin origin);

  /// \pre the id comes from this Ir and is not 0.
  const Expr& operator[](ExprId id) const { return exprs_[id.value - 1]; }
  const Relation& operator[](RelationId id) const { return relations_[id.value - 1]; }
  const Query& operator[](QueryId id) const { return queries_[id.value - 1]; }
  const Source& operator[](SourceId id) const { return sources_[id.value - 1]; }
  /// An unknown place for 0.
  const Origin& operator[](OriginId id) const;

  /// Whether the id is one of this Ir. 0 is not.
  bool Has(ExprId id) const { return id.value - 1 < exprs_.size(); }
  bool Has(RelationId id) const { return id.value - 1 < relations_.size(); }
  bool Has(QueryId id) const { return id.value - 1 < queries_.size(); }
  bool Has(SourceId id) const { return id.value - 1 < sources_.size(); }
  bool Has(OriginId id) const { return id.value <= origins_.size(); }

  size_t expr_count() const { return exprs_.size(); }
  size_t relation_count() const { return relations_.size(); }
  size_t query_count() const { return queries_.size(); }
  size_t source_count() const { return sources_.size(); }

  friend bool operator==(const Ir&, const Ir&) = default;

 private:
  std::vector<Expr> exprs_;
  std::vector<Relation> relations_;
  std::vector<Query> queries_;
  std::vector<Source> sources_;
  std::vector<Origin> origins_;
};

}  // namespace norma::sql
