#include "norma/extract/flow/reaching.h"

#include <algorithm>
#include <bit>

namespace norma::extract::flow {

void ReachingSolver::Solve(const Cfg& cfg, std::span<const Access> accesses,
                           std::span<const VariableFlow> variables) {
  Prepare(cfg);
  accesses_ = accesses;
  besides_.assign(accesses.size(), {});
  bit_of_.assign(accesses.size(), -1);
  for (const VariableFlow& variable : variables) {
    SolveInBlocks(variable);
  }
  size_t first = 0;
  const auto bits = static_cast<int32_t>(access_of_.size());
  for (int32_t chunk = 0; chunk < bits; chunk += kBits) {
    while (active_[first].end_bit <= chunk) {
      ++first;
    }
    size_t end = first;
    while (end < active_.size() && active_[end].first_bit < chunk + kBits) {
      ++end;
    }
    SolveChunk(chunk, std::span(active_).subspan(first, end - first));
  }
}

void ReachingSolver::Prepare(const Cfg& cfg) {
  cfg_ = &cfg;
  pairs_.clear();
  active_.clear();
  open_uses_.clear();
  access_of_.clear();
  raises_before_.clear();
  raises_before_.push_back(0);
  for (const uint8_t may_raise : cfg.may_raise) {
    raises_before_.push_back(raises_before_.back() + may_raise);
  }
  position_.resize(cfg.blocks.size());
  for (size_t i = 0; i < cfg.order.size(); ++i) {
    position_[static_cast<size_t>(cfg.order[i])] = static_cast<int32_t>(i);
  }
}

/// Answers uses after a definition or deletion in the same block, and finds what is left.
void ReachingSolver::SolveInBlocks(const VariableFlow& variable) {
  const size_t first_use = open_uses_.size();
  leaving_.clear();
  bool can_be_unbound = variable.starts_unbound;
  int32_t block = -1;
  int32_t last = -1;  // definition or deletion in the block
  bool proved_bound = false;
  const auto end_block = [&] {
    if (last >= 0 && accesses_[static_cast<size_t>(last)].kind == AccessKind::kDef) {
      leaving_.push_back(last);
    }
  };
  for (size_t i = variable.first_access; i < variable.end_access; ++i) {
    const auto index = static_cast<int32_t>(i);
    const Access& access = accesses_[i];
    if (access.instruction < 0) {
      leaving_.push_back(index);
      continue;
    }
    if (!BlockAt(BlockOf(access)).is_reachable) {
      continue;
    }
    if (BlockOf(access) != block) {
      end_block();
      block = BlockOf(access);
      last = -1;
      proved_bound = false;
    }
    if (access.kind == AccessKind::kUse) {
      if (last < 0) {
        open_uses_.push_back({index, proved_bound});
      } else {
        AnswerInBlock(variable, last, {index, proved_bound});
      }
      proved_bound = variable.use_proves_bound;
      continue;
    }
    if (last >= 0 && LeavesToHandler(last, index)) {
      leaving_.push_back(last);
    }
    can_be_unbound = can_be_unbound || access.kind == AccessKind::kUndef;
    last = index;
    proved_bound = false;
  }
  end_block();
  if (open_uses_.size() > first_use) {
    Activate(variable, first_use, can_be_unbound);
  }
}

void ReachingSolver::AnswerInBlock(const VariableFlow& variable, int32_t last, OpenUse use) {
  const Access& source = accesses_[static_cast<size_t>(last)];
  const Access& target = accesses_[static_cast<size_t>(use.access)];
  Besides& besides = besides_[static_cast<size_t>(use.access)];
  if (source.kind == AccessKind::kDef) {
    pairs_.push_back({use.access, last});
  } else {
    besides.unbound = !use.proved_bound;
  }
  besides.foreign = variable.foreign_at_raise && source.instruction < target.instruction &&
                    RaisesIn(source.instruction + 1, target.instruction) > 0;
}

/// Whether an exception can carry a definition out of its block before the next definition.
bool ReachingSolver::LeavesToHandler(int32_t def, int32_t next) const {
  const Access& access = accesses_[static_cast<size_t>(def)];
  return access.kind == AccessKind::kDef && BlockAt(BlockOf(access)).handler >= 0 &&
         RaisesIn(access.instruction + 1, accesses_[static_cast<size_t>(next)].instruction + 1) > 0;
}

/// Gives bits to a variable with open uses, unless its one definition is never replaced.
void ReachingSolver::Activate(const VariableFlow& variable, size_t first_use, bool can_be_unbound) {
  Active active{.variable = &variable,
                .first_bit = static_cast<int32_t>(access_of_.size()),
                .first_use = first_use,
                .end_use = open_uses_.size()};
  const auto add_bit = [&](int32_t access) {
    access_of_.push_back(access);
    return static_cast<int32_t>(access_of_.size()) - 1;
  };
  if (can_be_unbound) {
    active.unbound_bit = add_bit(-1);
  }
  if (variable.foreign_at_entry || variable.foreign_at_raise) {
    active.foreign_bit = add_bit(-1);
  }
  for (const int32_t def : leaving_) {
    bit_of_[static_cast<size_t>(def)] = add_bit(def);
  }
  active.end_bit = static_cast<int32_t>(access_of_.size());
  const int32_t bits = active.end_bit - active.first_bit;
  const bool always_there =
      bits == 1 &&
      (variable.foreign_at_entry ||
       (!leaving_.empty() && accesses_[static_cast<size_t>(leaving_[0])].instruction < 0));
  if (bits > 1 || (bits == 1 && !always_there)) {
    active_.push_back(active);
    return;
  }
  for (size_t i = first_use; always_there && i < active.end_use; ++i) {
    AddToAnswer(open_uses_[i].access, active.first_bit, active);
  }
  access_of_.resize(static_cast<size_t>(active.first_bit));
  open_uses_.resize(first_use);
}

void ReachingSolver::SolveChunk(int32_t first_bit, std::span<const Active> active) {
  chunk_ = first_bit;
  Bits foreign = 0;
  for (const Active& one : active) {
    foreign |= one.variable->foreign_at_raise ? Mask(one.foreign_bit) : 0;
  }
  transfers_.resize(cfg_->blocks.size());
  for (size_t i = 0; i < transfers_.size(); ++i) {
    const Block& block = cfg_->blocks[i];
    const int32_t raises = RaisesIn(block.first_instruction, block.end_instruction);
    transfers_[i] = {.out = {~Bits{0}, raises > 0 ? foreign : 0},
                     .exc = {raises > 0 ? ~Bits{0} : 0, raises > 1 ? foreign : 0}};
  }
  in_.assign(cfg_->blocks.size(), 0);
  for (const Active& one : active) {
    SetTransfers(one);
    SetEntryState(one);
  }
  Propagate();
  for (const Active& one : active) {
    Answer(one);
  }
}

void ReachingSolver::SetTransfers(const Active& active) {
  const Bits others = ~Mask(active.first_bit, active.end_bit);
  size_t first = active.variable->first_access;
  while (first < active.variable->end_access) {
    if (accesses_[first].instruction < 0) {
      ++first;
      continue;
    }
    const int32_t block = BlockOf(accesses_[first]);
    size_t end = first + 1;
    while (end < active.variable->end_access && BlockOf(accesses_[end]) == block) {
      ++end;
    }
    const BlockTransfer own = TransferOf(active, BlockAt(block), first, end);
    BlockTransfer& all = transfers_[static_cast<size_t>(block)];
    all.out = {(all.out.keep & others) | own.out.keep, (all.out.add & others) | own.out.add};
    all.exc = {(all.exc.keep & others) | own.exc.keep, (all.exc.add & others) | own.exc.add};
    first = end;
  }
}

ReachingSolver::BlockTransfer ReachingSolver::TransferOf(const Active& active, const Block& block,
                                                         size_t first, size_t end) const {
  const Bits unbound = Mask(active.unbound_bit);
  const Bits foreign = active.variable->foreign_at_raise ? Mask(active.foreign_bit) : 0;
  Transfer state{Mask(active.first_bit, active.end_bit), 0};
  Transfer exc;
  const auto raise = [&] {
    exc.keep |= state.keep;
    exc.add |= state.add;
  };
  int32_t at = block.first_instruction;
  const auto run_to = [&](int32_t instruction) {
    const int32_t raises = at < instruction ? RaisesIn(at, instruction) : 0;
    if (raises > 0) {
      raise();
      state.add |= foreign;
    }
    if (raises > 1) {
      raise();
    }
  };
  for (size_t i = first; i < end; ++i) {
    const Access& access = accesses_[i];
    run_to(access.instruction);
    const bool may_raise = cfg_->may_raise[static_cast<size_t>(access.instruction)] != 0;
    if (may_raise && at <= access.instruction) {
      raise();
    }
    switch (access.kind) {
      case AccessKind::kUse:
        if (active.variable->use_proves_bound) {
          state = {state.keep & ~unbound, state.add & ~unbound};
        }
        state.add |= may_raise ? foreign : 0;
        break;
      case AccessKind::kDef:
        state = {0, Mask(bit_of_[i])};
        break;
      case AccessKind::kUndef:
        state = {0, unbound};
        break;
    }
    at = access.instruction + 1;
  }
  run_to(block.end_instruction);
  return {state, exc};
}

void ReachingSolver::SetEntryState(const Active& active) {
  Bits& entry = in_.front();
  const VariableFlow& variable = *active.variable;
  entry |= variable.starts_unbound ? Mask(active.unbound_bit) : 0;
  entry |= variable.foreign_at_entry ? Mask(active.foreign_bit) : 0;
  for (size_t i = variable.first_access; i < variable.end_access && accesses_[i].instruction < 0;
       ++i) {
    entry |= Mask(bit_of_[i]);
  }
}

void ReachingSolver::Propagate() {
  is_dirty_.assign(cfg_->order.size(), 1);
  bool again = true;
  while (again) {
    again = false;
    for (size_t i = 0; i < cfg_->order.size(); ++i) {
      if (is_dirty_[i] == 0) {
        continue;
      }
      is_dirty_[i] = 0;
      const auto block = static_cast<size_t>(cfg_->order[i]);
      const Bits out = transfers_[block].out(in_[block]);
      const Bits exc = transfers_[block].exc(in_[block]);
      for (int32_t e = cfg_->first_edge[block]; e < cfg_->first_edge[block + 1]; ++e) {
        const Edge& edge = cfg_->edges[static_cast<size_t>(e)];
        const Bits sent = edge.kind == EdgeKind::kExc ? exc : out;
        Bits& in = in_[static_cast<size_t>(edge.target)];
        if ((sent & ~in) != 0) {
          in |= sent;
          const auto position = static_cast<size_t>(position_[static_cast<size_t>(edge.target)]);
          is_dirty_[position] = 1;
          again = again || position <= i;
        }
      }
    }
  }
}

void ReachingSolver::Answer(const Active& active) {
  const Bits all = Mask(active.first_bit, active.end_bit);
  const Bits foreign = active.variable->foreign_at_raise ? Mask(active.foreign_bit) : 0;
  for (size_t i = active.first_use; i < active.end_use; ++i) {
    const OpenUse& use = open_uses_[i];
    const Access& access = accesses_[static_cast<size_t>(use.access)];
    const Block& block = BlockAt(BlockOf(access));
    Bits state = in_[static_cast<size_t>(BlockOf(access))] & all;
    if (use.proved_bound) {
      state &= ~Mask(active.unbound_bit);
    }
    if (RaisesIn(block.first_instruction, access.instruction) > 0) {
      state |= foreign;
    }
    for (; state != 0; state &= state - 1) {
      AddToAnswer(use.access, chunk_ + std::countr_zero(state), active);
    }
  }
}

void ReachingSolver::AddToAnswer(int32_t use, int32_t bit, const Active& active) {
  if (bit == active.unbound_bit) {
    besides_[static_cast<size_t>(use)].unbound = true;
  } else if (bit == active.foreign_bit) {
    besides_[static_cast<size_t>(use)].foreign = true;
  } else {
    pairs_.push_back({use, access_of_[static_cast<size_t>(bit)]});
  }
}

ReachingSolver::Bits ReachingSolver::Mask(int32_t first, int32_t end) const {
  const int32_t from = std::max(first - chunk_, 0);
  const int32_t to = std::min(end - chunk_, kBits);
  if (from >= to) {
    return 0;
  }
  const Bits upto = to == kBits ? ~Bits{0} : (Bits{1} << to) - 1;
  return upto & ~((Bits{1} << from) - 1);
}

}  // namespace norma::extract::flow
