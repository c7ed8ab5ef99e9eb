#include "norma/source/repository.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "norma/base/unicode.h"

namespace norma::source {
namespace {

// O_NONBLOCK: opening a FIFO must not wait for a writer. O_NOCTTY: nor may a terminal take us over.
constexpr int kFileFlags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
constexpr int kDirectoryFlags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_DIRECTORY;

int OpenAt2(int root, const std::string& path, int flags) {
  struct open_how how = {};
  how.flags = static_cast<uint64_t>(flags);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  // EAGAIN: a rename elsewhere raced with the walk of the path; the kernel asks for another try.
  for (int tries = 0; tries < 64; ++tries) {
    const long fd = syscall(SYS_openat2, root, path.c_str(), &how, sizeof how);
    if (fd >= 0) {
      return static_cast<int>(fd);
    }
    if (errno != EAGAIN && errno != EINTR) {
      return -errno;
    }
  }
  return -EAGAIN;
}

int OpenAt(int parent, const std::string& name, int flags) {
  while (true) {
    const int fd = openat(parent, name.c_str(), flags);
    if (fd >= 0 || errno != EINTR) {
      return fd >= 0 ? fd : -errno;
    }
  }
}

/// The same as OpenAt2() for kernels that lack it or forbid it.
int OpenByParts(int root, std::string_view path, int flags) {
  FileHandle parent;
  while (true) {
    const size_t slash = path.find('/');
    const std::string part(path.substr(0, slash));
    if (part.empty() || part == "." || part == ".." || part.find('\0') != std::string::npos) {
      return -EXDEV;  // what openat2 says of a path that leaves the root
    }
    const int at = parent.valid() ? parent.fd() : root;
    if (slash == std::string_view::npos) {
      return OpenAt(at, part, flags);
    }
    int fd = OpenAt(at, part, kDirectoryFlags);
    if (fd == -ENOTDIR) {
      // A link in the middle of a path is ENOTDIR here, and ELOOP for openat2.
      char target[1];
      fd = readlinkat(at, part.c_str(), target, sizeof target) >= 0 ? -ELOOP : -ENOTDIR;
    }
    if (fd < 0) {
      return fd;
    }
    parent = FileHandle(fd);
    path.remove_prefix(slash + 1);
  }
}

}  // namespace

FileHandle::~FileHandle() {
  if (fd_ >= 0) {
    close(fd_);
  }
}

FileHandle::FileHandle(FileHandle&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

FileHandle& FileHandle::operator=(FileHandle&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

Result<Repository> Repository::Open(const std::string& root) {
  char* resolved = realpath(root.c_str(), nullptr);
  if (resolved == nullptr) {
    const int code = errno;
    return Error{code == ENOENT || code == ENOTDIR ? ErrorKind::kNotFound : ErrorKind::kStorage,
                 fmt::format("cannot open the repository: {}: {}", std::strerror(code),
                             EscapeForMessage(root))};
  }
  std::string path(resolved);
  std::free(resolved);
  FileHandle handle(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_DIRECTORY));
  if (!handle.valid()) {
    const int code = errno;
    return Error{code == ENOTDIR || code == ENOENT ? ErrorKind::kNotFound : ErrorKind::kStorage,
                 fmt::format("cannot open the repository: {}: {}", std::strerror(code),
                             EscapeForMessage(root))};
  }
  return Repository(std::move(path), std::move(handle));
}

int Repository::OpenFile(const std::string& path) const {
  if (path.find('\0') != std::string::npos) {
    return -EXDEV;
  }
  const int fd = OpenAt2(fd_of_root(), path, kFileFlags);
  // A seccomp filter may answer EPERM for a call that it does not know.
  return fd == -ENOSYS || fd == -EPERM ? OpenFileByParts(path) : fd;
}

int Repository::OpenFileByParts(const std::string& path) const {
  return OpenByParts(fd_of_root(), path, kFileFlags);
}

int Repository::OpenDirectory(const std::string& path) const {
  if (path.empty()) {
    return OpenAt(fd_of_root(), ".", kDirectoryFlags);
  }
  const int fd = OpenAt2(fd_of_root(), path, kDirectoryFlags);
  return fd == -ENOSYS || fd == -EPERM ? OpenByParts(fd_of_root(), path, kDirectoryFlags) : fd;
}

}  // namespace norma::source
