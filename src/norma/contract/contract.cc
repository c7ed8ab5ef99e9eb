#include "norma/contract/contract.h"

#include <fmt/format.h>

#include <algorithm>

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

std::string Contract::ShortSchema() const {
  std::string text;
  for (const ContractColumn& column : columns) {
    text += fmt::format("{}{} {}{}", text.empty() ? "" : ", ", column.name,
                        ShortTypeName(column.type), column.nullable ? "" : "!");
  }
  return text;
}

}  // namespace norma::contract
