#pragma once

/// \file
/// For the tests of expr/: tables to build on, and the engine's recorded answers about types.

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "norma/expr/rule_inputs.h"
#include "norma/sql/schema_source.h"
#include "norma/sql/type_resolver.h"

namespace norma::expr::testing_support {

/// Columns as "name type!, …" with Arrow type text; "!" is NOT NULL.
inline sql::Schema MakeSchema(const std::vector<std::pair<std::string, std::string>>& columns,
                              std::vector<std::vector<std::string>> keys = {}) {
  sql::Schema schema;
  for (const auto& [name, text] : columns) {
    const bool nullable = !text.ends_with('!');
    const auto type = DataType::Parse(nullable ? text : text.substr(0, text.size() - 1));
    EXPECT_TRUE(type.ok()) << text;
    schema.columns.push_back({name, type.ok() ? type.value() : DataType(), nullable});
  }
  schema.unique_keys = std::move(keys);
  return schema;
}

/// Three tables: defs with the key def_id, docs with the key owner_key, calls with the key call_id.
class TestSchemas final : public sql::SchemaSource {
 public:
  TestSchemas() {
    tables_["defs"] = MakeSchema({{"def_id", "Utf8!"},
                                  {"path", "Utf8!"},
                                  {"kind", "Utf8!"},
                                  {"name", "Utf8"},
                                  {"bstart", "Int64"},
                                  {"level", "Int32!"},
                                  {"names", "List(Utf8)!"},
                                  {"attrs", std::string(kMapText) + "!"}},
                                 {{"def_id"}});
    tables_["docs"] = MakeSchema({{"owner_key", "Utf8!"}, {"text", "Utf8!"}}, {{"owner_key"}});
    tables_["calls"] = MakeSchema({{"call_id", "Utf8!"},
                                   {"callee", R"(Struct("name": Utf8, "source": Utf8))"},
                                   {"owner", "Utf8"},
                                   {"args", R"(List(Struct("name": Utf8, "source": Utf8)))"}},
                                  {{"call_id"}});
  }

  Result<sql::TableDescription> Find(std::string_view name) const override {
    const auto found = tables_.find(std::string(name));
    if (found == tables_.end()) {
      return Error{ErrorKind::kNotFound, "table not found: " + std::string(name)};
    }
    return sql::TableDescription{found->first, found->second, ""};
  }

  static constexpr std::string_view kMapText =
      R"(Map("entries": non-null Struct("key": non-null Utf8, "value": Utf8), unsorted))";

 private:
  std::map<std::string, sql::Schema> tables_;
};

/// The recorded answers. A question that was not recorded is an error; with NORMA_MISSING_TYPES set
/// it is also written to that file, for whoever records it.
class TestResolver final : public sql::TypeResolver {
 public:
  TestResolver() : recorded_(Load()) {}

  Result<sql::CallTypes> Resolve(const sql::CallRequest& request) override {
    auto answer = recorded_.Resolve(request);
    if (!answer.ok() && answer.error().kind == ErrorKind::kInternal) {
      if (const char* missing = std::getenv("NORMA_MISSING_TYPES")) {
        std::ofstream(missing, std::ios::app) << sql::EncodeCallRequest(request) << "\n";
      }
    }
    return answer;
  }

 private:
  static sql::RecordedTypeResolver Load() {
    const std::ifstream file("tests/fixtures/types.jsonl");
    std::ostringstream text;
    text << file.rdbuf();
    auto resolver = sql::RecordedTypeResolver::Parse(text.str());
    EXPECT_TRUE(resolver.ok()) << (resolver.ok() ? "" : resolver.error().message);
    return resolver.ok() ? std::move(resolver).value()
                         : std::move(sql::RecordedTypeResolver::Parse("")).value();
  }

  sql::RecordedTypeResolver recorded_;
};

/// A test with three tables in its hands.
class TableFixture : public testing::Test {
 protected:
  Table Get(std::string_view name) {
    auto table = inputs_.Get(name);
    EXPECT_TRUE(table.ok()) << (table.ok() ? "" : table.error().message);
    return std::move(table).value();
  }

  TestSchemas schemas_;
  TestResolver resolver_;
  RuleInputs inputs_{
      schemas_, resolver_, {{"defs", "docs", "calls"}, MakeSchema({{"def_id", "Utf8!"}})}};
  Table defs_ = Get("defs");
  Table docs_ = Get("docs");
  Table calls_ = Get("calls");
};

}  // namespace norma::expr::testing_support
