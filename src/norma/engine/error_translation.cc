#include "norma/engine/error_translation.h"

#include <algorithm>
#include <string_view>

namespace norma::engine {
namespace {

/// Parts a message from what the user can do next (norma/bridge.h).
constexpr std::string_view kHelpLine = "\nhelp: ";

}  // namespace

Status BridgeCall::Check(int32_t code) const {
  if (code == 0) {
    return Status();
  }
  if (error_ == nullptr) {
    return Error{ErrorKindFromNumber(code), "the engine gave no message"};
  }
  const NormaSlice slice = norma_error_message(error_);
  const std::string_view message(slice.data, slice.len);
  const size_t end = std::min(message.find(kHelpLine), message.size());
  return Error{ErrorKindFromNumber(norma_error_kind(error_)), std::string(message.substr(0, end)),
               std::string(message.substr(std::min(end + kHelpLine.size(), message.size())))};
}

std::string TakeText(NormaText text) {
  std::string copy(text.data, text.len);
  norma_text_free(text.data, text.len);
  return copy;
}

}  // namespace norma::engine
