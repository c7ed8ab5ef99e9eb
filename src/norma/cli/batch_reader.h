#pragma once

/// \file
/// Prints the values of Arrow batches.

#include <cstdint>
#include <memory>
#include <nanoarrow/nanoarrow.hpp>
#include <string>
#include <vector>

#include "norma/base/result.h"

namespace norma::cli {

/// Reads batches of one schema value by value. Knows every type that a query can give but
/// intervals, durations, unions, list views and run-ends. One thread at a time.
class BatchReader {
 public:
  /// \param schema a struct schema, one child a column; must outlive this.
  /// \return kUnsupported that names the first column that cannot be printed.
  static Result<BatchReader> Make(const ArrowSchema& schema);

  size_t columns() const { return columns_.size(); }
  const std::string& name(size_t column) const { return columns_[column].name; }
  /// Whether the column holds numbers, which are right-aligned in a table.
  bool is_number(size_t column) const { return columns_[column].is_number; }
  /// "BIGINT", "VARCHAR", "VARCHAR[]", "STRUCT(bstart BIGINT, ...)".
  const std::string& type(size_t column) const { return columns_[column].type; }

  /// Makes `batch` the one that is read. It must live until the next call.
  Status SetBatch(const ArrowArray& batch);
  int64_t rows() const { return view_->length; }

  bool IsNull(size_t column, int64_t row) const;
  /// Appends the value as text: bytes in hex, nested values as JSON, nothing for NULL.
  void AppendText(size_t column, int64_t row, std::string& out) const;
  /// Appends the value as JSON. A number that JSON lacks is the string "NaN" or "Infinity".
  void AppendJson(size_t column, int64_t row, std::string& out) const;

 private:
  struct Column {
    std::string name;
    std::string type;
    bool is_number = false;
  };

  BatchReader() = default;

  const ArrowSchema* schema_ = nullptr;
  nanoarrow::UniqueArrayView view_;
  std::vector<Column> columns_;
};

}  // namespace norma::cli
