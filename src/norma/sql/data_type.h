#pragma once

/// \file
/// Types of values: the Arrow types, one to one, as plain values.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "norma/base/result.h"

namespace norma::sql {

/// The Arrow types. Append only: the order is not stored, but tests list it.
enum class TypeKind : uint8_t {
  kNull,
  kBoolean,
  kInt8,
  kInt16,
  kInt32,
  kInt64,
  kUInt8,
  kUInt16,
  kUInt32,
  kUInt64,
  kFloat16,
  kFloat32,
  kFloat64,
  kDate32,
  kDate64,
  kBinary,
  kLargeBinary,
  kBinaryView,
  kUtf8,
  kLargeUtf8,
  kUtf8View,
  kTimestamp,
  kTime32,
  kTime64,
  kDuration,
  kInterval,
  kFixedSizeBinary,
  kDecimal32,
  kDecimal64,
  kDecimal128,
  kDecimal256,
  kList,
  kListView,
  kLargeList,
  kLargeListView,
  kFixedSizeList,
  kStruct,
  kUnion,
  kDictionary,
  kMap,
  kRunEndEncoded,
};

enum class TimeUnit : uint8_t { kSecond, kMillisecond, kMicrosecond, kNanosecond };
enum class IntervalUnit : uint8_t { kYearMonth, kDayTime, kMonthDayNano };

/// How deep types may nest in text: `List(List(Utf8))` has three levels.
inline constexpr int kMaxTypeLevels = 16;

struct TypeField;

/// One Arrow type with everything that belongs to it: nested names and nullability, units,
/// precision, time zone. Field metadata and the names of list items and map entries are no part of
/// a type, so `List(Utf8, field: 'element')` equals `List(Utf8)`.
///
/// A plain value: two words, cheap to copy, safe to read from any thread.
class DataType {
 public:
  /// The type Null.
  DataType() = default;

  static DataType Null() { return DataType(TypeKind::kNull); }
  static DataType Boolean() { return DataType(TypeKind::kBoolean); }
  static DataType Int32() { return DataType(TypeKind::kInt32); }
  static DataType Int64() { return DataType(TypeKind::kInt64); }
  static DataType UInt64() { return DataType(TypeKind::kUInt64); }
  static DataType Float32() { return DataType(TypeKind::kFloat32); }
  static DataType Float64() { return DataType(TypeKind::kFloat64); }
  static DataType Binary() { return DataType(TypeKind::kBinary); }
  static DataType Utf8() { return DataType(TypeKind::kUtf8); }

  /// A type without parameters. \pre `kind` comes before kTimestamp in TypeKind.
  static DataType Simple(TypeKind kind) { return DataType(kind); }
  /// An empty zone means none. \pre kTime32 has s or ms, kTime64 µs or ns; only kTimestamp a zone.
  static DataType Temporal(TypeKind kind, TimeUnit unit, std::string timezone = {});
  static DataType Interval(IntervalUnit unit);
  static DataType FixedSizeBinary(int32_t bytes);
  /// \pre `kind` is one of the four decimal kinds.
  static DataType Decimal(TypeKind kind, uint8_t precision, int8_t scale);

  static DataType List(DataType item, bool item_nullable = true);
  /// \pre `kind` is one of the five list kinds; `size` counts for kFixedSizeList only.
  static DataType ListOf(TypeKind kind, DataType item, bool item_nullable = true, int32_t size = 0);
  /// The order of the fields is part of the type.
  static DataType Struct(std::vector<TypeField> fields);
  /// Keys are never NULL.
  static DataType Map(DataType key, DataType value, bool value_nullable = true,
                      bool keys_sorted = false);
  static DataType Dictionary(DataType key, DataType value);
  static DataType RunEndEncoded(TypeField run_ends, TypeField values);
  /// \pre as many ids as fields.
  static DataType Union(bool dense, std::vector<int8_t> ids, std::vector<TypeField> fields);

  /// Reads the text form, with the older spellings that DataFusion's `arrow_cast` reads too.
  ///
  /// \return kInvalidArgument with the place that cannot be read; kLimitExceeded beyond
  ///     kMaxTypeLevels.
  static Result<DataType> Parse(std::string_view text);

  /// Prints exactly what arrow-rs prints and `arrow_cast` reads: `Utf8`, `Timestamp(µs)`,
  /// `List(Int64)`, `Struct("bstart": Int64, "ok": non-null Boolean)`,
  /// `Map("entries": non-null Struct("key": non-null Utf8, "value": Utf8), unsorted)`.
  std::string ToString() const;

  TypeKind kind() const { return kind_; }
  /// What the type is made of: one item of a list, the fields of a struct or union, key and value
  /// of a map or dictionary, run ends and values. Empty for all others.
  std::span<const TypeField> fields() const;
  TimeUnit time_unit() const;
  IntervalUnit interval_unit() const;
  std::string_view timezone() const;
  int32_t size() const;
  uint8_t precision() const;
  int8_t scale() const;
  bool keys_sorted() const;
  bool dense() const;
  std::span<const int8_t> union_ids() const;
  /// Levels of nesting, 1 for a type without children.
  int levels() const;

  bool is_integer() const { return kind_ >= TypeKind::kInt8 && kind_ <= TypeKind::kUInt64; }
  bool is_float() const { return kind_ >= TypeKind::kFloat16 && kind_ <= TypeKind::kFloat64; }
  bool is_decimal() const {
    return kind_ >= TypeKind::kDecimal32 && kind_ <= TypeKind::kDecimal256;
  }
  bool is_numeric() const { return is_integer() || is_float() || is_decimal(); }
  bool is_list() const { return kind_ >= TypeKind::kList && kind_ <= TypeKind::kFixedSizeList; }
  bool is_text() const { return kind_ >= TypeKind::kUtf8 && kind_ <= TypeKind::kUtf8View; }
  /// Whether ORDER BY can compare its values: no map and no union, at no level.
  bool is_orderable() const;

  friend bool operator==(const DataType& left, const DataType& right);

 private:
  struct Parameters;

  explicit DataType(TypeKind kind) : kind_(kind) {}
  DataType(TypeKind kind, Parameters parameters);

  TypeKind kind_ = TypeKind::kNull;
  std::shared_ptr<const Parameters> parameters_;  // null for types without parameters
};

/// A field of a struct or union, or the item of a list.
struct TypeField {
  std::string name;
  DataType type;
  bool nullable = true;

  friend bool operator==(const TypeField&, const TypeField&) = default;
};

/// A type and whether NULL is one of its values: what an argument or a result is.
struct TypedSlot {
  DataType type;
  bool nullable = true;

  friend bool operator==(const TypedSlot&, const TypedSlot&) = default;
};

}  // namespace norma::sql
