#include "tests/fault/test_root.h"

#include <nlohmann/json.hpp>
#include <string>

#include "norma/engine/error_translation.h"

namespace norma::engine {

Result<Root> TestRoot::Open(const RootOptions& options, std::string_view faults) {
  nlohmann::json text = {{"path", options.path}, {"read_only", options.read_only}};
  if (options.record.has_value()) {
    text["record"] = *options.record;
  }
  const std::string spec = text.dump();
  NormaRoot* root = nullptr;
  BridgeCall call;
  NORMA_RETURN_IF_ERROR(
      call.Check(norma_test_root_open(ToSlice(spec), ToSlice(faults), &root, call.error())));
  return Root(root);
}

}  // namespace norma::engine
