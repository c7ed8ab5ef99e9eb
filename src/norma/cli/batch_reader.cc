#include "norma/cli/batch_reader.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <iterator>
#include <limits>
#include <optional>
#include <string_view>

#include "norma/base/json.h"
#include "norma/base/unicode.h"

namespace norma::cli {
namespace {

/// The type in SQL's words; nothing when values of it cannot be printed.
std::optional<std::string> TypeText(const ArrowSchema& schema) {
  ArrowSchemaView view;
  if (ArrowSchemaViewInit(&view, &schema, nullptr) != NANOARROW_OK) {
    return std::nullopt;
  }
  switch (view.type) {
    case NANOARROW_TYPE_NA:
      return "NULL";
    case NANOARROW_TYPE_BOOL:
      return "BOOLEAN";
    case NANOARROW_TYPE_INT8:
      return "TINYINT";
    case NANOARROW_TYPE_INT16:
      return "SMALLINT";
    case NANOARROW_TYPE_INT32:
      return "INT";
    case NANOARROW_TYPE_INT64:
      return "BIGINT";
    case NANOARROW_TYPE_UINT8:
      return "TINYINT UNSIGNED";
    case NANOARROW_TYPE_UINT16:
      return "SMALLINT UNSIGNED";
    case NANOARROW_TYPE_UINT32:
      return "INT UNSIGNED";
    case NANOARROW_TYPE_UINT64:
      return "BIGINT UNSIGNED";
    case NANOARROW_TYPE_HALF_FLOAT:
    case NANOARROW_TYPE_FLOAT:
      return "REAL";
    case NANOARROW_TYPE_DOUBLE:
      return "DOUBLE";
    case NANOARROW_TYPE_STRING:
    case NANOARROW_TYPE_LARGE_STRING:
    case NANOARROW_TYPE_STRING_VIEW:
      return "VARCHAR";
    case NANOARROW_TYPE_BINARY:
    case NANOARROW_TYPE_LARGE_BINARY:
    case NANOARROW_TYPE_BINARY_VIEW:
    case NANOARROW_TYPE_FIXED_SIZE_BINARY:
      return "BYTEA";
    case NANOARROW_TYPE_DATE32:
    case NANOARROW_TYPE_DATE64:
      return "DATE";
    case NANOARROW_TYPE_TIME32:
    case NANOARROW_TYPE_TIME64:
      return "TIME";
    case NANOARROW_TYPE_TIMESTAMP:
      return view.timezone != nullptr && *view.timezone != '\0' ? "TIMESTAMPTZ" : "TIMESTAMP";
    case NANOARROW_TYPE_DECIMAL32:
    case NANOARROW_TYPE_DECIMAL64:
    case NANOARROW_TYPE_DECIMAL128:
    case NANOARROW_TYPE_DECIMAL256:
      return fmt::format("DECIMAL({}, {})", view.decimal_precision, view.decimal_scale);
    case NANOARROW_TYPE_DICTIONARY:
      return TypeText(*schema.dictionary);
    case NANOARROW_TYPE_LIST:
    case NANOARROW_TYPE_LARGE_LIST:
    case NANOARROW_TYPE_FIXED_SIZE_LIST: {
      const std::optional<std::string> item = TypeText(*schema.children[0]);
      return item.has_value() ? std::optional(*item + "[]") : std::nullopt;
    }
    case NANOARROW_TYPE_MAP: {
      const ArrowSchema& entry = *schema.children[0];
      const std::optional<std::string> key = TypeText(*entry.children[0]);
      const std::optional<std::string> value = TypeText(*entry.children[1]);
      return key.has_value() && value.has_value()
                 ? std::optional(fmt::format("MAP({}, {})", *key, *value))
                 : std::nullopt;
    }
    case NANOARROW_TYPE_STRUCT: {
      std::string text;
      for (int64_t i = 0; i < schema.n_children; ++i) {
        const std::optional<std::string> field = TypeText(*schema.children[i]);
        if (!field.has_value()) {
          return std::nullopt;
        }
        text += fmt::format("{}{} {}", i == 0 ? "" : ", ", schema.children[i]->name, *field);
      }
      return fmt::format("STRUCT({})", text);
    }
    case NANOARROW_TYPE_UNINITIALIZED:
    case NANOARROW_TYPE_INTERVAL_MONTHS:
    case NANOARROW_TYPE_INTERVAL_DAY_TIME:
    case NANOARROW_TYPE_INTERVAL_MONTH_DAY_NANO:
    case NANOARROW_TYPE_SPARSE_UNION:
    case NANOARROW_TYPE_DENSE_UNION:
    case NANOARROW_TYPE_EXTENSION:
    case NANOARROW_TYPE_DURATION:
    case NANOARROW_TYPE_RUN_END_ENCODED:
    case NANOARROW_TYPE_LIST_VIEW:
    case NANOARROW_TYPE_LARGE_LIST_VIEW:
      return std::nullopt;
  }
  return std::nullopt;
}

bool IsNumber(ArrowType type) {
  switch (type) {
    case NANOARROW_TYPE_INT8:
    case NANOARROW_TYPE_INT16:
    case NANOARROW_TYPE_INT32:
    case NANOARROW_TYPE_INT64:
    case NANOARROW_TYPE_UINT8:
    case NANOARROW_TYPE_UINT16:
    case NANOARROW_TYPE_UINT32:
    case NANOARROW_TYPE_UINT64:
    case NANOARROW_TYPE_HALF_FLOAT:
    case NANOARROW_TYPE_FLOAT:
    case NANOARROW_TYPE_DOUBLE:
    case NANOARROW_TYPE_DECIMAL32:
    case NANOARROW_TYPE_DECIMAL64:
    case NANOARROW_TYPE_DECIMAL128:
    case NANOARROW_TYPE_DECIMAL256:
      return true;
    default:
      return false;
  }
}

int64_t UnitsPerSecond(ArrowTimeUnit unit) {
  switch (unit) {
    case NANOARROW_TIME_UNIT_SECOND:
      return 1;
    case NANOARROW_TIME_UNIT_MILLI:
      return 1'000;
    case NANOARROW_TIME_UNIT_MICRO:
      return 1'000'000;
    case NANOARROW_TIME_UNIT_NANO:
      return 1'000'000'000;
  }
  return 1;
}

void AppendDate(int64_t days, std::string& out) {
  // chrono's years end at 32,767; what lies beyond is printed as the number it is.
  constexpr int64_t kMaxDays = 11'000'000;
  if (days > kMaxDays || days < -kMaxDays) {
    fmt::format_to(std::back_inserter(out), "{} days", days);
    return;
  }
  const std::chrono::year_month_day date{
      std::chrono::sys_days{std::chrono::days(static_cast<int>(days))}};
  fmt::format_to(std::back_inserter(out), "{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                 static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

/// Appends a time of day, with a fraction when there is one.
void AppendTime(int64_t units, int64_t per_second, std::string& out) {
  const int64_t seconds = units / per_second;
  fmt::format_to(std::back_inserter(out), "{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60,
                 seconds % 60);
  if (const int64_t fraction = units % per_second; fraction != 0) {
    const auto digits = static_cast<int>(std::lround(std::log10(static_cast<double>(per_second))));
    fmt::format_to(std::back_inserter(out), ".{:0{}}", fraction, digits);
  }
}

void AppendTimestamp(int64_t units, const ArrowSchemaView& type, std::string& out) {
  const int64_t per_second = UnitsPerSecond(type.time_unit);
  const int64_t per_day = per_second * 86'400;
  int64_t days = units / per_day;
  int64_t rest = units % per_day;
  if (rest < 0) {
    --days;
    rest += per_day;
  }
  AppendDate(days, out);
  out.push_back('T');
  AppendTime(rest, per_second, out);
  if (type.timezone != nullptr && *type.timezone != '\0') {
    out.push_back('Z');  // Arrow stores what has a zone in UTC
  }
}

template <typename Number>
void AppendNumber(Number value, bool is_json, std::string& out) {
  if (std::isfinite(value)) {
    fmt::format_to(std::back_inserter(out), "{}", value);
    return;
  }
  const std::string_view quote = is_json ? "\"" : "";
  const std::string_view name = std::isnan(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
  fmt::format_to(std::back_inserter(out), "{}{}{}", quote, name, quote);
}

enum class Form { kText, kJson };

void AppendValue(const ArrowSchema& schema, const ArrowArrayView& view, int64_t row, Form form,
                 std::string& out);

void AppendList(const ArrowSchema& schema, const ArrowArrayView& view, int64_t begin, int64_t end,
                std::string& out) {
  out.push_back('[');
  for (int64_t i = begin; i < end; ++i) {
    out += i == begin ? "" : ",";
    AppendValue(*schema.children[0], *view.children[0], i, Form::kJson, out);
  }
  out.push_back(']');
}

void AppendStruct(const ArrowSchema& schema, const ArrowArrayView& view, int64_t row,
                  std::string& out) {
  out.push_back('{');
  for (int64_t i = 0; i < schema.n_children; ++i) {
    out += i == 0 ? "" : ",";
    AppendJsonString(schema.children[i]->name, out);
    out.push_back(':');
    AppendValue(*schema.children[i], *view.children[i], view.offset + row, Form::kJson, out);
  }
  out.push_back('}');
}

/// A JSON object; keys that are no text are printed as one.
void AppendMap(const ArrowSchema& schema, const ArrowArrayView& view, int64_t row,
               std::string& out) {
  const ArrowSchema& entry = *schema.children[0];
  const ArrowArrayView& entries = *view.children[0];
  const int64_t begin = ArrowArrayViewListChildOffset(&view, row);
  const int64_t end = ArrowArrayViewListChildOffset(&view, row + 1);
  out.push_back('{');
  for (int64_t i = begin; i < end; ++i) {
    out += i == begin ? "" : ",";
    std::string key;
    AppendValue(*entry.children[0], *entries.children[0], entries.offset + i, Form::kText, key);
    AppendJsonString(key, out);
    out.push_back(':');
    AppendValue(*entry.children[1], *entries.children[1], entries.offset + i, Form::kJson, out);
  }
  out.push_back('}');
}

void AppendDecimal(const ArrowSchemaView& type, const ArrowArrayView& view, int64_t row,
                   std::string& out) {
  ArrowDecimal decimal;
  ArrowDecimalInit(&decimal, type.decimal_bitwidth, type.decimal_precision, type.decimal_scale);
  ArrowArrayViewGetDecimalUnsafe(&view, row, &decimal);
  nanoarrow::UniqueBuffer digits;
  if (ArrowDecimalAppendStringToBuffer(&decimal, digits.get()) == NANOARROW_OK) {
    out.append(reinterpret_cast<const char*>(digits->data),
               static_cast<size_t>(digits->size_bytes));
  }
}

void AppendBytes(const ArrowArrayView& view, int64_t row, std::string& out) {
  const ArrowBufferView bytes = ArrowArrayViewGetBytesUnsafe(&view, row);
  for (int64_t i = 0; i < bytes.size_bytes; ++i) {
    fmt::format_to(std::back_inserter(out), "{:02x}", bytes.data.as_uint8[i]);
  }
}

/// Appends what is plain text without quotes: times, dates, bytes, strings.
void AppendPlain(const ArrowSchemaView& type, const ArrowArrayView& view, int64_t row,
                 std::string& out) {
  switch (type.type) {
    case NANOARROW_TYPE_STRING:
    case NANOARROW_TYPE_LARGE_STRING:
    case NANOARROW_TYPE_STRING_VIEW: {
      const ArrowStringView text = ArrowArrayViewGetStringUnsafe(&view, row);
      out.append(text.data, static_cast<size_t>(text.size_bytes));
      return;
    }
    case NANOARROW_TYPE_DATE32:
      return AppendDate(ArrowArrayViewGetIntUnsafe(&view, row), out);
    case NANOARROW_TYPE_DATE64: {
      constexpr int64_t kMsPerDay = 86'400'000;
      const int64_t ms = ArrowArrayViewGetIntUnsafe(&view, row);
      return AppendDate(ms / kMsPerDay - (ms % kMsPerDay < 0 ? 1 : 0), out);
    }
    case NANOARROW_TYPE_TIME32:
    case NANOARROW_TYPE_TIME64:
      return AppendTime(ArrowArrayViewGetIntUnsafe(&view, row), UnitsPerSecond(type.time_unit),
                        out);
    case NANOARROW_TYPE_TIMESTAMP:
      return AppendTimestamp(ArrowArrayViewGetIntUnsafe(&view, row), type, out);
    default:
      return AppendBytes(view, row, out);
  }
}

void AppendValue(const ArrowSchema& schema, const ArrowArrayView& view, int64_t row, Form form,
                 std::string& out) {
  if (ArrowArrayViewIsNull(&view, row) != 0) {
    out += form == Form::kJson ? "null" : "";
    return;
  }
  ArrowSchemaView type;
  // The schema was read before: Make() refuses what this cannot read.
  if (ArrowSchemaViewInit(&type, &schema, nullptr) != NANOARROW_OK) {
    return;
  }
  switch (type.type) {
    case NANOARROW_TYPE_BOOL:
      out += ArrowArrayViewGetIntUnsafe(&view, row) != 0 ? "true" : "false";
      return;
    case NANOARROW_TYPE_UINT64:
      fmt::format_to(std::back_inserter(out), "{}", ArrowArrayViewGetUIntUnsafe(&view, row));
      return;
    case NANOARROW_TYPE_HALF_FLOAT:
    case NANOARROW_TYPE_FLOAT:
      return AppendNumber(static_cast<float>(ArrowArrayViewGetDoubleUnsafe(&view, row)),
                          form == Form::kJson, out);
    case NANOARROW_TYPE_DOUBLE:
      return AppendNumber(ArrowArrayViewGetDoubleUnsafe(&view, row), form == Form::kJson, out);
    case NANOARROW_TYPE_DECIMAL32:
    case NANOARROW_TYPE_DECIMAL64:
    case NANOARROW_TYPE_DECIMAL128:
    case NANOARROW_TYPE_DECIMAL256:
      return AppendDecimal(type, view, row, out);
    case NANOARROW_TYPE_DICTIONARY:
      return AppendValue(*schema.dictionary, *view.dictionary,
                         ArrowArrayViewGetIntUnsafe(&view, row), form, out);
    case NANOARROW_TYPE_LIST:
    case NANOARROW_TYPE_LARGE_LIST:
      return AppendList(schema, view, ArrowArrayViewListChildOffset(&view, row),
                        ArrowArrayViewListChildOffset(&view, row + 1), out);
    case NANOARROW_TYPE_FIXED_SIZE_LIST: {
      const int64_t begin = (view.offset + row) * type.fixed_size;
      return AppendList(schema, view, begin, begin + type.fixed_size, out);
    }
    case NANOARROW_TYPE_STRUCT:
      return AppendStruct(schema, view, row, out);
    case NANOARROW_TYPE_MAP:
      return AppendMap(schema, view, row, out);
    default:
      break;
  }
  if (IsNumber(type.type)) {
    fmt::format_to(std::back_inserter(out), "{}", ArrowArrayViewGetIntUnsafe(&view, row));
  } else if (form == Form::kText) {
    AppendPlain(type, view, row, out);
  } else {
    std::string text;
    AppendPlain(type, view, row, text);
    AppendJsonString(text, out);
  }
}

}  // namespace

Result<BatchReader> BatchReader::Make(const ArrowSchema& schema) {
  BatchReader reader;
  reader.schema_ = &schema;
  for (int64_t i = 0; i < schema.n_children; ++i) {
    const ArrowSchema& child = *schema.children[i];
    const std::optional<std::string> type = TypeText(child);
    const std::string name = child.name == nullptr ? "" : child.name;
    if (!type.has_value()) {
      return Error{ErrorKind::kUnsupported,
                   fmt::format("values of this type cannot be printed, cast them to VARCHAR: {}",
                               EscapeForMessage(name))};
    }
    ArrowSchemaView view;
    const bool is_read = ArrowSchemaViewInit(&view, &child, nullptr) == NANOARROW_OK;
    reader.columns_.push_back(
        {.name = name, .type = *type, .is_number = is_read && IsNumber(view.type)});
  }
  ArrowError error;
  if (ArrowArrayViewInitFromSchema(reader.view_.get(), &schema, &error) != NANOARROW_OK) {
    return Error{ErrorKind::kInternal,
                 fmt::format("the schema of a result cannot be read: {}", error.message)};
  }
  return reader;
}

Status BatchReader::SetBatch(const ArrowArray& batch) {
  ArrowError error;
  if (ArrowArrayViewSetArray(view_.get(), &batch, &error) != NANOARROW_OK) {
    return Error{ErrorKind::kInternal,
                 fmt::format("a batch of a result cannot be read: {}", error.message)};
  }
  return {};
}

bool BatchReader::IsNull(size_t column, int64_t row) const {
  return ArrowArrayViewIsNull(view_->children[column], view_->offset + row) != 0;
}

void BatchReader::AppendText(size_t column, int64_t row, std::string& out) const {
  const auto index = static_cast<int64_t>(column);
  AppendValue(*schema_->children[index], *view_->children[index], view_->offset + row, Form::kText,
              out);
}

void BatchReader::AppendJson(size_t column, int64_t row, std::string& out) const {
  const auto index = static_cast<int64_t>(column);
  AppendValue(*schema_->children[index], *view_->children[index], view_->offset + row, Form::kJson,
              out);
}

}  // namespace norma::cli
