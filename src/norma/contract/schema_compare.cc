#include "norma/contract/schema_compare.h"

#include <fmt/format.h>

#include <algorithm>

#include "norma/contract/type_names.h"

namespace norma::contract {
namespace {

using sql::DataType;
using sql::TypeKind;

/// Kinds that hold the same values: a plain kind, its large form and its view.
TypeKind PlainKind(TypeKind kind) {
  switch (kind) {
    case TypeKind::kLargeUtf8:
    case TypeKind::kUtf8View:
      return TypeKind::kUtf8;
    case TypeKind::kLargeBinary:
    case TypeKind::kBinaryView:
      return TypeKind::kBinary;
    case TypeKind::kListView:
    case TypeKind::kLargeList:
    case TypeKind::kLargeListView:
    case TypeKind::kFixedSizeList:
      return TypeKind::kList;
    default:
      return kind;
  }
}

/// Bits of a whole number and whether it has a sign.
struct Width {
  int bits;
  bool is_signed;
};

Width WidthOf(TypeKind kind) {
  constexpr int kFirstBits = 8;
  const bool is_signed = kind <= TypeKind::kInt64;
  const auto first = static_cast<int>(is_signed ? TypeKind::kInt8 : TypeKind::kUInt8);
  return {kFirstBits << (static_cast<int>(kind) - first), is_signed};
}

Conversion BetweenNumbers(const DataType& from, const DataType& to) {
  if (from.is_integer() && to.is_integer()) {
    const Width a = WidthOf(from.kind());
    const Width b = WidthOf(to.kind());
    const bool fits =
        a.is_signed == b.is_signed ? a.bits <= b.bits : b.is_signed && a.bits < b.bits;
    return fits ? Conversion::kLossless : Conversion::kChecked;
  }
  if (from.is_float() && to.is_float() && from.kind() < to.kind()) {
    return Conversion::kLossless;
  }
  return Conversion::kChecked;
}

Conversion BetweenStructs(const DataType& from, const DataType& to) {
  Conversion worst = Conversion::kLossless;
  size_t found = 0;
  for (const sql::TypeField& target : to.fields()) {
    const auto source = std::ranges::find(from.fields(), target.name, &sql::TypeField::name);
    if (source != from.fields().end()) {
      ++found;
      worst = std::max(worst, ConversionBetween(source->type, target.type));
    }
  }
  return found == 0 ? Conversion::kNever : worst;
}

/// Equal but for the nullability of nested fields.
bool SameShape(const DataType& left, const DataType& right) {
  if (left.kind() != right.kind() || left.fields().size() != right.fields().size()) {
    return false;
  }
  if (left.fields().empty()) {
    return left == right;
  }
  const bool names = left.kind() == TypeKind::kStruct;
  return std::ranges::equal(left.fields(), right.fields(), [&](const auto& a, const auto& b) {
    return (!names || a.name == b.name) && SameShape(a.type, b.type);
  });
}

}  // namespace

Conversion ConversionBetween(const DataType& from, const DataType& to) {
  if (SameShape(from, to)) {
    return Conversion::kNone;
  }
  if (from.kind() == TypeKind::kNull) {
    return Conversion::kLossless;
  }
  if (from.kind() == TypeKind::kDictionary) {
    return std::max(Conversion::kLossless, ConversionBetween(from.fields().back().type, to));
  }
  const TypeKind plain = PlainKind(from.kind());
  if (plain != to.kind()) {
    return from.is_numeric() && to.is_numeric()           ? BetweenNumbers(from, to)
           : from.fields().empty() && to.fields().empty() ? Conversion::kChecked
                                                          : Conversion::kNever;
  }
  switch (plain) {
    case TypeKind::kStruct:
      return BetweenStructs(from, to);
    case TypeKind::kList:
      return std::max(Conversion::kLossless,
                      ConversionBetween(from.fields().front().type, to.fields().front().type));
    case TypeKind::kMap:
      return std::max(ConversionBetween(from.fields().front().type, to.fields().front().type),
                      ConversionBetween(from.fields().back().type, to.fields().back().type)) <=
                     Conversion::kLossless
                 ? Conversion::kLossless
                 : Conversion::kNever;
    default:
      return Conversion::kLossless;  // A large or view form of the same values.
  }
}

std::vector<SchemaDifference> CompareSchema(const sql::Schema& given, const Contract& contract) {
  using Kind = SchemaDifference::Kind;
  std::vector<SchemaDifference> differences;
  for (size_t i = 0; i < contract.columns.size(); ++i) {
    const ContractColumn& declared = contract.columns[i];
    const auto place = given.Find(declared.name);
    if (!place) {
      differences.push_back(
          {Kind::kMissing, declared.name, fmt::format("a column is missing: {}", declared.name)});
      continue;
    }
    const sql::SchemaColumn& column = given.columns[*place];
    if (*place != i) {
      differences.push_back({Kind::kOrder, declared.name,
                             fmt::format("a column stands at another place: {}, {} instead of {}",
                                         declared.name, *place, i)});
    }
    if (!SameShape(column.type, declared.type)) {
      differences.push_back(
          {Kind::kType, declared.name,
           fmt::format("a column has another type: {}, {} instead of {}", declared.name,
                       column.type.ToString(), TypeName(declared.type))});
    }
    if (column.nullable && !declared.nullable) {
      differences.push_back({Kind::kNullability, declared.name,
                             fmt::format("a column may be NULL: {}", declared.name)});
    }
  }
  for (const sql::SchemaColumn& column : given.columns) {
    if (contract.FindColumn(column.name) == nullptr) {
      differences.push_back(
          {Kind::kExtra, column.name, fmt::format("a column is not declared: {}", column.name)});
    }
  }
  return differences;
}

}  // namespace norma::contract
