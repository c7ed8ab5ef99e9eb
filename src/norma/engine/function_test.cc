#include "norma/engine/function.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <norma/bridge.h>

#include <atomic>
#include <filesystem>
#include <string>
#include <string_view>

#include "norma/engine/error_translation.h"
#include "norma/engine/handle_access.h"
#include "norma/engine/session.h"
#include "norma/engine/table.h"
#include "norma/engine/test_support.h"
#include "norma/engine/write.h"
#include "tests/support/matchers.h"

namespace norma::engine {
namespace {

using arrow::Field;
using arrow::TypeKind;
using norma::testing_support::IsErrorWith;
using norma::testing_support::IsOk;
using testing_support::OpenSession;
using testing_support::RowsText;

/// A kernel's arguments, read value by value; a scalar gives its one row for every row.
class Arguments {
 public:
  Arguments(const ArrowSchema* types, const ArrowArray* args, uint64_t scalars, int count)
      : views_(static_cast<size_t>(count)), scalars_(scalars) {
    for (size_t i = 0; i < views_.size(); ++i) {
      ArrowError error{};
      EXPECT_EQ(ArrowArrayViewInitFromSchema(views_[i].get(), &types[i], &error), NANOARROW_OK);
      EXPECT_EQ(ArrowArrayViewSetArray(views_[i].get(), &args[i], &error), NANOARROW_OK);
    }
  }

  const ArrowArrayView& view(size_t arg) const { return *views_[arg].get(); }
  int64_t row(size_t arg, int64_t row) const { return ((scalars_ >> arg) & 1) != 0 ? 0 : row; }
  bool null(size_t arg, int64_t at) const {
    return ArrowArrayViewIsNull(views_[arg].get(), row(arg, at)) != 0;
  }
  int64_t integer(size_t arg, int64_t at) const {
    return ArrowArrayViewGetIntUnsafe(views_[arg].get(), row(arg, at));
  }

 private:
  std::vector<nanoarrow::UniqueArrayView> views_;
  uint64_t scalars_;
};

/// An array of Int64 that is filled row by row.
class Integers {
 public:
  Integers() {
    EXPECT_EQ(ArrowArrayInitFromType(array_.get(), NANOARROW_TYPE_INT64), NANOARROW_OK);
    EXPECT_EQ(ArrowArrayStartAppending(array_.get()), NANOARROW_OK);
  }
  void Add(int64_t value) { EXPECT_EQ(ArrowArrayAppendInt(array_.get(), value), NANOARROW_OK); }
  void AddNull() { EXPECT_EQ(ArrowArrayAppendNull(array_.get(), 1), NANOARROW_OK); }
  nanoarrow::UniqueArray Finish() && {
    EXPECT_EQ(ArrowArrayFinishBuildingDefault(array_.get(), nullptr), NANOARROW_OK);
    return std::move(array_);
  }

