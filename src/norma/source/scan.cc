#include "norma/source/scan.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <tuple>
#include <utility>

#include "norma/base/hash.h"
#include "norma/base/id.h"
#include "norma/base/unicode.h"
#include "norma/source/git_files.h"
#include "norma/source/module_names.h"

namespace norma::source {
namespace {

constexpr std::array<std::string_view, 6> kSkippedDirectories = {
    ".git", "__pycache__", "node_modules", ".mypy_cache", ".pytest_cache", ".ruff_cache"};
constexpr std::array<std::string_view, 2> kSkippedInRoot = {"build", "dist"};

bool IsSourceName(std::string_view name) { return name.ends_with(".py") || name.ends_with(".pyi"); }

std::string Join(const std::string& directory, std::string_view name) {
  return directory.empty() ? std::string(name) : fmt::format("{}/{}", directory, name);
}

FileFailure MakeFailure(const std::string& path, std::string_view stage, std::string_view code,
                        std::string message) {
  FileFailure failure;
  failure.path = ToValidUtf8(path);
  failure.stage = stage;
  failure.code = code;
  failure.message = std::move(message);
  return failure;
}

FileFailure LinkFailure(const std::string& path, std::string_view stage) {
  FileFailure failure =
      MakeFailure(path, stage, "SYMLINK_SKIPPED", "symbolic links are not followed");
  failure.severity = "INFO";
  return failure;
}

void SkipLink(const std::string& path, ScanResult& result) {
  result.failures.push_back(LinkFailure(path, "scan"));
  ++result.skipped["symbolic link"];
}

/// Lists the candidates of a file system tree.
class TreeWalk {
 public:
  TreeWalk(const Repository& repository, ScanResult& result)
      : repository_(repository), result_(result) {}

  std::vector<std::string> Run() {
    waiting_.emplace_back();
    while (!waiting_.empty()) {
      const std::string directory = std::move(waiting_.back());
      waiting_.pop_back();
      List(directory);
    }
    return std::move(paths_);
  }

 private:
  struct CloseDirectory {
    void operator()(DIR* directory) const { closedir(directory); }
  };

  void List(const std::string& directory) {
    const int fd = repository_.OpenDirectory(directory);
    const std::unique_ptr<DIR, CloseDirectory> stream(fd < 0 ? nullptr : fdopendir(fd));
    if (stream == nullptr) {
      const int code = fd < 0 ? -fd : errno;
      if (code == ELOOP) {
        SkipLink(directory, result_);
      } else {
        result_.failures.push_back(
            MakeFailure(directory, "scan", "FILE_UNREADABLE",
                        fmt::format("cannot list the directory: {}", std::strerror(code))));
      }
      return;
    }
    struct stat status;
    if (!directory.empty() && fstatat(fd, "pyvenv.cfg", &status, AT_SYMLINK_NOFOLLOW) == 0) {
      ++result_.skipped["virtual environment"];
      return;
    }
    errno = 0;
    while (const dirent* entry = readdir(stream.get())) {
      Visit(fd, directory, *entry);
      errno = 0;
    }
    if (errno != 0) {
      result_.failures.push_back(
          MakeFailure(directory, "scan", "FILE_UNREADABLE",
                      fmt::format("cannot list the directory: {}", std::strerror(errno))));
    }
  }

  void Visit(int parent, const std::string& directory, const dirent& entry) {
    const std::string_view name(entry.d_name);
    if (name == "." || name == "..") {
      return;
    }
    struct stat status = {};
    unsigned char type = entry.d_type;
    if (type == DT_UNKNOWN && fstatat(parent, entry.d_name, &status, AT_SYMLINK_NOFOLLOW) == 0) {
      type = S_ISDIR(status.st_mode) ? DT_DIR : S_ISLNK(status.st_mode) ? DT_LNK : DT_REG;
    }
    if (type == DT_DIR) {
      Descend(directory, name);
    } else if (IsSourceName(name)) {
      paths_.push_back(Join(directory, name));
    } else if (type == DT_LNK && fstatat(parent, entry.d_name, &status, 0) == 0 &&
               S_ISDIR(status.st_mode)) {
      // Only the type of the target is asked for: sources may lie behind the link.
      SkipLink(Join(directory, name), result_);
    }
  }

  void Descend(const std::string& directory, std::string_view name) {
    const bool skip =
        std::ranges::find(kSkippedDirectories, name) != kSkippedDirectories.end() ||
        (directory.empty() && std::ranges::find(kSkippedInRoot, name) != kSkippedInRoot.end());
    if (skip) {
      ++result_.skipped[std::string(name)];
    } else {
      waiting_.push_back(Join(directory, name));
    }
  }

