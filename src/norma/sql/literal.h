#pragma once

/// \file
/// Typed constants that are safe to place in SQL text.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "norma/base/result.h"
#include "norma/sql/data_type.h"

namespace norma::sql {

/// The longest text or binary constant, in bytes.
inline constexpr size_t kMaxLiteralBytes = size_t{64} * 1024;

/// A constant with its type, NULL included.
///
/// The type survives the way through SQL text: what the engine reads back has the same type and
/// value. A plain value.
class Literal {
 public:
  /// A value of a type that has no form of its own here, as text that the engine casts:
  /// `{"2026-01-01"}` of type Date32.
  struct CastText {
    std::string text;
    friend bool operator==(const CastText&, const CastText&) = default;
  };
  /// Bytes of a Binary.
  struct Bytes {
    std::string bytes;
    friend bool operator==(const Bytes&, const Bytes&) = default;
  };
  using Value = std::variant<std::monostate, bool, int64_t, double, std::string, Bytes, CastText>;

  static Literal Null(DataType type) { return Literal(std::move(type), std::monostate()); }
  static Literal Bool(bool value) { return Literal(DataType::Boolean(), value); }
  static Literal Int64(int64_t value) { return Literal(DataType::Int64(), value); }
  static Literal Float64(double value) { return Literal(DataType::Float64(), value); }
  /// \return kInvalidArgument when `text` is not UTF-8 or holds a NUL; kLimitExceeded beyond
  ///     kMaxLiteralBytes.
  static Result<Literal> Text(std::string_view text);
  /// \return kLimitExceeded beyond kMaxLiteralBytes.
  static Result<Literal> Binary(std::string_view bytes);
  /// A value of any type that the engine can cast text to. The text is not interpreted here: one
  /// that the engine cannot read fails when the query is planned.
  static Result<Literal> Cast(std::string_view text, DataType type);

  const DataType& type() const { return type_; }
  /// monostate for NULL.
  const Value& value() const { return value_; }
  bool is_null() const { return std::holds_alternative<std::monostate>(value_); }

  /// Renders it so that the engine reads the same type and value: `5`, `(-5)`, `'it''s'`, `TRUE`,
  /// `X'00ff'`, `1.5`, `"arrow_cast"('5', 'Int32')`, `"arrow_cast"(NULL, 'Utf8')`.
  ///
  /// \return kUnsupported when the type's text is one that `arrow_cast` misreads (a quote or
  ///     backslash in a field name).
  Result<std::string> ToSql() const;

  friend bool operator==(const Literal&, const Literal&) = default;

 private:
  Literal(DataType type, Value value) : type_(std::move(type)), value_(std::move(value)) {}

  DataType type_;
  Value value_;
};

/// Text in single quotes with each inner one doubled, for text that is known to hold no NUL.
std::string QuoteText(std::string_view text);

/// The type's text as the quoted second argument of `arrow_cast`.
///
/// \return kUnsupported when a field name holds a quote or backslash, which arrow-rs reads wrong.
Result<std::string> QuoteType(const DataType& type);

}  // namespace norma::sql
