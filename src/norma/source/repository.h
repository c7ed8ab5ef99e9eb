#pragma once

/// \file
/// A repository's root directory, and opening files that surely lie below it.

#include <cstdint>
#include <string>
#include <string_view>

#include "norma/base/result.h"

namespace norma::source {

/// A file descriptor that closes itself. Movable.
class FileHandle {
 public:
  FileHandle() = default;
  explicit FileHandle(int fd) : fd_(fd) {}
  ~FileHandle();
  FileHandle(FileHandle&& other) noexcept;
  FileHandle& operator=(FileHandle&& other) noexcept;

  int fd() const { return fd_; }
  bool valid() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

/// A root directory, resolved once. All methods are const and safe from any thread.
class Repository {
 public:
  /// \return kNotFound if there is no such directory, kStorage if it cannot be opened.
  static Result<Repository> Open(const std::string& root);

  /// The root with links resolved.
  const std::string& root() const { return root_; }
  /// For calls on paths relative to the root. Stays the repository's.
  int fd_of_root() const { return handle_.fd(); }

  /// Opens a file below the root for reading. Follows no symbolic link, in no part of the path, and
  /// does not wait for a FIFO.
  ///
  /// \return the descriptor, or a negative errno. ELOOP: a link; ENOENT: gone.
  int OpenFile(const std::string& path) const;

  /// The way of OpenFile() for kernels without openat2: one openat() for each part of the path.
  int OpenFileByParts(const std::string& path) const;

  /// The same for a directory; the empty path is the root.
  int OpenDirectory(const std::string& path) const;

 private:
  Repository(std::string root, FileHandle handle)
      : root_(std::move(root)), handle_(std::move(handle)) {}

  std::string root_;
  FileHandle handle_;
};

}  // namespace norma::source
