#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "norma/base/base64.h"
#include "norma/base/unicode.h"
#include "norma/cli/commands.h"
#include "norma/diagnostics/escape.h"
#include "norma/run/source_text.h"

namespace norma::cli {
namespace {

/// "src/a.py:3:5  10..24", as editors count: from 1, in characters.
std::string Heading(const run::SourceText& text) {
  const std::string_view before =
      text.lines.empty()
          ? std::string_view()
          : std::string_view(text.lines.front().text).substr(0, text.lines.front().marked_begin);
  return fmt::format("{}:{}:{}  {}..{}", diagnostics::EscapeControls(text.range.path),
                     text.start_line + 1, CharacterCount(before) + 1, text.range.bstart,
                     text.range.bend);
}

/// The lines, each with carets under what the range takes of it.
void PrintExcerpt(const run::SourceText& text, std::ostream& out, Style style) {
  out << style.Bold(Heading(text)) << '\n';
  const size_t width = fmt::formatted_size("{}", text.end_line + 1);
  for (const run::SourceLine& line : text.lines) {
    const std::string_view content = line.text;
    out << fmt::format("{:>{}} | {}\n", line.number + 1, width,
                       diagnostics::EscapeControls(content));
    const auto characters = [&](size_t from, size_t to) {
      return CharacterCount(diagnostics::EscapeControls(content.substr(from, to - from)));
    };
    const size_t marked = characters(line.marked_begin, line.marked_end);
    out << fmt::format("{:>{}} | {}{}\n", "", width,
                       std::string(characters(0, line.marked_begin), ' '),
                       std::string(std::max(marked, size_t{1}), '^'));
  }
}

nlohmann::json TextJson(const run::SourceText& text) {
  nlohmann::json json = {{"path", text.range.path},
                         {"bstart", text.range.bstart},
                         {"bend", text.range.bend},
                         {"start", {{"line", text.start_line}, {"col", text.start_col}}},
                         {"end", {{"line", text.end_line}, {"col", text.end_col}}},
                         {"col_unit", "byte"},
                         {"text", text.text},
                         {"is_exact", text.is_exact}};
  if (!text.is_exact) {
    json["bytes_base64url"] =
        Base64UrlEncode({reinterpret_cast<const uint8_t*>(text.bytes.data()), text.bytes.size()});
  }
  return json;
}

}  // namespace

int SourceCommand(const Arguments& arguments, const Reply& reply) {
  std::vector<run::SourceRange> ranges;
  const std::vector<std::string>& words = arguments.positionals();
  for (size_t i = 1; i < words.size(); ++i) {
    Result<run::SourceRange> range = run::ParseSourceRange(words[i]);
    if (!range.ok()) {
      return reply.Usage(fmt::format("{}; {}", range.error().message, range.error().help));
    }
    ranges.push_back(std::move(range).value());
  }
  const run::Snapshot snapshot =
      arguments.Has("latest") ? run::Snapshot::kLatest : run::Snapshot::kLastRun;
  const Result<std::vector<run::SourceText>> texts =
      run::ReadSourceTexts(words.front(), arguments.Value("out"), ranges, snapshot);
  if (!texts.ok()) {
    return reply.Fail(texts.error());
  }
  if (reply.is_json()) {
    nlohmann::json list = nlohmann::json::array();
    for (const run::SourceText& text : texts.value()) {
      list.push_back(TextJson(text));
    }
    return reply.Json({{"texts", std::move(list)}});
  }
  for (const run::SourceText& text : texts.value()) {
    if (arguments.Has("raw")) {
      reply.console().out << text.bytes;
    } else {
      PrintExcerpt(text, reply.console().out, reply.out_style());
    }
  }
  return reply.Done();
}

}  // namespace norma::cli
