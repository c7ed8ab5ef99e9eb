#include "norma/extract/flow/bindings.h"

namespace norma::extract::flow {

Bindings::Bindings(const CodeUnits& units, std::span<const UnitEvents> events, size_t symbol_count)
    : closures_(units.units.size()), globals_(symbol_count, -1) {
  for (size_t unit = 0; unit < events.size(); ++unit) {
    BindClosures(units, events, unit);
    for (const Variable& variable : events[unit].variables) {
      int32_t& binding = globals_[static_cast<size_t>(variable.symbol)];
      if (variable.var_class == VarClass::kGlobal && binding < 0) {
        binding = Add();
      }
    }
    AddEvents(static_cast<int32_t>(unit), events[unit]);
  }
}

int32_t Bindings::Of(int32_t unit, int32_t variable, const Variable& declared) const {
  switch (declared.var_class) {
    case VarClass::kCell:
    case VarClass::kFree:
      return closures_[static_cast<size_t>(unit)][static_cast<size_t>(variable)];
    case VarClass::kGlobal:
      return globals_[static_cast<size_t>(declared.symbol)];
    case VarClass::kLocal:
    case VarClass::kName:
      return -1;
  }
  return -1;
}

int32_t Bindings::Add() {
  bindings_.emplace_back();
  return static_cast<int32_t>(bindings_.size()) - 1;
}

void Bindings::BindClosures(const CodeUnits& units, std::span<const UnitEvents> events,
                            size_t unit) {
  for (size_t i = 0; i < events[unit].closure_variable_count; ++i) {
    const Variable& variable = events[unit].variables[i];
    int32_t binding = -1;
    if (variable.var_class == VarClass::kFree) {
      binding = FindOuter(units, events, units.units[unit].parent, variable.symbol);
    }
    closures_[unit].push_back(binding < 0 ? Add() : binding);
  }
}

/// The binding that a free variable of a child of `unit` means; -1 if there is none.
int32_t Bindings::FindOuter(const CodeUnits& units, std::span<const UnitEvents> events,
                            int32_t unit, int32_t symbol) const {
  for (; unit >= 0; unit = units.units[static_cast<size_t>(unit)].parent) {
    const auto at = static_cast<size_t>(unit);
    for (size_t i = 0; i < events[at].closure_variable_count; ++i) {
      if (events[at].variables[i].symbol == symbol) {
        return closures_[at][i];
      }
    }
  }
  return -1;
}

void Bindings::AddEvents(int32_t unit, const UnitEvents& events) {
  for (size_t i = 0; i < events.events.size(); ++i) {
    const Event& event = events.events[i];
    const int32_t at =
        Of(unit, event.variable, events.variables[static_cast<size_t>(event.variable)]);
    if (at < 0 || event.origin == Origin::kFree ||
        (event.kind != EventKind::kDef && event.kind != EventKind::kUndef)) {
      continue;
    }
    Binding& binding = bindings_[static_cast<size_t>(at)];
    if (event.kind == EventKind::kDef) {
      binding.definitions.push_back({unit, static_cast<int32_t>(i)});
    }
    if (event.instruction >= 0) {
      binding.writer = binding.writer == kNobody || binding.writer == unit ? unit : kMany;
    }
  }
}

}  // namespace norma::extract::flow
