#include "norma/extract/flow/cfg.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace norma::extract::flow {
namespace {

/// How an instruction passes control on.
enum class Exit : uint8_t { kNext, kJump, kIfTrue, kIfFalse, kLoop, kReturn, kRaise };

Exit ExitOf(Op op) {
  switch (op) {
    case Op::kJumpForward:
    case Op::kJumpBackward:
    case Op::kJumpBackwardNoInterrupt:
      return Exit::kJump;
    case Op::kPopJumpIfTrue:
    case Op::kPopJumpForwardIfTrue:
    case Op::kPopJumpBackwardIfTrue:
    case Op::kJumpIfTrueOrPop:
    case Op::kPopJumpIfNone:  // true: the value is None
    case Op::kPopJumpForwardIfNone:
    case Op::kPopJumpBackwardIfNone:
      return Exit::kIfTrue;
    case Op::kPopJumpIfFalse:
    case Op::kPopJumpForwardIfFalse:
    case Op::kPopJumpBackwardIfFalse:
    case Op::kJumpIfFalseOrPop:
    case Op::kPopJumpIfNotNone:
    case Op::kPopJumpForwardIfNotNone:
    case Op::kPopJumpBackwardIfNotNone:
      return Exit::kIfFalse;
    case Op::kForIter:
    case Op::kSend:
      return Exit::kLoop;
    case Op::kReturnValue:
    case Op::kReturnConst:
    case Op::kInterpreterExit:
      return Exit::kReturn;
    case Op::kRaiseVarargs:
    case Op::kReraise:
      return Exit::kRaise;
    default:  // NOLINT: all others run into the next instruction
      return Exit::kNext;
  }
}

bool MayRaise(Op op, int32_t version_minor) {
  switch (op) {
    case Op::kLoadFast:
      return version_minor <= 11;  // it did the unbound check itself
    case Op::kNop:
    case Op::kNotTaken:
    case Op::kPopTop:
    case Op::kPopExcept:
    case Op::kPushNull:
    case Op::kPushExcInfo:
    case Op::kCopy:
    case Op::kSwap:
    case Op::kLoadConst:
    case Op::kLoadSmallInt:
    case Op::kLoadFastBorrow:
    case Op::kLoadFastLoadFast:
    case Op::kLoadFastBorrowLoadFastBorrow:
    case Op::kLoadFastAndClear:
    case Op::kLoadClosure:
    case Op::kStoreFast:
    case Op::kStoreFastLoadFast:
    case Op::kStoreFastStoreFast:
    case Op::kMakeCell:
    case Op::kCopyFreeVars:
    case Op::kEndFor:
    case Op::kIsOp:
    case Op::kJumpForward:
    case Op::kPopJumpIfNone:
    case Op::kPopJumpForwardIfNone:
    case Op::kPopJumpBackwardIfNone:
    case Op::kPopJumpIfNotNone:
    case Op::kPopJumpForwardIfNotNone:
    case Op::kPopJumpBackwardIfNotNone:
    case Op::kReturnValue:
    case Op::kReturnConst:
      return false;
    default:  // NOLINT: whatever runs code or hears signals, and what is not known
      return true;
  }
}

ExitKind ExitKindOf(Exit exit, bool is_last) {
  switch (exit) {
    case Exit::kNext:
      return is_last ? ExitKind::kEnd : ExitKind::kFallthrough;
    case Exit::kJump:
      return ExitKind::kJump;
    case Exit::kIfTrue:
    case Exit::kIfFalse:
      return ExitKind::kBranch;
    case Exit::kLoop:
      return ExitKind::kLoop;
    case Exit::kReturn:
      return ExitKind::kReturn;
    case Exit::kRaise:
      return ExitKind::kRaise;
  }
  return ExitKind::kEnd;
}

class CfgBuilder {
 public:
  CfgBuilder(const CodeUnit& unit, int32_t version_minor)
      : unit_(unit), version_minor_(version_minor), count_(unit.instructions.size()) {}

