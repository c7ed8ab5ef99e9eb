#pragma once

/// \file
/// One definition that reaches one use.

#include <cstdint>
#include <string_view>

namespace norma::extract::flow {

/// How a definition reaches a use. In the order of their names.
enum class Via : uint8_t { kClosure, kFlow, kGlobal, kRestore, kStar };

/// closure | flow | global | restore | star
std::string_view ViaName(Via via);

struct Reach {
  int32_t use = 0;       ///< event of the unit
  int32_t def_unit = 0;  ///< unit of the definition
  int32_t def = 0;       ///< event of that unit
  Via via = Via::kFlow;
  bool is_must = false;  ///< nothing else can reach the use
};

}  // namespace norma::extract::flow
