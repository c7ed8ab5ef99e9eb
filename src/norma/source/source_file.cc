#include "norma/source/source_file.h"

#include <utility>

#include "norma/base/hash.h"
#include "norma/base/id.h"

namespace norma::source {
namespace {

RecodeMap FirstRecodeMap(const EncodingInfo& encoding) {
  if (encoding.error != EncodingError::kNone) {
    return RecodeMap::Undecodable();
  }
  if (encoding.name == "utf-8") {
    return encoding.utf8_valid ? RecodeMap() : RecodeMap::Undecodable();
  }
  if (!encoding.recoded) {
    return {};
  }
  if (encoding.name == "iso-8859-1") {
    return RecodeMap::Latin1();
  }
  // A recoded file is not ASCII, or its codec would have left it alone.
  return encoding.name == "ascii" ? RecodeMap::Undecodable() : RecodeMap::Missing();
}

}  // namespace

std::string_view FileKindName(FileKind kind) { return kind == FileKind::kPy ? "py" : "pyi"; }

SourceFile MakeSourceFile(FileIdentity identity, std::string bytes) {
  SourceFile file;
  static_cast<FileIdentity&>(file) = std::move(identity);
  file.bytes = std::move(bytes);
  file.content_sha256 = Sha256Hex(file.bytes);
  file.lines = LineIndex::Build(file.bytes);
  file.encoding = DetectEncoding(file.bytes, file.lines);
  file.recode = FirstRecodeMap(file.encoding);
  return file;
}

SourceFile MakeSourceFileAt(std::string_view path, std::string bytes) {
  FileIdentity identity;
  identity.path = path;
  identity.file_id = IdBuilder("file").Null().Text(path).Build();
  identity.kind = path.ends_with(".pyi") ? FileKind::kPyi : FileKind::kPy;
  const std::string_view name = path.substr(path.rfind('/') + 1);
  const std::string_view stem = name.substr(0, name.rfind('.'));
  identity.is_package = stem == "__init__";
  identity.module_name = std::string(stem);
  return MakeSourceFile(std::move(identity), std::move(bytes));
}

void AppendLineIndex(arrow::TableBuilder& builder, const SourceFile& file) {
  const EncodingInfo& encoding = file.encoding;
  const LineIndex& lines = file.lines;
  builder.Text(file.file_id)
      .Text(file.path)
      .Text(encoding.name)
      .Text(EncodingSourceName(encoding.source))
      .Bool(encoding.bom)
      .Bool(encoding.ascii)
      .Bool(encoding.utf8_valid)
      .Bool(encoding.recoded)
      .Bool(encoding.has_nul)
      .Bool(lines.has_lf())
      .Bool(lines.has_crlf())
      .Bool(lines.has_lone_cr())
      .Bool(lines.cr_only())
      .Int32(static_cast<int32_t>(lines.line_count()))
      .BeginList();
  for (const int64_t start : lines.starts()) {
    builder.Int64(start);
  }
  builder.EndList().BeginList();
  for (const int32_t line : lines.non_ascii_lines()) {
    builder.Int32(line);
  }
  builder.EndList().Int64(lines.max_line_bytes()).EndRow();
}

}  // namespace norma::source
