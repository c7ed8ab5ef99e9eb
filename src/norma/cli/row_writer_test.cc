#include "norma/cli/row_writer.h"

#include <gtest/gtest.h>

#include <limits>
#include <sstream>

#include "norma/arrow/schema.h"
#include "norma/arrow/table_builder.h"
#include "norma/base/json.h"
#include "tests/support/matchers.h"

namespace norma::cli {
namespace {

using testing_support::IsErrorWith;
using testing_support::IsOk;

/// A schema and one batch of it, printed in all forms.
class Rows {
 public:
  explicit Rows(std::string_view columns)
      : schema_(arrow::ParseSchemaText(columns).value()),
        arrow_schema_(arrow::ToArrowSchema(schema_).value()),
        builder_(arrow::TableBuilder::Make(schema_).value()) {}

  arrow::TableBuilder& builder() { return builder_; }

  std::string Print(RowFormat format) {
    if (!batch_.has_value()) {
      batch_ = builder_.Finish().value();
    }
    auto reader = BatchReader::Make(*arrow_schema_.get());
    EXPECT_THAT(reader, IsOk());
    std::ostringstream out;
    const auto writer = MakeRowWriter(format, reader.value(), out, Style::Plain());
    EXPECT_THAT(reader.value().SetBatch(*batch_->get()), IsOk());
    writer->Write();
    writer->Finish();
    return out.str();
  }

 private:
  arrow::Schema schema_;
  nanoarrow::UniqueSchema arrow_schema_;
  arrow::TableBuilder builder_;
  std::optional<nanoarrow::UniqueArray> batch_;
};

TEST(RowWriter, TellsNullFromEmptyText) {
  Rows rows("t s, n i64");
  rows.builder().Text("").Int64(1).EndRow();
  rows.builder().Null().Null().EndRow();
  EXPECT_EQ(rows.Print(RowFormat::kCsv), "t,n\n\"\",1\n,\n");
  EXPECT_EQ(rows.Print(RowFormat::kNdjson), "{\"t\":\"\",\"n\":1}\n{\"t\":null,\"n\":null}\n");
  EXPECT_EQ(rows.Print(RowFormat::kJson), "[\n{\"t\":\"\",\"n\":1},\n{\"t\":null,\"n\":null}\n]\n");
  EXPECT_EQ(rows.Print(RowFormat::kTable), "t  n\n-  -\n   1\n    \n");
}

TEST(RowWriter, QuotesWhatCsvMustQuote) {
  Rows rows("t s");
  for (const char* text : {"a,b", "say \"x\"", "two\nlines", " kept ", "\xC3\xA9"}) {
    rows.builder().Text(text).EndRow();
  }
  EXPECT_EQ(rows.Print(RowFormat::kCsv),
            "t\n\"a,b\"\n\"say \"\"x\"\"\"\n\"two\nlines\"\n kept \n\xC3\xA9\n");
}

TEST(RowWriter, PrintsEveryStoredType) {
  Rows rows("i i32, f f32, d f64, b b, x bin, l list<i64>, s struct<p s, q list<b>>, m map");
  rows.builder().Int32(-5).Float32(0.1F).Float64(1e300).Bool(true).Binary(std::string("\0\xff", 2));
  rows.builder().BeginList().Int64(1).Null().EndList();
  rows.builder().BeginStruct().Text("a\"b").BeginList().Bool(false).EndList().EndStruct();
  rows.builder().Map({{"k", "v"}, {"l", ""}}).EndRow();
  EXPECT_EQ(rows.Print(RowFormat::kNdjson),
            R"({"i":-5,"f":0.1,"d":1e+300,"b":true,"x":"00ff","l":[1,null],)"
            R"("s":{"p":"a\"b","q":[false]},"m":{"k":"v","l":""}})"
            "\n");
  EXPECT_EQ(
      rows.Print(RowFormat::kCsv),
      "i,f,d,b,x,l,s,m\n"
      "-5,0.1,1e+300,true,00ff,\"[1,null]\",\"{\"\"p\"\":\"\"a\\\"\"b\"\",\"\"q\"\":[false]}\","
      "\"{\"\"k\"\":\"\"v\"\",\"\"l\"\":\"\"\"\"}\"\n");
}

TEST(RowWriter, PrintsNumbersThatJsonLacksAsText) {
  Rows rows("d f64");
  for (const double value :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(),
        -std::numeric_limits<double>::infinity()}) {
    rows.builder().Float64(value).EndRow();
  }
  EXPECT_EQ(rows.Print(RowFormat::kNdjson),
            "{\"d\":\"NaN\"}\n{\"d\":\"Infinity\"}\n{\"d\":\"-Infinity\"}\n");
  EXPECT_EQ(rows.Print(RowFormat::kCsv), "d\nNaN\nInfinity\n-Infinity\n");
}

TEST(RowWriter, PrintsJsonThatAParserReads) {
  Rows rows("\xC3\xBC s, n i64");
  rows.builder()
      .Text("\x01 \xF0\x9F\x98\x80 \\")
      .Int64(std::numeric_limits<int64_t>::min())
      .EndRow();
  const auto value = ParseJson(rows.Print(RowFormat::kJson));
  ASSERT_THAT(value, IsOk());
  EXPECT_EQ(value.value()[0]["\xC3\xBC"], "\x01 \xF0\x9F\x98\x80 \\");
  EXPECT_EQ(value.value()[0]["n"], std::numeric_limits<int64_t>::min());
}

