#include "norma/extract/flow/restores.h"

#include <algorithm>
#include <iterator>
#include <ranges>
#include <utility>

namespace norma::extract::flow {
namespace {

class RestoreChain {
 public:
  RestoreChain(int32_t unit, UnitEvents& events, std::span<const Restore> restores,
               std::span<const uint8_t> is_unbound, std::vector<Reach>& reaches)
      : unit_(unit),
        events_(events),
        restores_(restores.begin(), restores.end()),
        is_unbound_(is_unbound),
        reaches_(reaches) {}

  void AddEdges() {
    std::ranges::sort(reaches_, {}, &Reach::use);
    std::ranges::sort(restores_, {}, &Restore::restore);
    FindSaves();
    while (PassOn()) {
    }
    const size_t flow_count = reaches_.size();
    for (size_t first = 0; first < flow_count;) {
      size_t end = first + 1;
      while (end < flow_count && reaches_[end].use == reaches_[first].use) {
        ++end;
      }
      AddEdgesInto(first, end);
      first = end;
    }
  }

 private:
  /// What the source sees at a save.
  struct Save {
    int32_t event = 0;
    std::vector<int32_t> definitions;  // sorted
    bool is_unbound = false;
    bool is_must = false;
  };

  void FindSaves() {
    for (const Restore& restore : restores_) {
      saves_.push_back({.event = restore.save});
    }
    std::ranges::sort(saves_, {}, &Save::event);
    const auto same = std::ranges::unique(saves_, {}, &Save::event);
    saves_.erase(same.begin(), same.end());
  }

  Save& SaveAt(int32_t event) { return *std::ranges::lower_bound(saves_, event, {}, &Save::event); }

  auto SavesOf(int32_t restore) const {
    return std::ranges::equal_range(restores_, restore, {}, &Restore::restore);
  }

  bool IsRestore(int32_t event) const {
    return events_.events[static_cast<size_t>(event)].origin == Origin::kRestore;
  }

  /// One step of all saves.
  /// \return whether something changed.
  bool PassOn() {
    bool has_changed = false;
    for (Save& save : saves_) {
      Save next{.event = save.event,
                .is_unbound = is_unbound_[static_cast<size_t>(save.event)] != 0};
      for (const Reach& flow : std::ranges::equal_range(reaches_, save.event, {}, &Reach::use)) {
        Take(flow, next);
      }
      has_changed = has_changed || next.definitions != save.definitions ||
                    next.is_unbound != save.is_unbound || next.is_must != save.is_must;
      save = std::move(next);
    }
    return has_changed;
  }

  /// Adds what reaches a use over one edge to what the source sees there.
  void Take(const Reach& flow, Save& seen) {
    if (!IsRestore(flow.def)) {
      seen.is_must = flow.is_must;
      Merge({&flow.def, 1}, seen.definitions);
      return;
    }
    const auto origins = SavesOf(flow.def);
    seen.is_must = flow.is_must && origins.size() == 1;
    for (const Restore& restore : origins) {
      const Save& save = SaveAt(restore.save);
      seen.is_must = seen.is_must && save.is_must;
      seen.is_unbound = seen.is_unbound || save.is_unbound;
      Merge(save.definitions, seen.definitions);
    }
  }

  void Merge(std::span<const int32_t> more, std::vector<int32_t>& definitions) {
    merged_.clear();
    std::ranges::set_union(definitions, more, std::back_inserter(merged_));
    definitions.swap(merged_);
  }

  /// \param first, end the edges via flow into one use.
  void AddEdgesInto(size_t first, size_t end) {
    const int32_t use = reaches_[first].use;
    Event& event = events_.events[static_cast<size_t>(use)];
    if (event.origin == Origin::kSave) {
      return;
    }
    Save seen{.event = use};
    for (size_t i = first; i < end; ++i) {
      if (const Reach flow = reaches_[i]; IsRestore(flow.def)) {
        Take(flow, seen);
      }
    }
    event.maybe_unbound = event.maybe_unbound || seen.is_unbound;
    for (const int32_t def : seen.definitions) {
      reaches_.push_back({.use = use,
                          .def_unit = unit_,
                          .def = def,
                          .via = Via::kRestore,
                          .is_must = seen.is_must});
    }
  }

  const int32_t unit_;
  UnitEvents& events_;
  std::vector<Restore> restores_;  // sorted by restore
  std::span<const uint8_t> is_unbound_;
  std::vector<Reach>& reaches_;
  std::vector<Save> saves_;  // sorted by event
  std::vector<int32_t> merged_;
};

}  // namespace

void AddRestoreEdges(int32_t unit, UnitEvents& events, std::span<const Restore> restores,
                     std::span<const uint8_t> is_unbound, std::vector<Reach>& reaches) {
  RestoreChain(unit, events, restores, is_unbound, reaches).AddEdges();
}

}  // namespace norma::extract::flow
