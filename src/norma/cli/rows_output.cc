#include "norma/cli/rows_output.h"

#include <optional>
#include <ostream>
#include <utility>

#include "norma/base/json.h"
#include "norma/cli/batch_reader.h"
#include "norma/cli/file_stream.h"
#include "norma/engine/stream.h"

namespace norma::cli {

Result<int64_t> WriteRows(const engine::Query& query, RowFormat format, std::ostream& out,
                          Style style) {
  NORMA_ASSIGN_OR_RETURN(engine::Stream stream, query.Run());
  NORMA_ASSIGN_OR_RETURN(BatchReader reader, BatchReader::Make(stream.schema()));
  const std::unique_ptr<RowWriter> writer = MakeRowWriter(format, reader, out, style);
  int64_t rows = 0;
  while (out.good()) {
    NORMA_ASSIGN_OR_RETURN(const std::optional<nanoarrow::UniqueArray> batch, stream.Next());
    if (!batch.has_value()) {
      break;
    }
    NORMA_RETURN_IF_ERROR(reader.SetBatch(*batch->get()));
    writer->Write();
    rows += reader.rows();
  }
  writer->Finish();
  return rows;
}

Result<int64_t> SaveRows(const engine::Query& query, RowFormat format, const std::string& path) {
  if (format == RowFormat::kParquet || format == RowFormat::kArrow) {
    NORMA_ASSIGN_OR_RETURN(const uint64_t rows, query.Save(RowFormatName(format), path));
    return static_cast<int64_t>(rows);
  }
  NORMA_ASSIGN_OR_RETURN(OutputFile file, OutputFile::Create(path));
  int64_t rows = 0;
  {
    DescriptorBuffer buffer(file.descriptor());
    std::ostream out(&buffer);
    NORMA_ASSIGN_OR_RETURN(rows, WriteRows(query, format, out, Style::Plain()));
    NORMA_RETURN_IF_ERROR(FlushOutput(out));
  }
  NORMA_RETURN_IF_ERROR(file.Complete());
  return rows;
}

Result<nlohmann::json> RowsJson(const engine::Query& query) {
  NORMA_ASSIGN_OR_RETURN(engine::Stream stream, query.Run());
  NORMA_ASSIGN_OR_RETURN(BatchReader reader, BatchReader::Make(stream.schema()));
  nlohmann::json columns = nlohmann::json::array();
  for (size_t i = 0; i < reader.columns(); ++i) {
    columns.push_back({{"name", reader.name(i)}, {"type", reader.type(i)}});
  }
  nlohmann::json rows = nlohmann::json::array();
  std::string text;
  while (true) {
    NORMA_ASSIGN_OR_RETURN(const std::optional<nanoarrow::UniqueArray> batch, stream.Next());
    if (!batch.has_value()) {
      break;
    }
    NORMA_RETURN_IF_ERROR(reader.SetBatch(*batch->get()));
    for (int64_t row = 0; row < reader.rows(); ++row) {
      nlohmann::json object = nlohmann::json::object();
      for (size_t i = 0; i < reader.columns(); ++i) {
        text.clear();
        reader.AppendJson(i, row, text);
        NORMA_ASSIGN_OR_RETURN(object[reader.name(i)], ParseJson(text));
      }
      rows.push_back(std::move(object));
    }
  }
  const size_t row_count = rows.size();
  return nlohmann::json{
      {"columns", std::move(columns)}, {"rows", std::move(rows)}, {"row_count", row_count}};
}

}  // namespace norma::cli
