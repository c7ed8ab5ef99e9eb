#pragma once

/// \file
/// Reading a kernel's arguments and writing its result, without a call per value.

#include <cstdint>
#include <cstring>
#include <nanoarrow/nanoarrow.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "norma/arrow/schema.h"
#include "norma/base/result.h"

namespace norma::functions {

/// The number of arguments of a call: a released schema ends them.
int64_t CountArguments(const ArrowSchema* types);

/// The arguments of one call. Borrows the arrays.
class Arguments {
 public:
  /// \return kInternal if an array does not fit its type.
  static Result<Arguments> Make(const ArrowSchema* types, const ArrowArray* arrays, int64_t count,
                                uint64_t scalars);

  const ArrowArrayView& view(size_t index) const { return *views_[index].get(); }
  ArrowType type(size_t index) const { return views_[index]->storage_type; }
  size_t count() const { return views_.size(); }
  bool IsScalar(size_t index) const { return ((scalars_ >> index) & 1) != 0; }

 private:
  std::vector<nanoarrow::UniqueArrayView> views_;
  uint64_t scalars_ = 0;
};

/// One argument by row; a scalar gives its one row for every row.
class Column {
 public:
  Column(const Arguments& arguments, size_t index)
      : view_(&arguments.view(index)),
        validity_(view_->storage_type == NANOARROW_TYPE_NA || view_->null_count == 0
                      ? nullptr
                      : view_->buffer_views[0].data.as_uint8),
        all_null_(view_->storage_type == NANOARROW_TYPE_NA),
        stride_(arguments.IsScalar(index) ? 0 : 1) {}

  bool IsNull(int64_t row) const {
    return all_null_ || (validity_ != nullptr && ArrowBitGet(validity_, At(row)) == 0);
  }

 protected:
  /// Where a row lies in the buffers.
  int64_t At(int64_t row) const { return view_->offset + row * stride_; }
  const ArrowArrayView& view() const { return *view_; }
  /// A buffer's start; a null column has none.
  template <typename T>
  const T* Buffer(int64_t index) const {
    return all_null_ ? nullptr : static_cast<const T*>(view_->buffer_views[index].data.data);
  }

 private:
  const ArrowArrayView* view_;
  const uint8_t* validity_;
  bool all_null_;
  int64_t stride_;
};

/// Int32 or Int64 values. A value of a NULL row is undefined.
template <typename T>
class NumberColumn : public Column {
 public:
  NumberColumn(const Arguments& arguments, size_t index)
      : Column(arguments, index), values_(Buffer<T>(1)) {}

  T operator[](int64_t row) const { return values_[At(row)]; }

 private:
  const T* values_;
};

class BoolColumn : public Column {
 public:
  BoolColumn(const Arguments& arguments, size_t index)
      : Column(arguments, index), values_(Buffer<uint8_t>(1)) {}

  bool operator[](int64_t row) const { return ArrowBitGet(values_, At(row)) != 0; }

 private:
  const uint8_t* values_;
};

/// Utf8 or Binary values.
class TextColumn : public Column {
 public:
  TextColumn(const Arguments& arguments, size_t index)
      : Column(arguments, index), offsets_(Buffer<int32_t>(1)), bytes_(Buffer<char>(2)) {}

  std::string_view operator[](int64_t row) const {
    const int64_t at = At(row);
    return {bytes_ + offsets_[at], static_cast<size_t>(offsets_[at + 1] - offsets_[at])};
  }

 private:
  const int32_t* offsets_;
  const char* bytes_;
};

/// The schema of a result, made once for each function.
class ResultSchema {
 public:
  /// \param text the short form of one column, for example "result i64".
  explicit ResultSchema(std::string_view text);

  const arrow::Field& field() const { return field_; }
  /// An empty array of the type, with its buffers ready to be filled.
  Result<nanoarrow::UniqueArray> MakeArray() const;

 private:
  arrow::Field field_;
  nanoarrow::UniqueSchema schema_;
};

/// A bitmap of `rows` bits, all 0.
Status AddZeroBits(ArrowBuffer* buffer, int64_t rows);

/// Ends an array whose buffers were written by row; one without NULL needs no validity.
void SetLengths(ArrowArray* array, int64_t rows, int64_t null_count);

/// Validity and values of a fixed-width array that is written by row, each row once.
template <typename T>
class NumberWriter {
 public:
  static Result<NumberWriter> Make(ArrowArray* array, int64_t rows) {
    NumberWriter writer(array, rows);
    NORMA_RETURN_IF_ERROR(AddZeroBits(ArrowArrayBuffer(array, 0), rows));
    if (ArrowBufferResize(ArrowArrayBuffer(array, 1), rows * int64_t{sizeof(T)}, 0) !=
        NANOARROW_OK) {
      return Error{ErrorKind::kInternal, "no memory for a result"};
    }
    writer.validity_ = ArrowArrayBuffer(array, 0)->data;
    writer.values_ = reinterpret_cast<T*>(ArrowArrayBuffer(array, 1)->data);
    return writer;
  }

  void Set(int64_t row, T value) {
    values_[row] = value;
    ArrowBitSet(validity_, row);
  }
  void SetNull(int64_t row) {
    values_[row] = 0;
    ++null_count_;
  }
  /// Call once, last.
  void Finish() { SetLengths(array_, rows_, null_count_); }

 private:
  NumberWriter(ArrowArray* array, int64_t rows) : array_(array), rows_(rows) {}

  ArrowArray* array_;
  int64_t rows_;
  uint8_t* validity_ = nullptr;
  T* values_ = nullptr;
  int64_t null_count_ = 0;
};

/// The same for booleans.
class BoolWriter {
 public:
  static Result<BoolWriter> Make(ArrowArray* array, int64_t rows);

  void Set(int64_t row, bool value) {  // NOLINT: a value, not a switch
    ArrowBitSet(validity_, row);
    ArrowBitSetTo(values_, row, value ? 1 : 0);
  }
  void SetNull() { ++null_count_; }
  /// Call once, last.
  void Finish() { SetLengths(array_, rows_, null_count_); }

 private:
  BoolWriter(ArrowArray* array, int64_t rows) : array_(array), rows_(rows) {}

  ArrowArray* array_;
  int64_t rows_;
  uint8_t* validity_ = nullptr;
  uint8_t* values_ = nullptr;
  int64_t null_count_ = 0;
};

/// Appends a text, or NULL.
Status AppendText(ArrowArray* array, std::string_view text);
Status AppendNull(ArrowArray* array);

/// Ends an array that was built by appending, or whose buffers and lengths were set.
Result<nanoarrow::UniqueArray> FinishArray(nanoarrow::UniqueArray array);

}  // namespace norma::functions
