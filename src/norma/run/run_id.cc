#include "norma/run/run_id.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>

#include "norma/base/hash.h"

namespace norma::run {

std::string NewRunId(const Clock& clock) {
  const int64_t now_ms = clock.UnixMs();
  const std::string stamp = UtcText(now_ms).substr(0, 19);
  std::string digits;
  std::ranges::copy_if(stamp, std::back_inserter(digits),
                       [](char c) { return c >= '0' && c <= '9'; });
  const std::string seed = fmt::format("{}-{}-{}", now_ms, clock.MonotonicNs(), getpid());
  return fmt::format("{}-{}", digits, Hex(Blake2b(seed, 4)));
}

}  // namespace norma::run
