#pragma once

/// \file
/// Errors and texts of the bridge as norma's. Only for engine/.

#include <norma/bridge.h>

#include <string>
#include <string_view>

#include "norma/base/result.h"

namespace norma::engine {

/// Where a bridge call puts its error. Use once:
///
///     BridgeCall call;
///     NORMA_RETURN_IF_ERROR(call.Check(norma_x(…, call.error())));
class BridgeCall {
 public:
  BridgeCall() = default;
  BridgeCall(const BridgeCall&) = delete;
  BridgeCall& operator=(const BridgeCall&) = delete;
  ~BridgeCall() { norma_error_free(error_); }

  NormaError** error() { return &error_; }

  /// The Status of the call that returned `code`.
  Status Check(int32_t code) const;

 private:
  NormaError* error_ = nullptr;
};

inline NormaSlice ToSlice(std::string_view text) { return NormaSlice{text.data(), text.size()}; }

/// Copies a text of the bridge and frees it.
std::string TakeText(NormaText text);

}  // namespace norma::engine
