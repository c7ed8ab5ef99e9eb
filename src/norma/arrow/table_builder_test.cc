#include "norma/arrow/table_builder.h"

#include <gmock/gmock.h>

#include <thread>
#include <vector>

#include "norma/arrow/batch_queue.h"
#include "tests/support/matchers.h"

namespace norma::arrow {
namespace {

using testing_support::IsError;
using testing_support::IsOk;

constexpr std::string_view kEverything =
    "t s!, i i32, l i64!, f f32, d f64, b b!, raw bin, words list<s>!, "
    "pairs list<struct<name s, ok b>>!, span struct<bstart i64, start struct<line i32, col i32>>!, "
    "attrs map!";

TEST(SchemaText, RoundTripsThroughTextAndArrow) {
  const auto schema = ParseSchemaText(kEverything);
  ASSERT_THAT(schema, IsOk());
  EXPECT_EQ(SchemaText(schema.value()), kEverything);
  const auto arrow = ToArrowSchema(schema.value());
  ASSERT_THAT(arrow, IsOk());
  const auto back = FromArrowSchema(*arrow.value().get());
  ASSERT_THAT(back, IsOk());
  EXPECT_EQ(back.value(), schema.value());
}

TEST(SchemaText, RefusesWhatItCannotRead) {
  for (const char* text : {"", "a", "a what", "a list<s", "a s,", "a struct<>"}) {
    EXPECT_THAT(ParseSchemaText(text), IsError(ErrorKind::kInvalidArgument)) << text;
  }
}

TEST(TableBuilder, BuildsEveryType) {
  auto builder = TableBuilder::Make(ParseSchemaText(kEverything).value());
  ASSERT_THAT(builder, IsOk());
  TableBuilder& rows = builder.value();
  rows.Text("x").Null().Int64(7).Float32(1.5F).Float64(2.5).Bool(true).Binary("\x01");
  rows.BeginList().Text("a").Text("b").EndList();
  rows.BeginList().BeginStruct().Text("p").Bool(false).EndStruct().EndList();
  rows.BeginStruct().Int64(3).BeginStruct().Int32(1).Null().EndStruct().EndStruct();
  rows.Map({{"k", "v"}}).EndRow();
  EXPECT_EQ(rows.rows(), 1);
  auto batch = rows.Finish();
  ASSERT_THAT(batch, IsOk());
  EXPECT_EQ(batch.value()->length, 1);
  EXPECT_EQ(rows.rows(), 0);
  nanoarrow::UniqueArrayView view;
  ArrowError error;
  ASSERT_EQ(ArrowArrayViewInitFromSchema(view.get(), &rows.schema(), &error), NANOARROW_OK);
  ASSERT_EQ(ArrowArrayViewSetArray(view.get(), batch.value().get(), &error), NANOARROW_OK)
      << error.message;
  EXPECT_TRUE(ArrowArrayViewIsNull(view->children[1], 0));
  EXPECT_EQ(ArrowArrayViewGetIntUnsafe(view->children[2], 0), 7);
}

TEST(TableBuilder, HandsRowsOverInOrderBeforeTheyAreMany) {
  auto builder = TableBuilder::Make(ParseSchemaText("a i32!").value());
  ASSERT_THAT(builder, IsOk());
  std::vector<int64_t> lengths;
  builder.value().DivideAt(11, [&](nanoarrow::UniqueArray batch) {
    lengths.push_back(batch->length);
    return Status();
  });
  for (int32_t row = 0; row < 8; ++row) {
    builder.value().Int32(row).EndRow();
  }
  EXPECT_EQ(builder.value().rows(), 8);
  const auto rest = builder.value().Finish();
  ASSERT_THAT(rest, IsOk());
  EXPECT_EQ(lengths, (std::vector<int64_t>{3, 3}));
  EXPECT_EQ(rest.value()->length, 2);
  EXPECT_EQ(builder.value().rows(), 0);
}

TEST(TableBuilder, ReportsThatRowsWereNotTaken) {
  auto builder = TableBuilder::Make(ParseSchemaText("a i32!").value());
  ASSERT_THAT(builder, IsOk());
  builder.value().DivideAt(
      0, [](nanoarrow::UniqueArray) { return Status(Error{ErrorKind::kCancelled, "no"}); });
  builder.value().Int32(1).EndRow();
  EXPECT_THAT(builder.value().Finish(), IsError(ErrorKind::kCancelled));
}

TEST(TableBuilder, ReportsARowThatDoesNotFit) {
  auto builder = TableBuilder::Make(ParseSchemaText("a s!, b i32").value());
  ASSERT_THAT(builder, IsOk());
  builder.value().Text("only one").EndRow();
  EXPECT_THAT(builder.value().Finish(), IsError(ErrorKind::kInternal));
}

TEST(BatchQueue, DeliversInOrderAndEnds) {
  auto builder = TableBuilder::Make(ParseSchemaText("n i64!").value()).value();
  auto queue = BatchQueue::Make(ToArrowSchema(ParseSchemaText("n i64!").value()).value(), 1);
  nanoarrow::UniqueArrayStream stream;
  queue->Export(stream.get());
  const std::jthread producer([&] {
    for (int64_t i = 0; i < 10; ++i) {
      builder.Int64(i).EndRow();
      EXPECT_THAT(queue->Push(builder.Finish().value()), IsOk());
    }
    queue->Close();
  });
  for (int64_t i = 0; i < 10; ++i) {
    nanoarrow::UniqueArray batch;
    ASSERT_EQ(stream->get_next(stream.get(), batch.get()), 0);
    ASSERT_NE(batch->release, nullptr);
    EXPECT_EQ(static_cast<const int64_t*>(batch->children[0]->buffers[1])[0], i);
  }
  nanoarrow::UniqueArray end;
  ASSERT_EQ(stream->get_next(stream.get(), end.get()), 0);
  EXPECT_EQ(end->release, nullptr);
}

TEST(BatchQueue, TellsTheProducerThatNobodyReads) {
  auto queue = BatchQueue::Make(ToArrowSchema(ParseSchemaText("n i64!").value()).value(), 1);
  {
    nanoarrow::UniqueArrayStream stream;
    queue->Export(stream.get());
  }
  EXPECT_THAT(queue->Push(nanoarrow::UniqueArray()), IsError(ErrorKind::kCancelled));
}

TEST(BatchQueue, PassesAFailureOn) {
  auto queue = BatchQueue::Make(ToArrowSchema(ParseSchemaText("n i64!").value()).value(), 1);
  nanoarrow::UniqueArrayStream stream;
  queue->Export(stream.get());
  queue->Fail(Error{ErrorKind::kStorage, "disk is full"});
  nanoarrow::UniqueArray batch;
  EXPECT_NE(stream->get_next(stream.get(), batch.get()), 0);
  EXPECT_STREQ(stream->get_last_error(stream.get()), "disk is full");
}

}  // namespace
}  // namespace norma::arrow
