#include "norma/base/clock.h"

#include <gtest/gtest.h>

namespace norma {
namespace {

TEST(UtcText, PrintsMilliseconds) {
  EXPECT_EQ(UtcText(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(UtcText(951'782'400'001), "2000-02-29T00:00:00.001Z");
  EXPECT_EQ(UtcText(1'795'384'200'123), "2026-11-22T21:50:00.123Z");
  EXPECT_EQ(UtcText(-5), "1970-01-01T00:00:00.000Z");
}

TEST(DurationText, KeepsThreeDigits) {
  EXPECT_EQ(DurationText(0), "0 s");
  EXPECT_EQ(DurationText(0.01234), "0.012 s");
  EXPECT_EQ(DurationText(8.416), "8.42 s");
  EXPECT_EQ(DurationText(42.04), "42.0 s");
  EXPECT_EQ(DurationText(187.2), "3 min 07 s");
  EXPECT_EQ(DurationText(7500), "2 h 05 min");
}

TEST(SystemClock, DoesNotGoBack) {
  const int64_t first = SystemClock().MonotonicNs();
  EXPECT_GE(SystemClock().MonotonicNs(), first);
  EXPECT_GT(SystemClock().UnixMs(), 1'700'000'000'000);
}

}  // namespace
}  // namespace norma
