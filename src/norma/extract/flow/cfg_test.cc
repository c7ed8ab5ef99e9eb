#include "norma/extract/flow/cfg.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "norma/extract/flow/testing.h"

namespace norma::extract::flow {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kTags[] = {"cpython-311", "cpython-312", "cpython-313"};

std::vector<std::string> Of(const std::vector<std::string>& lines, std::string_view word) {
  std::vector<std::string> found;
  std::ranges::copy_if(lines, std::back_inserter(found), [&](const std::string& line) {
    return line.find(word) != std::string::npos;
  });
  return found;
}

TEST(Cfg, ABranchEndsItsBlockAndHasTwoEdges) {
  const Example example = LoadExample("cpython-313", "branch");
  EXPECT_THAT(BlockLines(example, "f"),
              ElementsAre("0 [0,16) entry branch", "1 [16,20) normal fallthrough",
                          "2 [20,24) normal return"));
  EXPECT_THAT(EdgeLines(example, "f"),
              ElementsAre("0->1 branch_true at 12", "0->2 branch_false at 12", "1->2 next"));
}

TEST(Cfg, TheJumpsOf311AreBranchesToo) {
  const Example example = LoadExample("cpython-311", "branch");
  EXPECT_THAT(BlockLines(example, "f"),
              ElementsAre(HasSubstr("[0,6)"), HasSubstr("[6,10)"), HasSubstr("[10,14)")));
  EXPECT_THAT(EdgeLines(example, "f"),
              ElementsAre("0->1 branch_true at 4", "0->2 branch_false at 4", "1->2 next"));
}

TEST(Cfg, OnlyBlocksThatMayRaiseHaveAnEdgeToTheirHandler) {
  const Example example = LoadExample("cpython-313", "handler");
  EXPECT_THAT(BlockLines(example, "f"),
              ElementsAre("0 [0,4) entry fallthrough",                  //
                          "1 [4,24) normal fallthrough handled by 3",   //
                          "2 [24,28) normal return",                    //
                          "3 [28,46) handler branch handled by 9",      //
                          "4 [46,48) normal fallthrough handled by 9",  //
                          "5 [48,52) normal fallthrough handled by 7",  //
                          "6 [52,64) normal return",                    //
                          "7 [64,72) handler raise handled by 9 unreachable",
                          "8 [72,74) normal raise handled by 9",  //
                          "9 [74,80) handler raise"));
  EXPECT_THAT(
      Of(EdgeLines(example, "f"), "exc"),
      ElementsAre("1->3 exc entry 0", "3->9 exc entry 1", "7->9 exc entry 3", "8->9 exc entry 3"));
}

TEST(Cfg, LoadingALocalMayRaiseOnlyWhereItChecksTheLocal) {
  for (const std::string_view tag : kTags) {
    const Example example = LoadExample(tag, "handler");
    const size_t unit = example.Unit("f");
    const std::vector<Instruction>& instructions = example.units.units[unit].instructions;
    const std::vector<uint8_t>& may_raise = example.flow.units[unit].cfg.may_raise;
    ASSERT_EQ(may_raise.size(), instructions.size());
    for (size_t i = 0; i < instructions.size(); ++i) {
      if (instructions[i].op == Op::kLoadFast) {
        EXPECT_EQ(may_raise[i] != 0, tag == "cpython-311") << tag << " " << i;
      }
    }
  }
}

TEST(Cfg, AConditionalExpressionBranches) {
  for (const std::string_view tag : kTags) {
    const Example example = LoadExample(tag, "conditional");
    EXPECT_THAT(Of(EdgeLines(example, "<module>"), "branch_true"), testing::SizeIs(1)) << tag;
    EXPECT_THAT(Of(EdgeLines(example, "<module>"), "branch_false"), testing::SizeIs(1)) << tag;
  }
}

TEST(Cfg, EveryConditionalJumpOfEveryExampleHasItsTwoEdges) {
  for (const std::string_view tag : kTags) {
    const Example example = LoadExample(tag, "control");
    size_t jumps = 0;
    size_t edges = 0;
    for (size_t unit = 0; unit < example.units.units.size(); ++unit) {
      const Cfg& cfg = example.flow.units[unit].cfg;
      for (const Instruction& instruction : example.units.units[unit].instructions) {
        const std::string_view name = OpName(instruction.op);
        jumps += name == "FOR_ITER" || name == "SEND" ||
                         name.find("JUMP_IF") != std::string_view::npos ||
                         name.find("_IF_") != std::string_view::npos
                     ? 1
                     : 0;
      }
      for (const Edge& edge : cfg.edges) {
        edges += edge.condition >= 0 ? 1 : 0;
        if (edge.kind == EdgeKind::kExc) {
          ASSERT_LT(static_cast<size_t>(edge.exception),
                    example.units.units[unit].exceptions.size());
        }
      }
      EXPECT_TRUE(std::ranges::all_of(cfg.order, [&](int32_t block) {
        return cfg.blocks[static_cast<size_t>(block)].is_reachable;
      }));
      EXPECT_EQ(cfg.order.front(), 0);
    }
    EXPECT_GT(jumps, 0U);
    EXPECT_EQ(edges, 2 * jumps) << tag;
  }
}

TEST(Cfg, LoopsIterateOrEnd) {
  const Example example = LoadExample("cpython-313", "control");
  EXPECT_THAT(EdgeLines(example, "loops"), Contains(HasSubstr("loop_iter at")));
  EXPECT_THAT(EdgeLines(example, "loops"), Contains(HasSubstr("loop_exit at")));
  EXPECT_THAT(EdgeLines(example, "waits"), Contains(HasSubstr("loop_exit at")));
}

/// A unit of instructions of two bytes each.
CodeUnit UnitOf(const std::vector<std::pair<Op, int32_t>>& instructions) {
  CodeUnit unit;
  for (const auto& [op, target] : instructions) {
    const auto at = static_cast<int32_t>(unit.instructions.size()) * 2;
    unit.instructions.push_back(
        {.start_offset = at, .offset = at, .end_offset = at + 2, .op = op, .jump_target = target});
  }
  return unit;
}

TEST(Cfg, CodeThatRunsOutEnds) {
  const Cfg cfg = BuildCfg(UnitOf({{Op::kResume, -1}, {Op::kNop, -1}}), 13);
  ASSERT_EQ(cfg.blocks.size(), 1U);
  EXPECT_EQ(cfg.blocks[0].exit, ExitKind::kEnd);
  EXPECT_TRUE(cfg.edges.empty());
}

TEST(Cfg, NoInstructionsMakeNoBlocks) {
  const Cfg cfg = BuildCfg(CodeUnit(), 13);
  EXPECT_TRUE(cfg.blocks.empty());
  EXPECT_TRUE(cfg.order.empty());
}

TEST(Cfg, JumpsAndHandlersThatLeadNowhereMakeNoEdges) {
  CodeUnit unit = UnitOf({{Op::kCall, -1}, {Op::kPopJumpIfTrue, 99}, {Op::kReturnValue, -1}});
  unit.exceptions.push_back({.start_offset = 0, .end_offset = 4, .target_offset = 77});
  const Cfg cfg = BuildCfg(unit, 13);
  ASSERT_EQ(cfg.edges.size(), 1U);
  EXPECT_EQ(cfg.edges[0].kind, EdgeKind::kBranchFalse);
  EXPECT_EQ(cfg.blocks[0].handler, -1);
}

TEST(Cfg, AJumpToAPrefixLeadsToItsInstruction) {
  CodeUnit unit = UnitOf({{Op::kCall, -1}, {Op::kNop, -1}, {Op::kReturnValue, -1}});
  unit.instructions[1] = {.start_offset = 2, .offset = 6, .end_offset = 8, .op = Op::kCall};
  unit.instructions[2].start_offset = unit.instructions[2].offset = 8;
  unit.exceptions.push_back({.start_offset = 0, .end_offset = 2, .target_offset = 4});
  const Cfg cfg = BuildCfg(unit, 13);
  ASSERT_EQ(cfg.blocks.size(), 2U);
  EXPECT_EQ(cfg.blocks[0].handler, 1);
  EXPECT_EQ(cfg.blocks[1].kind, BlockKind::kHandler);
}

TEST(Cfg, AUnitWithAnUnknownOpcodeHasNoBlocks) {
  CodeUnit unit = UnitOf({{Op::kUnknown, -1}, {Op::kReturnValue, -1}});
  unit.has_unknown_opcode = true;
  const Cfg cfg = BuildCfg(unit, 13);
  EXPECT_TRUE(cfg.blocks.empty());
  EXPECT_THAT(cfg.block_of, ElementsAre(0, 0));
  EXPECT_THAT(cfg.may_raise, ElementsAre(1, 0));
}

TEST(Cfg, AHundredThousandBranchesNeedNoStack) {
  std::vector<std::pair<Op, int32_t>> instructions(100'001, {Op::kReturnValue, -1});
  for (int32_t i = 0; i < 100'000; ++i) {
    instructions[static_cast<size_t>(i)] = {Op::kPopJumpIfTrue, i / 2};
  }
  const Cfg cfg = BuildCfg(UnitOf(instructions), 13);
  EXPECT_EQ(cfg.order.size(), 100'001U);
}

}  // namespace
}  // namespace norma::extract::flow