  const Repository& repository_;
  ScanResult& result_;
  std::vector<std::string> waiting_;
  std::vector<std::string> paths_;
};

/// Keeps what is a regular file with a path of valid UTF-8, and says why of all else.
bool IsStudied(const Repository& repository, const std::string& path, ScanResult& result) {
  struct stat status;
  if (fstatat(repository.fd_of_root(), path.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) {
      ++result.skipped["deleted in the working tree"];
    } else {
      result.failures.push_back(
          MakeFailure(path, "scan", "FILE_UNREADABLE",
                      fmt::format("cannot look at the file: {}", std::strerror(errno))));
    }
    return false;
  }
  if (!IsValidUtf8(path)) {
    result.failures.push_back(
        MakeFailure(path, "scan", "PATH_NOT_UTF8",
                    fmt::format("the path is not UTF-8: {}", EscapeForMessage(path))));
    return false;
  }
  if (S_ISLNK(status.st_mode)) {
    SkipLink(path, result);
    return false;
  }
  if (!S_ISREG(status.st_mode)) {
    result.failures.push_back(MakeFailure(path, "scan", "FILE_UNREADABLE", "not a regular file"));
    return false;
  }
  return true;
}

std::vector<std::string> ListCandidates(const Repository& repository, const ScanOptions& options,
                                        ScanResult& result) {
  struct stat status;
  if (options.use_git && fstatat(repository.fd_of_root(), ".git", &status, 0) == 0) {
    auto listed = ListGitFiles(repository.root());
    if (listed.ok()) {
      result.from_git = true;
      std::vector<std::string> paths = std::move(listed).value();
      std::erase_if(paths, [](const std::string& path) { return !IsSourceName(path); });
      return paths;
    }
    result.git_refusal = listed.error().message;
  }
  return TreeWalk(repository, result).Run();
}

/// Reads to the end of the file, or to one byte past `limit`, which tells growth from an end.
/// \return 0 or an errno.
int ReadUpTo(int fd, size_t limit, std::string& bytes) {
  bytes.resize(limit + 1);
  size_t size = 0;
  while (size < bytes.size()) {
    const ssize_t got = read(fd, bytes.data() + size, bytes.size() - size);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      return errno;
    }
    if (got == 0) {
      break;
    }
    size += static_cast<size_t>(got);
  }
  bytes.resize(size);
  return 0;
}

/// \return 0 or an errno.
int HashAll(int fd, std::string& hash, int64_t& size) {
  Sha256 sha;
  std::vector<char> buffer(size_t{1} << 20);
  while (true) {
    const ssize_t got = read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got <= 0) {
      hash = sha.Hex();
      return got < 0 ? errno : 0;
    }
    sha.Add({buffer.data(), static_cast<size_t>(got)});
    size += got;
  }
}

bool IsUnmoved(int fd, const struct stat& before, int64_t size) {
  struct stat after;
  return fstat(fd, &after) == 0 && after.st_size == before.st_size && before.st_size == size &&
         after.st_mtim.tv_sec == before.st_mtim.tv_sec &&
         after.st_mtim.tv_nsec == before.st_mtim.tv_nsec;
}

ReadResult Fail(const FileIdentity& identity, FileFailure failure) {
  failure.file_id = identity.file_id;
  ReadResult result;
  result.failure = std::move(failure);
  return result;
}

ReadResult OpenFailed(const FileIdentity& identity, int code) {
  if (code == ELOOP) {
    return Fail(identity, LinkFailure(identity.path, "read"));
  }
  if (code == ENOENT || code == ENOTDIR) {
    return Fail(identity, MakeFailure(identity.path, "read", "FILE_VANISHED",
                                      "the file was there when the repository was scanned"));
  }
  return Fail(identity, MakeFailure(identity.path, "read", "FILE_UNREADABLE",
                                    fmt::format("cannot open the file: {}", std::strerror(code))));
}

ReadResult ReadFailed(const FileIdentity& identity, int code) {
  return Fail(identity, MakeFailure(identity.path, "read", "FILE_UNREADABLE",
                                    fmt::format("cannot read the file: {}", std::strerror(code))));
}

ReadResult Moved(const FileIdentity& identity) {
  return Fail(identity, MakeFailure(identity.path, "read", "FILE_CHANGED",
                                    "the file changed while it was read"));
}

