#include "norma/base/json.h"

#include <gtest/gtest.h>

#include "tests/support/matchers.h"

namespace norma {
namespace {

using testing_support::IsError;
using testing_support::IsOk;

TEST(ParseJson, ReadsAndRefuses) {
  const auto value = ParseJson(R"({"a": [1, "x"]})");
  ASSERT_THAT(value, IsOk());
  EXPECT_EQ(value.value()["a"][1], "x");
  EXPECT_THAT(ParseJson("{"), IsError(ErrorKind::kCorruptData));
  EXPECT_THAT(ParseJson(""), IsError(ErrorKind::kCorruptData));
}

TEST(ParseJson, BoundsTheDepth) {
  const auto nested = [](size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_THAT(ParseJson(nested(kMaxJsonDepth)), IsOk());
  EXPECT_THAT(ParseJson(nested(kMaxJsonDepth + 1)), IsError(ErrorKind::kLimitExceeded));
  EXPECT_THAT(ParseJson(nested(100'000)), IsError(ErrorKind::kLimitExceeded));
}

TEST(AppendJsonString, GivesWhatAParserReadsBack) {
  const std::string text("q\" b\\ \n\t\r \x01\x7F \xC3\xA9 \xF0\x9F\x98\x80 \0 end", 26);
  std::string printed;
  AppendJsonString(text, printed);
  const auto value = ParseJson(printed);
  ASSERT_THAT(value, IsOk());
  EXPECT_EQ(value.value().get<std::string>(), text);

  printed.clear();
  AppendJsonString("a\xFF", printed);
  EXPECT_EQ(printed, "\"a\xEF\xBF\xBD\"");
  EXPECT_EQ(JsonText(nlohmann::json("a\xFF")), "\"a\xEF\xBF\xBD\"");
}

}  // namespace
}  // namespace norma
