#include "norma/cli/text_table.h"

#include <utf8proc.h>

#include <algorithm>
#include <iterator>
#include <numeric>
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

/// Cuts `text`, which is escaped, with an ellipsis to what fits in `max_width`.
std::string Cut(std::string text, size_t max_width) {
  size_t width = 0;
  size_t fits = 0;  // bytes that leave room for the ellipsis
  for (std::string_view rest = text; !rest.empty();) {
    const Utf8Step step = DecodeUtf8(rest);
    width += CharacterWidth(step.code_point);
    rest.remove_prefix(step.length);
    if (width < max_width) {
      fits = text.size() - rest.size();
    }
    if (width > max_width) {
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
    : columns_(std::move(columns)),
      out_(out),
      style_(style),
      max_cell_width_(std::max(kMaxCellWidth, style.columns())) {
  for (Column& column : columns_) {
    column.title = Shown(column.title);
    widths_.push_back(DisplayWidth(column.title));
  }
}

std::string TextTable::Shown(std::string_view cell) const {
  return Cut(diagnostics::EscapeControls(cell), max_cell_width_);
}

void TextTable::Row(const std::vector<std::string>& cells) {
  std::vector<std::string> shown;
  shown.reserve(cells.size());
  std::transform(cells.begin(), cells.end(), std::back_inserter(shown),
                 [this](const std::string& cell) { return Shown(cell); });
  if (is_settled_) {
    out_ << Line(shown) << '\n';
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

void TextTable::Fit() {
  if (style_.columns() == 0 || widths_.empty()) {
    return;
  }
  size_t line = kGap.size() * (widths_.size() - 1);
  line += std::accumulate(widths_.begin(), widths_.end(), size_t{0});
  for (; line > style_.columns(); --line) {
    size_t* widest = nullptr;
    for (size_t i = 0; i < widths_.size(); ++i) {
      const bool may_shrink = columns_[i].align == Align::kLeft && widths_[i] > kLeastCellWidth;
      if (may_shrink && (widest == nullptr || widths_[i] > *widest)) {
        widest = &widths_[i];
      }
    }
    if (widest == nullptr) {
      return;
    }
    --*widest;
  }
}

void TextTable::PrintHeld() {
  is_settled_ = true;
  Fit();
  std::vector<std::string> titles;
  std::string rule;
  for (size_t i = 0; i < columns_.size(); ++i) {
    titles.push_back(columns_[i].title);
    rule += i == 0 ? "" : kGap;
    rule += std::string(widths_[i], '-');
  }
  out_ << style_.Bold(Line(titles)) << '\n' << style_.Dim(rule) << '\n';
  for (const std::vector<std::string>& cells : held_) {
    out_ << Line(cells) << '\n';
  }
  held_.clear();
}

std::string TextTable::Line(const std::vector<std::string>& cells) const {
  std::string line;
  for (size_t i = 0; i < cells.size(); ++i) {
    const std::string cell = style_.columns() == 0 ? cells[i] : Cut(cells[i], widths_[i]);
    const size_t width = DisplayWidth(cell);
    const std::string padding(widths_[i] > width ? widths_[i] - width : 0, ' ');
    line += i == 0 ? "" : kGap;
    line += columns_[i].align == Align::kRight ? padding + cell : cell + padding;
  }
  // An empty last cell leaves no blanks behind.
  line.resize(line.find_last_not_of(' ') + 1);
  return line;
}

}  // namespace norma::cli
