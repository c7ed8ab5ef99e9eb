#pragma once

/// \file
/// The text behind a span, read again from the repository and checked against what a run saw.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "norma/base/result.h"
#include "norma/run/inspect.h"

namespace norma::run {

/// Bytes of a file, half open, as tables give them.
struct SourceRange {
  std::string path;
  int64_t bstart = 0;
  int64_t bend = 0;
};

/// A line that a range touches, without its terminator.
struct SourceLine {
  int64_t number = 0;  ///< from 0
  std::string text;    ///< valid UTF-8
  /// The part of `text` that lies in the range, in its bytes.
  size_t marked_begin = 0;
  size_t marked_end = 0;
};

struct SourceText {
  SourceRange range;
  int64_t start_line = 0;  ///< from 0
  int64_t start_col = 0;   ///< bytes from 0
  int64_t end_line = 0;
  int64_t end_col = 0;
  std::string bytes;  ///< exactly those of the range
  /// The same as text: decoded as the file says where norma can do that alone (UTF-8, iso-8859-1).
  std::string text;
  bool is_exact = true;  ///< whether `text` stands for every byte; else some became U+FFFD
  std::vector<SourceLine> lines;
};

/// Reads "path:START..END".
/// \return kInvalidArgument for any other form.
Result<SourceRange> ParseSourceRange(std::string_view text);

/// Reads the ranges from the files of `repository`, each file once.
///
/// \param output where a run over that repository has left its tables.
/// \return kNotFound for a path that the run did not see or that is gone; kCorruptData for a file
///     that has changed since, whose spans would show other text; kInvalidArgument for a range that
///     does not lie in its file.
Result<std::vector<SourceText>> ReadSourceTexts(const std::string& repository,
                                                const std::string& output,
                                                const std::vector<SourceRange>& ranges,
                                                Snapshot snapshot);

}  // namespace norma::run
