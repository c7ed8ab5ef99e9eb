#include "norma/contract/check_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/matchers.h"

namespace norma::contract {
namespace {

using testing::ElementsAre;
using testing_support::IsError;
using testing_support::IsOk;

const std::vector<std::string> kColumns = {"span", "kind", "size"};

TEST(CheckColumns, NamesTheColumnsOfACheck) {
  const auto columns = CheckColumns("size >= 0 AND span['bstart'] <= \"span\"['bend']", kColumns);
  ASSERT_THAT(columns, IsOk());
  EXPECT_THAT(columns.value(), ElementsAre("size", "span"));
  EXPECT_THAT(CheckColumns("kind = 'it''s -- ; fine'", kColumns), IsOk());
  EXPECT_THAT(CheckColumns("(size) IN (1, 2)", kColumns), IsOk());
}

TEST(CheckColumns, RefusesWhatCouldLeaveItsBrackets) {
  for (const std::string text : {"size > 0) OR (TRUE",
                                 "size > 0; DROP TABLE x",
                                 "size > 0 -- rest",
                                 "size /* x */ > 0",
                                 "(size > 0",
                                 "size[1)",
                                 "kind = 'open",
                                 "kind = \"open",
                                 "size > $1",
                                 "size > ?",
                                 "size > {x}",
                                 "size IN (SELECT 1)",
                                 "EXISTS (x) AND size > 0",
                                 "count(size) OVER () > 0",
                                 "kind = E'\\''",
                                 "kind = X'00'",
                                 "kind = '\\'",
                                 "size > 0\n",
                                 "1 > 0",
                                 "'size' = 'size'",
                                 ""}) {
    EXPECT_THAT(CheckColumns(text, kColumns), IsError(ErrorKind::kInvalidArgument)) << text;
  }
  EXPECT_THAT(CheckColumns("size > " + std::string(kMaxCheckBytes, '1'), kColumns),
              IsError(ErrorKind::kLimitExceeded));
}

}  // namespace
}  // namespace norma::contract
