#include "norma/base/nearest_names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>

namespace norma {
namespace {

constexpr size_t kMaxWantedBytes = 64;
constexpr size_t kMostNames = 3;
/// A beginning of fewer letters says too little.
constexpr size_t kLeastBegun = 3;

size_t EditDistance(std::string_view left, std::string_view right) {
  // Three rows of the table of distances between beginnings: swaps look two rows back.
  std::vector<size_t> before;
  std::vector<size_t> above(right.size() + 1);
  std::iota(above.begin(), above.end(), size_t{0});
  for (size_t i = 1; i <= left.size(); ++i) {
    std::vector<size_t> row(right.size() + 1, i);
    for (size_t j = 1; j <= right.size(); ++j) {
      const size_t change = above[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, change});
      if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    before = std::exchange(above, std::move(row));
  }
  return above.back();
}

}  // namespace

std::vector<std::string> NearestNames(std::string_view wanted, std::span<const std::string> names) {
  if (wanted.empty() || wanted.size() > kMaxWantedBytes) {
    return {};
  }
  const size_t farthest = std::max<size_t>(wanted.size() / 3, 1);
  std::vector<std::pair<size_t, std::string>> near;
  for (const std::string& name : names) {
    const bool is_begun = wanted.size() >= kLeastBegun && name.starts_with(wanted);
    const size_t edits = is_begun ? 1 : EditDistance(wanted, name);
    if (edits <= farthest) {
      near.emplace_back(edits, name);
    }
  }
  std::ranges::stable_sort(near, {}, &std::pair<size_t, std::string>::first);
  std::vector<std::string> nearest;
  for (auto& [edits, name] : near) {
    const bool is_rival = edits <= near.front().first + 1;
    if (is_rival && nearest.size() < kMostNames &&
        std::ranges::find(nearest, name) == nearest.end()) {
      nearest.push_back(std::move(name));
    }
  }
  return nearest;
}

std::string DidYouMean(std::string_view wanted, std::span<const std::string> names) {
  const std::vector<std::string> nearest = NearestNames(wanted, names);
  return nearest.empty() ? "" : fmt::format("; did you mean {}?", fmt::join(nearest, ", "));
}

}  // namespace norma
