#pragma once

/// \file
/// Tables of fixed width for a person's eyes.

#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "norma/cli/console.h"

namespace norma::cli {

/// The columns that `text` takes on a terminal: two for East Asian wide characters, none for
/// combining ones. `text` has no control characters.
size_t DisplayWidth(std::string_view text);

/// Prints rows under a header, columns as wide as their widest cell. Cells are escaped (nothing
/// from data moves the cursor), and cut with "…" at kMaxCellWidth. Where the style knows the width
/// of a terminal, text columns give way, the widest first, until a line fits in it.
///
/// Widths are settled by the header and the first kMeasuredRows rows, which are held until then;
/// later cells that are wider push their row to the right. So any number of rows can pass.
class TextTable {
 public:
  static constexpr size_t kMaxCellWidth = 80;
  static constexpr size_t kLeastCellWidth = 12;
  static constexpr size_t kMeasuredRows = 1000;

  enum class Align { kLeft, kRight };
  struct Column {
    std::string title;
    Align align = Align::kLeft;
  };

  /// \param out must outlive this.
  TextTable(std::vector<Column> columns, std::ostream& out, Style style);

  /// \param cells one for each column.
  void Row(const std::vector<std::string>& cells);
  /// Prints what is held. Call once, at the end.
  void Finish();

 private:
  std::string Shown(std::string_view cell) const;
  std::string Line(const std::vector<std::string>& cells) const;
  void Fit();
  void PrintHeld();

  std::vector<Column> columns_;
  std::ostream& out_;
  Style style_;
  size_t max_cell_width_;
  std::vector<size_t> widths_;
  std::vector<std::vector<std::string>> held_;
  bool is_settled_ = false;
};

}  // namespace norma::cli
