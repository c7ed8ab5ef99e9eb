#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>
#include <nanoarrow/nanoarrow.hpp>
#include <optional>
#include <random>
#include <string>
#include <variant>
#include <vector>

#include "norma/arrow/table_builder.h"
#include "norma/base/id.h"
#include "norma/functions/catalogue.h"
#include "norma/functions/id_functions.h"
#include "norma/functions/position_functions.h"
#include "norma/functions/span_functions.h"
#include "norma/functions/type_functions.h"
#include "tests/support/matchers.h"

namespace norma::functions {
namespace {

using testing::HasSubstr;
using testing_support::IsErrorWith;
using testing_support::IsOk;

using Texts = std::vector<std::optional<std::string>>;
using Numbers = std::vector<std::optional<int64_t>>;
using Bools = std::vector<std::optional<bool>>;

/// One argument: a column, or a scalar when it has one row for all.
struct Argument {
  std::string type;  // short text, or "null"
  std::function<void(arrow::TableBuilder&, size_t)> append;
  size_t rows;
  bool is_scalar = false;
};

Argument Text(const Texts& values) {
  const size_t rows = values.size();
  return {"s", [values](auto& to, size_t row) { to.OptionalText(values[row]); }, rows};
}
Argument Int64(const Numbers& values) {
  const size_t rows = values.size();
  return {"i64", [values](auto& to, size_t row) { to.OptionalInt64(values[row]); }, rows};
}
Argument Int32(const Numbers& values) {
  const size_t rows = values.size();
  return {"i32",
          [values](auto& to, size_t row) {
            values[row] ? to.Int32(static_cast<int32_t>(*values[row])) : to.Null();
          },
          rows};
}
Argument Bool(const Bools& values) {
  const size_t rows = values.size();
  return {"b", [values](auto& to, size_t row) { to.OptionalBool(values[row]); }, rows};
}
Argument Binary(const Texts& values) {
  const size_t rows = values.size();
  return {"bin", [values](auto& to, size_t row) { to.Binary(*values[row]); }, rows};
}
Argument Lists(const std::vector<std::optional<std::vector<int64_t>>>& values) {
  const size_t rows = values.size();
  return {"list<i64>",
          [values](auto& to, size_t row) {
            if (!values[row].has_value()) {
              to.Null();
              return;
            }
            to.BeginList();
            for (const int64_t item : *values[row]) {
              to.Int64(item);
            }
            to.EndList();
          },
          rows};
}
Argument NullType(size_t rows) { return {"null", {}, rows}; }
Argument Scalar(Argument argument) {
  argument.is_scalar = true;
  return argument;
}

/// Renders a value so that tests can say what they want: NULL, 12, text, true, {a, b}, {k: v}.
std::string Show(const ArrowArrayView* view, int64_t row) {
  if (ArrowArrayViewIsNull(view, row) != 0) {
    return "NULL";
  }
  switch (view->storage_type) {
    case NANOARROW_TYPE_INT32:
    case NANOARROW_TYPE_INT64:
      return std::to_string(ArrowArrayViewGetIntUnsafe(view, row));
    case NANOARROW_TYPE_BOOL:
      return ArrowArrayViewGetIntUnsafe(view, row) != 0 ? "true" : "false";
    case NANOARROW_TYPE_STRING: {
      const ArrowStringView text = ArrowArrayViewGetStringUnsafe(view, row);
      return {text.data, static_cast<size_t>(text.size_bytes)};
    }
    case NANOARROW_TYPE_STRUCT: {
      std::string out;
      for (int64_t i = 0; i < view->n_children; ++i) {
        out += (i == 0 ? "{" : ", ") + Show(view->children[i], row + view->offset);
      }
      return out + "}";
    }
    case NANOARROW_TYPE_MAP: {
      std::string out = "{";
      for (int64_t i = ArrowArrayViewListChildOffset(view, row);
           i < ArrowArrayViewListChildOffset(view, row + 1); ++i) {
        out += (out == "{" ? "" : ", ") + Show(view->children[0]->children[0], i) + ": " +
               Show(view->children[0]->children[1], i);
      }
      return out + "}";
    }
    default:
      return "unknown type";
  }
}

const engine::ScalarFunction& FunctionOf(engine::ScalarCall call) {
  for (const engine::ScalarFunction& function : NormaFunctions()) {
    if (function.call == call) {
      return function;
    }
  }
  std::abort();
}

class Call {
 public:
  Call(engine::ScalarCall call, const std::vector<Argument>& arguments) : call_(call) {
    for (size_t i = 0; i < arguments.size(); ++i) {
      Add(arguments[i]);
      scalars_ |= arguments[i].is_scalar ? uint64_t{1} << i : 0;
      if (!arguments[i].is_scalar) {
        rows_ = static_cast<int64_t>(arguments[i].rows);
      }
    }
    types_.emplace_back();  // released: the end
    types_.back().release = nullptr;
  }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
  ~Call() {
    for (ArrowSchema& type : types_) {
      if (type.release != nullptr) {
        type.release(&type);
      }
    }
    for (ArrowArray& array : arrays_) {
      array.release(&array);
    }
  }

