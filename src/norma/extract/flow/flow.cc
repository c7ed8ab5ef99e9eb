#include "norma/extract/flow/flow.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <span>
#include <utility>

#include "norma/extract/flow/bindings.h"
#include "norma/extract/flow/reaching.h"
#include "norma/extract/flow/restores.h"

namespace norma::extract::flow {
namespace {

bool IsSlotClass(VarClass var_class) {
  return var_class == VarClass::kLocal || var_class == VarClass::kCell ||
         var_class == VarClass::kFree;
}

/// Reaching definitions of the units of one file.
class Linker {
 public:
  Linker(const Bindings& bindings, std::span<const UnitEvents> events)
      : bindings_(bindings), stars_(FindStars(events)) {}

  std::vector<Reach> Link(int32_t unit, const Cfg& cfg, UnitEvents& events) {
    unit_ = unit;
    cfg_ = &cfg;
    events_ = &events;
    reaches_.clear();
    MakeAccesses();
    AddCopiedSaves();
    solver_.Solve(cfg, accesses_, variables_);
    AddFlowEdges();
    if (!events.saved.empty()) {
      AddRestoreEdges(unit, events, restores_, is_unbound_, reaches_);
    }
    AddEdgesFromElsewhere();
    AddStarEdges();
    return reaches_;
  }

 private:
  static std::vector<EventPlace> FindStars(std::span<const UnitEvents> events) {
    std::vector<EventPlace> stars;
    for (size_t unit = 0; unit < events.size(); ++unit) {
      for (size_t i = 0; i < events[unit].events.size(); ++i) {
        if (events[unit].events[i].origin == Origin::kStarImport) {
          stars.push_back({static_cast<int32_t>(unit), static_cast<int32_t>(i)});
        }
      }
    }
    return stars;
  }

  static bool IsAccess(const Event& event) {
    return event.kind != EventKind::kCapture && event.origin != Origin::kFree;
  }

  static Access AccessOf(const Event& event) {
    return {event.instruction, event.kind == EventKind::kDef     ? AccessKind::kDef
                               : event.kind == EventKind::kUndef ? AccessKind::kUndef
                                                                 : AccessKind::kUse};
  }

  const Event& EventAt(int32_t event) const { return events_->events[static_cast<size_t>(event)]; }
  const Variable& VariableOf(const Event& event) const {
    return events_->variables[static_cast<size_t>(event.variable)];
  }

  /// Sorts accesses by variable; those of one variable stay in order.
  void MakeAccesses() {
    variables_.assign(events_->variables.size(), {});
    size_t count = 0;
    for (const Event& event : events_->events) {
      if (IsAccess(event)) {
        ++variables_[static_cast<size_t>(event.variable)].end_access;
        ++count;
      }
    }
    size_t next = 0;
    for (size_t i = 0; i < variables_.size(); ++i) {
      const size_t length = variables_[i].end_access;
      variables_[i] = BehaviourOf(static_cast<int32_t>(i));
      variables_[i].first_access = next;
      variables_[i].end_access = next;  // until they are filled in
      next += length;
    }
    accesses_.resize(count);
    event_of_.resize(count);
    for (size_t i = 0; i < events_->events.size(); ++i) {
      const Event& event = events_->events[i];
      if (IsAccess(event)) {
        VariableFlow& variable = variables_[static_cast<size_t>(event.variable)];
        // A parameter is bound at the start; all that is not starts unbound.
        variable.starts_unbound = variable.starts_unbound && event.instruction >= 0;
        accesses_[variable.end_access] = AccessOf(event);
        event_of_[variable.end_access++] = static_cast<int32_t>(i);
      }
    }
  }

  VariableFlow BehaviourOf(int32_t index) const {
    const Variable& variable = events_->variables[static_cast<size_t>(index)];
    const VarClass var_class = variable.var_class;
    const int32_t binding = bindings_.Of(unit_, index, variable);
    return {.starts_unbound = var_class == VarClass::kLocal || var_class == VarClass::kCell ||
                              var_class == VarClass::kName,
            .use_proves_bound = IsSlotClass(var_class),
            .foreign_at_entry =
                variable.entry_event >= 0 || (var_class == VarClass::kGlobal && unit_ > 0),
            .foreign_at_raise = binding >= 0 && bindings_.IsWrittenElsewhere(binding, unit_)};
  }

