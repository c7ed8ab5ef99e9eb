#include <fmt/format.h>

#include <cassert>

#include "norma/functions/columns_internal.h"

namespace norma::functions {

int64_t CountArguments(const ArrowSchema* types) {
  int64_t count = 0;
  while (types[count].release != nullptr) {
    ++count;
  }
  return count;
}

Result<Arguments> Arguments::Make(const ArrowSchema* types, const ArrowArray* arrays, int64_t count,
                                  uint64_t scalars) {
  Arguments arguments;
  arguments.scalars_ = scalars;
  arguments.views_.resize(static_cast<size_t>(count));
  for (size_t i = 0; i < arguments.views_.size(); ++i) {
    ArrowError error = {};
    ArrowArrayView* view = arguments.views_[i].get();
    if (ArrowArrayViewInitFromSchema(view, &types[i], &error) != NANOARROW_OK ||
        ArrowArrayViewSetArray(view, &arrays[i], &error) != NANOARROW_OK) {
      return Error{ErrorKind::kInternal,
                   fmt::format("argument {} cannot be read: {}", i + 1, error.message)};
    }
  }
  return arguments;
}

ResultSchema::ResultSchema(std::string_view text) {
  auto fields = arrow::ParseSchemaText(text);
  assert(fields.ok() && fields.value().size() == 1);
  field_ = fields.value().front();
  auto schema = arrow::ToArrowSchema(fields.value());
  assert(schema.ok());
  schema_ = std::move(schema).value();
}

Result<nanoarrow::UniqueArray> ResultSchema::MakeArray() const {
  nanoarrow::UniqueArray array;
  if (ArrowArrayInitFromSchema(array.get(), schema_->children[0], nullptr) != NANOARROW_OK ||
      ArrowArrayStartAppending(array.get()) != NANOARROW_OK) {
    return Error{ErrorKind::kInternal, "no memory for a result"};
  }
  return array;
}

Status AddZeroBits(ArrowBuffer* buffer, int64_t rows) {
  const int64_t bytes = (rows + 7) / 8;
  if (ArrowBufferResize(buffer, bytes, 0) != NANOARROW_OK) {
    return Error{ErrorKind::kInternal, "no memory for a result"};
  }
  if (bytes > 0) {
    std::memset(buffer->data, 0, static_cast<size_t>(bytes));
  }
  return {};
}

Result<BoolWriter> BoolWriter::Make(ArrowArray* array, int64_t rows) {
  BoolWriter writer(array, rows);
  for (const int64_t buffer : {0, 1}) {
    NORMA_RETURN_IF_ERROR(AddZeroBits(ArrowArrayBuffer(array, buffer), rows));
  }
  writer.validity_ = ArrowArrayBuffer(array, 0)->data;
  writer.values_ = ArrowArrayBuffer(array, 1)->data;
  return writer;
}

void SetLengths(ArrowArray* array, int64_t rows, int64_t null_count) {
  array->length = rows;
  array->null_count = null_count;
  if (null_count == 0) {
    ArrowBufferReset(ArrowArrayBuffer(array, 0));
  }
}

Status AppendText(ArrowArray* array, std::string_view text) {
  const ArrowErrorCode code =
      ArrowArrayAppendString(array, {text.data(), static_cast<int64_t>(text.size())});
  if (code == EOVERFLOW) {
    return Error{ErrorKind::kLimitExceeded, "the texts of one batch take more than 2 GiB"};
  }
  return code == NANOARROW_OK ? Status()
                              : Status(Error{ErrorKind::kInternal, "no memory for a result"});
}

Status AppendNull(ArrowArray* array) {
  return ArrowArrayAppendNull(array, 1) == NANOARROW_OK
             ? Status()
             : Status(Error{ErrorKind::kInternal, "no memory for a result"});
}

Result<nanoarrow::UniqueArray> FinishArray(nanoarrow::UniqueArray array) {
  ArrowError error = {};
  if (ArrowArrayFinishBuildingDefault(array.get(), &error) != NANOARROW_OK) {
    return Error{ErrorKind::kInternal, fmt::format("a result is broken: {}", error.message)};
  }
  return array;
}

}  // namespace norma::functions
