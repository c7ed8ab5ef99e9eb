#include "norma/run/function_catalogue.h"

#include <algorithm>

#include "norma/arrow/table_builder.h"
#include "norma/run/control_rows.h"
#include "norma/run/table_writes.h"
#include "norma/sql/part_hash.h"

namespace norma::run {
namespace {

/// name, signature, kind, result, volatility, origin, description, syntax
constexpr size_t kVolatilityCell = 4;

}  // namespace

Result<FunctionCatalogue> CatalogueOf(const engine::Session& session) {
  NORMA_ASSIGN_OR_RETURN(engine::Stream stream, session.Functions());
  FunctionCatalogue catalogue;
  NORMA_ASSIGN_OR_RETURN(catalogue.rows, CollectTextRows(std::move(stream)));
  for (TextRow& row : catalogue.rows) {
    // Table functions have none in the engine; the cautious word is the one to record.
    row[kVolatilityCell] = row[kVolatilityCell].value_or("volatile");
  }
  std::ranges::sort(catalogue.rows);
  sql::PartHash hash("functions");
  for (const TextRow& row : catalogue.rows) {
    for (const std::optional<std::string>& cell : row) {
      hash.Add(cell);
    }
  }
  catalogue.hash = hash.Stored("functions");
  return catalogue;
}

Status AppendFunctions(const Workspace& workspace, const FunctionCatalogue& catalogue,
                       const std::string& run_id) {
  NORMA_ASSIGN_OR_RETURN(
      const std::vector<TextRow> known,
      FetchTextRows(workspace.session(), "SELECT DISTINCT catalogue_hash FROM functions_v1"));
  if (std::ranges::find(known, TextRow{catalogue.hash}) != known.end()) {
    return {};
  }
  NORMA_ASSIGN_OR_RETURN(const arrow::Schema schema, arrow::ParseSchemaText(kFunctionsColumns));
  NORMA_ASSIGN_OR_RETURN(arrow::TableBuilder builder, arrow::TableBuilder::Make(schema));
  for (const TextRow& row : catalogue.rows) {
    builder.Text(catalogue.hash);
    for (const std::optional<std::string>& cell : row) {
      builder.OptionalText(cell);
    }
    builder.EndRow();
  }
  Rows rows;
  rows.count = builder.rows();
  NORMA_ASSIGN_OR_RETURN(rows.schema, arrow::ToArrowSchema(schema));
  NORMA_ASSIGN_OR_RETURN(rows.batch, builder.Finish());
  return AppendControlRows(workspace, "functions_v1", std::move(rows), run_id, RunState::kComplete)
      .status();
}

}  // namespace norma::run