  /// Where the compiler copied a comprehension, the saves that reach a restore are found like
  /// definitions that reach a use.
  void AddCopiedSaves() {
    restores_.clear();
    plain_count_ = accesses_.size();
    std::vector<int32_t> members;
    for (const SavedVariable& saved : events_->saved) {
      if (saved.saves.size() == 1) {
        for (const int32_t restore : saved.restores) {
          restores_.push_back({.restore = restore, .save = saved.saves.front()});
        }
        continue;
      }
      members.clear();
      std::ranges::merge(saved.saves, saved.restores, std::back_inserter(members));
      const size_t first = accesses_.size();
      for (const int32_t member : members) {
        const Event& event = EventAt(member);
        accesses_.push_back({event.instruction,
                             event.origin == Origin::kSave ? AccessKind::kDef : AccessKind::kUse});
        event_of_.push_back(member);
      }
      variables_.push_back({.first_access = first, .end_access = accesses_.size()});
    }
  }

  void AddFlowEdges() {
    is_unbound_.assign(events_->events.size(), 0);
    is_alone_.assign(events_->events.size(), 0);
    foreign_uses_.clear();
    for (const ReachingSolver::Pair& pair : solver_.pairs()) {
      const int32_t use = event_of_[static_cast<size_t>(pair.use)];
      const int32_t def = event_of_[static_cast<size_t>(pair.def)];
      if (static_cast<size_t>(pair.use) >= plain_count_) {
        restores_.push_back({.restore = use, .save = def});
      } else {
        AddFlowEdge(use, def);
      }
    }
    for (size_t i = 0; i < plain_count_; ++i) {
      if (accesses_[i].kind == AccessKind::kUse) {
        SetBesides(event_of_[i], solver_.besides(i));
      }
    }
    for (Reach& reach : reaches_) {
      reach.is_must = is_alone_[static_cast<size_t>(reach.use)] != 0;
    }
  }

  void AddFlowEdge(int32_t use, int32_t def) {
    reaches_.push_back({.use = use, .def_unit = unit_, .def = def, .via = Via::kFlow});
    ++events_->events[static_cast<size_t>(use)].def_count;
  }

  void SetBesides(int32_t use, ReachingSolver::Besides besides) {
    Event& event = events_->events[static_cast<size_t>(use)];
    const Variable& variable = VariableOf(event);
    const auto at = static_cast<size_t>(use);
    is_unbound_[at] = besides.unbound ? 1 : 0;
    int32_t count = event.def_count;
    if (besides.foreign) {
      ++count;
      foreign_uses_.push_back(use);
      if (variable.entry_event >= 0) {
        AddFlowEdge(use, variable.entry_event);
      }
    }
    is_alone_[at] = count == 1 && !besides.unbound ? 1 : 0;
    event.maybe_unbound =
        besides.unbound && IsSlotClass(variable.var_class) && event.origin != Origin::kSave;
  }

  /// Closures and globals: where a foreign write reaches, so does each definition of other units.
  void AddEdgesFromElsewhere() {
    for (const int32_t use : foreign_uses_) {
      const Event& event = EventAt(use);
      const Variable& variable = VariableOf(event);
      const Via via = variable.var_class == VarClass::kGlobal ? Via::kGlobal : Via::kClosure;
      const int32_t binding = bindings_.Of(unit_, event.variable, variable);
      for (const EventPlace& def : bindings_.Definitions(binding)) {
        if (def.unit != unit_) {
          reaches_.push_back({.use = use, .def_unit = def.unit, .def = def.event, .via = via});
        }
      }
    }
  }

  /// `from m import *` may define whatever nothing else does.
  void AddStarEdges() {
    if (stars_.empty()) {
      return;
    }
    const std::vector<int32_t> orphans = FindOrphans();
    for (const EventPlace& star : stars_) {
      if (star.unit == unit_) {
        AddStarEdgesOfUnit(star.event, orphans);
        continue;
      }
      for (const int32_t use : orphans) {
        if (VariableOf(EventAt(use)).var_class == VarClass::kGlobal) {
          AddStarEdge(use, star);
        }
      }
    }
  }

