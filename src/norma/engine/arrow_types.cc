#include "norma/engine/arrow_types.h"

#include <fmt/format.h>

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace norma::engine {
namespace {

using sql::DataType;
using sql::TypeKind;

/// Formats of the Arrow C interface for types without parameters.
constexpr auto kSimpleFormats = std::to_array<std::pair<std::string_view, TypeKind>>({
    {"n", TypeKind::kNull},        {"b", TypeKind::kBoolean},  {"c", TypeKind::kInt8},
    {"C", TypeKind::kUInt8},       {"s", TypeKind::kInt16},    {"S", TypeKind::kUInt16},
    {"i", TypeKind::kInt32},       {"I", TypeKind::kUInt32},   {"l", TypeKind::kInt64},
    {"L", TypeKind::kUInt64},      {"e", TypeKind::kFloat16},  {"f", TypeKind::kFloat32},
    {"g", TypeKind::kFloat64},     {"z", TypeKind::kBinary},   {"Z", TypeKind::kLargeBinary},
    {"vz", TypeKind::kBinaryView}, {"u", TypeKind::kUtf8},     {"U", TypeKind::kLargeUtf8},
    {"vu", TypeKind::kUtf8View},   {"tdD", TypeKind::kDate32}, {"tdm", TypeKind::kDate64},
});

bool IsNullable(const ArrowSchema& schema) { return (schema.flags & ARROW_FLAG_NULLABLE) != 0; }

Result<DataType> TypeFromArrow(const ArrowSchema& schema, int depth);

Result<sql::TypeField> FieldFromArrow(const ArrowSchema& schema, int depth) {
  NORMA_ASSIGN_OR_RETURN(DataType type, TypeFromArrow(schema, depth));
  return sql::TypeField{.name = schema.name == nullptr ? "" : schema.name,
                        .type = std::move(type),
                        .nullable = IsNullable(schema)};
}

Result<DataType> TypeFromArrow(const ArrowSchema& schema, int depth) {
  if (depth > sql::kMaxTypeLevels) {
    return Error{ErrorKind::kLimitExceeded, "a type of the engine nests too deep"};
  }
  const std::string_view format = schema.format;
  for (const auto& [simple, kind] : kSimpleFormats) {
    if (format == simple) {
      return DataType::Simple(kind);
    }
  }
  if (format == "+s") {
    std::vector<sql::TypeField> fields;
    for (int64_t i = 0; i < schema.n_children; ++i) {
      NORMA_ASSIGN_OR_RETURN(sql::TypeField field, FieldFromArrow(*schema.children[i], depth + 1));
      fields.push_back(std::move(field));
    }
    return DataType::Struct(std::move(fields));
  }
  if (format == "+l" || format == "+L") {
    NORMA_ASSIGN_OR_RETURN(sql::TypeField item, FieldFromArrow(*schema.children[0], depth + 1));
    return DataType::ListOf(format == "+l" ? TypeKind::kList : TypeKind::kLargeList,
                            std::move(item.type), item.nullable);
  }
  if (format == "+m") {
    const ArrowSchema& entries = *schema.children[0];
    NORMA_ASSIGN_OR_RETURN(DataType key, TypeFromArrow(*entries.children[0], depth + 1));
    NORMA_ASSIGN_OR_RETURN(DataType value, TypeFromArrow(*entries.children[1], depth + 1));
    return DataType::Map(std::move(key), std::move(value), IsNullable(*entries.children[1]),
                         (schema.flags & ARROW_FLAG_MAP_KEYS_SORTED) != 0);
  }
  return Error{
      ErrorKind::kUnsupported,
      fmt::format("a column of the engine has a type that norma does not use: {}", format)};
}

}  // namespace

Result<sql::Schema> SchemaFromArrow(const ArrowSchema& schema) {
  sql::Schema columns;
  for (int64_t i = 0; i < schema.n_children; ++i) {
    NORMA_ASSIGN_OR_RETURN(sql::TypeField field, FieldFromArrow(*schema.children[i], 1));
    columns.columns.push_back(
        {.name = std::move(field.name), .type = std::move(field.type), .nullable = field.nullable});
  }
  return columns;
}

}  // namespace norma::engine
