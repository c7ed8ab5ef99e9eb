#include "norma/sql/data_type.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace norma::sql {
namespace {

// In the order of TypeKind.
constexpr std::array<std::string_view, 41> kKindNames = {
    "Null",       "Boolean",       "Int8",
    "Int16",      "Int32",         "Int64",
    "UInt8",      "UInt16",        "UInt32",
    "UInt64",     "Float16",       "Float32",
    "Float64",    "Date32",        "Date64",
    "Binary",     "LargeBinary",   "BinaryView",
    "Utf8",       "LargeUtf8",     "Utf8View",
    "Timestamp",  "Time32",        "Time64",
    "Duration",   "Interval",      "FixedSizeBinary",
    "Decimal32",  "Decimal64",     "Decimal128",
    "Decimal256", "List",          "ListView",
    "LargeList",  "LargeListView", "FixedSizeList",
    "Struct",     "Union",         "Dictionary",
    "Map",        "RunEndEncoded"};
static_assert(kKindNames.size() == static_cast<size_t>(TypeKind::kRunEndEncoded) + 1);

constexpr std::array<std::string_view, 4> kTimeUnitNames = {"s", "ms", "µs", "ns"};
constexpr std::array<std::string_view, 3> kIntervalUnitNames = {"YearMonth", "DayTime",
                                                                "MonthDayNano"};

void PrintQuoted(std::string_view text, std::string& out) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
    }
    out += c;
  }
  out += '"';
}

void Print(const DataType& type, std::string& out);

void PrintSlot(const TypeField& field, std::string& out) {
  out += field.nullable ? "" : "non-null ";
  Print(field.type, out);
}

void PrintField(const TypeField& field, std::string& out) {
  PrintQuoted(field.name, out);
  out += ": ";
  PrintSlot(field, out);
}

void PrintParameters(const DataType& type, std::string& out) {
  const auto fields = type.fields();
  switch (type.kind()) {
    case TypeKind::kTimestamp:
    case TypeKind::kTime32:
    case TypeKind::kTime64:
    case TypeKind::kDuration:
      out += kTimeUnitNames.at(static_cast<size_t>(type.time_unit()));
      if (!type.timezone().empty()) {
        out += ", ";
        PrintQuoted(type.timezone(), out);
      }
      return;
    case TypeKind::kInterval:
      out += kIntervalUnitNames.at(static_cast<size_t>(type.interval_unit()));
      return;
    case TypeKind::kFixedSizeBinary:
      out += fmt::format("{}", type.size());
      return;
    case TypeKind::kDecimal32:
    case TypeKind::kDecimal64:
    case TypeKind::kDecimal128:
    case TypeKind::kDecimal256:
      out += fmt::format("{}, {}", type.precision(), type.scale());
      return;
    case TypeKind::kFixedSizeList:
      out += fmt::format("{} x ", type.size());
      PrintSlot(fields[0], out);
      return;
    case TypeKind::kList:
    case TypeKind::kListView:
    case TypeKind::kLargeList:
    case TypeKind::kLargeListView:
      PrintSlot(fields[0], out);
      return;
    case TypeKind::kStruct:
      for (size_t i = 0; i < fields.size(); ++i) {
        out += i == 0 ? "" : ", ";
        PrintField(fields[i], out);
      }
      return;
    case TypeKind::kUnion:
      out += type.dense() ? "Dense" : "Sparse";
      for (size_t i = 0; i < fields.size(); ++i) {
        out += fmt::format(", {}: (", type.union_ids()[i]);
        PrintField(fields[i], out);
        out += ')';
      }
      return;
    case TypeKind::kDictionary:
      Print(fields[0].type, out);
      out += ", ";
      Print(fields[1].type, out);
      return;
    case TypeKind::kMap:
      out += R"("entries": non-null Struct()";
      PrintField(fields[0], out);
      out += ", ";
      PrintField(fields[1], out);
      out += type.keys_sorted() ? "), sorted" : "), unsorted";
      return;
    case TypeKind::kRunEndEncoded:
      PrintField(fields[0], out);
      out += ", ";
      PrintField(fields[1], out);
      return;
    default:
      return;  // Print() calls this only for the kinds above.
  }
}

void Print(const DataType& type, std::string& out) {
  out += kKindNames.at(static_cast<size_t>(type.kind()));
  if (type.kind() >= TypeKind::kTimestamp) {
    out += '(';
    PrintParameters(type, out);
    out += ')';
  }
}

}  // namespace

struct DataType::Parameters {
  std::vector<TypeField> fields;
  TimeUnit time_unit = TimeUnit::kSecond;
  IntervalUnit interval_unit = IntervalUnit::kYearMonth;
  std::string timezone;
  int32_t size = 0;
  uint8_t precision = 0;
  int8_t scale = 0;
  bool keys_sorted = false;
  bool dense = false;
  std::vector<int8_t> union_ids;
  int levels = 1;

