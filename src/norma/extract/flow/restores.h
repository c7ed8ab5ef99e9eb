#pragma once

/// \file
/// Variables that an inlined comprehension puts aside and brings back.

#include <cstdint>
#include <span>
#include <vector>

#include "norma/extract/flow/events.h"
#include "norma/extract/flow/reach.h"

namespace norma::extract::flow {

/// A definition of origin restore, and a use of origin save whose value it may bring back.
struct Restore {
  int32_t restore;
  int32_t save;
};

/// Follows definitions through saves and their restores.
///
/// The instructions between them are those of a comprehension, which the source does not see as
/// writing the variable. So a definition that reaches the save reaches whatever the restore
/// reaches; sets of definitions are passed from save to save until nothing changes. Events of
/// origin save and restore are steps on the way and never ends of an edge.
///
/// \param unit number of the unit.
/// \param events gets maybe_unbound of uses that a restore of an unbound variable reaches.
/// \param restores each restore with the saves that it may belong to.
/// \param is_unbound by event: an unbound state reaches the use.
/// \param reaches edges via flow; gets those via restore.
void AddRestoreEdges(int32_t unit, UnitEvents& events, std::span<const Restore> restores,
                     std::span<const uint8_t> is_unbound, std::vector<Reach>& reaches);

}  // namespace norma::extract::flow
