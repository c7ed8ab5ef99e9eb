#pragma once

/// \file
/// The files that git lists in a working tree.

#include <string>
#include <vector>

#include "norma/base/result.h"

namespace norma::source {

/// Asks git for the tracked and the untracked, not ignored files of the working tree at `root`.
///
/// Runs `git ls-files` with an environment that names no other repository, and a configuration that
/// starts no program of the studied repository's choice. At most two minutes.
///
/// \return paths relative to `root`, as bytes, unsorted, possibly doubled or already deleted;
///     kUnsupported if git is missing, refuses or does not answer.
Result<std::vector<std::string>> ListGitFiles(const std::string& root);

}  // namespace norma::source
