#include "norma/cli/suggest.h"

#include <fmt/format.h>

#include <vector>

#include "norma/base/nearest_names.h"

namespace norma::cli {

std::string Suggestion(std::string_view word, std::span<const std::string> candidates) {
  const std::vector<std::string> nearest = NearestNames(word, candidates);
  return nearest.empty() ? std::string() : fmt::format(" (did you mean {}?)", nearest.front());
}

}  // namespace norma::cli
