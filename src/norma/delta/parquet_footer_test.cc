#include "norma/delta/parquet_footer.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "tests/support/matchers.h"

namespace norma::delta {
namespace {

using testing_support::IsError;
using testing_support::IsOk;

/// FileMetaData with version 2, two schema elements ("root" with a child count, "x" with a type),
/// and 300 rows.
std::string Footer() {
  std::string footer;
  footer += "\x15\x04";              // field 1, i32: version 2
  footer += "\x19\x2c";              // field 2, list of two structs
  footer += "\x48\x04root\x15\x02";  // field 4: name, field 5: num_children 1
  footer += std::string("\x00", 1);
  footer += "\x15\x0c\x25\x02\x18\x01x";  // field 1: type, field 3: repetition, field 4: name
  footer += std::string("\x00", 1);
  footer += "\x16\xd8\x04";  // field 3, i64: 300
  footer += std::string("\x00", 1);
  return footer;
}

TEST(FooterRowCount, IsReadPastTheSchema) {
  const auto rows = FooterRowCount(Footer());
  ASSERT_THAT(rows, IsOk());
  EXPECT_EQ(rows.value(), 300);
}

TEST(FooterRowCount, CutFootersAreErrors) {
  const std::string footer = Footer();
  // The last two bytes are the stop mark and the count's second byte.
  for (size_t size = 0; size + 1 < footer.size(); ++size) {
    EXPECT_THAT(FooterRowCount(footer.substr(0, size)), IsError(ErrorKind::kCorruptData)) << size;
  }
}

TEST(FooterRowCount, AnyBytesGiveAnAnswer) {
  std::mt19937 random(20261122);  // printed by the test's name: the seed is fixed
  for (int round = 0; round < 20000; ++round) {
    std::string footer = Footer();
    for (int change = 0; change < 3; ++change) {
      footer[random() % footer.size()] = static_cast<char>(random());
    }
    const auto rows = FooterRowCount(footer);
    EXPECT_TRUE(rows.ok() ? rows.value() >= 0 : rows.error().kind == ErrorKind::kCorruptData);
  }
}

TEST(ParquetRowCount, RefusesWhatIsNotParquet) {
  EXPECT_THAT(ParquetRowCount("/nowhere/x.parquet"), IsError(ErrorKind::kNotFound));
  EXPECT_THAT(ParquetRowCount("CMakeLists.txt"), IsError(ErrorKind::kCorruptData));
}

}  // namespace
}  // namespace norma::delta
