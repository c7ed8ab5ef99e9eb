#pragma once

/// \file
/// Builds Arrow batches row by row.

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <nanoarrow/nanoarrow.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "norma/arrow/schema.h"
#include "norma/base/result.h"

namespace norma::arrow {

/// Takes a batch while more rows are still to come.
using BatchReceiver = std::function<Status(nanoarrow::UniqueArray)>;

/// Builds record batches of one schema, value by value in column order:
///
///     builder.Text(path).Int64(start).OptionalText(name).EndRow();
///
/// Inside a list, each value is an item; inside a struct, each value is the next field. The first
/// failure (no memory, 2 GiB in one column, a value of the wrong type) is kept and returned by
/// Finish(); until then calls are harmless. Not safe to share between threads.
class TableBuilder {
 public:
  /// \return kInvalidArgument if the schema cannot be built.
  static Result<TableBuilder> Make(const Schema& schema);

  TableBuilder(TableBuilder&&) noexcept = default;
  TableBuilder& operator=(TableBuilder&&) noexcept = default;

  TableBuilder& Text(std::string_view value);
  TableBuilder& Int32(int32_t value);
  TableBuilder& Int64(int64_t value);
  TableBuilder& Float32(float value);
  TableBuilder& Float64(double value);
  TableBuilder& Bool(bool value);  // NOLINT: a value, not a switch
  TableBuilder& Binary(std::string_view value);
  TableBuilder& Null();
  TableBuilder& OptionalText(const std::optional<std::string_view>& value);
  TableBuilder& OptionalText(const std::optional<std::string>& value);
  TableBuilder& OptionalInt32(std::optional<int32_t> value);
  TableBuilder& OptionalInt64(std::optional<int64_t> value);
  TableBuilder& OptionalBool(std::optional<bool> value);
  TableBuilder& TextList(std::span<const std::string> values);
  /// A map from text to text; std::map keeps the keys in order.
  TableBuilder& Map(const std::map<std::string, std::string>& entries);
  TableBuilder& BeginList();
  TableBuilder& EndList();
  TableBuilder& BeginStruct();
  TableBuilder& EndStruct();
  /// Ends the row; every column must have got its value.
  void EndRow();

  /// Hands the rows over as a batch of their own whenever they pass `bytes`: what bounds the memory
  /// of many rows. Rows still leave in order, the last ones through Finish().
  void DivideAt(int64_t bytes, BatchReceiver receive);

  /// Rows since the last Finish(), those handed over since then among them.
  int64_t rows() const { return divided_rows_ + rows_; }
  /// Bytes of source data that wait to be handed over, roughly.
  int64_t bytes() const { return bytes_; }

  /// Hands over the rows that wait as one struct array and starts anew.
  /// \return also the failure of a batch that was handed over before.
  Result<nanoarrow::UniqueArray> Finish();

  const ArrowSchema& schema() const { return *schema_.get(); }

 private:
  struct Frame {
    ArrowArray* array;  // null for the row itself, since a builder may be moved
    int64_t next;       // index of the next child; unused in a list
    bool is_list;
  };

  TableBuilder() = default;
  Status Reset();
  Result<nanoarrow::UniqueArray> TakeBatch();
  void HandOver();
  ArrowArray* Next();
  void Check(ArrowErrorCode code, std::string_view what);

  nanoarrow::UniqueSchema schema_;
  nanoarrow::UniqueArray array_;
  std::vector<Frame> frames_;
  int64_t rows_ = 0;
  int64_t divided_rows_ = 0;
  int64_t bytes_ = 0;
  int64_t most_bytes_ = std::numeric_limits<int64_t>::max();
  BatchReceiver receive_;
  Status status_;
};

}  // namespace norma::arrow
