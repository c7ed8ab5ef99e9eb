#pragma once

/// \file
/// What the tables of one file share: the writer of common columns, ordinals, and row order.

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "norma/arrow/table_builder.h"
#include "norma/base/id.h"
#include "norma/extract/evidence_tables.h"
#include "norma/extract/treesitter/analysis.h"
#include "norma/extract/treesitter/resolver.h"
#include "norma/source/position.h"

namespace norma::extract::treesitter {

using IdText = std::array<char, kIdLength>;

inline std::string_view View(const IdText& id) { return {id.data(), id.size()}; }

/// Writes the columns that most tables have. Not safe to share.
class RowWriter {
 public:
  explicit RowWriter(const source::SourceFile& file) : file_(file) {}

  /// file_id and path: the first two columns of every row.
  arrow::TableBuilder& File(arrow::TableBuilder& table) const {
    return table.Text(file_.file_id).Text(file_.path);
  }
  /// The eight POS columns. Constant time when positions come in order.
  void Position(arrow::TableBuilder& table, uint32_t bstart, uint32_t bend);
  /// owner_def_id, NULL for the module.
  static void Owner(arrow::TableBuilder& table, const Analysis& analysis, uint32_t definition);
  /// list<struct<name, source>>, with `suffix` (empty, or ".a.b") after each name.
  static void Candidates(arrow::TableBuilder& table, std::span<const Candidate> candidates,
                         std::string_view suffix);

 private:
  int64_t LineOf(int64_t offset);

  const source::SourceFile& file_;
  int64_t line_ = 0;  // of the last start
};

/// What a row needs for its ordinal and its place in the table.
struct RowKey {
  uint32_t bstart = 0;
  uint32_t bend = 0;
  uint32_t ordinal = 0;
  IdText id{};
};

/// Sets ordinals and ids, and sorts rows by (bstart, id). For one part of a table's rows: the next
/// part goes on with the same `ordinals`. Rows that begin at one offset must be in one part.
///
/// \param rows in preorder, so ascending in bstart; `row.key` is a RowKey.
/// \param group uint64_t(const Row&): equal for rows whose ids differ in the ordinal only.
/// \param set_id void(Row&): fills row.key.id from the row and its ordinal.
template <typename Row, typename Group, typename SetId>
void NumberAndSortPart(std::vector<Row>& rows, FlatMap& ordinals, Group group, SetId set_id) {
  for (auto begin = rows.begin(); begin != rows.end();) {
    auto end = begin + 1;
    while (end != rows.end() && end->key.bstart == begin->key.bstart) {
      ++end;
    }
    if (end - begin > 1) {
      std::stable_sort(begin, end,
                       [](const Row& a, const Row& b) { return a.key.bend < b.key.bend; });
    }
    for (auto row = begin; row != end; ++row) {
      row->key.ordinal = ordinals.FindOrAdd(group(*row), 0)++;
      set_id(*row);
    }
    if (end - begin > 1) {
      std::sort(begin, end, [](const Row& a, const Row& b) { return a.key.id < b.key.id; });
    }
    begin = end;
  }
}

/// The same for all rows of a table.
template <typename Row, typename Group, typename SetId>
void NumberAndSort(std::vector<Row>& rows, FlatMap& ordinals, Group group, SetId set_id) {
  ordinals.Clear();
  NumberAndSortPart(rows, ordinals, group, set_id);
}

}  // namespace norma::extract::treesitter
