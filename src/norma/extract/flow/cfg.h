#pragma once

/// \file
/// The control flow graph of one code unit: basic blocks, the edges between them, and which
/// instructions may raise.

#include <cstdint>
#include <string_view>
#include <vector>

#include "norma/extract/flow/code_unit.h"

namespace norma::extract::flow {

enum class BlockKind : uint8_t { kEntry, kHandler, kNormal };

/// How control leaves a block.
enum class ExitKind : uint8_t { kFallthrough, kJump, kBranch, kLoop, kReturn, kRaise, kEnd };

/// In the order of their names.
enum class EdgeKind : uint8_t {
  kBranchFalse,
  kBranchTrue,
  kExc,
  kJump,
  kLoopExit,
  kLoopIter,
  kNext,
};

/// entry | handler | normal
std::string_view BlockKindName(BlockKind kind);
/// fallthrough | jump | branch | loop | return | raise | end
std::string_view ExitKindName(ExitKind kind);
/// branch_false | branch_true | exc | jump | loop_exit | loop_iter | next
std::string_view EdgeKindName(EdgeKind kind);

/// Instructions that run one after the other, but for exceptions.
struct Block {
  int32_t first_instruction = 0;
  int32_t end_instruction = 0;  ///< after the last
  int32_t exception = -1;       ///< entry of the exception table that covers it; -1 if none
  int32_t handler = -1;         ///< block of that entry's target; -1 if none
  BlockKind kind = BlockKind::kNormal;
  ExitKind exit = ExitKind::kFallthrough;
  bool may_raise = false;     ///< an instruction of it may
  bool is_reachable = false;  ///< from the entry, over all edges
};

struct Edge {
  int32_t source = 0;  ///< blocks
  int32_t target = 0;
  EdgeKind kind = EdgeKind::kNext;
  int32_t condition = -1;  ///< the conditional jump, for branches and loops; else -1
  int32_t exception = -1;  ///< entry of the exception table, for kExc; else -1
};

/// The graph of one unit. All vectors are empty, but for `may_raise` and `block_of`, if the unit
/// has an opcode that norma does not know where it matters.
struct Cfg {
  std::vector<Block> blocks;
  std::vector<Edge> edges;          ///< sorted by source, target, kind
  std::vector<int32_t> first_edge;  ///< of each block, and one past the last block
  std::vector<int32_t> order;       ///< reachable blocks in reverse post-order
  std::vector<int32_t> block_of;    ///< block of each instruction; 0 if there are no blocks
  std::vector<uint8_t> may_raise;   ///< of each instruction: 0 or 1
};

/// Builds the graph. Iterative, linear but for one binary search an exception entry; jumps and
/// entries that lead nowhere are ignored.
///
/// Source: docs/flow.md.
Cfg BuildCfg(const CodeUnit& unit, int32_t version_minor);

}  // namespace norma::extract::flow
