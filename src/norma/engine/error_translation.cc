#include "norma/engine/error_translation.h"

namespace norma::engine {

Status BridgeCall::Check(int32_t code) const {
  if (code == 0) {
    return Status();
  }
  if (error_ == nullptr) {
    return Error{ErrorKindFromNumber(code), "the engine gave no message"};
  }
  const NormaSlice message = norma_error_message(error_);
  return Error{ErrorKindFromNumber(norma_error_kind(error_)),
               std::string(message.data, message.len)};
}

std::string TakeText(NormaText text) {
  std::string copy(text.data, text.len);
  norma_text_free(text.data, text.len);
  return copy;
}

}  // namespace norma::engine
