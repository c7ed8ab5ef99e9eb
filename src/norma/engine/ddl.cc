#include "norma/engine/ddl.h"

#include "norma/engine/error_translation.h"

namespace norma::engine {

Result<std::string> ParseDdl(std::string_view sql) {
  NormaText text{};
  BridgeCall call;
  NORMA_RETURN_IF_ERROR(call.Check(norma_ddl_json(ToSlice(sql), &text, call.error())));
  return TakeText(text);
}

}  // namespace norma::engine
