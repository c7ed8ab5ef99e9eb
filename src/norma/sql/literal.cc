#include "norma/sql/literal.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "norma/base/unicode.h"

namespace norma::sql {
namespace {

Status CheckSize(size_t bytes) {
  if (bytes > kMaxLiteralBytes) {
    return Error{ErrorKind::kLimitExceeded,
                 fmt::format("literal is too long, in bytes: {}", bytes)};
  }
  return Status();
}

Status CheckText(std::string_view text) {
  NORMA_RETURN_IF_ERROR(CheckSize(text.size()));
  if (text.find('\0') != std::string_view::npos || !IsValidUtf8(text)) {
    return Error{ErrorKind::kInvalidArgument, "a text literal must be UTF-8 without NUL"};
  }
  return Status();
}

std::string CastSql(std::string_view value_sql, std::string_view type_sql) {
  return fmt::format(R"("arrow_cast"({}, {}))", value_sql, type_sql);
}

std::string Int64Sql(int64_t value) {
  if (value >= 0) {
    return fmt::format("{}", value);
  }
  // The digits of the smallest number alone are no Int64, so it cannot be a minus and a number.
  if (value == std::numeric_limits<int64_t>::min()) {
    return CastSql(fmt::format("'{}'", value), "'Int64'");
  }
  return fmt::format("({})", value);
}

std::string Float64Sql(double value) {
  if (!std::isfinite(value)) {
    return CastSql(std::isnan(value) ? "'NaN'"
                   : value > 0       ? "'Infinity'"
                                     : "'-Infinity'",
                   "'Float64'");
  }
  std::string text = fmt::format("{}", value);
  if (text.find_first_of(".e") == std::string::npos) {
    text += ".0";
  }
  return std::signbit(value) ? fmt::format("({})", text) : text;
}

bool HasUnreadableName(const DataType& type) {
  for (const TypeField& field : type.fields()) {
    if (field.name.empty() || field.name.find_first_of("\"\\") != std::string::npos ||
        HasUnreadableName(field.type)) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::string QuoteText(std::string_view text) {
  std::string sql = "'";
  for (const char c : text) {
    sql += c;
    if (c == '\'') {
      sql += c;
    }
  }
  sql += '\'';
  return sql;
}

Result<std::string> QuoteType(const DataType& type) {
  if (HasUnreadableName(type)) {
    return Error{ErrorKind::kUnsupported,
                 "a field name in a cast must not be empty and not hold \" or \\: " +
                     type.ToString().substr(0, 120)};
  }
  return QuoteText(type.ToString());
}

Result<Literal> Literal::Text(std::string_view text) {
  NORMA_RETURN_IF_ERROR(CheckText(text));
  return Literal(DataType::Utf8(), std::string(text));
}

Result<Literal> Literal::Binary(std::string_view bytes) {
  NORMA_RETURN_IF_ERROR(CheckSize(bytes.size()));
  return Literal(DataType::Binary(), Bytes{std::string(bytes)});
}

Result<Literal> Literal::Cast(std::string_view text, DataType type) {
  NORMA_RETURN_IF_ERROR(CheckText(text));
  return Literal(std::move(type), CastText{std::string(text)});
}

Result<std::string> Literal::ToSql() const {
  NORMA_ASSIGN_OR_RETURN(const std::string type_sql, QuoteType(type_));
  struct Printer {
    const std::string& type_sql;
    std::string operator()(std::monostate) const { return CastSql("NULL", type_sql); }
    std::string operator()(bool value) const { return value ? "TRUE" : "FALSE"; }
    std::string operator()(int64_t value) const { return Int64Sql(value); }
    std::string operator()(double value) const { return Float64Sql(value); }
    std::string operator()(const std::string& value) const { return QuoteText(value); }
    std::string operator()(const Bytes& value) const {
      std::string sql = "X'";
      for (const char c : value.bytes) {
        sql += fmt::format("{:02x}", static_cast<unsigned char>(c));
      }
      return sql + "'";
    }
    std::string operator()(const CastText& value) const {
      return CastSql(QuoteText(value.text), type_sql);
    }
  };
  return std::visit(Printer{type_sql}, value_);
}

}  // namespace norma::sql
