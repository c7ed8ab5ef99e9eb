#pragma once

/// \file
/// One source file as it was read: the only form in which extractors see a file.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "norma/arrow/table_builder.h"
#include "norma/source/encoding.h"
#include "norma/source/line_index.h"

namespace norma::source {

enum class FileKind { kPy, kPyi };

/// py | pyi
std::string_view FileKindName(FileKind kind);

/// What the scan knows of a file from the list of paths alone.
struct FileIdentity {
  std::string path;  ///< relative to the repository root, with "/"
  std::string file_id;
  FileKind kind = FileKind::kPy;
  std::optional<std::string> module_name;  ///< dotted; absent if a part is no identifier
  bool is_package = false;                 ///< __init__.py or .pyi
  std::string module_root;                 ///< import root; empty for the repository root

  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};

/// A file's identity, its bytes and what follows from them. Movable; const access is safe from any
/// thread. The bytes are those that were hashed.
struct SourceFile : FileIdentity {
  std::string bytes;
  std::string content_sha256;  ///< 64 lower-case hex characters of the raw bytes
  EncodingInfo encoding;
  LineIndex lines;
  RecodeMap recode;

  int64_t size() const { return static_cast<int64_t>(bytes.size()); }
  /// The bytes of a line without its terminator.
  std::string_view Line(int64_t line) const { return lines.Content(bytes, line); }
  /// The bytes of a span; 0 <= bstart <= bend <= size().
  std::string_view Slice(int64_t bstart, int64_t bend) const {
    return std::string_view(bytes).substr(static_cast<size_t>(bstart),
                                          static_cast<size_t>(bend - bstart));
  }
};

/// Derives hash, lines, encoding and recode map from bytes. Never fails.
///
/// A file that needs a codec other than UTF-8 and iso-8859-1 comes with RecodeMap::Missing(), which
/// its owner replaces when an interpreter has told the characters.
SourceFile MakeSourceFile(FileIdentity identity, std::string bytes);

/// A small file for tests and one-off text: the identity is derived from `path` alone.
SourceFile MakeSourceFileAt(std::string_view path, std::string bytes);

/// Appends one row of file_line_index.
void AppendLineIndex(arrow::TableBuilder& builder, const SourceFile& file);

}  // namespace norma::source
