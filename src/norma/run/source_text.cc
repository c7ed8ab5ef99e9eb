#include "norma/run/source_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "norma/base/unicode.h"
#include "norma/run/text_rows.h"
#include "norma/source/repository.h"
#include "norma/source/scan.h"
#include "norma/sql/literal.h"

namespace norma::run {
namespace {

std::optional<int64_t> ParseOffset(std::string_view text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_whole = error == std::errc() && end == text.data() + text.size();
  return is_whole && number >= 0 ? std::optional(number) : std::nullopt;
}

/// The hash that the run saw.
Result<std::string> RecordedHash(const std::string& output, const std::string& path,
                                 Snapshot snapshot) {
  NORMA_ASSIGN_OR_RETURN(
      const engine::Query query,
      PlanQuery(output,
                fmt::format("SELECT content_sha256 FROM repo_files WHERE path = {}",
                            sql::QuoteText(path)),
                snapshot));
  NORMA_ASSIGN_OR_RETURN(engine::Stream stream, query.Run());
  NORMA_ASSIGN_OR_RETURN(const std::vector<TextRow> rows, CollectTextRows(std::move(stream)));
  if (rows.empty()) {
    return Error{ErrorKind::kNotFound,
                 fmt::format("no file of the run: {}", EscapeForMessage(path)),
                 "paths are those of repo_files, relative to the repository"};
  }
  return rows.front().front().value_or("");
}

Result<source::SourceFile> ReadFile(const source::Repository& repository, const std::string& path,
                                    const std::string& recorded_hash) {
  source::FileIdentity identity;
  identity.path = path;
  source::ReadResult read = source::ReadSourceFile(repository, identity);
  if (!read.file.has_value() || !read.usable) {
    const std::string why = read.failure.has_value() ? read.failure->message : "it was not read";
    return Error{ErrorKind::kNotFound,
                 fmt::format("the file cannot be read: {}: {}", EscapeForMessage(path), why)};
  }
  if (read.file->content_sha256 != recorded_hash) {
    return Error{ErrorKind::kCorruptData,
                 fmt::format("the file has changed since the run: {}", EscapeForMessage(path)),
                 "its spans are those of the old content; run norma again"};
  }
  return *std::move(read.file);
}

/// Bytes of a file as text, and whether nothing was lost.
std::pair<std::string, bool> Decode(const source::SourceFile& file, std::string_view bytes) {
  if (file.encoding.name != "iso-8859-1") {
    return {ToValidUtf8(bytes), file.encoding.name == "utf-8" && IsValidUtf8(bytes)};
  }
  std::string text;
  for (const char byte : bytes) {
    const auto point = static_cast<uint8_t>(byte);
    if (point < 0x80) {
      text += byte;
    } else {
      text += static_cast<char>(0xC0 | (point >> 6));
      text += static_cast<char>(0x80 | (point & 0x3F));
    }
  }
  return {std::move(text), true};
}

SourceText Cut(const source::SourceFile& file, const SourceRange& range) {
  SourceText cut{.range = range};
  const auto place = [&](int64_t byte, int64_t& line, int64_t& col) {
    line = file.lines.LineOf(byte);
    col = byte - file.lines.starts()[static_cast<size_t>(line)];
  };
  place(range.bstart, cut.start_line, cut.start_col);
  place(range.bend, cut.end_line, cut.end_col);
  cut.bytes = file.Slice(range.bstart, range.bend);
  std::tie(cut.text, cut.is_exact) = Decode(file, cut.bytes);
  for (int64_t line = cut.start_line; line <= cut.end_line; ++line) {
    const std::string_view content = file.Line(line);
    const auto size = static_cast<int64_t>(content.size());
    const int64_t begin = line == cut.start_line ? std::min(cut.start_col, size) : 0;
    const int64_t end = line == cut.end_line ? std::min(cut.end_col, size) : size;
    if (line == cut.end_line && line != cut.start_line && end == 0) {
      break;  // The range ends with the line before.
    }
    const auto text = [&](int64_t from, int64_t to) {
      return Decode(file, content.substr(static_cast<size_t>(from), static_cast<size_t>(to - from)))
          .first;
    };
    SourceLine shown{.number = line, .text = text(0, begin)};
    shown.marked_begin = shown.text.size();
    shown.text += text(begin, end);
    shown.marked_end = shown.text.size();
    shown.text += text(end, size);
    cut.lines.push_back(std::move(shown));
  }
  return cut;
}

}  // namespace

Result<SourceRange> ParseSourceRange(std::string_view text) {
  const size_t colon = text.rfind(':');
  const size_t dots = colon == std::string_view::npos ? colon : text.find("..", colon);
  if (colon != std::string_view::npos && colon > 0 && dots != std::string_view::npos) {
    const auto bstart = ParseOffset(text.substr(colon + 1, dots - colon - 1));
    const auto bend = ParseOffset(text.substr(dots + 2));
    if (bstart.has_value() && bend.has_value() && *bstart <= *bend) {
      return SourceRange{std::string(text.substr(0, colon)), *bstart, *bend};
    }
  }
  return Error{ErrorKind::kInvalidArgument,
               fmt::format("not a range of bytes: {}", EscapeForMessage(text)),
               "write PATH:START..END, such as src/a.py:10..24"};
}

Result<std::vector<SourceText>> ReadSourceTexts(const std::string& repository,
                                                const std::string& output,
                                                const std::vector<SourceRange>& ranges,
                                                Snapshot snapshot) {
  NORMA_ASSIGN_OR_RETURN(const source::Repository root, source::Repository::Open(repository));
  std::map<std::string, source::SourceFile> files;
  std::vector<SourceText> texts;
  for (const SourceRange& range : ranges) {
    auto file = files.find(range.path);
    if (file == files.end()) {
      NORMA_ASSIGN_OR_RETURN(const std::string hash, RecordedHash(output, range.path, snapshot));
      NORMA_ASSIGN_OR_RETURN(source::SourceFile read, ReadFile(root, range.path, hash));
      file = files.emplace(range.path, std::move(read)).first;
    }
    if (range.bend > file->second.size()) {
      return Error{
          ErrorKind::kInvalidArgument,
          fmt::format("the range does not lie in the file: {}:{}..{}, its bytes: {}",
                      EscapeForMessage(range.path), range.bstart, range.bend, file->second.size())};
    }
    texts.push_back(Cut(file->second, range));
  }
  return texts;
}

}  // namespace norma::run
