#pragma once

/// \file
/// What a statement may be.

#include <cstdint>

namespace norma::engine {

/// The numbers are those of the C ABI. Both are read-only; everything else is kPolicyDenied.
enum class Policy : int32_t {
  kReadOnly = 0,  ///< Queries, SHOW, DESCRIBE, and EXPLAIN of these.
  kRule = 1,      ///< One query and nothing else.
};

}  // namespace norma::engine
