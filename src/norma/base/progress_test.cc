#include "norma/base/progress.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

namespace norma {
namespace {

class ManualClock final : public Clock {
 public:
  int64_t UnixMs() const override { return now_ns / 1'000'000; }
  int64_t MonotonicNs() const override { return now_ns; }

  int64_t now_ns = 1;
};

constexpr int64_t kMs = 1'000'000;

TEST(CountText, SeparatesThousands) {
  EXPECT_EQ(CountText(0), "0");
  EXPECT_EQ(CountText(999), "999");
  EXPECT_EQ(CountText(1000), "1,000");
  EXPECT_EQ(CountText(1'234'567), "1,234,567");
  EXPECT_EQ(CountText(-123), "-123");
  EXPECT_EQ(CountText(-1234), "-1,234");
}

TEST(Counted, KnowsThePlural) {
  EXPECT_EQ(Counted(0, "row"), "0 rows");
  EXPECT_EQ(Counted(1, "row"), "1 row");
  EXPECT_EQ(Counted(1000, "row"), "1,000 rows");
}

TEST(Progress, PrintsOnePlainLineAStage) {
  ManualClock clock;
  std::ostringstream out;
  Progress progress(out, ProgressStyle::kPlain, clock);
  progress.Stage("extract", 2000, "files");
  clock.now_ns += 2500 * kMs;
  progress.Update(2000);
  progress.Note("a note");
  progress.Stage("commit", 0, "");
  clock.now_ns += 20 * kMs;
  progress.Finish();
  progress.Finish();
  EXPECT_EQ(out.str(),
            "a note\nextract          2,000 files in 2.50 s\ncommit           0.020 s\n");
}

TEST(Progress, DrawsAtMostTenTimesASecond) {
  ManualClock clock;
  std::ostringstream out;
  Progress progress(out, ProgressStyle::kTerminal, clock);
  progress.Stage("extract", 4000, "files");
  for (int i = 1; i <= 1000; ++i) {
    clock.now_ns += kMs;
    progress.Update(i);
  }
  const std::string text = out.str();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\r'), 11) << text;
  EXPECT_NE(text.find("\rextract          1,000/4,000 files  25%  1,000/s  ETA 0:03\x1b[K"),
            std::string::npos)
      << text;
}

TEST(Progress, KeepsToOneLineOfANarrowTerminal) {
  ManualClock clock;
  std::ostringstream out;
  Progress progress(out, ProgressStyle::kTerminal, clock, [] { return size_t{20}; });
  progress.Stage("extract", 4000, "files");
  clock.now_ns += 1000 * kMs;
  progress.Update(1000);
  EXPECT_TRUE(out.str().ends_with("\rextract          1,\x1b[K")) << out.str();
}

TEST(Progress, IsSilentWhenToldSo) {
  const ManualClock clock;
  std::ostringstream out;
  {
    Progress progress(out, ProgressStyle::kSilent, clock);
    progress.Stage("extract", 10, "files");
    progress.Update(10);
    progress.Note("a note");
  }
  EXPECT_EQ(out.str(), "");
}

}  // namespace
}  // namespace norma