 private:
  nanoarrow::UniqueArray array_;
};

Result<nanoarrow::UniqueArray> Add(const ArrowSchema* types, const ArrowArray* args, int64_t rows,
                                   uint64_t scalars) {
  const Arguments given(types, args, scalars, 2);
  Integers sums;
  for (int64_t i = 0; i < rows; ++i) {
    if (given.null(0, i) || given.null(1, i)) {
      sums.AddNull();
    } else {
      sums.Add(given.integer(0, i) + given.integer(1, i));
    }
  }
  return std::move(sums).Finish();
}

/// The length of a text, whose type must be the declared one.
Result<nanoarrow::UniqueArray> Length(const ArrowSchema* types, const ArrowArray* args,
                                      int64_t rows, uint64_t scalars) {
  if (std::string_view(types[0].format) != "u" || types[0].dictionary != nullptr) {
    return Error{ErrorKind::kInternal, std::string("the text came as ") + types[0].format};
  }
  const Arguments given(types, args, scalars, 1);
  Integers lengths;
  for (int64_t i = 0; i < rows; ++i) {
    if (given.null(0, i)) {
      lengths.AddNull();
    } else {
      lengths.Add(ArrowArrayViewGetStringUnsafe(&given.view(0), given.row(0, i)).size_bytes);
    }
  }
  return std::move(lengths).Finish();
}

/// The sum of a list of Int64.
Result<nanoarrow::UniqueArray> ListSum(const ArrowSchema* types, const ArrowArray* args,
                                       int64_t rows, uint64_t scalars) {
  const Arguments given(types, args, scalars, 1);
  const ArrowArrayView& list = given.view(0);
  Integers sums;
  for (int64_t i = 0; i < rows; ++i) {
    if (given.null(0, i)) {
      sums.AddNull();
      continue;
    }
    const int64_t row = given.row(0, i) + list.offset;
    int64_t sum = 0;
    for (int64_t j = ArrowArrayViewListChildOffset(&list, row);
         j < ArrowArrayViewListChildOffset(&list, row + 1); ++j) {
      sum += ArrowArrayViewGetIntUnsafe(list.children[0], j);
    }
    sums.Add(sum);
  }
  return std::move(sums).Finish();
}

constinit std::atomic<int64_t> spans_made = 0;

/// The struct {bstart, bend} of a number, and counts it.
Result<nanoarrow::UniqueArray> CountedSpan(const ArrowSchema* types, const ArrowArray* args,
                                           int64_t rows, uint64_t scalars) {
  spans_made += rows;
  const Arguments given(types, args, scalars, 1);
  const nanoarrow::UniqueSchema schema =
      arrow::ToArrowSchema({{.name = "bstart", .type = TypeKind::kInt64},
                            {.name = "bend", .type = TypeKind::kInt64}})
          .value();
  nanoarrow::UniqueArray spans;
  EXPECT_EQ(ArrowArrayInitFromSchema(spans.get(), schema.get(), nullptr), NANOARROW_OK);
  EXPECT_EQ(ArrowArrayStartAppending(spans.get()), NANOARROW_OK);
  for (int64_t i = 0; i < rows; ++i) {
    const int64_t begin = given.integer(0, i);
    EXPECT_EQ(ArrowArrayAppendInt(spans->children[0], begin), NANOARROW_OK);
    EXPECT_EQ(ArrowArrayAppendInt(spans->children[1], begin + 1), NANOARROW_OK);
    EXPECT_EQ(ArrowArrayFinishElement(spans.get()), NANOARROW_OK);
  }
  EXPECT_EQ(ArrowArrayFinishBuildingDefault(spans.get(), nullptr), NANOARROW_OK);
  return spans;
}

/// The formats of all arguments in one text: what a variadic function is given.
Result<nanoarrow::UniqueArray> Formats(const ArrowSchema* types, const ArrowArray*, int64_t rows,
                                       uint64_t scalars) {
  std::string formats;
  for (size_t i = 0; i < 6; ++i) {
    formats += types[i].format;
    formats += ((scalars >> i) & 1) != 0 ? "!" : "";
  }
  nanoarrow::UniqueArray texts;
  EXPECT_EQ(ArrowArrayInitFromType(texts.get(), NANOARROW_TYPE_STRING), NANOARROW_OK);
  EXPECT_EQ(ArrowArrayStartAppending(texts.get()), NANOARROW_OK);
  for (int64_t i = 0; i < rows; ++i) {
    EXPECT_EQ(ArrowArrayAppendString(texts.get(), ArrowCharView(formats.c_str())), NANOARROW_OK);
  }
  EXPECT_EQ(ArrowArrayFinishBuildingDefault(texts.get(), nullptr), NANOARROW_OK);
  return texts;
}

Result<nanoarrow::UniqueArray> TooFew(const ArrowSchema*, const ArrowArray*, int64_t rows,
                                      uint64_t) {
  Integers numbers;
  for (int64_t i = 0; i + 1 < rows; ++i) {
    numbers.Add(i);
  }
  return std::move(numbers).Finish();
}

Result<nanoarrow::UniqueArray> AllNull(const ArrowSchema*, const ArrowArray*, int64_t rows,
                                       uint64_t) {
  Integers numbers;
  for (int64_t i = 0; i < rows; ++i) {
    numbers.AddNull();
  }
  return std::move(numbers).Finish();
}

/// Text that is not UTF-8.
Result<nanoarrow::UniqueArray> Broken(const ArrowSchema*, const ArrowArray*, int64_t rows,
                                      uint64_t) {
  nanoarrow::UniqueArray texts;
  EXPECT_EQ(ArrowArrayInitFromType(texts.get(), NANOARROW_TYPE_STRING), NANOARROW_OK);
  EXPECT_EQ(ArrowArrayStartAppending(texts.get()), NANOARROW_OK);
  for (int64_t i = 0; i < rows; ++i) {
    EXPECT_EQ(ArrowArrayAppendString(texts.get(), ArrowCharView("\xff\xfe")), NANOARROW_OK);
  }
  EXPECT_EQ(ArrowArrayFinishBuildingDefault(texts.get(), nullptr), NANOARROW_OK);
  return texts;
}

Result<nanoarrow::UniqueArray> Fails(const ArrowSchema*, const ArrowArray*, int64_t, uint64_t) {
  return Error{ErrorKind::kCorruptData, "this cannot be read: " + std::string(5'000, 'x')};
}

ScalarFunction Function(std::string name, arrow::Schema arguments, TypeKind result,
                        ScalarCall call) {
  ScalarFunction function;
  function.name = std::move(name);
  function.description = "Does what its test expects.";
  function.syntax = function.name + "(…)";
  function.arguments = std::move(arguments);
  function.result = Field{.type = result};
  function.call = call;
  return function;
}

class FunctionTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const Field a{.name = "a", .type = TypeKind::kInt64};
    const Field b{.name = "b", .type = TypeKind::kInt64};
    const Field text{.name = "text", .type = TypeKind::kText};
    const Field list{.name = "items",
                     .type = TypeKind::kList,
                     .children = {Field{.name = "element", .type = TypeKind::kInt64}}};
    Register(Function("norma_add", {a, b}, TypeKind::kInt64, Add));
    Register(Function("norma_length", {text}, TypeKind::kInt64, Length));
    Register(Function("norma_list_sum", {list}, TypeKind::kInt64, ListSum));
    Register(Function("norma_too_few", {a}, TypeKind::kInt64, TooFew));
    Register(Function("norma_broken", {a}, TypeKind::kText, Broken));
    Register(Function("norma_fails", {a}, TypeKind::kInt64, Fails));
    ScalarFunction span = Function("norma_counted_span", {a}, TypeKind::kStruct, CountedSpan);
    span.result.children = {{.name = "bstart", .type = TypeKind::kInt64},
                            {.name = "bend", .type = TypeKind::kInt64}};
    Register(span);
    ScalarFunction formats = Function("norma_formats", {text}, TypeKind::kText, Formats);
    formats.variadic = true;
    Register(formats);
    ScalarFunction nulls = Function("norma_nulls", {a}, TypeKind::kInt64, AllNull);
    nulls.result.nullable = false;
    Register(nulls);
    BridgeCall call;
    ASSERT_THAT(call.Check(norma_test_register(HandleAccess::Of(session_), call.error())), IsOk());
  }

  void Register(const ScalarFunction& function) {
    ASSERT_THAT(session_.RegisterFunction(function), IsOk());
  }

  void ExpectRows(std::string_view sql, std::string_view expected) {
    const Result<std::string> rows = RowsText(session_, sql);
    ASSERT_THAT(rows, IsOk()) << sql;
    EXPECT_EQ(rows.value(), expected) << sql;
  }

  Session session_ = OpenSession();
};

TEST_F(FunctionTest, TakesScalarsColumnsAndBoth) {
  ExpectRows("SELECT norma_add(1, 2)", "3");
  ExpectRows("SELECT norma_add(a, b) FROM (VALUES (1, 10), (2, 20)) t(a, b)", "11;22");
  ExpectRows("SELECT norma_add(a, 5), norma_add(5, a) FROM (VALUES (1), (2)) t(a)", "6|6;7|7");
  ExpectRows("SELECT norma_add(norma_add(1, 2), norma_add(a, a)) FROM (VALUES (1)) t(a)", "5");
}

TEST_F(FunctionTest, IsFoldedOnConstants) {
  const Result<Query> query = session_.Plan("SELECT norma_add(20, 22)");
  ASSERT_THAT(query, IsOk());
  const Result<std::string> plan = query.value().Explain("optimized");
  ASSERT_THAT(plan, IsOk());
  EXPECT_THAT(plan.value(), ::testing::HasSubstr("Int64(42)"));
}

TEST_F(FunctionTest, TakesNullsAndNoRows) {
  ExpectRows("SELECT norma_add(NULL, 1), norma_add(1, CAST(NULL AS BIGINT))", "NULL|NULL");
  ExpectRows("SELECT norma_add(a, 1) FROM (VALUES (1), (NULL), (3)) t(a)", "2;NULL;4");
  ExpectRows("SELECT norma_add(a, a) FROM (VALUES (1)) t(a) WHERE a > 1", "");
  ExpectRows("SELECT count(norma_add(a, a)) FROM (VALUES (1)) t(a) WHERE a > 1", "0");
}

TEST_F(FunctionTest, EveryFormOfTextArrivesAsTheDeclaredOne) {
  ExpectRows(
      "SELECT norma_length(plain), norma_length(large), norma_length(viewed), norma_length(keyed) "
      "FROM norma_test_texts",
      "1|1|1|1;2|2|2|2;NULL|NULL|NULL|NULL");
  ExpectRows(
      "SELECT norma_length(arrow_cast('abc', 'Utf8View')), norma_length(arrow_cast('abc', "
      "'Dictionary(Int32, Utf8)')), norma_length(NULL)",
      "3|3|NULL");
}

TEST_F(FunctionTest, SmallerIntegersAreWidened) {
  ExpectRows("SELECT norma_add(small, small) FROM norma_test_texts", "2;4;NULL");
  ExpectRows("SELECT norma_add(arrow_cast(1, 'UInt8'), arrow_cast(2, 'Int16'))", "3");
}

TEST_F(FunctionTest, TakesListsWhateverTheirItemsAreCalled) {
  ExpectRows("SELECT norma_list_sum([1, 2, 3]), norma_list_sum([]), norma_list_sum(NULL)",
             "6|0|NULL");
  ExpectRows("SELECT norma_list_sum(array_agg(a)) FROM (VALUES (1), (2)) t(a)", "3");
  ExpectRows("SELECT norma_list_sum(arrow_cast([1, 2], 'LargeList(Int32)'))", "3");
}

TEST_F(FunctionTest, VariadicArgumentsAreWidened) {
  ExpectRows(
      "SELECT norma_formats('x', arrow_cast(1, 'Int16'), arrow_cast('v', 'Utf8View'), true, "
      "arrow_cast('b', 'Binary'), NULL)",
      "u!l!u!b!z!n!");
  ExpectRows(
      "SELECT norma_formats(keyed, small, viewed, true, arrow_cast('b', 'LargeBinary'), 1) "
      "FROM norma_test_texts LIMIT 1",
      "ulub!z!l!");
  EXPECT_THAT(RowsText(session_, "SELECT norma_formats('x', 1.5, 1, 1, 1, 1)"),
              IsErrorWith(ErrorKind::kInvalidArgument, "norma_formats takes (text Utf8, …)"));
  EXPECT_THAT(RowsText(session_, "SELECT norma_formats()"),
              IsErrorWith(ErrorKind::kInvalidArgument, "norma_formats takes"));
}

TEST_F(FunctionTest, RefusesOtherArguments) {
  for (const char* sql :
       {"SELECT norma_add(1)", "SELECT norma_add(1, 2, 3)", "SELECT norma_add('1', 2)",
        "SELECT norma_add(1.5, 2)", "SELECT norma_add([1], 2)"}) {
    EXPECT_THAT(RowsText(session_, sql),
                IsErrorWith(ErrorKind::kInvalidArgument, "norma_add takes (a Int64, b Int64)"))
        << sql;
  }
  // DataFusion's own coercion would make a text of the number.
  EXPECT_THAT(RowsText(session_, "SELECT norma_length(12)"),
              IsErrorWith(ErrorKind::kInvalidArgument, "norma_length takes"));
}

TEST_F(FunctionTest, ItsErrorKeepsKindAndTextAndCostsOnlyTheQuery) {
  EXPECT_THAT(RowsText(session_, "SELECT norma_fails(a) FROM (VALUES (1)) t(a)"),
              IsErrorWith(ErrorKind::kCorruptData, "norma_fails: this cannot be read: xxx"));
  // A constant that cannot be folded fails when its row is asked for.
  EXPECT_THAT(RowsText(session_, "SELECT norma_fails(1)"),
              IsErrorWith(ErrorKind::kCorruptData, "norma_fails"));
  EXPECT_FALSE(session_.closed());
}

TEST_F(FunctionTest, ABrokenResultIsABugOfOurs) {
  EXPECT_THAT(RowsText(session_, "SELECT norma_too_few(a) FROM (VALUES (1), (2)) t(a)"),
              IsErrorWith(ErrorKind::kInternal, "norma_too_few gave 1 rows, expected 2"));
  EXPECT_THAT(RowsText(session_, "SELECT norma_broken(a) FROM (VALUES (1)) t(a)"),
              IsErrorWith(ErrorKind::kInternal, "norma_broken gave broken result"));
  EXPECT_THAT(RowsText(session_, "SELECT norma_nulls(a) FROM (VALUES (1)) t(a)"),
              IsErrorWith(ErrorKind::kInternal, "NULL in a result that has none"));
  EXPECT_FALSE(session_.closed());
}

TEST_F(FunctionTest, NamesAreTakenOnce) {
  const arrow::Schema none;
  EXPECT_THAT(session_.RegisterFunction(Function("norma_add", none, TypeKind::kInt64, Add)),
              IsErrorWith(ErrorKind::kInvalidArgument, "norma_add exists already"));
  EXPECT_THAT(session_.RegisterFunction(Function("sum", none, TypeKind::kInt64, Add)),
              IsErrorWith(ErrorKind::kInvalidArgument, "sum exists already"));
  EXPECT_THAT(session_.RegisterFunction(Function("Norma_Upper", none, TypeKind::kInt64, Add)),
              IsErrorWith(ErrorKind::kInvalidArgument, "lower case"));
  EXPECT_THAT(session_.RegisterFunction(Function("norma_empty", none, TypeKind::kInt64, nullptr)),
              IsErrorWith(ErrorKind::kInvalidArgument, "no code"));
}

TEST_F(FunctionTest, RunsOnManyRows) {
  ExpectRows("SELECT sum(norma_add(value, 1)) FROM generate_series(1, 300000)", "45000450000");
}

/// A rule that makes a span of `number`, with checks and an order on the span's fields around it.
std::string CheckedSpans(std::string_view table, std::string_view number) {
  return fmt::format(
      "SELECT n, span, CASE WHEN span['bstart'] IS NOT NULL AND span['bend'] >= span['bstart'] "
      "THEN NULL ELSE 'CHECK_FAILED span' END AS failures FROM (SELECT n, span FROM (SELECT "
      "source.{1} AS n, norma_counted_span(source.{1}) AS span FROM {0} AS source) AS rule) AS "
      "aligned ORDER BY n, span['bstart'], span['bend']",
      table, number);
}

TEST_F(FunctionTest, MakesAStructOnceHoweverManyOfItsFieldsAreRead) {
  constexpr int64_t kRows = 1'000;
  const std::string folder = ::testing::TempDir() + "/norma_spans_once";
  std::filesystem::remove_all(folder);
  const Result<Root> root = Root::Open({.path = folder});
  ASSERT_THAT(root, IsOk());
  TableSpec spec;
  spec.schema = {{.name = "number", .type = TypeKind::kInt64}};
  const Result<Table> table = Table::Create(root.value(), "numbers", spec);
  ASSERT_THAT(table, IsOk());
  const Result<Query> numbers =
      session_.Plan(fmt::format("SELECT value AS number FROM generate_series(1, {})", kRows));
  ASSERT_THAT(numbers, IsOk());
  Result<Write> write = Write::Begin(table.value(), {});
  ASSERT_THAT(write, IsOk());
  ASSERT_THAT(write.value().FromQuery(numbers.value()), IsOk());
  ASSERT_THAT(write.value().CommitRows({.app_id = "numbers", .txn = 1}), IsOk());
  ASSERT_THAT(session_.RegisterTable("numbers", Table::Open(root.value(), "numbers").value()),
              IsOk());

  for (const std::string& sql :
       {CheckedSpans("numbers", "number"), CheckedSpans("generate_series(1, 1000)", "value")}) {
    spans_made = 0;
    ASSERT_THAT(RowsText(session_, sql), IsOk()) << sql;
    EXPECT_EQ(spans_made, kRows) << sql;
  }
  std::filesystem::remove_all(folder);
}

int32_t NothingToCall(void*, const ArrowSchema*, const ArrowArray*, int64_t, uint64_t, ArrowArray*,
                      char*, size_t) {
  return static_cast<int32_t>(ErrorKind::kUnsupported);
}

void CountRelease(void* user) { ++*static_cast<int*>(user); }

TEST(ReleaseTest, ComesWhenTheSessionAndItsQueriesAreGone) {
  int released = 0;
  nanoarrow::UniqueSchema arguments;
  ArrowSchemaInit(arguments.get());
  ASSERT_EQ(ArrowSchemaSetTypeStruct(arguments.get(), 0), NANOARROW_OK);
  nanoarrow::UniqueSchema result;
  ASSERT_EQ(ArrowSchemaInitFromType(result.get(), NANOARROW_TYPE_INT64), NANOARROW_OK);
  NormaFunction function{};
  function.struct_size = sizeof(function);
  function.name = ToSlice("norma_counted");
  function.arguments = arguments.get();
  function.result = result.get();
  function.volatility = static_cast<int32_t>(Volatility::kVolatile);
  function.user = &released;
  function.call = NothingToCall;
  function.release = CountRelease;
  {
    std::optional<Query> query;
    {
      const Session session = OpenSession();
      BridgeCall first;
      ASSERT_THAT(first.Check(norma_session_register_function(HandleAccess::Of(session), &function,
                                                              first.error())),
                  IsOk());
      BridgeCall second;
      EXPECT_THAT(second.Check(norma_session_register_function(HandleAccess::Of(session), &function,
                                                               second.error())),
                  IsErrorWith(ErrorKind::kInvalidArgument, "exists already"));
      function.struct_size -= 8;
      function.name = ToSlice("norma_other");
      BridgeCall third;
      EXPECT_THAT(third.Check(norma_session_register_function(HandleAccess::Of(session), &function,
                                                              third.error())),
                  IsErrorWith(ErrorKind::kInvalidArgument, "size"));
      Result<Query> planned = session.Plan("SELECT norma_counted()");
      ASSERT_THAT(planned, IsOk());
      query.emplace(std::move(planned).value());
    }
    EXPECT_EQ(released, 0);
  }
  EXPECT_EQ(released, 1);
}

}  // namespace
}  // namespace norma::engine
