#include "norma/run/source_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/matchers.h"

namespace norma::run {
namespace {

using testing_support::IsErrorWith;
using testing_support::IsOk;

TEST(SourceRange, IsAPathAndTwoOffsets) {
  const auto range = ParseSourceRange("pkg/a:b..c.py:10..24");
  ASSERT_THAT(range, IsOk());
  EXPECT_EQ(range.value().path, "pkg/a:b..c.py");
  EXPECT_EQ(range.value().bstart, 10);
  EXPECT_EQ(range.value().bend, 24);
  EXPECT_THAT(ParseSourceRange("a.py:0..0"), IsOk());
}

TEST(SourceRange, RefusesAnyOtherForm) {
  for (const char* text : {"", "a.py", "a.py:1", "a.py:1..", "a.py:..1", ":1..2", "a.py:2..1",
                           "a.py:-1..2", "a.py:1..2 ", "a.py:1..99999999999999999999"}) {
    EXPECT_THAT(ParseSourceRange(text),
                IsErrorWith(ErrorKind::kInvalidArgument, "not a range of bytes"))
        << text;
  }
}

}  // namespace
}  // namespace norma::run
