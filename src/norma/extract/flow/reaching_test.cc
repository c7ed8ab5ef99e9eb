#include "norma/extract/flow/reaching.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <utility>
#include <vector>

namespace norma::extract::flow {
namespace {

/// A unit and the accesses of its instructions.
struct Problem {
  CodeUnit unit;
  std::vector<Access> accesses;
  std::vector<VariableFlow> variables;
};

/// Definitions that reach a use, by index; kUnbound and kForeign among them.
constexpr int32_t kUnbound = -1;
constexpr int32_t kForeign = -2;
using Answer = std::map<int32_t, std::set<int32_t>>;

constexpr int32_t kVersion = 13;

/// Solves one instruction at a time, with sets, from the opcodes and the exception table alone.
class NaiveSolver {
 public:
  explicit NaiveSolver(const Problem& problem)
      : problem_(problem),
        before_(problem.unit.instructions.size()),
        is_reachable_(problem.unit.instructions.size()) {}

  Answer Solve() {
    is_reachable_[0] = true;
    for (size_t v = 0; v < problem_.variables.size(); ++v) {
      const VariableFlow& variable = problem_.variables[v];
      if (variable.starts_unbound) {
        before_[0].emplace(v, kUnbound);
      }
      if (variable.foreign_at_entry) {
        before_[0].emplace(v, kForeign);
      }
      for (size_t i = variable.first_access; i < variable.end_access; ++i) {
        if (problem_.accesses[i].instruction < 0) {
          before_[0].emplace(v, static_cast<int32_t>(i));
        }
      }
    }
    do {
      has_changed_ = false;
      for (size_t i = 0; i < before_.size(); ++i) {
        if (is_reachable_[i]) {
          Step(i);
        }
      }
    } while (has_changed_);
    return answer_;
  }

 private:
  using State = std::set<std::pair<size_t, int32_t>>;  // variable, definition

  static bool MayRaise(Op op) { return op == Op::kCall; }

  void Step(size_t i) {
    const Instruction& instruction = problem_.unit.instructions[i];
    State state = before_[i];
    if (MayRaise(instruction.op)) {
      for (const ExceptionEntry& entry : problem_.unit.exceptions) {
        if (entry.start_offset <= instruction.offset && instruction.offset < entry.end_offset) {
          Flow(state, entry.target_offset / 2);
        }
      }
    }
    for (size_t v = 0; v < problem_.variables.size(); ++v) {
      Transfer(i, v, MayRaise(instruction.op), state);
    }
    if (instruction.jump_target >= 0) {
      Flow(state, instruction.jump_target);
    }
    if (instruction.op != Op::kReturnValue && instruction.op != Op::kJumpForward) {
      Flow(state, static_cast<int32_t>(i) + 1);
    }
  }

  void Transfer(size_t i, size_t v, bool may_raise, State& state) {
    const VariableFlow& variable = problem_.variables[v];
    bool has_foreign = may_raise && variable.foreign_at_raise;
    for (size_t a = variable.first_access; a < variable.end_access; ++a) {
      const Access& access = problem_.accesses[a];
      if (access.instruction != static_cast<int32_t>(i)) {
        continue;
      }
      if (access.kind == AccessKind::kUse) {
        std::set<int32_t>& found = answer_[static_cast<int32_t>(a)];
        for (const auto& [owner, definition] : state) {
          if (owner == v) {
            found.insert(definition);
          }
        }
        if (variable.use_proves_bound) {
          state.erase({v, kUnbound});
        }
        continue;
      }
      has_foreign = false;  // it comes before definitions, which replace it
      std::erase_if(state, [&](const auto& member) { return member.first == v; });
      state.emplace(v, access.kind == AccessKind::kDef ? static_cast<int32_t>(a) : kUnbound);
    }
    if (has_foreign) {
      state.emplace(v, kForeign);
    }
  }

  void Flow(const State& state, int32_t target) {
    const auto at = static_cast<size_t>(target);
    if (at >= before_.size()) {
      return;
    }
    const size_t size = before_[at].size();
    before_[at].insert(state.begin(), state.end());
    has_changed_ = has_changed_ || before_[at].size() > size || !is_reachable_[at];
    is_reachable_[at] = true;
  }

