#include "norma/sql/part_hash.h"

#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <string>

#include "norma/base/hash.h"

namespace norma::sql {
namespace {

TEST(HashParts, TellsApartWhatIsAbsentEmptyAndSplit) {
  const auto hex = [](const Digest& digest) { return Hex(digest); };
  const std::set<std::string> different = {
      hex(HashParts("d", {})),          hex(HashParts("d", {std::nullopt})),
      hex(HashParts("d", {""})),        hex(HashParts("d", {"ab", "c"})),
      hex(HashParts("d", {"a", "bc"})), hex(HashParts("e", {"a", "bc"})),
  };
  EXPECT_EQ(different.size(), 6U);
}

TEST(PartHash, HashesWhatThePageSays) {
  using std::string_literals::operator""s;
  // lp("norma"), lp("d"), the version, an absent part, the part "ab".
  const std::string bytes =
      "\x05\0\0\0\0\0\0\0norma\x01\0\0\0\0\0\0\0d\x01\0\0\0\x00\x01\x02\0\0\0\0\0\0\0ab"s;
  PartHash hash("d");
  hash.Add(std::nullopt).Add("ab");
  EXPECT_EQ(hash.Stored("kind"), "kind1:" + Hex(Blake2b(bytes, 32)));
  EXPECT_EQ(hash.Finish(), HashParts("d", {std::nullopt, "ab"}));
}

}  // namespace
}  // namespace norma::sql