  /// Skips rows at the front, as a slice of a larger batch does.
  void Slice(int64_t rows) {
    for (size_t i = 0; i < arrays_.size(); ++i) {
      if (((scalars_ >> i) & 1) == 0) {
        arrays_[i].offset += rows;
        arrays_[i].length -= rows;
        arrays_[i].null_count = arrays_[i].null_count == 0 ? 0 : -1;
      }
    }
    rows_ -= rows;
  }

  Result<nanoarrow::UniqueArray> Raw() {
    return call_(types_.data(), arrays_.data(), rows_, scalars_);
  }

  std::vector<std::string> Run() {
    auto result = Raw();
    if (!result.ok()) {
      return {"error: " + result.error().message};
    }
    const arrow::Field& field = FunctionOf(call_).result;
    auto schema = arrow::ToArrowSchema({field});
    EXPECT_THAT(schema, IsOk());
    nanoarrow::UniqueArrayView view;
    ArrowError error = {};
    EXPECT_EQ(ArrowArrayViewInitFromSchema(view.get(), schema.value()->children[0], &error), 0);
    EXPECT_EQ(ArrowArrayViewSetArray(view.get(), result.value().get(), &error), 0) << error.message;
    EXPECT_EQ(ArrowArrayViewValidate(view.get(), NANOARROW_VALIDATION_LEVEL_FULL, &error), 0)
        << error.message;
    EXPECT_EQ(view->length, rows_);
    if (!field.nullable) {
      EXPECT_EQ(result.value()->null_count, 0);
    }
    std::vector<std::string> rows;
    rows.reserve(view->length);
    for (int64_t row = 0; row < view->length; ++row) {
      rows.push_back(Show(view.get(), row));
    }
    return rows;
  }

 private:
  void Add(const Argument& argument) {
    ArrowSchema type;
    ArrowArray array;
    if (argument.type == "null") {
      ArrowSchemaInitFromType(&type, NANOARROW_TYPE_NA);
      ArrowArrayInitFromType(&array, NANOARROW_TYPE_NA);
      array.length = array.null_count = static_cast<int64_t>(argument.rows);
    } else {
      auto schema = arrow::ParseSchemaText("x " + argument.type);
      auto builder = arrow::TableBuilder::Make(schema.value());
      for (size_t row = 0; row < argument.rows; ++row) {
        argument.append(builder.value(), row);
        builder.value().EndRow();
      }
      auto batch = builder.value().Finish();
      EXPECT_THAT(batch, IsOk());
      ArrowSchemaDeepCopy(builder.value().schema().children[0], &type);
      ArrowArrayMove(batch.value()->children[0], &array);
    }
    types_.push_back(type);
    arrays_.push_back(array);
  }