  Cfg Build() {
    cfg_.block_of.resize(count_);
    SetMayRaise();
    if (unit_.has_unknown_opcode || count_ == 0) {
      return std::move(cfg_);
    }
    FindLeaders();
    MakeBlocks();
    SetHandlers();
    MakeEdges();
    SetOrder();
    return std::move(cfg_);
  }

 private:
  void SetMayRaise() {
    cfg_.may_raise.reserve(count_);
    for (const Instruction& instruction : unit_.instructions) {
      cfg_.may_raise.push_back(MayRaise(instruction.op, version_minor_) ? 1 : 0);
    }
  }

  /// The instruction at a code offset, or at one of its prefixes; -1 if there is none.
  int32_t InstructionAt(int32_t offset) const {
    const auto after =
        std::ranges::upper_bound(unit_.instructions, offset, {}, &Instruction::start_offset);
    if (after == unit_.instructions.begin()) {
      return -1;
    }
    const auto at = after - 1;
    return offset <= at->offset ? static_cast<int32_t>(at - unit_.instructions.begin()) : -1;
  }

  bool IsInstruction(int32_t index) const {
    return index >= 0 && static_cast<size_t>(index) < count_;
  }

  void FindLeaders() {
    is_leader_.assign(count_ + 1, 0);
    is_leader_[0] = 1;
    for (size_t i = 0; i < count_; ++i) {
      const Instruction& instruction = unit_.instructions[i];
      if (IsInstruction(instruction.jump_target)) {
        is_leader_[static_cast<size_t>(instruction.jump_target)] = 1;
      }
      if (ExitOf(instruction.op) != Exit::kNext) {
        is_leader_[i + 1] = 1;
      }
    }
    for (const ExceptionEntry& entry : unit_.exceptions) {
      for (const int32_t offset : {entry.start_offset, entry.end_offset, entry.target_offset}) {
        if (const int32_t index = InstructionAt(offset); index >= 0) {
          is_leader_[static_cast<size_t>(index)] = 1;
        }
      }
    }
  }

  void MakeBlocks() {
    for (size_t i = 0; i < count_; ++i) {
      const auto index = static_cast<int32_t>(i);
      if (is_leader_[i] != 0) {
        cfg_.blocks.push_back({.first_instruction = index});
      }
      Block& block = cfg_.blocks.back();
      block.end_instruction = index + 1;
      block.may_raise = block.may_raise || cfg_.may_raise[i] != 0;
      cfg_.block_of[i] = static_cast<int32_t>(cfg_.blocks.size()) - 1;
    }
  }

  void SetHandlers() {
    // Entries come in order and do not overlap, so one walk over both lists finds each block's.
    size_t next = 0;
    const std::vector<ExceptionEntry>& entries = unit_.exceptions;
    for (Block& block : cfg_.blocks) {
      const int32_t start = At(block.first_instruction).start_offset;
      while (next < entries.size() && entries[next].end_offset <= start) {
        ++next;
      }
      if (next == entries.size() || start < entries[next].start_offset) {
        continue;
      }
      if (const int32_t target = InstructionAt(entries[next].target_offset); target >= 0) {
        block.exception = static_cast<int32_t>(next);
        block.handler = cfg_.block_of[static_cast<size_t>(target)];
      }
    }
    for (const ExceptionEntry& entry : entries) {
      if (const int32_t target = InstructionAt(entry.target_offset); target >= 0) {
        BlockOf(target).kind = BlockKind::kHandler;
      }
    }
    cfg_.blocks.front().kind = BlockKind::kEntry;
  }

  void MakeEdges() {
    cfg_.first_edge.reserve(cfg_.blocks.size() + 1);
    for (size_t i = 0; i < cfg_.blocks.size(); ++i) {
      cfg_.first_edge.push_back(static_cast<int32_t>(cfg_.edges.size()));
      AddEdgesOf(static_cast<int32_t>(i));
      std::sort(cfg_.edges.begin() + cfg_.first_edge.back(), cfg_.edges.end(),
                [](const Edge& a, const Edge& b) {
                  return std::tie(a.target, a.kind) < std::tie(b.target, b.kind);
                });
    }
    cfg_.first_edge.push_back(static_cast<int32_t>(cfg_.edges.size()));
  }