  const Problem& problem_;
  std::vector<State> before_;
  std::vector<bool> is_reachable_;
  bool has_changed_ = false;
  Answer answer_;
};

Answer Solve(ReachingSolver& solver, const Problem& problem) {
  const Cfg cfg = BuildCfg(problem.unit, kVersion);
  solver.Solve(cfg, problem.accesses, problem.variables);
  Answer answer;
  size_t pair_count = 0;
  for (const ReachingSolver::Pair& pair : solver.pairs()) {
    answer[pair.use].insert(pair.def);
    ++pair_count;
  }
  size_t distinct_count = 0;
  for (const auto& [use, definitions] : answer) {
    distinct_count += definitions.size();
  }
  EXPECT_EQ(pair_count, distinct_count) << "a pair came twice";
  for (size_t i = 0; i < problem.accesses.size(); ++i) {
    if (problem.accesses[i].kind == AccessKind::kUse) {
      if (solver.besides(i).unbound) {
        answer[static_cast<int32_t>(i)].insert(kUnbound);
      }
      if (solver.besides(i).foreign) {
        answer[static_cast<int32_t>(i)].insert(kForeign);
      }
    }
  }
  std::erase_if(answer, [](const auto& entry) { return entry.second.empty(); });
  return answer;
}

class RandomProblem {
 public:
  RandomProblem(uint32_t seed, int size) : random_(seed), size_(size) {}

  Problem Make() {
    Problem problem;
    MakeCode(problem.unit);
    const int variable_count = 1 + Below(std::max(size_ / 8, 2));
    for (int v = 0; v < variable_count; ++v) {
      VariableFlow variable{.first_access = problem.accesses.size(),
                            .starts_unbound = Below(2) == 0,
                            .use_proves_bound = Below(2) == 0,
                            .foreign_at_entry = Below(4) == 0,
                            .foreign_at_raise = Below(4) == 0};
      AddAccesses(problem);
      variable.end_access = problem.accesses.size();
      problem.variables.push_back(variable);
    }
    return problem;
  }

 private:
  int Below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(random_); }

  void MakeCode(CodeUnit& unit) {
    for (int i = 0; i < size_; ++i) {
      Instruction instruction{.start_offset = 2 * i, .offset = 2 * i, .end_offset = 2 * i + 2};
      const int kind = Below(12);
      instruction.op = kind < 4 ? Op::kNop : kind < 8 ? Op::kCall : Op::kPopJumpIfNone;
      if (kind == 10) {
        instruction.op = Op::kJumpForward;
      } else if (kind == 11 && Below(3) == 0) {
        instruction.op = Op::kReturnValue;
      }
      if (instruction.op == Op::kPopJumpIfNone || instruction.op == Op::kJumpForward) {
        instruction.jump_target = Below(size_);
      }
      unit.instructions.push_back(instruction);
    }
    for (int at = Below(8); at < size_;) {
      const int end = std::min(at + 1 + Below(10), size_);
      unit.exceptions.push_back(
          {.start_offset = 2 * at, .end_offset = 2 * end, .target_offset = 2 * Below(size_)});
      at = end + Below(10);
    }
  }

  void AddAccesses(Problem& problem) {
    if (Below(3) == 0) {
      problem.accesses.push_back({-1, AccessKind::kDef});
    }
    const int density = 2 + Below(8);
    for (int i = 0; i < size_; ++i) {
      // Instructions that touch a variable twice are superinstructions, which cannot raise.
      const bool may_raise = problem.unit.instructions[static_cast<size_t>(i)].op == Op::kCall;
      const int most = may_raise ? 1 : 2;
      for (int k = 0; k < most && Below(density) == 0; ++k) {
        const int kind = Below(8);
        problem.accesses.push_back({i, kind < 4   ? AccessKind::kUse
                                       : kind < 7 ? AccessKind::kDef
                                                  : AccessKind::kUndef});
      }
    }
  }

  std::mt19937 random_;
  int size_;
};

TEST(ReachingSolver, AgreesWithSetsOnRandomGraphs) {
  ReachingSolver solver;
  for (uint32_t seed = 0; seed < 1000; ++seed) {
    // From small to large, so that the first failure is a small one.
    const int size = 2 + static_cast<int>(seed / 5);
    const Problem problem = RandomProblem(seed, size).Make();
    Answer expected = NaiveSolver(problem).Solve();
    std::erase_if(expected, [](const auto& entry) { return entry.second.empty(); });
    ASSERT_EQ(Solve(solver, problem), expected) << "seed " << seed << ", size " << size;
  }
}

/// Code and accesses in the order in which they happen; Take() sorts them by variable.
class Code {
 public:
  explicit Code(size_t variable_count) : accesses_(variable_count) {}