TEST(RowWriter, PrintsTheHeadOfNoRows) {
  Rows rows("a s, b i64");
  EXPECT_EQ(rows.Print(RowFormat::kCsv), "a,b\n");
  EXPECT_EQ(rows.Print(RowFormat::kJson), "[]\n");
  EXPECT_EQ(rows.Print(RowFormat::kNdjson), "");
  EXPECT_EQ(rows.Print(RowFormat::kTable), "a  b\n-  -\n");
}

/// A batch of one column of a type that norma does not store but a query may give.
std::string PrintOne(ArrowType type, ArrowTimeUnit unit, const char* zone, int64_t value) {
  nanoarrow::UniqueSchema schema;
  ArrowSchemaInit(schema.get());
  EXPECT_EQ(ArrowSchemaSetTypeStruct(schema.get(), 1), NANOARROW_OK);
  ArrowSchema* child = schema->children[0];
  ArrowSchemaInit(child);
  const bool is_timed = type == NANOARROW_TYPE_TIMESTAMP || type == NANOARROW_TYPE_TIME64;
  EXPECT_EQ(is_timed ? ArrowSchemaSetTypeDateTime(child, type, unit, zone)
                     : ArrowSchemaSetType(child, type),
            NANOARROW_OK);
  EXPECT_EQ(ArrowSchemaSetName(child, "v"), NANOARROW_OK);
  nanoarrow::UniqueArray array;
  EXPECT_EQ(ArrowArrayInitFromSchema(array.get(), schema.get(), nullptr), NANOARROW_OK);
  EXPECT_EQ(ArrowArrayStartAppending(array.get()), NANOARROW_OK);
  EXPECT_EQ(ArrowArrayAppendInt(array->children[0], value), NANOARROW_OK);
  EXPECT_EQ(ArrowArrayFinishElement(array.get()), NANOARROW_OK);
  EXPECT_EQ(ArrowArrayFinishBuildingDefault(array.get(), nullptr), NANOARROW_OK);
  auto reader = BatchReader::Make(*schema.get());
  EXPECT_THAT(reader, IsOk());
  EXPECT_THAT(reader.value().SetBatch(*array.get()), IsOk());
  std::string text;
  reader.value().AppendText(0, 0, text);
  return text;
}

TEST(BatchReader, PrintsTimes) {
  EXPECT_EQ(PrintOne(NANOARROW_TYPE_DATE32, {}, nullptr, 0), "1970-01-01");
  EXPECT_EQ(PrintOne(NANOARROW_TYPE_DATE32, {}, nullptr, -1), "1969-12-31");
  EXPECT_EQ(PrintOne(NANOARROW_TYPE_DATE32, {}, nullptr, 2'000'000'000), "2000000000 days");
  EXPECT_EQ(PrintOne(NANOARROW_TYPE_DATE64, {}, nullptr, -1), "1969-12-31");
  EXPECT_EQ(PrintOne(NANOARROW_TYPE_TIMESTAMP, NANOARROW_TIME_UNIT_MICRO, "+00:00",
                     1'795'384'200'000'120),
            "2026-11-22T21:50:00.000120Z");
  EXPECT_EQ(PrintOne(NANOARROW_TYPE_TIMESTAMP, NANOARROW_TIME_UNIT_NANO, "", -1),
            "1969-12-31T23:59:59.999999999");
  EXPECT_EQ(PrintOne(NANOARROW_TYPE_TIMESTAMP, NANOARROW_TIME_UNIT_SECOND, "",
                     std::numeric_limits<int64_t>::max()),
            "106751991167300 daysT15:30:07");
  EXPECT_EQ(PrintOne(NANOARROW_TYPE_TIME64, NANOARROW_TIME_UNIT_NANO, nullptr, 3'600'000'000'001),
            "01:00:00.000000001");
}

TEST(BatchReader, RefusesATypeThatItCannotPrint) {
  nanoarrow::UniqueSchema schema;
  ArrowSchemaInit(schema.get());
  ASSERT_EQ(ArrowSchemaSetTypeStruct(schema.get(), 1), NANOARROW_OK);
  ArrowSchemaInit(schema->children[0]);
  ASSERT_EQ(ArrowSchemaSetType(schema->children[0], NANOARROW_TYPE_INTERVAL_MONTH_DAY_NANO),
            NANOARROW_OK);
  ASSERT_EQ(ArrowSchemaSetName(schema->children[0], "span"), NANOARROW_OK);
  EXPECT_THAT(BatchReader::Make(*schema.get()), IsErrorWith(ErrorKind::kUnsupported, "span"));
}

TEST(RowFormat, HasANameEach) {
  for (const char* name : {"table", "csv", "json", "ndjson", "parquet", "arrow"}) {
    const auto format = ParseRowFormat(name);
    ASSERT_TRUE(format.has_value()) << name;
    EXPECT_EQ(RowFormatName(*format), name);
  }
  EXPECT_EQ(ParseRowFormat("CSV"), std::nullopt);
}

}  // namespace
}  // namespace norma::cli
