#pragma once

/// \file
/// How Python would name the modules of a list of files.

#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "norma/source/source_file.h"

namespace norma::source {

/// Knows which directories are packages.
class ModuleNames {
 public:
  /// \param paths of all files of the repository.
  /// \param source_roots import roots relative to the repository root; "" and "." are the root.
  ModuleNames(std::span<const std::string> paths, std::span<const std::string> source_roots);

  /// Fills in kind, is_package, module_root and module_name of one of the paths.
  ///
  /// The import root is the longest source root above the file, else the nearest directory upwards
  /// that is no package.
  FileIdentity Describe(std::string_view path) const;

 private:
  std::string_view RootOf(std::string_view directory) const;

  std::unordered_set<std::string> packages_;
  std::vector<std::string> source_roots_;  // without "/" at the end, longest first
};

}  // namespace norma::source
