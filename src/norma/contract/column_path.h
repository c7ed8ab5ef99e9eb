#pragma once

/// \file
/// Places inside a row: `path`, `span.bstart`, `params[].name`.

#include <string>
#include <string_view>
#include <vector>

#include "norma/base/result.h"
#include "norma/sql/data_type.h"

namespace norma::contract {

/// A column, or a place inside of one. A plain value.
class ColumnPath {
 public:
  /// One step down: the field of a struct, or every item of a list.
  struct Step {
    std::string field;  ///< empty for the items of a list
    bool is_item() const { return field.empty(); }
    friend bool operator==(const Step&, const Step&) = default;
  };

  /// Reads `column`, then any number of `.field` and `[]`. Names are made of a-z, 0-9 and _.
  ///
  /// \return kInvalidArgument for any other text.
  static Result<ColumnPath> Parse(std::string_view text);

  const std::string& column() const { return column_; }
  const std::vector<Step>& steps() const { return steps_; }
  bool is_column() const { return steps_.empty(); }
  /// Whether a step goes through the items of a list.
  bool has_items() const;
  /// The text form, as Parse reads it.
  std::string ToString() const;

  /// The type at this place of a column of type `column_type`.
  ///
  /// \return kInvalidArgument when there is no such place.
  Result<sql::DataType> TypeIn(const sql::DataType& column_type) const;

  friend bool operator==(const ColumnPath&, const ColumnPath&) = default;

 private:
  ColumnPath() = default;

  std::string column_;
  std::vector<Step> steps_;
};

/// Whether `name` is one that contracts give to tables and columns: a-z, then a-z, 0-9, _; at most
/// 63 bytes. Such a name means the same with and without quotes.
bool IsPlainName(std::string_view name);

}  // namespace norma::contract
