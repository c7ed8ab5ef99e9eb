#pragma once

/// \file
/// From the coordinates of a producer to bytes of the file, and back. The only code that does so.

#include <cstdint>
#include <optional>
#include <string_view>

#include "norma/source/column.h"
#include "norma/source/position.h"
#include "norma/source/source_file.h"

namespace norma::source {

/// Whose coordinates they are.
enum class Adapter {
  kTreesitter,
  kCpython,
  kCpythonError,
  kSymtable,
  kScipUtf8,
  kScipUtf16,
  kScipUtf32,
};

/// How an adapter counts.
struct AdapterRules {
  std::string_view name;
  int32_t line_base;
  int32_t column_base;
  ColumnUnit unit;   ///< kCpythonError: the default, which a row may override
  bool counts_mark;  ///< a byte order mark is a character of line 0
  bool recodes;      ///< columns count the UTF-8 form of a recoded file
  bool end_exclusive;
};

const AdapterRules& RulesOf(Adapter adapter);

/// treesitter | cpython | cpython_error | symtable | scip_utf8 | scip_utf16 | scip_utf32
std::optional<Adapter> AdapterFromName(std::string_view name);

/// Converts a producer's coordinates, and keeps them as raw_*.
///
/// \param unit only for kCpythonError, whose unit varies by row; ignored elsewhere.
/// \return ok with both bytes; or a reason: of outcome snapped with bytes that cover what was
///     meant, else without (kSymtable: absent, with the line's content).
///
/// Never fails, never clamps without saying so. Constant time on an ASCII line, else linear in the
/// line. Allocates nothing. Safe to call from many threads.
///
/// Reasons: no_position synthetic_line_zero columns_missing line_only (absent);
/// inside_surrogate_pair inside_character column_past_line_end line_past_end column_missing
/// (snapped); negative_position line_out_of_range column_out_of_range end_before_start
/// undecodable_file (out of range).
Position Convert(const SourceFile& file, Adapter adapter, std::optional<int32_t> start_line,
                 std::optional<int32_t> start_col, std::optional<int32_t> end_line,
                 std::optional<int32_t> end_col, ColumnUnit unit = ColumnUnit::kUtf32);

/// The position of bytes that a producer gave itself (adapter treesitter): exact, with the raw
/// coordinates derived from the line index, 0-based lines and byte columns.
///
/// Offsets outside the file, or in wrong order, are out of range. Logarithmic in the lines.
Position FromBytes(const SourceFile& file, int64_t bstart, int64_t bend);

/// The position of a fact whose place the producer could not give, with one of the reasons above or
/// invalid_range_len, missing_range_fields, missing_repo_text_for_path.
/// \param reason a literal.
Position WithoutBytes(std::string_view reason, std::optional<int32_t> start_line = std::nullopt,
                      std::optional<int32_t> start_col = std::nullopt,
                      std::optional<int32_t> end_line = std::nullopt,
                      std::optional<int32_t> end_col = std::nullopt);

}  // namespace norma::source
