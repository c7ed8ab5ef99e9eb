#include "norma/functions/id_functions.h"

#include <fmt/format.h>

#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "norma/base/hash.h"
#include "norma/base/id.h"
#include "norma/base/unicode.h"
#include "norma/functions/columns_internal.h"

namespace norma::functions {
namespace {

struct BinaryColumn : TextColumn {
  using TextColumn::TextColumn;
};

/// A part of an id, by the type of its column.
using PartColumn =
    std::variant<std::monostate, TextColumn, BinaryColumn, BoolColumn, NumberColumn<int64_t>>;

struct AddPart {
  IdBuilder& builder;
  int64_t row;

  void operator()(const std::monostate&) const { builder.Null(); }
  void operator()(const TextColumn& column) const {
    column.IsNull(row) ? builder.Null() : builder.Text(column[row]);
  }
  void operator()(const BinaryColumn& column) const {
    column.IsNull(row) ? builder.Null() : builder.Binary(column[row]);
  }
  void operator()(const BoolColumn& column) const {
    column.IsNull(row) ? builder.Null() : builder.Bool(column[row]);
  }
  void operator()(const NumberColumn<int64_t>& column) const {
    column.IsNull(row) ? builder.Null() : builder.Int(column[row]);
  }
};

Result<PartColumn> MakePart(const Arguments& arguments, size_t index) {
  switch (arguments.type(index)) {
    case NANOARROW_TYPE_NA:
      return PartColumn();
    case NANOARROW_TYPE_STRING:
      return PartColumn(std::in_place_type<TextColumn>, arguments, index);
    case NANOARROW_TYPE_BINARY:
      return PartColumn(std::in_place_type<BinaryColumn>, arguments, index);
    case NANOARROW_TYPE_BOOL:
      return PartColumn(std::in_place_type<BoolColumn>, arguments, index);
    case NANOARROW_TYPE_INT64:
      return PartColumn(std::in_place_type<NumberColumn<int64_t>>, arguments, index);
    default:
      return Error{ErrorKind::kInternal, fmt::format("part {} has a type that no id has: {}", index,
                                                     ArrowTypeString(arguments.type(index)))};
  }
}

Result<std::string_view> KindOf(const TextColumn& kinds, int64_t row) {
  if (kinds.IsNull(row) || !IsIdKind(kinds[row])) {
    return Error{ErrorKind::kInvalidArgument,
                 fmt::format("the kind of an id is 1 to 32 lower-case letters, digits and _: {}",
                             kinds.IsNull(row) ? "NULL" : EscapeForMessage(kinds[row]))};
  }
  return kinds[row];
}

/// Buffers for `rows` texts of kIdLength bytes. \return where the texts go.
Result<char*> MakeIdBuffers(ArrowArray* array, int64_t rows) {
  constexpr auto kLength = static_cast<int64_t>(kIdLength);
  ArrowBuffer* offsets = ArrowArrayBuffer(array, 1);
  ArrowBuffer* bytes = ArrowArrayBuffer(array, 2);
  if (rows > INT32_MAX / kLength) {
    return Error{ErrorKind::kLimitExceeded, "the texts of one batch take more than 2 GiB"};
  }
  if (ArrowBufferResize(offsets, (rows + 1) * int64_t{sizeof(int32_t)}, 0) != NANOARROW_OK ||
      ArrowBufferResize(bytes, rows * kLength, 0) != NANOARROW_OK) {
    return Error{ErrorKind::kInternal, "no memory for a result"};
  }
  auto* offset = reinterpret_cast<int32_t*>(offsets->data);
  for (int64_t row = 0; row <= rows; ++row) {
    offset[row] = static_cast<int32_t>(row * kLength);
  }
  array->length = rows;
  array->null_count = 0;
  return reinterpret_cast<char*>(bytes->data);
}

/// Calls `make(row)` for each row without NULL in the first `texts` arguments.
template <typename Make>
Result<nanoarrow::UniqueArray> MakeTexts(const Arguments& arguments, size_t texts, int64_t rows,
                                         Make make) {
  static const ResultSchema kText("result s");
  NORMA_ASSIGN_OR_RETURN(nanoarrow::UniqueArray out, kText.MakeArray());
  for (int64_t row = 0; row < rows; ++row) {
    bool is_null = false;
    for (size_t i = 0; i < texts; ++i) {
      is_null = is_null || TextColumn(arguments, i).IsNull(row);
    }
    NORMA_RETURN_IF_ERROR(is_null ? AppendNull(out.get()) : AppendText(out.get(), make(row)));
  }
  return FinishArray(std::move(out));
}

}  // namespace

Result<nanoarrow::UniqueArray> NormaId(const ArrowSchema* types, const ArrowArray* args,
                                       int64_t rows, uint64_t scalars) {
  static const ResultSchema kId("result s!");
  NORMA_ASSIGN_OR_RETURN(const Arguments arguments,
                         Arguments::Make(types, args, CountArguments(types), scalars));
  const TextColumn kinds(arguments, 0);
  std::vector<PartColumn> parts;
  for (size_t i = 1; i < arguments.count(); ++i) {
    NORMA_ASSIGN_OR_RETURN(PartColumn part, MakePart(arguments, i));
    parts.push_back(part);
  }
  NORMA_ASSIGN_OR_RETURN(nanoarrow::UniqueArray out, kId.MakeArray());
  NORMA_ASSIGN_OR_RETURN(char* id, MakeIdBuffers(out.get(), rows));
  std::string kind;
  std::optional<IdBuilder> builder;
  for (int64_t row = 0; row < rows; ++row, id += kIdLength) {
    // The kind is a constant in all but odd queries.
    if (!builder.has_value() || kinds.IsNull(row) || kinds[row] != kind) {
      NORMA_ASSIGN_OR_RETURN(kind, KindOf(kinds, row));
      builder.emplace(kind);
    }
    builder->Clear();
    for (const PartColumn& part : parts) {
      std::visit(AddPart{*builder, row}, part);
    }
    builder->BuildTo(id);
  }
  return FinishArray(std::move(out));
}

Result<nanoarrow::UniqueArray> IsIdKernel(const ArrowSchema* types, const ArrowArray* args,
                                          int64_t rows, uint64_t scalars) {
  static const ResultSchema kAnswer("result b");
  NORMA_ASSIGN_OR_RETURN(const Arguments arguments, Arguments::Make(types, args, 1, scalars));
  const TextColumn texts(arguments, 0);
  NORMA_ASSIGN_OR_RETURN(nanoarrow::UniqueArray out, kAnswer.MakeArray());
  NORMA_ASSIGN_OR_RETURN(auto answers, BoolWriter::Make(out.get(), rows));
  for (int64_t row = 0; row < rows; ++row) {
    texts.IsNull(row) ? answers.SetNull() : answers.Set(row, IsId(texts[row]));
  }
  answers.Finish();
  return FinishArray(std::move(out));
}

Result<nanoarrow::UniqueArray> StableHash64Kernel(const ArrowSchema* types, const ArrowArray* args,
                                                  int64_t rows, uint64_t scalars) {
  static const ResultSchema kHash("result i64");
  NORMA_ASSIGN_OR_RETURN(const Arguments arguments, Arguments::Make(types, args, 1, scalars));
  const TextColumn texts(arguments, 0);
  NORMA_ASSIGN_OR_RETURN(nanoarrow::UniqueArray out, kHash.MakeArray());
  NORMA_ASSIGN_OR_RETURN(auto hashes, NumberWriter<int64_t>::Make(out.get(), rows));
  for (int64_t row = 0; row < rows; ++row) {
    texts.IsNull(row) ? hashes.SetNull(row) : hashes.Set(row, StableHash64(texts[row]));
  }
  hashes.Finish();
  return FinishArray(std::move(out));
}

Result<nanoarrow::UniqueArray> StableHash128Kernel(const ArrowSchema* types, const ArrowArray* args,
                                                   int64_t rows, uint64_t scalars) {
  NORMA_ASSIGN_OR_RETURN(const Arguments arguments, Arguments::Make(types, args, 1, scalars));
  const TextColumn texts(arguments, 0);
  return MakeTexts(arguments, 1, rows, [&](int64_t row) { return StableHash128(texts[row]); });
}

Result<nanoarrow::UniqueArray> PrefixedHash64Kernel(const ArrowSchema* types,
                                                    const ArrowArray* args, int64_t rows,
                                                    uint64_t scalars) {
  NORMA_ASSIGN_OR_RETURN(const Arguments arguments, Arguments::Make(types, args, 2, scalars));
  const TextColumn prefixes(arguments, 0);
  const TextColumn texts(arguments, 1);
  return MakeTexts(arguments, 2, rows,
                   [&](int64_t row) { return PrefixedHash64(prefixes[row], texts[row]); });
}

Result<nanoarrow::UniqueArray> StableIdKernel(const ArrowSchema* types, const ArrowArray* args,
                                              int64_t rows, uint64_t scalars) {
  NORMA_ASSIGN_OR_RETURN(const Arguments arguments, Arguments::Make(types, args, 2, scalars));
  const TextColumn prefixes(arguments, 0);
  const TextColumn texts(arguments, 1);
  return MakeTexts(arguments, 2, rows,
                   [&](int64_t row) { return StableId(prefixes[row], texts[row]); });
}

}  // namespace norma::functions
