#include "norma/engine/stream.h"

#include <utility>

#include "norma/engine/error_translation.h"

namespace norma::engine {
namespace {

/// The error behind a failed callback of a stream.
Error WholeError(const NormaQuery* query, ArrowArrayStream* rows) {
  BridgeCall call;
  if (const Status whole = call.Check(norma_query_error(query, call.error())); !whole.ok()) {
    return whole.error();
  }
  const char* text = rows->get_last_error(rows);
  return Error{ErrorKind::kEngine, text == nullptr ? "the stream failed without a message" : text};
}

}  // namespace

Stream::Stream(nanoarrow::UniqueArrayStream rows, nanoarrow::UniqueSchema schema,
               std::shared_ptr<NormaQuery> query)
    : rows_(std::move(rows)), schema_(std::move(schema)), query_(std::move(query)) {}

Result<Stream> Stream::Make(nanoarrow::UniqueArrayStream rows, std::shared_ptr<NormaQuery> query) {
  nanoarrow::UniqueSchema schema;
  if (rows->get_schema(rows.get(), schema.get()) != 0) {
    return WholeError(query.get(), rows.get());
  }
  return Stream(std::move(rows), std::move(schema), std::move(query));
}

Result<std::optional<nanoarrow::UniqueArray>> Stream::Next() {
  nanoarrow::UniqueArray batch;
  if (rows_->get_next(rows_.get(), batch.get()) != 0) {
    return WholeError(query_.get(), rows_.get());
  }
  if (batch->release == nullptr) {
    return std::optional<nanoarrow::UniqueArray>();
  }
  return std::optional<nanoarrow::UniqueArray>(std::move(batch));
}

Result<std::vector<nanoarrow::UniqueArray>> Stream::Collect() {
  std::vector<nanoarrow::UniqueArray> batches;
  while (true) {
    NORMA_ASSIGN_OR_RETURN(std::optional<nanoarrow::UniqueArray> batch, Next());
    if (!batch.has_value()) {
      return batches;
    }
    batches.push_back(*std::move(batch));
  }
}

}  // namespace norma::engine
