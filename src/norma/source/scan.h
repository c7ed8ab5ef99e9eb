#pragma once

/// \file
/// Which files of a repository are studied, and reading them.

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "norma/arrow/table_builder.h"
#include "norma/base/result.h"
#include "norma/source/repository.h"
#include "norma/source/source_file.h"

namespace norma::source {

/// The limit of one source file unless configured.
inline constexpr int64_t kMaxFileBytes = int64_t{64} << 20;

struct ScanOptions {
  std::string root;
  std::optional<std::string> repo_id;     ///< part of every file_id; usually absent
  std::vector<std::string> source_roots;  ///< import roots relative to `root`, with "/"
  bool use_git = true;                    ///< ask git for the files if the root holds .git
};

/// A failure about one path, as extract_errors wants it (producer `scan`).
struct FileFailure {
  std::string path;  ///< valid UTF-8; lossy for PATH_NOT_UTF8
  std::optional<std::string> file_id;
  std::string_view stage;  ///< scan | read | decode | parse
  std::string_view code;
  std::string_view severity = "ERROR";
  std::string message;
  std::map<std::string, std::string> attrs;
};

struct ScanResult {
  std::vector<FileIdentity> files;  ///< sorted by path, bytewise
  std::vector<FileFailure> failures;
  bool from_git = false;
  std::string git_refusal;  ///< why git was not used although there is a .git; else empty
  /// What the walk left out, by reason: "directory", "virtual environment", "symbolic link", ….
  std::map<std::string, int64_t> skipped;
};

/// Lists *.py and *.pyi below the root: what git lists if the root holds .git and git answers, else
/// the file system without caches, environments, and `build` and `dist` in the root.
///
/// \return kNotFound or kStorage if the root cannot be opened. A failure below it is a FileFailure.
Result<ScanResult> Scan(const ScanOptions& options);
Result<ScanResult> Scan(const Repository& repository, const ScanOptions& options);

struct ReadOptions {
  int64_t max_file_bytes = kMaxFileBytes;
  /// LF and CR; a line index takes several times the memory of an empty line.
  int64_t max_line_ends = std::numeric_limits<int64_t>::max();
};

/// What reading one file gave.
struct ReadResult {
  /// Set if the bytes were read, or at least hashed (too large). Absent: no row in repo_files.
  std::optional<SourceFile> file;
  int64_t size_bytes = 0;  ///< of the file on disk; more than file->bytes when too large
  /// Whether extractors may work on the file. False: `failure` says why.
  bool usable = false;
  std::optional<FileFailure> failure;
};

/// Opens a file below the root and reads it once; the hash is that of the bytes used.
///
/// Codes: FILE_VANISHED, FILE_UNREADABLE, SYMLINK_SKIPPED, FILE_CHANGED (its size moved while
/// reading), FILE_TOO_LARGE (of bytes or lines; hash and size are still given, bytes are not).
/// Never fails otherwise. Safe from many threads.
ReadResult ReadSourceFile(const Repository& repository, const FileIdentity& identity,
                          const ReadOptions& options = {});

/// Appends one row of repo_files.
/// \param size_bytes ReadResult::size_bytes.
void AppendRepoFile(arrow::TableBuilder& builder, const SourceFile& file, int64_t size_bytes,
                    const std::optional<std::string>& repo_id);

}  // namespace norma::source