  void AddEdgesOf(int32_t source) {
    Block& block = cfg_.blocks[static_cast<size_t>(source)];
    const int32_t last = block.end_instruction - 1;
    const Exit exit = ExitOf(At(last).op);
    block.exit = ExitKindOf(exit, static_cast<size_t>(block.end_instruction) == count_);
    switch (exit) {
      case Exit::kNext:
        AddEdge(source, block.end_instruction, EdgeKind::kNext, -1);
        break;
      case Exit::kJump:
        AddEdge(source, At(last).jump_target, EdgeKind::kJump, -1);
        break;
      case Exit::kIfTrue:
        AddEdge(source, At(last).jump_target, EdgeKind::kBranchTrue, last);
        AddEdge(source, block.end_instruction, EdgeKind::kBranchFalse, last);
        break;
      case Exit::kIfFalse:
        AddEdge(source, At(last).jump_target, EdgeKind::kBranchFalse, last);
        AddEdge(source, block.end_instruction, EdgeKind::kBranchTrue, last);
        break;
      case Exit::kLoop:
        AddEdge(source, At(last).jump_target, EdgeKind::kLoopExit, last);
        AddEdge(source, block.end_instruction, EdgeKind::kLoopIter, last);
        break;
      case Exit::kReturn:
      case Exit::kRaise:
        break;
    }
    if (block.handler >= 0 && block.may_raise) {
      cfg_.edges.push_back({.source = source,
                            .target = block.handler,
                            .kind = EdgeKind::kExc,
                            .exception = block.exception});
    }
  }

  void AddEdge(int32_t source, int32_t target, EdgeKind kind, int32_t condition) {
    if (IsInstruction(target)) {
      cfg_.edges.push_back({.source = source,
                            .target = cfg_.block_of[static_cast<size_t>(target)],
                            .kind = kind,
                            .condition = condition});
    }
  }

  /// Walks depth first from the entry.
  void SetOrder() {
    struct Open {
      int32_t block;
      int32_t next_edge;
    };
    std::vector<Open> open;
    const auto enter = [&](int32_t block) {
      cfg_.blocks[static_cast<size_t>(block)].is_reachable = true;
      open.push_back({block, cfg_.first_edge[static_cast<size_t>(block)]});
    };
    enter(0);
    while (!open.empty()) {
      Open& top = open.back();
      if (top.next_edge == cfg_.first_edge[static_cast<size_t>(top.block) + 1]) {
        cfg_.order.push_back(top.block);
        open.pop_back();
        continue;
      }
      const int32_t target = cfg_.edges[static_cast<size_t>(top.next_edge++)].target;
      if (!cfg_.blocks[static_cast<size_t>(target)].is_reachable) {
        enter(target);
      }
    }
    std::ranges::reverse(cfg_.order);
  }

  const Instruction& At(int32_t index) const {
    return unit_.instructions[static_cast<size_t>(index)];
  }
  Block& BlockOf(int32_t index) {
    return cfg_.blocks[static_cast<size_t>(cfg_.block_of[static_cast<size_t>(index)])];
  }

  const CodeUnit& unit_;
  const int32_t version_minor_;
  const size_t count_;
  std::vector<uint8_t> is_leader_;
  Cfg cfg_;
};

}  // namespace

std::string_view BlockKindName(BlockKind kind) {
  constexpr std::array<std::string_view, 3> kNames = {"entry", "handler", "normal"};
  return kNames[static_cast<size_t>(kind)];
}

std::string_view ExitKindName(ExitKind kind) {
  constexpr std::array<std::string_view, 7> kNames = {"fallthrough", "jump",  "branch", "loop",
                                                      "return",      "raise", "end"};
  return kNames[static_cast<size_t>(kind)];
}

std::string_view EdgeKindName(EdgeKind kind) {
  constexpr std::array<std::string_view, 7> kNames = {"branch_false", "branch_true", "exc", "jump",
                                                      "loop_exit",    "loop_iter",   "next"};
  return kNames[static_cast<size_t>(kind)];
}

Cfg BuildCfg(const CodeUnit& unit, int32_t version_minor) {
  return CfgBuilder(unit, version_minor).Build();
}

}  // namespace norma::extract::flow
