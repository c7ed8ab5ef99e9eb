#pragma once

/// \file
/// What nodes of the Query IR are made of: ids, descriptions of fields, and records.

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace norma::sql {

/// An index into one of the vectors of an Ir, counted from 1; 0 is none.
template <typename Kind>
struct NodeId {
  uint32_t value = 0;

  explicit operator bool() const { return value != 0; }
  friend auto operator<=>(const NodeId&, const NodeId&) = default;
};

using ExprId = NodeId<struct ExprKind>;
using RelationId = NodeId<struct RelationKind>;
using QueryId = NodeId<struct QueryKind>;
using SourceId = NodeId<struct SourceKind>;
using OriginId = NodeId<struct OriginKind>;

/// The number of a kind in stored forms and fingerprints. Append only, never reused.
struct Tag {
  uint16_t value;
};

/// A child that must be there, or a list of children.
template <typename Member>
struct Child {
  std::string_view name;
  Member member;
};
template <typename Member>
Child(const char*, Member) -> Child<Member>;

/// A child that may be 0.
template <typename Member>
struct OptionalChild {
  std::string_view name;
  Member member;
};
template <typename Member>
OptionalChild(const char*, Member) -> OptionalChild<Member>;

/// A value that is no child.
template <typename Member>
struct Attr {
  std::string_view name;
  Member member;
};
template <typename Member>
Attr(const char*, Member) -> Attr<Member>;

// ---- records -----------------------------------------------------------------------------------

/// An expression and the name of the column that it makes.
struct Item {
  ExprId expr;
  std::string name;
  friend bool operator==(const Item&, const Item&) = default;
};

struct SortKey {
  ExprId expr;
  bool descending = false;
  bool nulls_first = false;
  friend bool operator==(const SortKey&, const SortKey&) = default;
};

/// GROUP BY is one set; ROLLUP and CUBE are several.
struct Grouping {
  std::vector<std::vector<ExprId>> sets;
  friend bool operator==(const Grouping&, const Grouping&) = default;
};

/// WHEN and THEN.
struct Arm {
  ExprId condition;
  ExprId value;
  friend bool operator==(const Arm&, const Arm&) = default;
};

enum class FrameUnit : uint8_t { kRows, kRange, kGroups };
enum class BoundKind : uint8_t {
  kUnboundedPreceding,
  kPreceding,
  kCurrentRow,
  kFollowing,
  kUnboundedFollowing
};

struct FrameBound {
  BoundKind kind = BoundKind::kUnboundedPreceding;
  int64_t offset = 0;  // of kPreceding and kFollowing
  friend bool operator==(const FrameBound&, const FrameBound&) = default;
};

struct Frame {
  FrameUnit unit = FrameUnit::kRange;
  FrameBound start;
  FrameBound end{BoundKind::kCurrentRow, 0};
  friend bool operator==(const Frame&, const Frame&) = default;
};

}  // namespace norma::sql
