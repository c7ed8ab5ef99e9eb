#include <algorithm>
#include <numeric>

#include "norma/expr/table_internal.h"

namespace norma::expr {
namespace {

// Levenshtein's distance in bytes.
size_t Distance(std::string_view left, std::string_view right) {
  std::vector<size_t> row(right.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= left.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= right.size(); ++j) {
      const size_t change = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, change});
    }
  }
  return row.back();
}

}  // namespace

std::vector<std::string> NearestNames(std::string_view wanted, std::vector<std::string> names) {
  constexpr size_t kMost = 3;
  const size_t farthest = std::max<size_t>(2, wanted.size() / 3);
  std::vector<std::pair<size_t, std::string>> near;
  for (std::string& name : names) {
    const size_t distance = Distance(wanted, name);
    if (distance <= farthest) {
      near.emplace_back(distance, std::move(name));
    }
  }
  std::ranges::sort(near);
  std::vector<std::string> nearest;
  for (auto& [distance, name] : near) {
    if (nearest.size() < kMost && std::ranges::find(nearest, name) == nearest.end()) {
      nearest.push_back(std::move(name));
    }
  }
  return nearest;
}

std::string DidYouMean(std::string_view wanted, std::vector<std::string> names) {
  std::string text;
  for (const std::string& name : NearestNames(wanted, std::move(names))) {
    text += (text.empty() ? "; did you mean " : ", ") + name;
  }
  return text.empty() ? text : text + "?";
}

}  // namespace norma::expr