  friend bool operator==(const Parameters&, const Parameters&) = default;
};

DataType::DataType(TypeKind kind, Parameters parameters) : kind_(kind) {
  for (const TypeField& field : parameters.fields) {
    parameters.levels = std::max(parameters.levels, field.type.levels() + 1);
  }
  parameters_ = std::make_shared<const Parameters>(std::move(parameters));
}

DataType DataType::Temporal(TypeKind kind, TimeUnit unit, std::string timezone) {
  return DataType(kind, Parameters{.time_unit = unit, .timezone = std::move(timezone)});
}

DataType DataType::Interval(IntervalUnit unit) {
  return DataType(TypeKind::kInterval, Parameters{.interval_unit = unit});
}

DataType DataType::FixedSizeBinary(int32_t bytes) {
  return DataType(TypeKind::kFixedSizeBinary, Parameters{.size = bytes});
}

DataType DataType::Decimal(TypeKind kind, uint8_t precision, int8_t scale) {
  return DataType(kind, Parameters{.precision = precision, .scale = scale});
}

DataType DataType::List(DataType item, bool item_nullable) {
  return ListOf(TypeKind::kList, std::move(item), item_nullable);
}

DataType DataType::ListOf(TypeKind kind, DataType item, bool item_nullable, int32_t size) {
  return DataType(kind,
                  Parameters{.fields = {{"item", std::move(item), item_nullable}}, .size = size});
}

DataType DataType::Struct(std::vector<TypeField> fields) {
  return DataType(TypeKind::kStruct, Parameters{.fields = std::move(fields)});
}

DataType DataType::Map(DataType key, DataType value, bool value_nullable, bool keys_sorted) {
  return DataType(TypeKind::kMap,
                  Parameters{.fields = {{"key", std::move(key), false},
                                        {"value", std::move(value), value_nullable}},
                             .keys_sorted = keys_sorted});
}

DataType DataType::Dictionary(DataType key, DataType value) {
  return DataType(TypeKind::kDictionary,
                  Parameters{.fields = {{"key", std::move(key)}, {"value", std::move(value)}}});
}

DataType DataType::RunEndEncoded(TypeField run_ends, TypeField values) {
  return DataType(TypeKind::kRunEndEncoded,
                  Parameters{.fields = {std::move(run_ends), std::move(values)}});
}

DataType DataType::Union(bool dense, std::vector<int8_t> ids, std::vector<TypeField> fields) {
  return DataType(
      TypeKind::kUnion,
      Parameters{.fields = std::move(fields), .dense = dense, .union_ids = std::move(ids)});
}

std::string DataType::ToString() const {
  std::string out;
  Print(*this, out);
  return out;
}

std::span<const TypeField> DataType::fields() const {
  return parameters_ == nullptr ? std::span<const TypeField>() : parameters_->fields;
}

TimeUnit DataType::time_unit() const {
  return parameters_ == nullptr ? TimeUnit::kSecond : parameters_->time_unit;
}

IntervalUnit DataType::interval_unit() const {
  return parameters_ == nullptr ? IntervalUnit::kYearMonth : parameters_->interval_unit;
}

std::string_view DataType::timezone() const {
  return parameters_ == nullptr ? std::string_view() : parameters_->timezone;
}

int32_t DataType::size() const { return parameters_ == nullptr ? 0 : parameters_->size; }

uint8_t DataType::precision() const {
  return parameters_ == nullptr ? uint8_t{0} : parameters_->precision;
}

int8_t DataType::scale() const { return parameters_ == nullptr ? int8_t{0} : parameters_->scale; }

bool DataType::keys_sorted() const { return parameters_ != nullptr && parameters_->keys_sorted; }

bool DataType::dense() const { return parameters_ != nullptr && parameters_->dense; }

std::span<const int8_t> DataType::union_ids() const {
  return parameters_ == nullptr ? std::span<const int8_t>() : parameters_->union_ids;
}

int DataType::levels() const { return parameters_ == nullptr ? 1 : parameters_->levels; }

bool DataType::is_orderable() const {
  if (kind_ == TypeKind::kMap || kind_ == TypeKind::kUnion) {
    return false;
  }
  return std::ranges::all_of(fields(), [](const TypeField& f) { return f.type.is_orderable(); });
}

bool operator==(const DataType& left, const DataType& right) {
  if (left.kind_ != right.kind_) {
    return false;
  }
  if (left.parameters_ == right.parameters_) {
    return true;
  }
  return left.parameters_ != nullptr && right.parameters_ != nullptr &&
         *left.parameters_ == *right.parameters_;
}

}  // namespace norma::sql
