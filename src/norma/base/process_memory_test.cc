#include "norma/base/process_memory.h"

#include <gtest/gtest.h>

#include <string>

namespace norma {
namespace {

TEST(ResidentBytes, GrowWithWhatIsTouched) {
  const int64_t before = ResidentBytesOf("self");
  const std::string touched(size_t{64} << 20, 'x');
  EXPECT_GT(ResidentBytesOf("self"), before + (int64_t{32} << 20)) << touched.size();
}

TEST(ResidentBytes, OfNoProcessAreNone) { EXPECT_EQ(ResidentBytesOf("no such process"), 0); }

}  // namespace
}  // namespace norma
