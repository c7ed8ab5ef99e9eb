#pragma once

/// \file
/// The opcodes that norma knows, by name: their numbers differ between interpreters.

#include <cstdint>
#include <string_view>

namespace norma::extract::flow {

enum class Op : uint8_t {
  kUnknown,
#define NORMA_OPCODE(id, name) id,
#include "norma/extract/flow/opcodes.def"
#undef NORMA_OPCODE
};

/// The opcode of that name ("LOAD_FAST"); kUnknown if norma does not know it.
Op OpFromName(std::string_view name);

/// "LOAD_FAST"; empty for kUnknown.
std::string_view OpName(Op op);

}  // namespace norma::extract::flow
