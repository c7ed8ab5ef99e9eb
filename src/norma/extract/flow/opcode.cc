#include "norma/extract/flow/opcode.h"

#include <algorithm>
#include <array>

namespace norma::extract::flow {
namespace {

constexpr std::array kNames = {
#define NORMA_OPCODE(id, name) std::string_view(name),
#include "norma/extract/flow/opcodes.def"
#undef NORMA_OPCODE
};

}  // namespace

Op OpFromName(std::string_view name) {
  const auto at = std::lower_bound(kNames.begin(), kNames.end(), name);
  return at == kNames.end() || *at != name ? Op::kUnknown
                                           : static_cast<Op>(1 + (at - kNames.begin()));
}

std::string_view OpName(Op op) {
  return op == Op::kUnknown ? std::string_view() : kNames[static_cast<size_t>(op) - 1];
}

}  // namespace norma::extract::flow
