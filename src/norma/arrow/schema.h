#pragma once

/// \file
/// Schemas of row sets, their short text form, and their Arrow form.

#include <nanoarrow/nanoarrow.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "norma/base/result.h"

namespace norma::arrow {

/// The types that norma stores (docs/contracts.md: only what every Delta reader understands).
enum class TypeKind {
  kText,
  kInt32,
  kInt64,
  kFloat32,
  kFloat64,
  kBool,
  kBinary,
  kList,
  kStruct,
  kMap
};

/// A column, a struct field, or the unnamed item of a list. Children: one for a list (named
/// "element"), one per field for a struct, none for a map (always text to text).
struct Field {
  std::string name;
  TypeKind type = TypeKind::kText;
  bool nullable = true;
  std::vector<Field> children;

  friend bool operator==(const Field&, const Field&) = default;
};

using Schema = std::vector<Field>;

/// Reads the short text form: "path s!, line_starts list<i64>!, params list<struct<name s,
/// has_default b>>!".
///
/// Types: s i32 i64 f32 f64 b bin map list<T> struct<n T, …>; "!" after a type means NOT NULL.
/// \return kInvalidArgument that names the place where the text cannot be read.
Result<Schema> ParseSchemaText(std::string_view text);

/// Prints the short text form. ParseSchemaText(SchemaText(s)) == s.
std::string SchemaText(const Schema& schema);

/// The Arrow form: a struct whose children are the columns.
Result<nanoarrow::UniqueSchema> ToArrowSchema(const Schema& schema);

/// Reads an Arrow struct schema. Names of list items and map entries are ignored.
/// \return kUnsupported for a type that norma does not store.
Result<Schema> FromArrowSchema(const ArrowSchema& schema);

}  // namespace norma::arrow
