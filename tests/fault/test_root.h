#pragma once

/// \file
/// Output roots whose store fails on command.

#include <string_view>

#include "norma/engine/table.h"

namespace norma::engine {

/// The way of the tests to a Root with faults.
class TestRoot {
 public:
  /// \param faults a JSON list as norma_test_root_open reads it.
  static Result<Root> Open(const RootOptions& options, std::string_view faults);
};

}  // namespace norma::engine