  /// Uses of globals and names that no definition reaches.
  std::vector<int32_t> FindOrphans() const {
    std::vector<uint8_t> is_reached(events_->events.size());
    for (const Reach& reach : reaches_) {
      is_reached[static_cast<size_t>(reach.use)] = 1;
    }
    std::vector<int32_t> orphans;
    for (size_t i = 0; i < is_reached.size(); ++i) {
      const Event& event = events_->events[i];
      if (event.kind == EventKind::kUse && is_reached[i] == 0 &&
          !IsSlotClass(VariableOf(event).var_class) &&
          cfg_->blocks[static_cast<size_t>(event.block)].is_reachable) {
        orphans.push_back(static_cast<int32_t>(i));
      }
    }
    return orphans;
  }

  /// A star kills nothing, so each is a variable of its own that the orphans use.
  void AddStarEdgesOfUnit(int32_t star, std::span<const int32_t> orphans) {
    accesses_.clear();
    event_of_.clear();
    const auto add = [&](int32_t event, AccessKind kind) {
      accesses_.push_back({EventAt(event).instruction, kind});
      event_of_.push_back(event);
    };
    const VarClass var_class = VariableOf(EventAt(star)).var_class;
    bool is_added = false;
    for (const int32_t use : orphans) {
      if (use > star && !std::exchange(is_added, true)) {
        add(star, AccessKind::kDef);
      }
      if (VariableOf(EventAt(use)).var_class == var_class) {
        add(use, AccessKind::kUse);
      }
    }
    if (!is_added) {
      add(star, AccessKind::kDef);
    }
    const VariableFlow variable{.first_access = 0, .end_access = accesses_.size()};
    solver_.Solve(*cfg_, accesses_, {&variable, 1});
    for (const ReachingSolver::Pair& pair : solver_.pairs()) {
      AddStarEdge(event_of_[static_cast<size_t>(pair.use)], {unit_, star});
    }
  }

  void AddStarEdge(int32_t use, EventPlace star) {
    reaches_.push_back({.use = use, .def_unit = star.unit, .def = star.event, .via = Via::kStar});
  }

  const Bindings& bindings_;
  const std::vector<EventPlace> stars_;
  ReachingSolver solver_;
  // Of the unit in hand:
  int32_t unit_ = 0;
  const Cfg* cfg_ = nullptr;
  UnitEvents* events_ = nullptr;
  std::vector<Access> accesses_;         // by variable
  std::vector<int32_t> event_of_;        // of each access
  std::vector<VariableFlow> variables_;  // those of events_, then copied saves
  size_t plain_count_ = 0;               // accesses that are no copied saves
  std::vector<Restore> restores_;
  std::vector<Reach> reaches_;
  std::vector<int32_t> foreign_uses_;  // a foreign write reaches them
  std::vector<uint8_t> is_unbound_;    // by event: an unbound state reaches it
  std::vector<uint8_t> is_alone_;      // by event: exactly one definition does, and nothing else
};

}  // namespace

std::string_view ViaName(Via via) {
  constexpr std::array<std::string_view, 5> kNames = {"closure", "flow", "global", "restore",
                                                      "star"};
  return kNames[static_cast<size_t>(via)];
}

FlowResult Analyse(const CodeUnits& units, const source::SourceFile& file) {
  FlowResult result;
  result.units.resize(units.units.size());
  std::vector<UnitEvents> events;
  events.reserve(units.units.size());
  EventReader reader(file, result.symbols);
  for (size_t i = 0; i < units.units.size(); ++i) {
    result.units[i].cfg = BuildCfg(units.units[i], units.version_minor);
    events.push_back(reader.Read(units.units[i], result.units[i].cfg));
  }
  const Bindings bindings(units, events, result.symbols.size());
  Linker linker(bindings, events);
  for (size_t i = 0; i < units.units.size(); ++i) {
    UnitFlow& unit = result.units[i];
    unit.reaches = linker.Link(static_cast<int32_t>(i), unit.cfg, events[i]);
    unit.events = std::move(events[i]);
  }
  return result;
}

}  // namespace norma::extract::flow
