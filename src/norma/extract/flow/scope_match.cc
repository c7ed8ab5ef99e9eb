#include "norma/extract/flow/scope_match.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace norma::extract::flow {
namespace {

using Indices = std::vector<int32_t>;

/// The children that may match each other, both sides in source order.
struct Group {
  Indices scopes;
  Indices units;
};

/// The name that the unit of a scope has.
std::string UnitNameOf(const NamedScope& scope) {
  if (scope.is_anonymous) {
    return scope.name.starts_with('<') ? std::string(scope.name) : fmt::format("<{}>", scope.name);
  }
  return scope.is_type_params ? fmt::format("<generic parameters of {}>", scope.name)
                              : std::string(scope.name);
}

bool IsAnonymous(const CodeUnit& unit) {
  return unit.name.starts_with('<') && !unit.name.starts_with("<generic parameters of ");
}

/// Children of each node by their parents' indices, in order; a root has none of either.
template <typename Node>
std::vector<Indices> ChildrenOf(std::span<const Node> nodes) {
  std::vector<Indices> children(nodes.size());
  for (size_t i = 1; i < nodes.size(); ++i) {
    children[static_cast<size_t>(nodes[i].parent)].push_back(static_cast<int32_t>(i));
  }
  return children;
}

class Matcher {
 public:
  Matcher(const CodeUnits& units, std::span<const NamedScope> scopes)
      : units_(units.units),
        scopes_(scopes),
        unit_children_(ChildrenOf(units_)),
        scope_children_(ChildrenOf(scopes)),
        scope_of_(units_.size(), -1) {}

  Indices Match() {
    if (units_.empty() || scopes_.empty()) {
      return scope_of_;
    }
    scope_of_[0] = 0;
    // In preorder, so that a parent is matched before its children.
    for (size_t unit = 0; unit < units_.size(); ++unit) {
      if (scope_of_[unit] >= 0 && !unit_children_[unit].empty()) {
        MatchChildren(unit);
      }
    }
    return scope_of_;
  }

 private:
  void MatchChildren(size_t unit) {
    // Line 0 for those that match by name alone.
    std::map<std::pair<std::string, int32_t>, Group> groups;
    for (const int32_t child : scope_children_[static_cast<size_t>(scope_of_[unit])]) {
      const NamedScope& scope = scopes_[static_cast<size_t>(child)];
      groups[{UnitNameOf(scope), scope.is_anonymous ? scope.line : 0}].scopes.push_back(child);
    }
    for (const int32_t child : unit_children_[unit]) {
      const CodeUnit& inner = units_[static_cast<size_t>(child)];
      const auto found = groups.find({inner.name, IsAnonymous(inner) ? inner.first_line : 0});
      if (found != groups.end()) {
        found->second.units.push_back(child);
      }
    }
    for (auto& [key, group] : groups) {
      MatchGroup(group, key.second != 0);
    }
  }

  void MatchGroup(Group& group, bool is_anonymous) {
    if (group.scopes.size() != group.units.size() || (is_anonymous && group.units.size() != 1)) {
      return;
    }
    std::ranges::stable_sort(group.scopes, {}, [this](int32_t scope) {
      return scopes_[static_cast<size_t>(scope)].line;
    });
    std::ranges::stable_sort(group.units, {}, [this](int32_t unit) {
      return units_[static_cast<size_t>(unit)].first_line;
    });
    for (size_t i = 0; i < group.units.size(); ++i) {
      scope_of_[static_cast<size_t>(group.units[i])] = group.scopes[i];
    }
  }

  std::span<const CodeUnit> units_;
  std::span<const NamedScope> scopes_;
  std::vector<Indices> unit_children_;
  std::vector<Indices> scope_children_;
  Indices scope_of_;
};

}  // namespace

std::vector<int32_t> MatchScopes(const CodeUnits& units, std::span<const NamedScope> scopes) {
  return Matcher(units, scopes).Match();
}

}  // namespace norma::extract::flow
