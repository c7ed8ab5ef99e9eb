#pragma once

/// \file
/// The engine's parser for table contracts.

#include <string>
#include <string_view>

#include "norma/base/result.h"

namespace norma::engine {

/// Reads exactly one CREATE EXTERNAL TABLE statement into JSON (norma/bridge.h has the form): types
/// as text, options in written order with their case, comments and CHECKs kept. Nothing is planned.
///
/// \return kInvalidArgument for another statement or a clause that contracts do not have,
///     kLimitExceeded beyond 1 MiB, 2,000 columns, 16 levels of types, or names of 255 bytes.
Result<std::string> ParseDdl(std::string_view sql);

}  // namespace norma::engine
