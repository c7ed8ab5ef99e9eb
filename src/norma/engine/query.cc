#include "norma/engine/query.h"

#include <utility>

#include "norma/engine/error_translation.h"

namespace norma::engine {

Result<nanoarrow::UniqueSchema> Query::Schema() const {
  nanoarrow::UniqueSchema schema;
  BridgeCall call;
  NORMA_RETURN_IF_ERROR(call.Check(norma_query_schema(handle_.get(), schema.get(), call.error())));
  return schema;
}

Result<Stream> Query::Run() const {
  nanoarrow::UniqueArrayStream rows;
  BridgeCall call;
  NORMA_RETURN_IF_ERROR(call.Check(norma_query_stream(handle_.get(), rows.get(), call.error())));
  return Stream::Make(std::move(rows), handle_);
}

void Query::Cancel() const { norma_query_cancel(handle_.get()); }

Result<uint64_t> Query::Save(std::string_view format, std::string_view path) const {
  uint64_t rows = 0;
  BridgeCall call;
  NORMA_RETURN_IF_ERROR(call.Check(
      norma_query_save(handle_.get(), ToSlice(format), ToSlice(path), &rows, call.error())));
  return rows;
}

Result<std::string> Query::Explain(std::string_view format) const {
  NormaText text{};
  BridgeCall call;
  NORMA_RETURN_IF_ERROR(
      call.Check(norma_query_explain(handle_.get(), ToSlice(format), &text, call.error())));
  return TakeText(text);
}

Result<std::string> Query::PlanJson() const {
  NormaText text{};
  BridgeCall call;
  NORMA_RETURN_IF_ERROR(call.Check(norma_query_plan_json(handle_.get(), &text, call.error())));
  return TakeText(text);
}

}  // namespace norma::engine
