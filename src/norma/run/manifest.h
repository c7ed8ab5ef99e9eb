#pragma once

/// \file
/// The runs that an output root remembers.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "norma/base/result.h"
#include "norma/engine/session.h"
#include "norma/run/control_rows.h"

namespace norma::run {

/// A finished run as its manifest tells it.
struct Manifest {
  std::string run_id;
  int64_t run_number = 0;
  std::vector<ManifestTable> tables;

  /// Version by table.
  std::map<std::string, int64_t> Versions() const;
};

/// The newest complete run; nothing when there is none yet. `runs_v1` must be registered.
Result<std::optional<Manifest>> LastManifest(const engine::Session& session);

/// The hash of the settings that the run of that id was begun with; nothing when there is none.
Result<std::optional<std::string>> FindOpening(const engine::Session& session,
                                               const std::string& run_id);

/// The complete run of that id; nothing when there is none.
Result<std::optional<Manifest>> FindManifest(const engine::Session& session,
                                             const std::string& run_id);

}  // namespace norma::run
