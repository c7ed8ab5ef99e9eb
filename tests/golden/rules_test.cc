// Every contract and every rule against the engine: the DDL is parsed, the rules are built, planned
// over empty tables and run through the gate. What they make of rows is norma_golden.py's.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "norma/contract/gate.h"
#include "norma/engine/arrow_types.h"
#include "norma/engine/type_resolver.h"
#include "norma/extract/evidence_tables.h"
#include "norma/rules/catalogue.h"
#include "norma/run/admission.h"
#include "norma/run/workspace.h"
#include "norma/sql/compile.h"
#include "tests/support/matchers.h"

namespace norma {
namespace {

namespace fs = std::filesystem;
using testing_support::IsOk;

/// A folder of its own that goes with the test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = fs::temp_directory_path() / "norma_golden_XXXXXX";
    path_ = mkdtemp(name.data()) == nullptr ? std::string() : name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

TEST(Contracts, AreReadByTheEnginesParser) {
  const auto registry = run::LoadContracts();
  ASSERT_THAT(registry, IsOk());
  EXPECT_EQ(registry.value().contracts().size(), rules::EmbeddedContracts().size());
}

TEST(Contracts, HaveTheColumnsThatExtractorsFill) {
  const auto registry = run::LoadContracts();
  ASSERT_THAT(registry, IsOk());
  for (const extract::EvidenceTable table : extract::AllEvidenceTables()) {
    const std::string_view name = extract::EvidenceTableName(table);
    const contract::Contract* contract = registry.value().FindContract(name);
    ASSERT_NE(contract, nullptr) << name;
    EXPECT_EQ(contract->kind, contract::ContractKind::kEvidence) << name;
    EXPECT_EQ(contract->ShortSchema(), extract::EvidenceTableSchema(table)) << name;
  }
}

/// A workspace with all tables, empty.
class RulesOverEmptyTables : public testing::TestWithParam<const rules::Rule*> {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<TemporaryFolder>();
    auto contracts = run::LoadContracts();
    ASSERT_THAT(contracts, IsOk());
    auto opened = run::Workspace::Open({.output = folder_->path(), .read_only = false},
                                       std::move(contracts).value());
    ASSERT_THAT(opened, IsOk());
    workspace_ = std::make_unique<run::Workspace>(std::move(opened).value());
    ASSERT_THAT(workspace_->CreateTables(), IsOk());
  }

  static void TearDownTestSuite() {
    workspace_.reset();
    folder_.reset();
  }

  void SetUp() override { ASSERT_NE(workspace_, nullptr); }

  static Result<sql::Compiled> Compile(const rules::Rule& rule) {
    engine::EngineTypeResolver resolver(workspace_->session());
    NORMA_ASSIGN_OR_RETURN(const rules::BuiltRule built,
                           rules::BuildRule(rule, workspace_->contracts(), resolver));
    NORMA_ASSIGN_OR_RETURN(const sql::Ir ir, built.plan.ToIr());
    return sql::Compile(ir);
  }

  static Result<sql::Schema> PlannedSchema(const engine::Query& query) {
    NORMA_ASSIGN_OR_RETURN(const nanoarrow::UniqueSchema schema, query.Schema());
    return engine::SchemaFromArrow(*schema.get());
  }

  static inline std::unique_ptr<TemporaryFolder> folder_;
  static inline std::unique_ptr<run::Workspace> workspace_;
};

TEST_P(RulesOverEmptyTables, AreAdmittedAndPassTheGateWithoutRows) {
  const rules::Rule& rule = *GetParam();
  const auto compiled = Compile(rule);
  ASSERT_THAT(compiled, IsOk());
  const auto planned = run::Admit(workspace_->session(), compiled.value());
  ASSERT_THAT(planned, IsOk());
  const contract::Contract* contract = workspace_->contracts().FindContract(rule.output);
  ASSERT_NE(contract, nullptr);
  const auto gated = contract::GateSql(compiled.value().sql, planned.value(), *contract);
  ASSERT_THAT(gated, IsOk());
  EXPECT_TRUE(gated.value().missing_columns.empty());
  EXPECT_TRUE(gated.value().dropped_columns.empty());
  EXPECT_TRUE(gated.value().cast_columns.empty());

  const auto query = workspace_->session().Plan(gated.value().sql, engine::Policy::kRule);
  ASSERT_THAT(query, IsOk());
  const auto schema = PlannedSchema(query.value());
  ASSERT_THAT(schema, IsOk());
  ASSERT_EQ(schema.value().columns.size(), contract->columns.size() + 1);
  EXPECT_EQ(schema.value().columns.back().name, contract::kFailuresColumn);
  EXPECT_EQ(schema.value().columns.back().type, sql::DataType::Utf8());

  auto stream = query.value().Run();
  ASSERT_THAT(stream, IsOk());
  const auto batches = stream.value().Collect();
  ASSERT_THAT(batches, IsOk());
  int64_t rows = 0;
  for (const auto& batch : batches.value()) {
    rows += batch->length;
  }
  EXPECT_EQ(rows, 0);
}

INSTANTIATE_TEST_SUITE_P(All, RulesOverEmptyTables,
                         testing::ValuesIn(rules::Catalogue().begin(), rules::Catalogue().end()),
                         [](const auto& test) { return std::string(test.param->name); });

}  // namespace
}  // namespace norma
