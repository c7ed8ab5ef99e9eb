#include "norma/contract/column_path.h"

#include <gtest/gtest.h>

#include "norma/contract/type_names.h"
#include "tests/support/matchers.h"

namespace norma::contract {
namespace {

using testing_support::IsError;
using testing_support::IsOk;

TEST(ColumnPath, ReadsWhatItPrints) {
  for (const std::string text : {"path", "span.start.line", "ops[]", "params[].name", "a[][].b"}) {
    const auto path = ColumnPath::Parse(text);
    ASSERT_THAT(path, IsOk()) << text;
    EXPECT_EQ(path.value().ToString(), text);
  }
}

TEST(ColumnPath, RefusesWhatIsNoPath) {
  for (const std::string text : {"", ".", "a.", ".a", "a..b", "a[", "a[0]", "A", "a b", "a.\"b\"",
                                 "1a", "a]", "a.b-c", "ä"}) {
    EXPECT_THAT(ColumnPath::Parse(text), IsError(ErrorKind::kInvalidArgument)) << text;
  }
}

TEST(ColumnPath, FindsTheTypeAtAPlace) {
  const sql::DataType type =
      ParseTypeName("ARRAY<STRUCT<\"name\" VARCHAR, \"at\" STRUCT<\"line\" INT>>>").value();
  const auto type_at = [&](std::string_view text) {
    return ColumnPath::Parse(text).value().TypeIn(type);
  };
  ASSERT_THAT(type_at("x[].at.line"), IsOk());
  EXPECT_EQ(type_at("x[].at.line").value(), sql::DataType::Int32());
  EXPECT_EQ(type_at("x").value(), type);
  for (const std::string text : {"x.name", "x[].missing", "x[][]", "x[].name.y"}) {
    EXPECT_THAT(type_at(text), IsError(ErrorKind::kInvalidArgument)) << text;
  }
}

}  // namespace
}  // namespace norma::contract