ReadResult TooLarge(const FileIdentity& identity, std::string hash, int64_t size,
                    std::string message) {
  ReadResult result =
      Fail(identity, MakeFailure(identity.path, "read", "FILE_TOO_LARGE", std::move(message)));
  SourceFile file = MakeSourceFile(identity, {});
  file.content_sha256 = std::move(hash);
  result.file = std::move(file);
  result.size_bytes = size;
  return result;
}

int64_t CountLineEnds(std::string_view bytes) {
  return std::ranges::count_if(bytes, [](char byte) { return byte == '\n' || byte == '\r'; });
}

ReadResult ReadTooLarge(int fd, const FileIdentity& identity, const struct stat& before,
                        int64_t limit) {
  std::string hash;
  int64_t size = 0;
  if (const int code = HashAll(fd, hash, size); code != 0) {
    return ReadFailed(identity, code);
  }
  if (!IsUnmoved(fd, before, size)) {
    return Moved(identity);
  }
  ReadResult result =
      TooLarge(identity, std::move(hash), size,
               fmt::format("the file is larger than {} bytes, in bytes: {}", limit, size));
  result.failure->attrs["limit_bytes"] = fmt::to_string(limit);
  return result;
}

}  // namespace

Result<ScanResult> Scan(const ScanOptions& options) {
  NORMA_ASSIGN_OR_RETURN(const Repository repository, Repository::Open(options.root));
  return Scan(repository, options);
}

Result<ScanResult> Scan(const Repository& repository, const ScanOptions& options) {
  ScanResult result;
  std::vector<std::string> paths = ListCandidates(repository, options, result);
  std::ranges::sort(paths);
  // git lists an unmerged file once for each side.
  const auto doubled = std::ranges::unique(paths);
  paths.erase(doubled.begin(), doubled.end());
  std::erase_if(paths,
                [&](const std::string& path) { return !IsStudied(repository, path, result); });

  const ModuleNames names(paths, options.source_roots);
  result.files.reserve(paths.size());
  for (std::string& path : paths) {
    FileIdentity identity = names.Describe(path);
    identity.file_id = IdBuilder("file").OptionalText(options.repo_id).Text(path).Build();
    identity.path = std::move(path);
    result.files.push_back(std::move(identity));
  }
  std::ranges::sort(result.failures, {}, [](const FileFailure& failure) {
    return std::tie(failure.path, failure.code, failure.message);
  });
  return result;
}

ReadResult ReadSourceFile(const Repository& repository, const FileIdentity& identity,
                          const ReadOptions& options) {
  const int opened = repository.OpenFile(identity.path);
  if (opened < 0) {
    return OpenFailed(identity, -opened);
  }
  const FileHandle handle(opened);
  struct stat before;
  if (fstat(handle.fd(), &before) != 0) {
    return ReadFailed(identity, errno);
  }
  if (!S_ISREG(before.st_mode)) {
    return Fail(identity,
                MakeFailure(identity.path, "read", "FILE_UNREADABLE", "not a regular file"));
  }
  if (before.st_size > options.max_file_bytes) {
    return ReadTooLarge(handle.fd(), identity, before, options.max_file_bytes);
  }
  std::string bytes;
  if (const int code = ReadUpTo(handle.fd(), static_cast<size_t>(before.st_size), bytes);
      code != 0) {
    return ReadFailed(identity, code);
  }
  if (!IsUnmoved(handle.fd(), before, static_cast<int64_t>(bytes.size()))) {
    return Moved(identity);
  }
  if (std::ssize(bytes) > options.max_line_ends) {
    if (const int64_t count = CountLineEnds(bytes); count > options.max_line_ends) {
      return TooLarge(identity, Sha256Hex(bytes), std::ssize(bytes),
                      fmt::format("the file has more than {} line ends, in line ends: {}",
                                  options.max_line_ends, count));
    }
  }
  ReadResult result;
  result.size_bytes = static_cast<int64_t>(bytes.size());
  result.usable = true;
  result.file = MakeSourceFile(identity, std::move(bytes));
  return result;
}

void AppendRepoFile(arrow::TableBuilder& builder, const SourceFile& file, int64_t size_bytes,
                    const std::optional<std::string>& repo_id) {
  builder.Text(file.file_id)
      .Text(file.path)
      .OptionalText(repo_id)
      .Int64(size_bytes)
      .Text(file.content_sha256)
      .Text(FileKindName(file.kind))
      .OptionalText(file.module_name)
      .Bool(file.is_package)
      .Text(file.module_root)
      .EndRow();
}

}  // namespace norma::source
