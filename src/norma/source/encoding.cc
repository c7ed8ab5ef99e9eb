#include "norma/source/encoding.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "norma/base/unicode.h"

namespace norma::source {
namespace {

struct CodecAlias {
  std::string_view alias;
  size_t codec;
  bool is_alias;  // else the name of a codec's module, which Python finds only without dots
};

#include "norma/source/codec_names.inc"

static_assert(std::ranges::is_sorted(kCodecAliases, {}, &CodecAlias::alias));

char FoldCase(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool IsAlphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\f'; }

const CodecAlias* FindAlias(std::string_view alias) {
  const auto found = std::ranges::lower_bound(kCodecAliases, alias, {}, &CodecAlias::alias);
  if (found == std::end(kCodecAliases) || found->alias != alias) {
    return nullptr;
  }
  return found;
}

// The tokenizer's own short cut, which also takes Emacs' suffixes: utf-8-unix, latin-1-dos.
std::string_view TokenizerName(std::string_view name) {
  std::string folded;
  for (const char c : name.substr(0, 12)) {
    folded.push_back(c == '_' ? '-' : FoldCase(c));
  }
  for (const auto& [prefix, codec] :
       {std::pair<std::string_view, std::string_view>{"utf-8", "utf_8"},
        {"latin-1", "latin_1"},
        {"iso-8859-1", "latin_1"},
        {"iso-latin-1", "latin_1"}}) {
    if (folded == prefix || (folded.starts_with(prefix) && folded[prefix.size()] == '-')) {
      return codec;
    }
  }
  return name;
}

size_t SkipBlanks(std::string_view text) {
  return static_cast<size_t>(std::ranges::find_if_not(text, IsBlank) - text.begin());
}

// The name in a comment line like "# -*- coding: latin-1 -*-"; empty if there is none.
std::string_view FindCookie(std::string_view line) {
  const size_t hash = SkipBlanks(line);
  if (hash == line.size() || line[hash] != '#') {
    return {};
  }
  constexpr std::string_view kWord = "coding";
  for (size_t at = line.find(kWord, hash); at != std::string_view::npos;
       at = line.find(kWord, at + 1)) {
    std::string_view rest = line.substr(at + kWord.size());
    if (rest.empty() || (rest[0] != ':' && rest[0] != '=')) {
      continue;
    }
    rest.remove_prefix(1);
    while (!rest.empty() && (rest[0] == ' ' || rest[0] == '\t')) {
      rest.remove_prefix(1);
    }
    const auto end = std::ranges::find_if_not(
        rest, [](char c) { return IsAlphanumeric(c) || c == '-' || c == '_' || c == '.'; });
    if (end != rest.begin()) {
      return rest.substr(0, static_cast<size_t>(end - rest.begin()));
    }
  }
  return {};
}

std::string_view CookieOf(std::string_view bytes, const LineIndex& lines, bool bom) {
  std::string_view first = lines.Content(bytes, 0);
  if (bom) {
    first.remove_prefix(kUtf8Mark.size());
  }
  const std::string_view cookie = FindCookie(first);
  const size_t start = SkipBlanks(first);
  const bool second_counts = start == first.size() || first[start] == '#';
  if (!cookie.empty() || !second_counts || lines.line_count() < 2) {
    return cookie;
  }
  return FindCookie(lines.Content(bytes, 1));
}

uint8_t Utf8Length(uint32_t code_point) {
  if (code_point == RecodeMap::kNoCharacter) {
    return 0;
  }
  return code_point < 0x80 ? 1 : code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
}

}  // namespace

std::string_view EncodingSourceName(EncodingSource source) {
  switch (source) {
    case EncodingSource::kBom:
      return "bom";
    case EncodingSource::kCookie:
      return "cookie";
    case EncodingSource::kDefault:
      return "default";
  }
  return "default";
}

const Codec* FindCodec(std::string_view name) {
  // encodings.normalize_encoding: runs of what is neither alphanumeric nor a dot become one "_".
  std::string folded;
  bool gap = false;
  for (const char c : TokenizerName(name)) {
    if (IsAlphanumeric(c) || c == '.') {
      if (gap && !folded.empty()) {
        folded.push_back('_');
      }
      gap = false;
      folded.push_back(FoldCase(c));
    } else {
      gap = true;
    }
  }
  if (const CodecAlias* found = FindAlias(folded); found != nullptr) {
    return &kCodecs[found->codec];
  }
  std::ranges::replace(folded, '.', '_');
  const CodecAlias* found = FindAlias(folded);
  return found != nullptr && found->is_alias ? &kCodecs[found->codec] : nullptr;
}

EncodingInfo DetectEncoding(std::string_view bytes, const LineIndex& lines) {
  EncodingInfo encoding;
  encoding.bom = bytes.starts_with(kUtf8Mark);
  encoding.ascii = lines.ascii();
  encoding.utf8_valid = encoding.ascii || IsValidUtf8(bytes);
  encoding.has_nul = bytes.find('\0') != std::string_view::npos;
  encoding.cookie = CookieOf(bytes, lines, encoding.bom);
  encoding.source = encoding.bom               ? EncodingSource::kBom
                    : !encoding.cookie.empty() ? EncodingSource::kCookie
                                               : EncodingSource::kDefault;
  if (encoding.cookie.empty()) {
    return encoding;
  }
  const Codec* codec = FindCodec(encoding.cookie);
  const bool is_utf8 = codec != nullptr && codec->name == "utf-8";
  if (codec == nullptr || (encoding.bom && !is_utf8)) {
    encoding.error = encoding.bom ? EncodingError::kConflict : EncodingError::kUnknown;
    encoding.name = "unknown";
    return encoding;
  }
  encoding.name = codec->name;
  encoding.single_byte = codec->single_byte;
  encoding.recoded = !is_utf8 && !(encoding.ascii && codec->ascii_transparent);
  return encoding;
}

RecodeMap RecodeMap::Missing() {
  RecodeMap map;
  map.state_ = State::kMissing;
  return map;
}

RecodeMap RecodeMap::Undecodable() {
  RecodeMap map;
  map.state_ = State::kUndecodable;
  return map;
}

RecodeMap RecodeMap::Latin1() {
  RecodeMap map;
  map.state_ = State::kTable;
  for (size_t byte = 0; byte < map.table_.size(); ++byte) {
    map.table_[byte] = Utf8Length(static_cast<uint32_t>(byte));
  }
  return map;
}

RecodeMap RecodeMap::SingleByte(const std::array<uint32_t, 256>& code_points,
                                std::string_view bytes) {
  RecodeMap map;
  map.state_ = State::kTable;
  std::ranges::transform(code_points, map.table_.begin(), Utf8Length);
  const bool decodes = std::ranges::all_of(
      bytes, [&](char byte) { return map.table_[static_cast<uint8_t>(byte)] != 0; });
  return decodes ? map : Undecodable();
}

Result<RecodeMap> RecodeMap::Characters(std::span<const uint8_t> raw_lengths,
                                        std::span<const uint8_t> utf8_lengths,
                                        const LineIndex& lines) {
  const auto refuse = [](std::string_view why, int64_t value) {
    return Error{ErrorKind::kInvalidArgument,
                 fmt::format("cannot map the characters of a file: {}: {}", why, value)};
  };
  if (raw_lengths.size() != utf8_lengths.size()) {
    return refuse("lengths do not pair, raw lengths", static_cast<int64_t>(raw_lengths.size()));
  }
  RecodeMap map;
  map.state_ = State::kCharacters;
  map.characters_.reserve(raw_lengths.size());
  map.first_of_line_.reserve(static_cast<size_t>(lines.line_count()));
  const std::span<const int64_t> starts = lines.starts();
  int64_t offset = 0;
  for (size_t i = 0; i < raw_lengths.size(); ++i) {
    const size_t line = map.first_of_line_.size();
    // A character of no raw bytes right at a line's start belongs to the line before.
    if (line < starts.size() && offset >= starts[line] && (raw_lengths[i] > 0 || i == 0)) {
      if (offset > starts[line]) {
        return refuse("a line begins inside a character, line", static_cast<int64_t>(line));
      }
      map.first_of_line_.push_back(static_cast<int64_t>(i));
    }
    if (utf8_lengths[i] < 1 || utf8_lengths[i] > 4) {
      return refuse("impossible length in UTF-8", utf8_lengths[i]);
    }
    map.characters_.push_back({raw_lengths[i], utf8_lengths[i]});
    offset += raw_lengths[i];
  }
  if (offset != lines.size()) {
    return refuse("raw lengths do not add up to the file's size", offset);
  }
  // What is left is the empty line after a last terminator, or the only line of an empty file.
  while (map.first_of_line_.size() < starts.size()) {
    if (starts[map.first_of_line_.size()] != offset) {
      return refuse("a line begins inside a character, line",
                    static_cast<int64_t>(map.first_of_line_.size()));
    }
    map.first_of_line_.push_back(static_cast<int64_t>(raw_lengths.size()));
  }
  return map;
}

}  // namespace norma::source
