#pragma once

/// \file
/// A contract for tests, with every kind of option.

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

namespace norma::contract {

/// The parsed DDL of a valid output table `facts_v1`. Tests change one thing and look what happens.
inline nlohmann::json SampleDdl() {
  constexpr std::string_view kSpan =
      "STRUCT<\"bstart\" BIGINT, \"bend\" BIGINT, \"ok\" BOOLEAN, "
      "\"start\" STRUCT<\"line\" INT, \"col\" INT>>";
  const auto column = [](std::string_view name, std::string_view type, bool nullable) {
    return nlohmann::json{{"name", name},
                          {"type", type},
                          {"nullable", nullable},
                          {"comment", "what " + std::string(name) + " is"},
                          {"default", nullptr}};
  };
  nlohmann::json options = nlohmann::json::array();
  for (const auto& [key, value] : std::initializer_list<std::pair<const char*, const char*>>{
           {"norma.kind", "output"},
           {"norma.comment", "one row per fact"},
           {"norma.schema_version", "1"},
           {"norma.alias", "facts"},
           {"norma.sort", "path, span.bstart"},
           {"norma.coordinates", "bytes"},
           {"norma.replace_by", "path"},
           {"norma.not_null", "span.ok, names[].name"},
           {"norma.ids", "fact_id, owner_id"},
           {"norma.values.kind", "'', good, bad"},
           {"norma.check.size", "size >= 0"},
           {"norma.evidence.emit", "true"},
           {"norma.evidence.family", "cst"},
           {"norma.evidence.source", "column:kind"},
           {"norma.evidence.role", "fact"},
           {"norma.evidence.confidence", "0.5"},
           {"norma.evidence.weights", "good=0.4, bad=-0.1"},
           {"delta.targetFileSize", "67108864"},
           {"delta.dataSkippingStatsColumns", "path,span.bstart"}}) {
    options.push_back(nlohmann::json::array({key, value}));
  }
  return {
      {"name", "facts_v1"},
      {"if_not_exists", false},
      {"location", "normalize/facts_v1"},
      {"stored_as", "DELTATABLE"},
      {"columns",
       nlohmann::json::array(
           {column("path", "VARCHAR", false), column("span", kSpan, false),
            column("fact_id", "VARCHAR", false), column("owner_id", "VARCHAR", true),
            column("kind", "VARCHAR", false), column("size", "BIGINT", true),
            column("names", "ARRAY<STRUCT<\"name\" VARCHAR, \"source\" VARCHAR>>", false),
            column("attrs", "MAP(VARCHAR, VARCHAR)", false)})},
      {"constraints", nlohmann::json::array({{{"kind", "primary_key"},
                                              {"columns", nlohmann::json::array({"fact_id"})}}})},
      {"options", options},
      {"partitioned_by", nlohmann::json::array()},
  };
}

/// Sets an option's value, adds the option, or with nullptr removes it.
inline void SetOption(nlohmann::json& ddl, std::string_view key, const nlohmann::json& value) {
  nlohmann::json options = nlohmann::json::array();
  bool found = false;
  for (const nlohmann::json& option : ddl["options"]) {
    if (option[0] != key) {
      options.push_back(option);
    } else if (!value.is_null()) {
      options.push_back(nlohmann::json::array({key, value}));
    }
    found = found || option[0] == key;
  }
  if (!found && !value.is_null()) {
    options.push_back(nlohmann::json::array({key, value}));
  }
  ddl["options"] = options;
}

}  // namespace norma::contract