  engine::ScalarCall call_;
  std::vector<ArrowSchema> types_;
  std::vector<ArrowArray> arrays_;
  int64_t rows_ = 1;
  uint64_t scalars_ = 0;
};

std::vector<std::string> Evaluate(engine::ScalarCall call, const std::vector<Argument>& arguments) {
  return Call(call, arguments).Run();
}

using Rows = std::vector<std::string>;

TEST(NormaId, AgreesWithTheBuilder) {
  EXPECT_EQ(Evaluate(NormaId, {Scalar(Text({"file"})), NullType(2), Text({"a.py", std::nullopt})}),
            (Rows{IdBuilder("file").Null().Text("a.py").Build(),
                  IdBuilder("file").Null().Null().Build()}));
  EXPECT_EQ(Evaluate(NormaId, {Scalar(Text({"x"})), Int64({1, std::nullopt}), Bool({true, false}),
                               Binary({"a\xff", ""}), Scalar(Int64({-1}))}),
            (Rows{IdBuilder("x").Int(1).Bool(true).Binary("a\xff").Int(-1).Build(),
                  IdBuilder("x").Null().Bool(false).Binary("").Int(-1).Build()}));
  EXPECT_EQ(Evaluate(NormaId, {Scalar(Text({"x"}))}), (Rows{IdBuilder("x").Build()}));
  EXPECT_EQ(Evaluate(NormaId, {Text({"a", "b", "b"}), Scalar(Text({"p"}))}),
            (Rows{IdBuilder("a").Text("p").Build(), IdBuilder("b").Text("p").Build(),
                  IdBuilder("b").Text("p").Build()}));
}

TEST(NormaId, RefusesWhatIsNoKind) {
  for (const std::optional<std::string>& kind :
       std::vector<std::optional<std::string>>{"", "Upper", "a b", std::nullopt}) {
    EXPECT_THAT(Call(NormaId, {Scalar(Text({kind})), Text({"x"})}).Raw(),
                IsErrorWith(ErrorKind::kInvalidArgument, "the kind of an id"));
  }
  EXPECT_THAT(Call(NormaId, {Text({"a", std::nullopt})}).Raw(),
              IsErrorWith(ErrorKind::kInvalidArgument, "NULL"));
}

TEST(NormaIsId, KnowsTheForm) {
  const std::string id = IdBuilder("x").Build();
  EXPECT_EQ(
      Evaluate(IsIdKernel, {Text({id, std::nullopt, "", id + "A", id.substr(1),
                                  std::string(21, 'A') + "A", std::string(21, 'A') + "B",
                                  std::string(20, 'A') + " A", std::string(20, 'A') + "éA"})}),
      (Rows{"true", "NULL", "false", "false", "false", "true", "false", "false", "false"}));
  EXPECT_EQ(Evaluate(IsIdKernel, {Scalar(Text({id}))}), (Rows{"true"}));
}

TEST(StableHashes, TakeNullToNull) {
  EXPECT_EQ(Evaluate(StableHash64Kernel, {Text({"abc", std::nullopt, ""})}),
            (Rows{"6393727014797677913", "NULL", "7252660547403494068"}));
  EXPECT_EQ(Evaluate(StableHash128Kernel, {Text({"abc", std::nullopt})}),
            (Rows{"cf4ab791c62b8d2b2109c90275287816", "NULL"}));
  EXPECT_EQ(
      Evaluate(PrefixedHash64Kernel, {Scalar(Text({"qname"})), Text({"pkg.mod.f", std::nullopt})}),
      (Rows{"qname:7719475151745221352", "NULL"}));
  EXPECT_EQ(
      Evaluate(StableIdKernel, {Text({"file", std::nullopt}), Scalar(Text({"file\x1fsrc/a.py"}))}),
      (Rows{"file:87067f8296f4868525a59533d6fe464a", "NULL"}));
}

Rows Span(const std::string& adapter, const std::vector<Numbers>& n, const Bools& ok) {
  return Evaluate(SpanKernel, {Scalar(Text({adapter})), Int32(n[0]), Int32(n[1]), Int32(n[2]),
                               Int32(n[3]), Int64(n[4]), Int64(n[5]), Bool(ok)});
}

TEST(NormaSpan, TakesTheBasesOff) {
  const std::vector<Numbers> n = {{3}, {4}, {5}, {6}, {70}, {3000000000}};
  EXPECT_EQ(Span("treesitter", n, {true}),
            (Rows{"{70, 3000000000, true, {3, 4}, {5, 6}, 0, byte, true}"}));
  EXPECT_EQ(Span("cpython", n, {true}),
            (Rows{"{70, 3000000000, true, {2, 4}, {4, 6}, 0, utf8, true}"}));
  EXPECT_EQ(Span("cpython_error", n, {true}),
            (Rows{"{70, 3000000000, true, {2, 3}, {4, 5}, 0, utf32, true}"}));
  EXPECT_EQ(Span("cpython_error_utf8", n, {true}),
            (Rows{"{70, 3000000000, true, {2, 3}, {4, 5}, 0, utf8, true}"}));
  EXPECT_EQ(Span("scip_utf16", n, {true}),
            (Rows{"{70, 3000000000, true, {3, 4}, {5, 6}, 0, utf16, true}"}));
  EXPECT_EQ(Span("symtable", n, {false}),
            (Rows{"{70, 3000000000, false, {2, 4}, {4, 6}, 0, byte, true}"}));
}

TEST(NormaSpan, KeepsWhatIsNotKnownApart) {
  const auto no = std::nullopt;
  EXPECT_EQ(
      Span("cpython", {{no, 0, 1}, {no, 0, -1}, {no, 0, 2}, {no, 0, 0}, {no, no, 4}, {no, 9, no}},
           {no, false, false}),
      (Rows{"{NULL, NULL, false, {NULL, NULL}, {NULL, NULL}, 0, utf8, true}",
            "{NULL, NULL, false, {NULL, 0}, {NULL, 0}, 0, utf8, true}",
            "{NULL, NULL, false, {0, NULL}, {1, 0}, 0, utf8, true}"}));
}

TEST(NormaSpan, ReadsTheAdapterOfEachRow) {
  const Argument ones = Int32({1, 1, 1});
  const Argument bytes = Int64({1, 1, 1});
  EXPECT_EQ(Evaluate(SpanKernel, {Text({"scip_utf8", "cpython", "scip_utf32"}), ones, ones, ones,
                                  ones, bytes, bytes, Scalar(Bool({true}))}),
            (Rows{"{1, 1, true, {1, 1}, {1, 1}, 0, utf8, true}",
                  "{1, 1, true, {0, 1}, {0, 1}, 0, utf8, true}",
                  "{1, 1, true, {1, 1}, {1, 1}, 0, utf32, true}"}));
  EXPECT_THAT(Call(SpanKernel, {Scalar(Text({"nothing"})), ones, ones, ones, ones, bytes, bytes,
                                Scalar(Bool({true}))})
                  .Raw(),
              IsErrorWith(ErrorKind::kInvalidArgument, "no such adapter: nothing"));
  EXPECT_THAT(Call(SpanKernel, {Scalar(Text({std::nullopt})), ones, ones, ones, ones, bytes, bytes,
                                Scalar(Bool({true}))})
                  .Raw(),
              IsErrorWith(ErrorKind::kInvalidArgument, "no adapter"));
}

TEST(NormaSpan, ReadsSlices) {
  const Numbers n = {std::nullopt, 1, 2, std::nullopt, 4};
  Call call(SpanKernel,
            {Text({"x", "cpython", "treesitter", "cpython", "cpython"}), Int32(n), Int32(n),
             Int32(n), Int32(n), Int64(n), Int64(n), Bool({true, true, false, true, true})});
  call.Slice(2);
  EXPECT_EQ(call.Run(), (Rows{"{2, 2, false, {2, 2}, {2, 2}, 0, byte, true}",
                              "{NULL, NULL, true, {NULL, NULL}, {NULL, NULL}, 0, utf8, true}",
                              "{4, 4, true, {3, 4}, {3, 4}, 0, utf8, true}"}));
}

TEST(NormaSpanAttrs, SaysWhyASpanIsNotOk) {
  const Argument column = Scalar(Text({"span"}));
  EXPECT_EQ(Evaluate(SpanAttrsKernel, {column, Bool({true, false, false, false, std::nullopt}),
                                       Text({std::nullopt, "inside_character", "line_out_of_range",
                                             "line_only", std::nullopt})}),
            (Rows{"{}", "{span.outcome: snapped, span.reason: inside_character}",
                  "{span.outcome: out_of_range, span.reason: line_out_of_range}",
                  "{span.outcome: absent, span.reason: line_only}",
                  "{span.outcome: absent, span.reason: no_position}"}));
}

TEST(NormaSpanAttrs, TakesFurtherSpansAndEntries) {
  EXPECT_EQ(
      Evaluate(SpanAttrsKernel,
               {Scalar(Text({"span"})), Bool({true, false}), Text({std::nullopt, "line_only"}),
                Scalar(Text({"name_span"})), Bool({false, true}), Text({"no_position", "x"}),
                Scalar(Text({"a.key"})), Text({"value", std::nullopt}), Scalar(Text({"b"})),
                NullType(2), Scalar(Text({"a.key"})), Text({std::nullopt, "last"})}),
      (Rows{"{a.key: value, name_span.outcome: absent, name_span.reason: no_position}",
            "{a.key: last, span.outcome: absent, span.reason: line_only}"}));
  EXPECT_EQ(
      Evaluate(SpanAttrsKernel,
               {Scalar(Text({"span"})), Scalar(Bool({false})), Text({"line_only", "line_only"}),
                Scalar(Text({"span.reason"})), Text({"mine", std::nullopt})}),
      (Rows{"{span.outcome: absent, span.reason: mine}",
            "{span.outcome: absent, span.reason: line_only}"}));
}

TEST(NormaSpanAttrs, RefusesWhatDoesNotGroup) {
  for (const std::vector<Argument>& further :
       std::vector<std::vector<Argument>>{{Text({"key"})},
                                          {Bool({true}), Text({"x"})},
                                          {Text({"key"}), Int64({1})},
                                          {Text({"span"}), Bool({true})}}) {
    std::vector<Argument> arguments = {Text({"span"}), Bool({true}), Text({"x"})};
    arguments.insert(arguments.end(), further.begin(), further.end());
    EXPECT_THAT(Call(SpanAttrsKernel, arguments).Raw(),
                IsErrorWith(ErrorKind::kInvalidArgument, "arguments group as"));
  }
  EXPECT_THAT(Call(SpanAttrsKernel, {Text({std::nullopt}), Bool({false}), Text({"x"})}).Raw(),
              IsErrorWith(ErrorKind::kInvalidArgument, "NULL"));
}

TEST(NormaLineCol, FindsLines) {
  EXPECT_EQ(
      Evaluate(LineColKernel, {Scalar(Lists({{{0, 10, 12}}})),
                               Int64({0, 9, 10, 11, 12, 99, -1, std::nullopt, 3000000000})}),
      (Rows{"{0, 0}", "{0, 9}", "{1, 0}", "{1, 1}", "{2, 0}", "{2, 87}", "NULL", "NULL", "NULL"}));
  EXPECT_EQ(
      Evaluate(LineColKernel, {Lists({{{0}}, {{0, 3}}, std::nullopt, {std::vector<int64_t>()}}),
                               Scalar(Int64({4}))}),
      (Rows{"{0, 4}", "{1, 1}", "NULL", "NULL"}));
  Call sliced(LineColKernel, {Lists({{{0}}, {{0, 3}}, {{0, 2}}}), Scalar(Int64({4}))});
  sliced.Slice(1);
  EXPECT_EQ(sliced.Run(), (Rows{"{1, 1}", "{1, 2}"}));
}

TEST(Utf16, ConvertsWithinALine) {
  const Argument line = Scalar(Text({"aé😀b"}));
  EXPECT_EQ(Evaluate(ByteToUtf16Kernel, {line, Int64({0, 1, 2, 3, 5, 7, 8, 9, -1, std::nullopt})}),
            (Rows{"0", "1", "NULL", "2", "NULL", "4", "5", "NULL", "NULL", "NULL"}));
  EXPECT_EQ(Evaluate(Utf16ToByteKernel, {line, Int64({0, 1, 2, 3, 4, 5, 6, -1, std::nullopt})}),
            (Rows{"0", "1", "3", "NULL", "7", "8", "NULL", "NULL", "NULL"}));
  EXPECT_EQ(Evaluate(Utf16ToByteKernel, {Text({std::nullopt}), Int64({0})}), (Rows{"NULL"}));
}

TEST(ColToByte, ClampsAsItAlwaysDid) {
  const Argument line = Scalar(Text({"aé😀b\n"}));
  const auto run = [&](const Numbers& cols, const std::string& unit) {
    return Evaluate(ColToByteKernel, {line, Int64(cols), Scalar(Text({unit}))});
  };
  EXPECT_EQ(run({0, 1, 2, 3, 4, 5, 99, -1}, "utf32"),
            (Rows{"0", "1", "3", "7", "8", "9", "9", "0"}));
  EXPECT_EQ(run({2, 4, 3, 99, -1}, "UTF-16"), (Rows{"3", "7", "NULL", "9", "0"}));
  EXPECT_EQ(run({3, 2, 99}, "utf8"), (Rows{"3", "NULL", "9"}));
  EXPECT_EQ(run({2, -1, 99, std::nullopt}, "byte"), (Rows{"2", "0", "9", "NULL"}));
  EXPECT_EQ(run({1}, "ells"), (Rows{"NULL"}));
}

TEST(TypeText, IsThatOfTheExtractor) {
  EXPECT_EQ(Evaluate(TypeReprKernel, {Text({"Optional[ int ]", std::nullopt})}),
            (Rows{"int | None", "NULL"}));
  EXPECT_EQ(Evaluate(TypeFormKernel, {Text({"int | None", std::nullopt})}),
            (Rows{"optional", "NULL"}));
}

TEST(NormaFunctions, TakeNoRows) {
  for (const engine::ScalarFunction& function : NormaFunctions()) {
    SCOPED_TRACE(function.name);
    std::vector<Argument> arguments;
    for (const arrow::Field& field : function.arguments) {
      arguments.push_back(field.type == arrow::TypeKind::kText    ? Text({})
                          : field.type == arrow::TypeKind::kInt32 ? Int32({})
                          : field.type == arrow::TypeKind::kInt64 ? Int64({})
                          : field.type == arrow::TypeKind::kBool  ? Bool({})
                                                                  : Lists({}));
    }
    EXPECT_EQ(Evaluate(function.call, arguments), Rows());
  }
}

TEST(NormaFunctions, TakeNulls) {
  for (const engine::ScalarFunction& function : NormaFunctions()) {
    SCOPED_TRACE(function.name);
    std::vector<Argument> arguments;
    for (const arrow::Field& field : function.arguments) {
      const auto no = std::nullopt;
      arguments.push_back(field.type == arrow::TypeKind::kText    ? Text({no, no})
                          : field.type == arrow::TypeKind::kInt32 ? Int32({no, no})
                          : field.type == arrow::TypeKind::kInt64 ? Int64({no, no})
                          : field.type == arrow::TypeKind::kBool  ? Bool({no, no})
                                                                  : Lists({no, no}));
    }
    const Rows rows = Evaluate(function.call, arguments);
    if (function.result.nullable) {
      EXPECT_EQ(rows, (Rows{"NULL", "NULL"}));
    } else if (function.name == "norma_span") {
      EXPECT_EQ(rows[1], "{NULL, NULL, false, {NULL, NULL}, {NULL, NULL}, 0, byte, true}");
    } else {
      EXPECT_THAT(rows, testing::ElementsAre(HasSubstr("error: ")));
    }
  }
}

TEST(NormaFunctions, AreDescribed) {
  for (const engine::ScalarFunction& function : NormaFunctions()) {
    EXPECT_THAT(function.description, HasSubstr("Example: " + function.name + "("));
    EXPECT_THAT(function.syntax, testing::StartsWith(function.name + "("));
    EXPECT_EQ(function.volatility, engine::Volatility::kImmutable);
  }
}

}  // namespace
}  // namespace norma::functions
