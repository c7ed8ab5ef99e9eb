#pragma once

/// \file
/// Reads finished batches back as text. For tests.

#include <cstdint>
#include <map>
#include <nanoarrow/nanoarrow.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "norma/arrow/table_builder.h"

namespace norma::extract::treesitter {

/// The rows of one table as text: NULL is "∅", a list is [a, b], a struct is {a, b}.
class TableReader {
 public:
  /// Takes the rows out of `builder`. Ends the test program if they cannot be read.
  explicit TableReader(arrow::TableBuilder& builder);

  int64_t rows() const { return static_cast<int64_t>(rows_.size()); }
  const std::string& Get(int64_t row, std::string_view column) const;
  int64_t GetInt(int64_t row, std::string_view column) const;
  /// The values of some columns, joined by " | ".
  std::string Line(int64_t row, const std::vector<std::string_view>& columns) const;
  /// All rows, one a line.
  std::string Lines(const std::vector<std::string_view>& columns) const;
  const std::vector<std::string>& columns() const { return columns_; }

 private:
  std::vector<std::string> columns_;
  std::map<std::string, size_t, std::less<>> index_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace norma::extract::treesitter
