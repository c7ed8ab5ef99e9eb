#pragma once

/// \file
/// For the tests of engine/: rows of a query as text.

#include <gtest/gtest.h>

#include <nanoarrow/nanoarrow.hpp>
#include <string>
#include <string_view>

#include "norma/base/result.h"
#include "norma/engine/session.h"

namespace norma::engine::testing_support {

inline std::string ValueText(const ArrowArrayView& view, int64_t row);

/// The items of a list or map: "[1, 2]".
inline std::string ListText(const ArrowArrayView& view, int64_t row) {
  std::string text = "[";
  const int64_t begin = ArrowArrayViewListChildOffset(&view, row + view.offset);
  const int64_t end = ArrowArrayViewListChildOffset(&view, row + view.offset + 1);
  for (int64_t i = begin; i < end; ++i) {
    text += (i == begin ? "" : ", ") + ValueText(*view.children[0], i);
  }
  return text + "]";
}

/// One value as SQL would show it; lists as [a, b], structs as {a, b}, a map as a list of pairs.
inline std::string ValueText(const ArrowArrayView& view, int64_t row) {
  if (ArrowArrayViewIsNull(&view, row)) {
    return "NULL";
  }
  switch (view.storage_type) {
    case NANOARROW_TYPE_STRING:
    case NANOARROW_TYPE_LARGE_STRING:
    case NANOARROW_TYPE_STRING_VIEW:
    case NANOARROW_TYPE_BINARY: {
      const ArrowStringView text = ArrowArrayViewGetStringUnsafe(&view, row);
      return std::string(text.data, static_cast<size_t>(text.size_bytes));
    }
    case NANOARROW_TYPE_BOOL:
      return ArrowArrayViewGetIntUnsafe(&view, row) != 0 ? "true" : "false";
    case NANOARROW_TYPE_DOUBLE:
    case NANOARROW_TYPE_FLOAT:
      return std::to_string(ArrowArrayViewGetDoubleUnsafe(&view, row));
    case NANOARROW_TYPE_LIST:
    case NANOARROW_TYPE_MAP:
      return ListText(view, row);
    case NANOARROW_TYPE_STRUCT: {
      std::string text = "{";
      for (int64_t i = 0; i < view.n_children; ++i) {
        text += (i == 0 ? "" : ", ") + ValueText(*view.children[i], row + view.offset);
      }
      return text + "}";
    }
    default:
      return std::to_string(ArrowArrayViewGetIntUnsafe(&view, row));
  }
}

/// All rows that are left in a stream: columns are parted by "|", rows by ";".
inline Result<std::string> RowsText(Stream& stream) {
  std::string text;
  while (true) {
    NORMA_ASSIGN_OR_RETURN(const auto batch, stream.Next());
    if (!batch.has_value()) {
      return text;
    }
    nanoarrow::UniqueArrayView view;
    ArrowError error{};
    if (ArrowArrayViewInitFromSchema(view.get(), &stream.schema(), &error) != NANOARROW_OK ||
        ArrowArrayViewSetArray(view.get(), batch->get(), &error) != NANOARROW_OK) {
      return Error{ErrorKind::kInternal, error.message};
    }
    for (int64_t row = 0; row < (*batch)->length; ++row) {
      if (!text.empty()) {
        text += ";";
      }
      for (int64_t column = 0; column < view->n_children; ++column) {
        text += (column == 0 ? "" : "|") + ValueText(*view->children[column], row);
      }
    }
  }
}

/// Plans and runs a statement.
inline Result<std::string> RowsText(const Session& session, std::string_view sql) {
  NORMA_ASSIGN_OR_RETURN(const Query query, session.Plan(sql));
  NORMA_ASSIGN_OR_RETURN(Stream stream, query.Run());
  return RowsText(stream);
}

/// A session, or a test that stops with the reason.
inline Session OpenSession(const SessionOptions& options = {}) {
  Result<Session> session = Session::Open(options);
  EXPECT_TRUE(session.ok()) << (session.ok() ? "" : session.error().message);
  return std::move(session).value();
}

}  // namespace norma::engine::testing_support
