#pragma once

/// \file
/// Names that are safe to place in SQL text.

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "norma/base/result.h"

namespace norma::sql {

/// The longest name that norma accepts, in bytes of UTF-8.
inline constexpr size_t kMaxIdentifierBytes = 255;

/// A table, column or schema name that has been checked.
///
/// SQL text is built from Identifier and Literal values only, so a name that a user chose cannot
/// change the shape of a statement. There is no way to make one from unchecked bytes.
///
/// A plain value: copy it freely, read it from any thread.
class Identifier {
 public:
  /// Checks `name` and keeps a copy of it.
  ///
  /// \return kInvalidArgument when `name` is empty, is not UTF-8 or holds a NUL byte;
  ///     kLimitExceeded when it is longer than kMaxIdentifierBytes.
  static Result<Identifier> Make(std::string_view name);

  /// The name as the user wrote it, without quotes.
  const std::string& name() const { return name_; }

  /// Renders the name in double quotes and doubles each inner one. Always quoted, because
  /// DataFusion folds the case of a bare name.
  std::string ToSql() const;

  friend bool operator==(const Identifier&, const Identifier&) = default;

 private:
  explicit Identifier(std::string name) : name_(std::move(name)) {}

  std::string name_;
};

}  // namespace norma::sql
