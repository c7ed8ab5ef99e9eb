#pragma once

/// \file
/// Which definitions reach which uses within one control flow graph.

#include <cstdint>
#include <span>
#include <vector>

#include "norma/extract/flow/cfg.h"

namespace norma::extract::flow {

enum class AccessKind : uint8_t { kDef, kUse, kUndef };

/// One access to a variable.
struct Access {
  int32_t instruction = -1;  ///< -1: a definition at the entry of the unit
  AccessKind kind = AccessKind::kUse;
};

/// How a variable behaves between its accesses.
struct VariableFlow {
  size_t first_access = 0;  ///< its accesses, in the order in which they happen
  size_t end_access = 0;
  bool starts_unbound = false;
  bool use_proves_bound = false;  ///< after a use it is bound, or the code would not go on
  bool foreign_at_entry = false;  ///< code outside of the unit has written it before
  bool foreign_at_raise = false;  ///< such code may write it wherever an instruction may raise
};

/// Solves the equations of reaching definitions:
///
///     OUT[b] = transfer of all instructions of b on IN[b]
///     EXC[b] = union of the state before each instruction of b that may raise
///     IN[b]  = union of OUT[p] over normal predecessors p, and of EXC[q] over exc predecessors q
///
/// where a state is a set of definitions, the unbound state and foreign writes among them.
/// Variables do not meddle with each other, so only definitions that leave their block get a bit,
/// and 64 of them at a time go over the graph, by a worklist in reverse post-order: memory is
/// linear in unit and answer, whatever their number. Reuse one solver, so that its memory is
/// reused. Not safe to share.
class ReachingSolver {
 public:
  /// A definition that reaches a use: indices of accesses.
  struct Pair {
    int32_t use;
    int32_t def;

    friend bool operator==(const Pair&, const Pair&) = default;
  };
  /// What besides definitions reaches a use.
  struct Besides {
    bool unbound = false;
    bool foreign = false;
  };

  /// Solves for all uses of `variables`. The answers stand until the next call. Nothing reaches a
  /// use in an unreachable block.
  void Solve(const Cfg& cfg, std::span<const Access> accesses,
             std::span<const VariableFlow> variables);

  /// No pair comes twice. In no order.
  std::span<const Pair> pairs() const { return pairs_; }
  /// \param use index of the access.
  Besides besides(size_t use) const { return besides_[use]; }

 private:
  using Bits = uint64_t;
  static constexpr int32_t kBits = 64;

  /// What a block does to a state of 64 bits.
  struct Transfer {
    Bits keep = 0;
    Bits add = 0;

    Bits operator()(Bits in) const { return (in & keep) | add; }
  };
  struct BlockTransfer {
    Transfer out;
    Transfer exc;
  };
  /// A use whose answer depends on the state at the start of its block.
  struct OpenUse {
    int32_t access;
    bool proved_bound;
  };
  /// A variable with open uses, and its bits.
  struct Active {
    const VariableFlow* variable;
    int32_t first_bit = 0;
    int32_t end_bit = 0;
    int32_t unbound_bit = -1;
    int32_t foreign_bit = -1;
    size_t first_use = 0;  // in open_uses_
    size_t end_use = 0;
  };

  void Prepare(const Cfg& cfg);
  /// May-raise instructions in [first, end).
  int32_t RaisesIn(int32_t first, int32_t end) const {
    return raises_before_[static_cast<size_t>(end)] - raises_before_[static_cast<size_t>(first)];
  }
  void SolveInBlocks(const VariableFlow& variable);
  void AnswerInBlock(const VariableFlow& variable, int32_t last, OpenUse use);
  bool LeavesToHandler(int32_t def, int32_t next) const;
  void Activate(const VariableFlow& variable, size_t first_use, bool can_be_unbound);
  void SolveChunk(int32_t first_bit, std::span<const Active> active);
  void SetTransfers(const Active& active);
  BlockTransfer TransferOf(const Active& active, const Block& block, size_t first,
                           size_t end) const;
  void SetEntryState(const Active& active);
  void Propagate();
  void Answer(const Active& active);
  void AddToAnswer(int32_t use, int32_t bit, const Active& active);

  /// The bit in the current chunk; 0 if it lies in another one.
  Bits Mask(int32_t bit) const {
    const int32_t shift = bit - chunk_;
    return bit >= 0 && shift >= 0 && shift < kBits ? Bits{1} << shift : 0;
  }
  Bits Mask(int32_t first, int32_t end) const;
  int32_t BlockOf(const Access& access) const {
    return cfg_->block_of[static_cast<size_t>(access.instruction)];
  }
  const Block& BlockAt(int32_t block) const { return cfg_->blocks[static_cast<size_t>(block)]; }

  const Cfg* cfg_ = nullptr;
  std::span<const Access> accesses_;
  std::vector<Pair> pairs_;
  std::vector<Besides> besides_;
  std::vector<int32_t> raises_before_;  // of each instruction
  std::vector<Active> active_;
  std::vector<OpenUse> open_uses_;
  std::vector<int32_t> leaving_;  // definitions of one variable that leave their block
  std::vector<int32_t> bit_of_;   // of each access; -1 if it is no definition that leaves its block
  std::vector<int32_t> access_of_;  // of each bit; -1 for those of unbound and foreign
  int32_t chunk_ = 0;               // first bit of the chunk
  std::vector<BlockTransfer> transfers_;
  std::vector<Bits> in_;
  std::vector<int32_t> position_;  // of each block in the order
  std::vector<uint8_t> is_dirty_;  // by position
};

}  // namespace norma::extract::flow
