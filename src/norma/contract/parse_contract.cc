#include "norma/contract/parse_contract.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "norma/contract/contract_hash_internal.h"
#include "norma/contract/contract_options_internal.h"
#include "norma/contract/gate.h"
#include "norma/contract/type_names.h"

namespace norma::contract {
namespace {

using nlohmann::json;

Error Bad(std::string message) { return Error{ErrorKind::kInvalidArgument, std::move(message)}; }

/// The member if it is text.
std::optional<std::string> Text(const json& object, const char* key) {
  const auto member = object.find(key);
  return member != object.end() && member->is_string() ? std::optional(member->get<std::string>())
                                                       : std::nullopt;
}

bool IsTrue(const json& object, const char* key) {
  const auto member = object.find(key);
  return member != object.end() && member->is_boolean() && member->get<bool>();
}

/// The member if it is a list, else an empty one.
const json& List(const json& object, const char* key) {
  static const json empty = json::array();
  const auto member = object.find(key);
  return member != object.end() && member->is_array() ? *member : empty;
}

Status ReadColumns(const json& ddl, Contract& contract) {
  for (const json& entry : List(ddl, "columns")) {
    const auto name = Text(entry, "name");
    const auto type = Text(entry, "type");
    if (!name || !type) {
      return Error{ErrorKind::kCorruptData, "a column of the parsed DDL has no name or type"};
    }
    if (!IsPlainName(*name)) {
      return Bad(fmt::format("a column's name must be a-z, 0-9 and _: {}", *name));
    }
    if (name->starts_with("norma_raw_") || *name == kFailuresColumn) {
      return Bad(fmt::format("a column's name is one of norma's own: {}", *name));
    }
    if (contract.FindColumn(*name) != nullptr) {
      return Bad(fmt::format("a column is there twice: {}", *name));
    }
    if (entry.contains("default") && !entry["default"].is_null()) {
      return Bad(fmt::format("a column must not have a default: {}", *name));
    }
    auto parsed = ParseTypeName(*type);
    if (!parsed.ok()) {
      return parsed.error().WithContext(fmt::format("column {}", *name));
    }
    contract.columns.push_back({*name, std::move(parsed).value(), IsTrue(entry, "nullable"),
                                Text(entry, "comment").value_or("")});
  }
  return contract.columns.empty() ? Status(Bad("a table must have columns")) : Status();
}

Status ReadKey(const json& ddl, Contract& contract) {
  const json& constraints = List(ddl, "constraints");
  if (constraints.size() != 1 || Text(constraints[0], "kind") != "primary_key") {
    return Bad("a table must have a primary key and no other constraint");
  }
  for (const json& entry : List(constraints[0], "columns")) {
    const std::string name = entry.is_string() ? entry.get<std::string>() : "";
    const ContractColumn* column = contract.FindColumn(name);
    if (column == nullptr) {
      return Bad(fmt::format("the key names a column that is not there: {}", name));
    }
    if (column->nullable) {
      return Bad(fmt::format("a column of the key must be NOT NULL: {}", name));
    }
    if (!column->type.is_text() && !column->type.is_integer()) {
      return Bad(fmt::format("a column of the key must be text or a whole number: {}", name));
    }
    if (std::ranges::find(contract.key, name) != contract.key.end()) {
      return Bad(fmt::format("the key names a column twice: {}", name));
    }
    contract.key.push_back(name);
  }
  return contract.key.empty() ? Status(Bad("the key has no columns")) : Status();
}

/// Whether the name ends in a version, as `cst_defs_norm_v1` does.
bool HasVersion(std::string_view name) {
  const size_t v = name.rfind("_v");
  return v != std::string_view::npos && v > 0 && v + 2 < name.size() &&
         name.find_first_not_of("0123456789", v + 2) == std::string_view::npos;
}

Status CheckNameAndPlace(const Contract& contract) {
  if (contract.kind != ContractKind::kEvidence && !HasVersion(contract.name)) {
    return Bad("the name of an output or control table must end in its version, such as _v1");
  }
  if (contract.kind == ContractKind::kEvidence && HasVersion(contract.name)) {
    return Bad("the name of an evidence table must not end in a version");
  }
  // One place for each table, and only one: nothing that a path can be dressed as gets through.
  const std::string_view folder = contract.kind == ContractKind::kEvidence ? "evidence"
                                  : contract.kind == ContractKind::kOutput ? "normalize"
                                                                           : "control";
  if (contract.location != fmt::format("{}/{}", folder, contract.name)) {
    return Bad(fmt::format("the location must be {}/{}", folder, contract.name));
  }
  return {};
}

Result<Contract> Parse(const json& ddl, std::string name, std::string_view text) {
  Contract contract;
  contract.name = std::move(name);
  contract.ddl = text;
  contract.location = Text(ddl, "location").value_or("");
  if (!IsPlainName(contract.name)) {
    return Bad("a table's name must be a-z, 0-9 and _");
  }
  if (Text(ddl, "stored_as") != "DELTATABLE") {
    return Bad("a table must be STORED AS DELTATABLE");
  }
  if (IsTrue(ddl, "if_not_exists")) {
    return Bad("a contract must not say IF NOT EXISTS");
  }
  if (!List(ddl, "partitioned_by").empty()) {
    return Bad("a contract must not be partitioned");
  }
  NORMA_RETURN_IF_ERROR(ReadColumns(ddl, contract));
  NORMA_RETURN_IF_ERROR(ReadKey(ddl, contract));

  std::vector<std::pair<std::string, std::string>> options;
  for (const json& option : List(ddl, "options")) {
    if (!option.is_array() || option.size() != 2 || !option[0].is_string() ||
        !option[1].is_string()) {
      return Error{ErrorKind::kCorruptData, "an option of the parsed DDL is not a pair of texts"};
    }
    options.emplace_back(option[0].get<std::string>(), option[1].get<std::string>());
  }
  NORMA_RETURN_IF_ERROR(ReadOptions(options, contract));
  NORMA_RETURN_IF_ERROR(CheckNameAndPlace(contract));
  contract.ddl_hash = DdlHash(contract.ddl);
  contract.fingerprint = ContractFingerprint(contract);
  return contract;
}

}  // namespace

Result<Contract> ParseContract(std::string_view ddl_json, std::string_view ddl) {
  const json parsed = json::parse(ddl_json, nullptr, /*allow_exceptions=*/false);
  const auto name = parsed.is_object() ? Text(parsed, "name") : std::nullopt;
  if (!name) {
    return Error{ErrorKind::kCorruptData, "the parsed DDL is not a JSON object with a name"};
  }
  return Parse(parsed, *name, ddl).WithContext(fmt::format("contract {}", *name));
}

}  // namespace norma::contract
