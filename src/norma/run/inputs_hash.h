#pragma once

/// \file
/// The identity of what a run works on: equal for runs that give equal tables.

#include <cstdint>
#include <nanoarrow/nanoarrow.hpp>
#include <span>
#include <string>
#include <string_view>

#include "norma/base/result.h"
#include "norma/engine/session.h"
#include "norma/run/control_rows.h"
#include "norma/run/settings.h"
#include "norma/sql/part_hash.h"

namespace norma::run {

/// One hash over the settings that can change a row, the interpreter's version, the indexes'
/// contents and the function catalogue: all that is known before a file is read.
std::string SettingsHash(std::span<const Setting> settings, const InForce& in_force,
                         std::string_view catalogue_hash);

/// One hash over files and their contents, as the rows of `repo_files` name them in their order.
class FilesHash {
 public:
  static Result<FilesHash> Make();

  /// Adds rows of `repo_files`.
  Status Add(const ArrowArray& rows);
  std::string Text() const;

  /// The text for the rows of the registered table.
  static Result<std::string> OfTable(const engine::Session& session);

 private:
  FilesHash() = default;

  sql::PartHash hash_{"files"};
  nanoarrow::UniqueSchema schema_;
  int64_t path_ = 0;     ///< place of the column
  int64_t content_ = 0;  ///< place of the column
};

/// Both together.
std::string InputsHash(std::string_view settings_hash, std::string_view files_hash);

}  // namespace norma::run