  int32_t Add(Op op, int32_t jump_target = -1) {
    const auto at = static_cast<int32_t>(problem_.unit.instructions.size());
    problem_.unit.instructions.push_back({.start_offset = 2 * at,
                                          .offset = 2 * at,
                                          .end_offset = 2 * at + 2,
                                          .op = op,
                                          .jump_target = jump_target});
    return at;
  }
  void Access(AccessKind kind, size_t variable) {
    accesses_[variable].push_back({Add(Op::kNop), kind});
  }
  void JumpHere(int32_t jump) {
    problem_.unit.instructions[static_cast<size_t>(jump)].jump_target =
        static_cast<int32_t>(problem_.unit.instructions.size());
  }
  Problem Take() {
    Add(Op::kReturnValue);
    for (const auto& accesses : accesses_) {
      const size_t first = problem_.accesses.size();
      problem_.accesses.insert(problem_.accesses.end(), accesses.begin(), accesses.end());
      problem_.variables.push_back({.first_access = first,
                                    .end_access = problem_.accesses.size(),
                                    .starts_unbound = true,
                                    .use_proves_bound = true});
    }
    return std::move(problem_);
  }

 private:
  Problem problem_;
  std::vector<std::vector<flow::Access>> accesses_;
};

std::vector<ReachingSolver::Pair> PairsOf(const Problem& problem) {
  const Cfg cfg = BuildCfg(problem.unit, kVersion);
  ReachingSolver solver;
  solver.Solve(cfg, problem.accesses, problem.variables);
  return {solver.pairs().begin(), solver.pairs().end()};
}

TEST(ReachingSolver, HasNoLimitOfBranchesVariablesAndAssignments) {
  constexpr size_t kVariables = 5'000;
  constexpr size_t kBranches = 10'000;
  Code code(kVariables);
  for (size_t i = 0; i < kBranches; ++i) {
    const int32_t jump = code.Add(Op::kPopJumpIfNone);
    code.Access(AccessKind::kDef, i % kVariables);
    code.JumpHere(jump);
  }
  for (size_t i = 0; i < kVariables; ++i) {
    code.Access(AccessKind::kUse, i);
  }
  const Problem problem = code.Take();
  const Cfg cfg = BuildCfg(problem.unit, kVersion);
  ReachingSolver solver;
  solver.Solve(cfg, problem.accesses, problem.variables);
  EXPECT_EQ(solver.pairs().size(), kBranches);
  for (size_t i = 0; i < problem.accesses.size(); ++i) {
    if (problem.accesses[i].kind == AccessKind::kUse) {
      ASSERT_TRUE(solver.besides(i).unbound) << i;
    }
  }
}

TEST(ReachingSolver, HasNoLimitOfDefinitionsOfOneVariable) {
  constexpr size_t kDefinitions = 10'000;
  Code code(1);
  for (size_t i = 0; i < kDefinitions; ++i) {
    const int32_t jump = code.Add(Op::kPopJumpIfNone);
    code.Access(AccessKind::kDef, 0);
    code.JumpHere(jump);
  }
  code.Access(AccessKind::kUse, 0);
  EXPECT_EQ(PairsOf(code.Take()).size(), kDefinitions);
}

TEST(ReachingSolver, AnswersInOneBlockWithoutBits) {
  constexpr size_t kAssignments = 200'000;
  Code code(1);
  for (size_t i = 0; i < kAssignments; ++i) {
    code.Access(AccessKind::kDef, 0);
    code.Access(AccessKind::kUse, 0);
  }
  const std::vector<ReachingSolver::Pair> pairs = PairsOf(code.Take());
  ASSERT_EQ(pairs.size(), kAssignments);
  for (const ReachingSolver::Pair& pair : pairs) {
    ASSERT_EQ(pair.def, pair.use - 1);
  }
}

TEST(ReachingSolver, NothingReachesAnUnreachableUse) {
  Code code(1);
  code.Access(AccessKind::kDef, 0);
  code.Add(Op::kReturnValue);
  code.Access(AccessKind::kUse, 0);
  const Problem problem = code.Take();
  ReachingSolver solver;
  EXPECT_TRUE(Solve(solver, problem).empty());
}

}  // namespace
}  // namespace norma::extract::flow
