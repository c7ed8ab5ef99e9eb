#pragma once

/// \file
/// What can be done with every node alike, from its kFields.

#include <tuple>
#include <type_traits>
#include <variant>

#include "norma/sql/ir.h"

namespace norma::sql {

/// A node of any of the three kinds.
using AnyId = std::variant<ExprId, RelationId, QueryId>;

template <typename T>
concept IsChildId =
    std::is_same_v<T, ExprId> || std::is_same_v<T, RelationId> || std::is_same_v<T, QueryId>;

namespace fields_internal {

// Calls fn(id) for each id in a field, in declared order. `T` may be const or not; fn may take the
// id by reference and change it.
template <typename T, typename Fn>
void EachId(T& value, Fn& fn) {
  using Plain = std::remove_const_t<T>;
  if constexpr (IsChildId<Plain>) {
    fn(value);
  } else if constexpr (std::is_same_v<Plain, Item> || std::is_same_v<Plain, SortKey>) {
    fn(value.expr);
  } else if constexpr (std::is_same_v<Plain, Arm>) {
    fn(value.condition);
    fn(value.value);
  } else if constexpr (std::is_same_v<Plain, std::optional<Grouping>>) {
    if (value.has_value()) {
      EachId(value->sets, fn);
    }
  } else {
    for (auto& element : value) {
      EachId(element, fn);
    }
  }
}

template <typename F>
inline constexpr bool kIsAttr = false;
template <typename M>
inline constexpr bool kIsAttr<Attr<M>> = true;
template <typename F>
inline constexpr bool kIsRequired = false;
template <typename M>
inline constexpr bool kIsRequired<Child<M>> = true;

}  // namespace fields_internal

/// Calls fn(field, value) for each field of a node in declared order; `field` is the Child,
/// OptionalChild or Attr that describes it.
template <typename Node, typename Fn>
void EachField(Node& node, Fn&& fn) {
  std::apply([&](const auto&... field) { (fn(field, node.*field.member), ...); },
             std::remove_const_t<Node>::kFields);
}

/// Calls fn(id) for each child of a node, in declared order, 0 for an absent one included.
template <typename Node, typename Fn>
void EachChild(Node& node, Fn&& fn) {
  EachField(node, [&](const auto& field, auto& value) {
    if constexpr (!fields_internal::kIsAttr<std::decay_t<decltype(field)>>) {
      fields_internal::EachId(value, fn);
    }
  });
}

/// The same for a node whose kind is not known.
template <typename... Nodes, typename Fn>
void EachChild(const std::variant<Nodes...>& node, Fn&& fn) {
  std::visit([&](const auto& known) { EachChild(known, fn); }, node);
}
template <typename... Nodes, typename Fn>
void EachChild(std::variant<Nodes...>& node, Fn&& fn) {
  std::visit([&](auto& known) { EachChild(known, fn); }, node);
}

/// One overload set out of several lambdas, for std::visit.
template <typename... Fns>
struct Overloaded : Fns... {
  using Fns::operator()...;
};
template <typename... Fns>
Overloaded(Fns...) -> Overloaded<Fns...>;

}  // namespace norma::sql
