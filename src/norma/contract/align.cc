#include <fmt/format.h>

#include <algorithm>

#include "norma/contract/align_internal.h"
#include "norma/contract/schema_compare.h"
#include "norma/sql/literal.h"

namespace norma::contract {
namespace {

using sql::DataType;
using sql::TypeKind;

Result<std::string> CastSql(std::string_view function, const std::string& value,
                            const DataType& to) {
  NORMA_ASSIGN_OR_RETURN(const std::string type, sql::QuoteType(to));
  return fmt::format("\"{}\"({}, {})", function, value, type);
}

/// Whether a struct stands somewhere inside: the engine would match its fields in its own way.
bool HoldsStruct(const DataType& type) {
  return type.kind() == TypeKind::kStruct ||
         (type.kind() != TypeKind::kMap &&
          std::ranges::any_of(type.fields(),
                              [](const sql::TypeField& field) { return HoldsStruct(field.type); }));
}

Result<std::string> AlignStruct(const std::string& value, const DataType& from,
                                const DataType& to) {
  std::string fields;
  for (const sql::TypeField& target : to.fields()) {
    const auto source = std::ranges::find(from.fields(), target.name, &sql::TypeField::name);
    auto field =
        source == from.fields().end()
            ? sql::Literal::Null(target.type).ToSql()
            : AlignSql(fmt::format("\"get_field\"({}, {})", value, sql::QuoteText(target.name)),
                       source->type, target.type);
    if (!field.ok()) {
      return field.error();
    }
    fields += fmt::format("{}{}, {}", fields.empty() ? "" : ", ", sql::QuoteText(target.name),
                          field.value());
  }
  // A struct made of the fields of NULL would not be NULL.
  return fmt::format("CASE WHEN ({} IS NULL) THEN NULL ELSE \"named_struct\"({}) END", value,
                     fields);
}

}  // namespace

Result<std::string> AlignSql(const std::string& value, const DataType& from, const DataType& to) {
  switch (ConversionBetween(from, to)) {
    case Conversion::kNone:
      return value;
    case Conversion::kNever:
      break;
    case Conversion::kLossless:
      if (from.kind() != TypeKind::kStruct && !HoldsStruct(from)) {
        return CastSql("arrow_cast", value, to);
      }
      [[fallthrough]];
    case Conversion::kChecked:
      if (from.kind() == TypeKind::kStruct && to.kind() == TypeKind::kStruct) {
        return AlignStruct(value, from, to);
      }
      if (!HoldsStruct(from)) {
        return CastSql("arrow_try_cast", value, to);
      }
      break;
  }
  return Error{ErrorKind::kUnsupported,
               fmt::format("cannot align {} with {}", from.ToString(), to.ToString())};
}

}  // namespace norma::contract
