#include "norma/engine/type_resolver.h"

#include <string>

#include "norma/engine/error_translation.h"
#include "norma/engine/handle_access.h"

namespace norma::engine {

Result<sql::CallTypes> EngineTypeResolver::Resolve(const sql::CallRequest& request) {
  const std::string question = sql::EncodeCallRequest(request);
  NormaText answer{};
  BridgeCall call;
  NORMA_RETURN_IF_ERROR(call.Check(
      norma_resolve_types(HandleAccess::Of(session_), ToSlice(question), &answer, call.error())));
  return sql::DecodeCallTypes(TakeText(answer));
}

}  // namespace norma::engine
