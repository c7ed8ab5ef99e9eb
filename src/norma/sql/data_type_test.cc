#include "norma/sql/data_type.h"

#include <gtest/gtest.h>

#include "tests/support/matchers.h"

namespace norma::sql {
namespace {

using testing_support::IsError;
using testing_support::IsErrorWith;
using testing_support::IsOk;

// Every spelling that arrow-rs 59 prints, one per kind at least.
constexpr std::string_view kTexts[] = {
    "Null",
    "Boolean",
    "Int8",
    "Int16",
    "Int32",
    "Int64",
    "UInt8",
    "UInt16",
    "UInt32",
    "UInt64",
    "Float16",
    "Float32",
    "Float64",
    "Date32",
    "Date64",
    "Binary",
    "LargeBinary",
    "BinaryView",
    "Utf8",
    "LargeUtf8",
    "Utf8View",
    "Timestamp(s)",
    "Timestamp(µs)",
    R"(Timestamp(ns, "Europe/Berlin"))",
    "Time32(s)",
    "Time32(ms)",
    "Time64(µs)",
    "Time64(ns)",
    "Duration(ms)",
    "Interval(YearMonth)",
    "Interval(DayTime)",
    "Interval(MonthDayNano)",
    "FixedSizeBinary(16)",
    "Decimal32(9, 2)",
    "Decimal64(18, -3)",
    "Decimal128(38, 10)",
    "Decimal256(76, 0)",
    "List(Utf8)",
    "List(non-null Int64)",
    "ListView(Utf8)",
    "LargeList(Utf8)",
    "LargeListView(Utf8)",
    "FixedSizeList(3 x non-null Float32)",
    "Struct()",
    R"(Struct("bstart": Int64, "ok": non-null Boolean))",
    R"(Struct("start": Struct("line": Int32, "col": Int32)))",
    R"(Union(Dense, 0: ("a": Int32), 7: ("b": non-null Utf8)))",
    "Union(Sparse)",
    "Dictionary(Int32, Utf8)",
    R"(Map("entries": non-null Struct("key": non-null Utf8, "value": Utf8), unsorted))",
    R"(Map("entries": non-null Struct("key": non-null Int64, "value": non-null List(Utf8)), sorted))",
    R"(RunEndEncoded("run_ends": non-null Int32, "values": Utf8))",
};

TEST(DataTypeText, PrintsWhatItRead) {
  for (const std::string_view text : kTexts) {
    const auto type = DataType::Parse(text);
    ASSERT_THAT(type, IsOk()) << text;
    EXPECT_EQ(type.value().ToString(), text);
    EXPECT_EQ(DataType::Parse(type.value().ToString()).value(), type.value());
  }
}

TEST(DataTypeText, ReadsOtherSpellingsOfTheSameType) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"List(Utf8, field: 'element')", "List(Utf8)"},
      {"List( nullable  Utf8 )", "List(Utf8)"},
      {"Timestamp(Microsecond, None)", "Timestamp(µs)"},
      {R"(Timestamp(us, Some("UTC")))", R"(Timestamp(µs, "UTC"))"},
      {"FixedSizeList(2, Int8)", "FixedSizeList(2 x Int8)"},
      {R"(Map("key_value": non-null Struct("k": non-null Utf8, "v": Utf8), unsorted))",
       R"(Map("entries": non-null Struct("key": non-null Utf8, "value": Utf8), unsorted))"},
  };
  for (const auto& [text, printed] : cases) {
    const auto type = DataType::Parse(text);
    ASSERT_THAT(type, IsOk()) << text;
    EXPECT_EQ(type.value().ToString(), printed);
  }
}

TEST(DataTypeText, RefusesWhatIsNoType) {
  for (const std::string_view text : {"",
                                      " ",
                                      "utf8",
                                      "Utf8 ",
                                      "Utf8 x",
                                      "List",
                                      "List(",
                                      "List()",
                                      "List(Utf8",
                                      "List(Utf8))",
                                      "Struct(a: Int64)",
                                      R"(Struct("a" Int64))",
                                      R"(Struct("a": Int64,))",
                                      "Time32(ns)",
                                      "Time64(s)",
                                      "Decimal128(39, 0)",
                                      "Decimal128(5, 6)",
                                      "FixedSizeBinary(-1)",
                                      "Timestamp(h)",
                                      R"(Map("entries": Utf8, unsorted))",
                                      "Union(Loose)"}) {
    if (text == "Utf8 ") {
      EXPECT_THAT(DataType::Parse(text), IsOk()) << "spaces at the end are read over";
    } else {
      EXPECT_THAT(DataType::Parse(text), IsError(ErrorKind::kInvalidArgument)) << text;
    }
  }
}

std::string Nested(int levels) {
  std::string text;
  for (int i = 1; i < levels; ++i) {
    text += "List(";
  }
  return text + "Utf8" + std::string(static_cast<size_t>(levels - 1), ')');
}

TEST(DataTypeText, NestsToTheLimitAndNotFurther) {
  const auto deepest = DataType::Parse(Nested(kMaxTypeLevels));
  ASSERT_THAT(deepest, IsOk());
  EXPECT_EQ(deepest.value().levels(), kMaxTypeLevels);
  EXPECT_THAT(DataType::Parse(Nested(kMaxTypeLevels + 1)),
              IsErrorWith(ErrorKind::kLimitExceeded, "16"));
  // Cut short and absurdly deep at once: ends in an error, not in a crash.
  EXPECT_THAT(DataType::Parse(Nested(100'000).substr(0, 400'000)),
              IsError(ErrorKind::kLimitExceeded));
}

TEST(DataTypeText, EscapesNames) {
  const DataType type = DataType::Struct({{R"(a"b\c)", DataType::Int64(), true}});
  EXPECT_EQ(type.ToString(), R"(Struct("a\"b\\c": Int64))");
  EXPECT_EQ(DataType::Parse(type.ToString()).value(), type);
}

TEST(DataTypeEquality, DistinguishesEveryParameter) {
  for (const std::string_view left : kTexts) {
    for (const std::string_view right : kTexts) {
      EXPECT_EQ(DataType::Parse(left).value() == DataType::Parse(right).value(), left == right)
          << left << " and " << right;
    }
  }
}

TEST(DataTypeOrder, MapsAndUnionsHaveNone) {
  EXPECT_TRUE(DataType::Struct({{"a", DataType::List(DataType::Utf8()), true}}).is_orderable());
  EXPECT_FALSE(DataType::Map(DataType::Utf8(), DataType::Utf8()).is_orderable());
  EXPECT_FALSE(DataType::List(DataType::Map(DataType::Utf8(), DataType::Utf8())).is_orderable());
}

}  // namespace
}  // namespace norma::sql
