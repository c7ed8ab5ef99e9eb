#include "norma/base/secret.h"

#include <gtest/gtest.h>

#include <concepts>
#include <sstream>

namespace norma {
namespace {

static_assert(!std::equality_comparable<Secret>);
static_assert(!std::convertible_to<Secret, std::string>);

TEST(Secret, PrintsAsStars) {
  const Secret secret("hunter2");
  std::ostringstream stream;
  stream << secret;
  EXPECT_EQ(stream.str(), "***");
  EXPECT_EQ(fmt::format("key={}", secret), "key=***");
  EXPECT_EQ(secret.Reveal(), "hunter2");
}

TEST(Secret, LeavesNothingBehindWhenMoved) {
  Secret first("short");
  const Secret second = std::move(first);
  EXPECT_EQ(first.Reveal(), "");  // NOLINT(*-move,*.Move): what is tested
  EXPECT_EQ(second.Reveal(), "short");
}

}  // namespace
}  // namespace norma
