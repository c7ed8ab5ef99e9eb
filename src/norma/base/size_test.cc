#include "norma/base/size.h"

#include <gtest/gtest.h>

namespace norma {
namespace {

TEST(ParseSize, ReadsWhatPeopleWrite) {
  EXPECT_EQ(ParseSize("2GiB"), int64_t{2} << 30);
  EXPECT_EQ(ParseSize("1.5 gib"), int64_t{3} << 29);
  EXPECT_EQ(ParseSize("512MiB"), int64_t{512} << 20);
  EXPECT_EQ(ParseSize("1GB"), 1'000'000'000);
  EXPECT_EQ(ParseSize("64k"), 65536);
  EXPECT_EQ(ParseSize("17"), 17);
  for (const char* wrong : {"", "0", "-1", "GiB", "2XiB", "1e3", "2 GiB x", "inf", "nan", "0.1",
                            "99999999999TiB", "2  GiB"}) {
    EXPECT_EQ(ParseSize(wrong), std::nullopt) << wrong;
  }
}

TEST(SizeText, KeepsThreeDigits) {
  EXPECT_EQ(SizeText(0), "0 B");
  EXPECT_EQ(SizeText(1023), "1023 B");
  EXPECT_EQ(SizeText(1024), "1.00 KiB");
  EXPECT_EQ(SizeText(int64_t{256} << 20), "256 MiB");
  EXPECT_EQ(SizeText(1'400'000'000), "1.30 GiB");
}

}  // namespace
}  // namespace norma
