#include "norma/cli/text_table.h"

#include <utf8proc.h>

#include <algorithm>
#include <utility>

#include "norma/base/unicode.h"
#include "norma/diagnostics/escape.h"

namespace norma::cli {
namespace {

constexpr std::string_view kGap = "  ";
constexpr std::string_view kEllipsis = "\xE2\x80\xA6";

size_t CharacterWidth(uint32_t character) {
  return static_cast<size_t>(
      std::max(utf8proc_charwidth(static_cast<utf8proc_int32_t>(character)), 0));
}

/// The cell as it is printed: escaped and cut.
std::string Shown(std::string_view cell) {
  std::string text = diagnostics::EscapeControls(cell);
  size_t width = 0;
  size_t fits = 0;  // bytes that leave room for the ellipsis
  for (std::string_view rest = text; !rest.empty();) {
    const Utf8Step step = DecodeUtf8(rest);
    width += CharacterWidth(step.code_point);
    rest.remove_prefix(step.length);
    if (width < TextTable::kMaxCellWidth) {
      fits = text.size() - rest.size();
    }
    if (width > TextTable::kMaxCellWidth) {
      text.resize(fits);
      text += kEllipsis;
      break;
    }
  }
  return text;
}

}  // namespace

size_t DisplayWidth(std::string_view text) {
  size_t width = 0;
  while (!text.empty()) {
    const Utf8Step step = DecodeUtf8(text);
    width += CharacterWidth(step.code_point);
    text.remove_prefix(step.length);
  }
  return width;
}

TextTable::TextTable(std::vector<Column> columns, std::ostream& out, Style style)
    : columns_(std::move(columns)), out_(out), style_(style) {
  for (Column& column : columns_) {
    column.title = Shown(column.title);
    widths_.push_back(DisplayWidth(column.title));
  }
}

void TextTable::Row(const std::vector<std::string>& cells) {
  std::vector<std::string> shown;
  shown.reserve(cells.size());
  std::transform(cells.begin(), cells.end(), std::back_inserter(shown), Shown);
  if (is_settled_) {
    Print(shown);
    return;
  }
  for (size_t i = 0; i < shown.size(); ++i) {
    widths_[i] = std::max(widths_[i], DisplayWidth(shown[i]));
  }
  held_.push_back(std::move(shown));
  if (held_.size() == kMeasuredRows) {
    PrintHeld();
  }
}

void TextTable::Finish() {
  if (!is_settled_) {
    PrintHeld();
  }
}

void TextTable::PrintHeld() {
  is_settled_ = true;
  std::string titles;
  std::string rule;
  for (size_t i = 0; i < columns_.size(); ++i) {
    const Column& column = columns_[i];
    const std::string padding(widths_[i] - DisplayWidth(column.title), ' ');
    const bool is_last = i + 1 == columns_.size();
    const bool is_right = column.align == Align::kRight;
    titles += i == 0 ? "" : kGap;
    titles += is_right ? padding + column.title : column.title + (is_last ? "" : padding);
    rule += i == 0 ? "" : kGap;
    rule += std::string(widths_[i], '-');
  }
  out_ << style_.Bold(titles) << '\n' << style_.Dim(rule) << '\n';
  for (const std::vector<std::string>& cells : held_) {
    Print(cells);
  }
  held_.clear();
}

void TextTable::Print(const std::vector<std::string>& cells) {
  std::string line;
  for (size_t i = 0; i < cells.size(); ++i) {
    const size_t width = DisplayWidth(cells[i]);
    const std::string padding(widths_[i] > width ? widths_[i] - width : 0, ' ');
    const bool is_last = i + 1 == cells.size();
    line += i == 0 ? "" : kGap;
    line += columns_[i].align == Align::kRight ? padding + cells[i]
                                               : cells[i] + (is_last ? "" : padding);
  }
  out_ << line << '\n';
}

}  // namespace norma::cli
