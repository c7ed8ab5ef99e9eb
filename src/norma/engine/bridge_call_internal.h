#pragma once

/// \file
/// What every class over a handle of the bridge shares: texts in and out, and errors.

#include <memory>
#include <string>
#include <string_view>

#include "norma/base/result.h"
#include "norma/bridge.h"

namespace norma::engine {

inline NormaSlice Slice(std::string_view text) { return {text.data(), text.size()}; }

/// Takes an owned text over.
inline std::string TakeText(const NormaText& text) {
  std::string copy(text.data == nullptr ? "" : text.data, text.len);
  norma_text_free(text.data, text.len);
  return copy;
}

/// Runs `call(NormaError**)`, a function of the bridge, and takes its error over.
template <typename Call>
Status CallBridge(const Call& call) {
  NormaError* error = nullptr;
  const int32_t kind = call(&error);
  if (kind == 0) {
    return {};
  }
  if (error == nullptr) {
    return Error{ErrorKindFromNumber(kind), "the engine gave no message"};
  }
  const NormaSlice message = norma_error_message(error);
  Error taken{ErrorKindFromNumber(kind), std::string(message.data, message.len)};
  norma_error_free(error);
  return taken;
}

/// Deletes a handle with its free function.
template <auto kFree>
struct FreeHandle {
  template <typename Handle>
  void operator()(Handle* handle) const {
    kFree(handle);
  }
};

}  // namespace norma::engine
