#include "norma/arrow/table_builder.h"

#include <fmt/format.h>

#include <utility>

namespace norma::arrow {

Result<TableBuilder> TableBuilder::Make(const Schema& schema) {
  TableBuilder builder;
  NORMA_ASSIGN_OR_RETURN(builder.schema_, ToArrowSchema(schema));
  NORMA_RETURN_IF_ERROR(builder.Reset());
  return builder;
}

Status TableBuilder::Reset() {
  array_.reset();
  frames_.clear();
  rows_ = 0;
  bytes_ = 0;
  ArrowError error;
  if (ArrowArrayInitFromSchema(array_.get(), schema_.get(), &error) != NANOARROW_OK ||
      ArrowArrayStartAppending(array_.get()) != NANOARROW_OK) {
    return Error{ErrorKind::kInvalidArgument, fmt::format("cannot build rows: {}", error.message)};
  }
  frames_.push_back(Frame{nullptr, 0, false});
  return {};
}

ArrowArray* TableBuilder::Next() {
  Frame& frame = frames_.back();
  if (frame.is_list) {
    return frame.array->children[0];
  }
  const ArrowArray* parent = frame.array == nullptr ? array_.get() : frame.array;
  if (frame.next >= parent->n_children) {
    Check(EINVAL, "a row or struct has too many values");
    return nullptr;
  }
  return parent->children[frame.next++];
}

void TableBuilder::Check(ArrowErrorCode code, std::string_view what) {
  if (code != NANOARROW_OK && status_.ok()) {
    status_ = Error{code == EOVERFLOW ? ErrorKind::kLimitExceeded : ErrorKind::kInternal,
                    fmt::format("row {}: {}: error {}", rows_, what, code)};
  }
}

TableBuilder& TableBuilder::Text(std::string_view value) {
  if (ArrowArray* column = Next(); column != nullptr) {
    Check(ArrowArrayAppendString(column, {value.data(), static_cast<int64_t>(value.size())}),
          "text");
    bytes_ += static_cast<int64_t>(value.size()) + 4;
  }
  return *this;
}

TableBuilder& TableBuilder::Int32(int32_t value) {
  if (ArrowArray* column = Next(); column != nullptr) {
    Check(ArrowArrayAppendInt(column, value), "int32");
    bytes_ += 4;
  }
  return *this;
}

TableBuilder& TableBuilder::Int64(int64_t value) {
  if (ArrowArray* column = Next(); column != nullptr) {
    Check(ArrowArrayAppendInt(column, value), "int64");
    bytes_ += 8;
  }
  return *this;
}

TableBuilder& TableBuilder::Float32(float value) { return Float64(value); }

TableBuilder& TableBuilder::Float64(double value) {
  if (ArrowArray* column = Next(); column != nullptr) {
    Check(ArrowArrayAppendDouble(column, value), "float");
    bytes_ += 8;
  }
  return *this;
}

TableBuilder& TableBuilder::Bool(bool value) {
  if (ArrowArray* column = Next(); column != nullptr) {
    Check(ArrowArrayAppendInt(column, value ? 1 : 0), "boolean");
    bytes_ += 1;
  }
  return *this;
}

TableBuilder& TableBuilder::Binary(std::string_view value) {
  if (ArrowArray* column = Next(); column != nullptr) {
    ArrowBufferView view;
    view.data.data = value.data();
    view.size_bytes = static_cast<int64_t>(value.size());
    Check(ArrowArrayAppendBytes(column, view), "binary");
    bytes_ += view.size_bytes + 4;
  }
  return *this;
}

TableBuilder& TableBuilder::Null() {
  if (ArrowArray* column = Next(); column != nullptr) {
    Check(ArrowArrayAppendNull(column, 1), "null");
    bytes_ += 1;
  }
  return *this;
}

TableBuilder& TableBuilder::OptionalText(const std::optional<std::string_view>& value) {
  return value.has_value() ? Text(*value) : Null();
}

TableBuilder& TableBuilder::OptionalText(const std::optional<std::string>& value) {
  return value.has_value() ? Text(*value) : Null();
}

TableBuilder& TableBuilder::OptionalInt32(std::optional<int32_t> value) {
  return value.has_value() ? Int32(*value) : Null();
}

TableBuilder& TableBuilder::OptionalInt64(std::optional<int64_t> value) {
  return value.has_value() ? Int64(*value) : Null();
}

TableBuilder& TableBuilder::OptionalBool(std::optional<bool> value) {
  return value.has_value() ? Bool(*value) : Null();
}

TableBuilder& TableBuilder::TextList(std::span<const std::string> values) {
  BeginList();
  for (const std::string& value : values) {
    Text(value);
  }
  return EndList();
}

TableBuilder& TableBuilder::Map(const std::map<std::string, std::string>& entries) {
  BeginList();
  for (const auto& [key, value] : entries) {
    BeginStruct().Text(key).Text(value).EndStruct();
  }
  return EndList();
}

TableBuilder& TableBuilder::BeginList() {
  if (ArrowArray* column = Next(); column != nullptr) {
    frames_.push_back(Frame{column, 0, true});
  }
  return *this;
}

TableBuilder& TableBuilder::EndList() {
  if (frames_.size() < 2 || !frames_.back().is_list) {
    Check(EINVAL, "a list ends that never began");
    return *this;
  }
  Check(ArrowArrayFinishElement(frames_.back().array), "list");
  frames_.pop_back();
  bytes_ += 4;
  return *this;
}

TableBuilder& TableBuilder::BeginStruct() {
  if (ArrowArray* column = Next(); column != nullptr) {
    frames_.push_back(Frame{column, 0, false});
  }
  return *this;
}

TableBuilder& TableBuilder::EndStruct() {
  if (frames_.size() < 2 || frames_.back().is_list) {
    Check(EINVAL, "a struct ends that never began");
    return *this;
  }
  if (frames_.back().next != frames_.back().array->n_children) {
    Check(EINVAL, "a struct misses values");
  } else {
    Check(ArrowArrayFinishElement(frames_.back().array), "struct");
  }
  frames_.pop_back();
  return *this;
}

void TableBuilder::EndRow() {
  if (frames_.size() != 1 || frames_.back().next != array_->n_children) {
    Check(EINVAL, "a row ends before every column has a value");
    return;
  }
  Check(ArrowArrayFinishElement(array_.get()), "row");
  frames_.back().next = 0;
  ++rows_;
  if (bytes_ > most_bytes_) {
    HandOver();
  }
}

void TableBuilder::DivideAt(int64_t bytes, BatchReceiver receive) {
  most_bytes_ = bytes;
  receive_ = std::move(receive);
}

void TableBuilder::HandOver() {
  const int64_t rows = rows_;
  Result<nanoarrow::UniqueArray> batch = TakeBatch();
  Status done = batch.ok() ? receive_(std::move(batch).value()) : Status(batch.error());
  if (!done.ok() && status_.ok()) {
    status_ = std::move(done);
  }
  divided_rows_ += rows;
}

Result<nanoarrow::UniqueArray> TableBuilder::Finish() {
  divided_rows_ = 0;
  return TakeBatch();
}

Result<nanoarrow::UniqueArray> TableBuilder::TakeBatch() {
  ArrowError error;
  if (status_.ok() && ArrowArrayFinishBuildingDefault(array_.get(), &error) != NANOARROW_OK) {
    status_ = Error{ErrorKind::kInternal, fmt::format("cannot finish a batch: {}", error.message)};
  }
  NORMA_RETURN_IF_ERROR(std::exchange(status_, Status()));
  nanoarrow::UniqueArray done(array_.get());
  NORMA_RETURN_IF_ERROR(Reset());
  return done;
}

}  // namespace norma::arrow
