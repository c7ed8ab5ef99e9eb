#pragma once

/// \file
/// The rows of a query in the forms that norma prints itself.

#include <cstdint>
#include <memory>
#include <optional>
#include <ostream>
#include <string_view>

#include "norma/cli/batch_reader.h"
#include "norma/cli/console.h"

namespace norma::cli {

enum class RowFormat { kTable, kCsv, kJson, kNdjson, kParquet, kArrow };

/// The format of this name: table, csv, json, ndjson, parquet or arrow.
std::optional<RowFormat> ParseRowFormat(std::string_view name);
std::string_view RowFormatName(RowFormat format);

/// Writes batches one after another. Holds no more than one batch, or the first rows of a table.
class RowWriter {
 public:
  virtual ~RowWriter() = default;

  /// Writes all rows of the reader's batch.
  virtual void Write() = 0;
  /// Writes what comes last. Call once, also when there was no row.
  virtual void Finish() = 0;
};

/// A writer of `format`, which is none of parquet and arrow: those are files that the engine
/// writes.
///
/// - table: TextTable; NULL is an empty cell. The rows of EXPLAIN are indented texts instead.
/// - csv: RFC 4180 with a header and LF; NULL is empty and an empty text is "".
/// - json: one array with one object a line. ndjson: one object a line.
///
/// \param reader and `out` must outlive the writer.
std::unique_ptr<RowWriter> MakeRowWriter(RowFormat format, const BatchReader& reader,
                                         std::ostream& out, Style style);

}  // namespace norma::cli
