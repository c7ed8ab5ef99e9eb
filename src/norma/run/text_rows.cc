#include "norma/run/text_rows.h"

#include <fmt/format.h>

#include <nanoarrow/nanoarrow.hpp>

namespace norma::run {
namespace {

Status AppendRows(const ArrowSchema& schema, const ArrowArray& batch, std::vector<TextRow>& rows) {
  nanoarrow::UniqueArrayView view;
  ArrowError error;
  if (ArrowArrayViewInitFromSchema(view.get(), &schema, &error) != NANOARROW_OK ||
      ArrowArrayViewSetArray(view.get(), &batch, &error) != NANOARROW_OK) {
    return Error{ErrorKind::kInternal, fmt::format("cannot read a batch: {}", error.message)};
  }
  for (int64_t column = 0; column < view->n_children; ++column) {
    if (view->children[column]->storage_type != NANOARROW_TYPE_STRING) {
      return Error{ErrorKind::kInternal, fmt::format("column is not text: {}", column)};
    }
  }
  for (int64_t row = 0; row < view->length; ++row) {
    TextRow cells;
    for (int64_t column = 0; column < view->n_children; ++column) {
      const ArrowArrayView* values = view->children[column];
      if (ArrowArrayViewIsNull(values, row) != 0) {
        cells.emplace_back(std::nullopt);
        continue;
      }
      const ArrowStringView text = ArrowArrayViewGetStringUnsafe(values, row);
      cells.emplace_back(std::string(text.data, static_cast<size_t>(text.size_bytes)));
    }
    rows.push_back(std::move(cells));
  }
  return {};
}

}  // namespace

Result<std::vector<TextRow>> FetchTextRows(const engine::Session& session, std::string_view sql,
                                           const std::stop_token& stop) {
  NORMA_ASSIGN_OR_RETURN(const engine::Query query, session.Plan(sql));
  const std::stop_callback cancel(stop, [&query] { query.Cancel(); });
  NORMA_ASSIGN_OR_RETURN(engine::Stream stream, query.Run());
  return CollectTextRows(std::move(stream));
}

Result<std::vector<TextRow>> CollectTextRows(engine::Stream stream) {
  std::vector<TextRow> rows;
  for (;;) {
    NORMA_ASSIGN_OR_RETURN(const std::optional<nanoarrow::UniqueArray> batch, stream.Next());
    if (!batch.has_value()) {
      return rows;
    }
    NORMA_RETURN_IF_ERROR(AppendRows(stream.schema(), *batch->get(), rows));
  }
}

}  // namespace norma::run
