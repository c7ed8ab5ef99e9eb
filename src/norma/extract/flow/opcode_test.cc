#include "norma/extract/flow/opcode.h"

#include <gtest/gtest.h>

namespace norma::extract::flow {
namespace {

TEST(Opcode, NamesGoBothWays) {
#define NORMA_OPCODE(id, name)         \
  EXPECT_EQ(OpFromName(name), Op::id); \
  EXPECT_EQ(OpName(Op::id), name);
#include "norma/extract/flow/opcodes.def"
#undef NORMA_OPCODE
}

TEST(Opcode, WhatIsNotKnownHasNoName) {
  EXPECT_EQ(OpFromName("LOAD_FROM_MOON"), Op::kUnknown);
  EXPECT_EQ(OpFromName(""), Op::kUnknown);
  EXPECT_EQ(OpName(Op::kUnknown), "");
}

}  // namespace
}  // namespace norma::extract::flow
