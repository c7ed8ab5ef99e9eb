#pragma once

/// \file
/// A folder for one worker to stand in.

#include <string>
#include <utility>

#include "norma/base/result.h"

namespace norma::extract::cpython {

/// An empty folder below the system's folder for temporary files, removed with the object.
class PrivateFolder {
 public:
  /// \return kStorage if it cannot be made.
  static Result<PrivateFolder> Make();

  PrivateFolder(PrivateFolder&& other) noexcept;
  PrivateFolder& operator=(PrivateFolder&& other) noexcept;
  ~PrivateFolder();

  const std::string& path() const { return path_; }

 private:
  explicit PrivateFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace norma::extract::cpython
