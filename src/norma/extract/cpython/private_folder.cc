#include "norma/extract/cpython/private_folder.h"

#include <fmt/format.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace norma::extract::cpython {

Result<PrivateFolder> PrivateFolder::Make() {
  std::error_code error;
  const std::filesystem::path parent = std::filesystem::temp_directory_path(error);
  if (error) {
    return Error{ErrorKind::kStorage,
                 fmt::format("there is no folder for temporary files: {}", error.message())};
  }
  std::string path = (parent / "norma-worker-XXXXXX").string();
  if (mkdtemp(path.data()) == nullptr) {
    return Error{ErrorKind::kStorage,
                 fmt::format("cannot make a folder: {}", std::strerror(errno))};
  }
  return PrivateFolder(std::move(path));
}

PrivateFolder::PrivateFolder(PrivateFolder&& other) noexcept : path_(std::move(other.path_)) {
  other.path_.clear();
}

PrivateFolder& PrivateFolder::operator=(PrivateFolder&& other) noexcept {
  std::swap(path_, other.path_);
  return *this;
}

PrivateFolder::~PrivateFolder() {
  if (!path_.empty()) {
    rmdir(path_.c_str());  // Empty: the child may write no files.
  }
}

}  // namespace norma::extract::cpython
