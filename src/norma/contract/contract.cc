#include "norma/contract/contract.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "norma/contract/type_names.h"

namespace norma::contract {

std::string_view ContractKindName(ContractKind kind) {
  switch (kind) {
    case ContractKind::kEvidence:
      return "evidence";
    case ContractKind::kOutput:
      return "output";
    case ContractKind::kControl:
      return "control";
  }
  return "";
}

const ContractColumn* Contract::FindColumn(std::string_view column) const {
  const auto found = std::ranges::find(columns, column, &ContractColumn::name);
  return found == columns.end() ? nullptr : &*found;
}

sql::Schema Contract::Schema() const {
  sql::Schema schema;
  for (const ContractColumn& column : columns) {
    schema.columns.push_back({column.name, column.type, column.nullable});
  }
  std::vector<std::string> unique = key;
  std::ranges::sort(unique);
  schema.unique_keys.push_back(std::move(unique));
  return schema;
}

bool Contract::KeyLiesWithinPath() const {
  // The ids whose parts begin with a file or a path. Those of types, names and indexes do not.
  constexpr std::array<std::string_view, 21> kOfOnePath = {
      "path",         "file_id",  "def_id",      "import_id",     "call_id",        "ref_id",
      "type_expr_id", "scope_id", "symbol_id",   "code_unit_id",  "block_id",       "instr_id",
      "edge_id",      "event_id", "ts_error_id", "ts_missing_id", "parse_error_id", "error_id",
      "document_id",  "diag_id",  "span_id"};
  return !sort.empty() && sort.front().ToString() == "path" &&
         std::ranges::any_of(key, [&](const std::string& column) {
           return std::ranges::find(kOfOnePath, column) != kOfOnePath.end();
         });
}

std::string Contract::ShortSchema() const {
  std::string text;
  for (const ContractColumn& column : columns) {
    text += fmt::format("{}{} {}{}", text.empty() ? "" : ", ", column.name,
                        ShortTypeName(column.type), column.nullable ? "" : "!");
  }
  return text;
}

}  // namespace norma::contract
