#include "norma/contract/parse_contract.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "norma/contract/sample_contract_internal.h"
#include "tests/support/matchers.h"

namespace norma::contract {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::Pair;
using testing_support::IsError;
using testing_support::IsErrorWith;
using testing_support::IsOk;

Result<Contract> Parse(const json& ddl) { return ParseContract(ddl.dump(), "the text"); }

TEST(ParseContract, KeepsEverythingThatIsDeclared) {
  const auto parsed = Parse(SampleDdl());
  ASSERT_THAT(parsed, IsOk());
  const Contract& contract = parsed.value();
  EXPECT_EQ(contract.name, "facts_v1");
  EXPECT_EQ(contract.alias, "facts");
  EXPECT_EQ(contract.kind, ContractKind::kOutput);
  EXPECT_EQ(contract.location, "normalize/facts_v1");
  EXPECT_EQ(contract.comment, "one row per fact");
  EXPECT_EQ(contract.schema_version, 1);
  EXPECT_EQ(contract.coordinates, Coordinates::kBytes);
  EXPECT_EQ(contract.replace_by, ReplaceBy::kPath);
  EXPECT_THAT(contract.key, ElementsAre("fact_id"));
  EXPECT_THAT(contract.ids, ElementsAre("fact_id", "owner_id"));
  ASSERT_EQ(contract.not_null.size(), 2U);
  EXPECT_EQ(contract.not_null[1].ToString(), "names[].name");
  ASSERT_EQ(contract.values.size(), 1U);
  EXPECT_THAT(contract.values[0].words, ElementsAre("", "good", "bad"));
  ASSERT_EQ(contract.checks.size(), 1U);
  EXPECT_EQ(contract.checks[0].sql, "size >= 0");
  ASSERT_TRUE(contract.evidence.has_value());
  EXPECT_THAT(contract.evidence->weights, ElementsAre(Pair("bad", -0.1), Pair("good", 0.4)));
  EXPECT_EQ(contract.properties.at("delta.targetFileSize"), "67108864");
  EXPECT_EQ(contract.ddl, "the text");
  EXPECT_EQ(contract.ShortSchema(),
            "path s!, span struct<bstart i64, bend i64, ok b, start struct<line i32, col i32>>!, "
            "fact_id s!, owner_id s, kind s!, size i64, names list<struct<name s, source s>>!, "
            "attrs map!");
  EXPECT_EQ(contract.columns[0].comment, "what path is");
  EXPECT_THAT(contract.Schema().unique_keys, ElementsAre(ElementsAre("fact_id")));
}

TEST(ParseContract, AppendsTheKeyToTheOrder) {
  const auto parsed = Parse(SampleDdl());
  ASSERT_THAT(parsed, IsOk());
  std::vector<std::string> order;
  for (const ColumnPath& path : parsed.value().sort) {
    order.push_back(path.ToString());
  }
  EXPECT_THAT(order, ElementsAre("path", "span.bstart", "fact_id"));
}

TEST(ParseContract, FingerprintsTheSchemaAndHashesTheText) {
  json commented = SampleDdl();
  commented["columns"][0]["comment"] = "other words";
  json wider = SampleDdl();
  wider["columns"][5]["nullable"] = false;
  const Contract one = ParseContract(SampleDdl().dump(), "text").value();
  const Contract two = ParseContract(commented.dump(), "text, other words").value();
  const Contract three = ParseContract(wider.dump(), "text").value();
  EXPECT_EQ(one.fingerprint, two.fingerprint);
  EXPECT_NE(one.ddl_hash, two.ddl_hash);
  EXPECT_NE(one.fingerprint, three.fingerprint);
  EXPECT_EQ(one.fingerprint.size(), std::string("contract1:").size() + 64);
}

struct Refusal {
  std::string label;
  std::function<void(json&)> change;
  std::string says;
};

std::function<void(json&)> Option(std::string key, json value) {
  return
      [key = std::move(key), value = std::move(value)](json& ddl) { SetOption(ddl, key, value); };
}

std::function<void(json&)> Member(std::string key, json value) {
  return [key = std::move(key), value = std::move(value)](json& ddl) { ddl[key] = value; };
}

std::function<void(json&)> Column(size_t index, std::string key, json value) {
  return [index, key = std::move(key), value = std::move(value)](json& ddl) {
    ddl["columns"][index][key] = value;
  };
}

class ContractRefusals : public testing::TestWithParam<Refusal> {};

TEST_P(ContractRefusals, NameTableAndFault) {
  json ddl = SampleDdl();
  GetParam().change(ddl);
  const auto parsed = Parse(ddl);
  EXPECT_THAT(parsed, IsErrorWith(ErrorKind::kInvalidArgument, GetParam().says));
  if (!parsed.ok()) {
    EXPECT_TRUE(parsed.error().message.starts_with("contract ")) << parsed.error().message;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Statement, ContractRefusals,
    testing::Values(
        Refusal{"name", Member("name", "Facts_v1"), "a table's name"},
        Refusal{"name_without_version", Member("name", "facts"), "end in its version"},
        Refusal{"format", Member("stored_as", "PARQUET"), "STORED AS DELTATABLE"},
        Refusal{"if_not_exists", Member("if_not_exists", true), "IF NOT EXISTS"},
        Refusal{"partitions", Member("partitioned_by", json::array({"path"})), "partitioned"},
        Refusal{"no_columns", Member("columns", json::array()), "must have columns"},
        Refusal{"no_key", Member("constraints", json::array()), "primary key"},
        Refusal{"unique_constraint",
                [](json& ddl) { ddl["constraints"].push_back({{"kind", "unique"}}); },
                "primary key"},
        Refusal{"key_column",
                [](json& ddl) { ddl["constraints"][0]["columns"] = json::array({"nope"}); },
                "nope"},
        Refusal{"key_nullable",
                [](json& ddl) { ddl["constraints"][0]["columns"] = json::array({"owner_id"}); },
                "must be NOT NULL"},
        Refusal{"key_twice",
                [](json& ddl) {
                  ddl["constraints"][0]["columns"] = json::array({"fact_id", "fact_id"});
                },
                "twice"},
        Refusal{"key_struct",
                [](json& ddl) { ddl["constraints"][0]["columns"] = json::array({"span"}); },
                "text or a whole number"},
        Refusal{"column_name", Column(0, "name", "Path"), "a column's name"},
        Refusal{"column_of_norma", Column(0, "name", "norma_failures"), "norma's own"},
        Refusal{"column_twice", Column(0, "name", "kind"), "twice"},
        Refusal{"column_type", Column(0, "type", "TIMESTAMP"), "column path: not a type"},
        Refusal{"column_default", Column(0, "default", "'x'"), "default"}),
    [](const auto& test) { return test.param.label; });

INSTANTIATE_TEST_SUITE_P(
    Location, ContractRefusals,
    testing::Values(
        Refusal{"absolute", Member("location", "/normalize/facts_v1"), "the location must be"},
        Refusal{"upwards", Member("location", "normalize/../facts_v1"), "the location must be"},
        Refusal{"encoded", Member("location", "normalize/%2e%2e/facts_v1"), "the location must be"},
        Refusal{"nul", Member("location", std::string("normalize/facts_v1\0x", 20)),
                "the location must be"},
        Refusal{"address", Member("location", "file:///normalize/facts_v1"),
                "the location must be"},
        Refusal{"backslash", Member("location", "normalize\\facts_v1"), "the location must be"},
        Refusal{"empty", Member("location", ""), "the location must be"},
        Refusal{"other_folder", Member("location", "evidence/facts_v1"), "the location must be"}),
    [](const auto& test) { return test.param.label; });

INSTANTIATE_TEST_SUITE_P(
    Options, ContractRefusals,
    testing::Values(
        Refusal{"unknown", Option("norma.sorted", "path"), "option norma.sorted: unknown option"},
        Refusal{"foreign", Option("format.x", "1"), "unknown option"},
        Refusal{"prefix_alone", Option("norma.values.", "a"), "unknown option"},
        Refusal{"twice", [](json& ddl) { ddl["options"].push_back({"norma.kind", "output"}); },
                "given twice"},
        Refusal{"no_kind", Option("norma.kind", nullptr), "norma.kind"},
        Refusal{"kind", Option("norma.kind", "facts"), "facts"},
        Refusal{"no_version", Option("norma.schema_version", nullptr), "norma.schema_version"},
        Refusal{"version", Option("norma.schema_version", "0"), "positive"},
        Refusal{"no_comment", Option("norma.comment", nullptr), "norma.comment"},
        Refusal{"alias", Option("norma.alias", "a b"), "alias"},
        Refusal{"no_sort", Option("norma.sort", nullptr), "norma.sort"},
        Refusal{"sort_path", Option("norma.sort", "path, span.nope"), "span.nope"},
        Refusal{"sort_struct", Option("norma.sort", "span"), "single values"},
        Refusal{"sort_twice", Option("norma.sort", "path, path"), "twice"},
        Refusal{"no_coordinates", Option("norma.coordinates", nullptr), "norma.coordinates"},
        Refusal{"coordinates", Option("norma.coordinates", "lines"), "lines"},
        Refusal{"no_replace_by", Option("norma.replace_by", nullptr), "norma.replace_by"},
        Refusal{"replace_by_path", Column(0, "nullable", true), "replace_by path"},
        Refusal{"not_null_column", Option("norma.not_null", "size"), "at the column itself"},
        Refusal{"not_null_place", Option("norma.not_null", "span.okay"), "span.okay"},
        Refusal{"ids", Option("norma.ids", "size"), "text column: size"},
        Refusal{"values", Option("norma.values.size", "1, 2"), "text column: size"},
        Refusal{"values_twice", Option("norma.values.kind", "a, a"), "twice"},
        Refusal{"values_empty", Option("norma.values.kind", "a, , b"), "empty item"},
        Refusal{"check", Option("norma.check.size", "size > 0 -- x"), "comment"},
        Refusal{"check_name", Option("norma.check.Size", "size > 0"), "name of a check"},
        Refusal{"reference", Option("norma.reference.owner_id", "facts_v1"), "table.column"},
        Refusal{"dedupe_alone", Option("norma.dedupe", "keep_first"), "given together"},
        Refusal{"dedupe_order_alone", Option("norma.dedupe.order", "path"), "given together"},
        Refusal{"dedupe_order_not_total",
                [](json& ddl) {
                  SetOption(ddl, "norma.dedupe", "keep_first");
                  SetOption(ddl, "norma.dedupe.order", "path, kind");
                },
                "not total"},
        Refusal{"on_error", Option("norma.on_error", "ignore"), "ignore"},
        Refusal{"text", Option("norma.text", "cut:x"), "positive"},
        Refusal{"evidence_item", Option("norma.evidence.rank", "1"), "unknown option"},
        Refusal{"evidence_column", Option("norma.evidence.role", "column:nope"), "nope"},
        Refusal{"evidence_missing", Option("norma.evidence.family", nullptr), "evidence.family"},
        Refusal{"evidence_off", Option("norma.evidence.emit", "false"),
                "without norma.evidence.emit"},
        Refusal{"confidence", Option("norma.evidence.confidence", "1.5"), "between 0 and 1"}),
    [](const auto& test) { return test.param.label; });

INSTANTIATE_TEST_SUITE_P(
    DeltaOptions, ContractRefusals,
    testing::Values(
        Refusal{"spelling", Option("delta.targetfilesize", "1"),
                "did you mean delta.targetFileSize?"},
        Refusal{"unknown", Option("delta.isolationLevel", "x"), "unknown option"},
        Refusal{"number", Option("delta.targetFileSize", "64 MiB"), "64 MiB"},
        Refusal{"interval", Option("delta.logRetentionDuration", "30 days"), "30 days"},
        Refusal{"feature_off", Option("delta.enableChangeDataFeed", "false"), "false"},
        Refusal{"statistics_missing", Option("delta.dataSkippingStatsColumns", nullptr),
                "must give"},
        Refusal{"statistics_column", Option("delta.dataSkippingStatsColumns", "nope"), "nope"},
        Refusal{"statistics_struct", Option("delta.dataSkippingStatsColumns", "span"),
                "single values"},
        Refusal{"transactions", Option("delta.setTransactionRetentionDuration", "interval 1 days"),
                "forget which runs"},
        Refusal{"deletion_vectors", Option("delta.enableDeletionVectors", "true"), "reader"},
        Refusal{"column_mapping", Option("delta.columnMapping.mode", "name"), "reader"},
        Refusal{"checkpoint_policy", Option("delta.checkpointPolicy", "v2"), "reader"},
        Refusal{"constraints", Option("delta.constraints.x", "a > 0"), "reader"}),
    [](const auto& test) { return test.param.label; });

TEST(ParseContract, TakesTotalDedupeOrders) {
  json ddl = SampleDdl();
  SetOption(ddl, "norma.dedupe", "keep_first");
  SetOption(ddl, "norma.dedupe.order", "path");
  ddl["columns"] = json::array({ddl["columns"][0], ddl["columns"][2]});
  for (const char* key : {"norma.not_null", "norma.values.kind", "norma.check.size"}) {
    SetOption(ddl, key, nullptr);
  }
  SetOption(ddl, "norma.sort", "path");
  SetOption(ddl, "norma.ids", "fact_id");
  SetOption(ddl, "norma.evidence.source", "cst");
  SetOption(ddl, "delta.dataSkippingStatsColumns", "path");
  EXPECT_THAT(Parse(ddl), IsOk());
}

TEST(ParseContract, KnowsControlAndEvidenceTables) {
  json control = SampleDdl();
  SetOption(control, "norma.kind", "control");
  control["location"] = "control/facts_v1";
  EXPECT_THAT(Parse(control), IsErrorWith(ErrorKind::kInvalidArgument, "never replaced"));
  SetOption(control, "norma.replace_by", nullptr);
  ASSERT_THAT(Parse(control), IsOk());
  EXPECT_EQ(Parse(control).value().replace_by, ReplaceBy::kNone);

  json evidence = SampleDdl();
  SetOption(evidence, "norma.kind", "evidence");
  evidence["location"] = "evidence/facts_v1";
  EXPECT_THAT(Parse(evidence),
              IsErrorWith(ErrorKind::kInvalidArgument, "must not end in a version"));
  evidence["name"] = "facts_seen";
  evidence["location"] = "evidence/facts_seen";
  EXPECT_THAT(Parse(evidence), IsOk());
}

TEST(ParseContract, RefusesWhatIsNoParsedDdl) {
  for (const std::string text : {"", "[]", "{}", "{\"name\": 1}", "null"}) {
    EXPECT_THAT(ParseContract(text, ""), IsError(ErrorKind::kCorruptData)) << text;
  }
  json ddl = SampleDdl();
  ddl["options"].push_back("norma.kind");
  EXPECT_THAT(Parse(ddl), IsError(ErrorKind::kCorruptData));
  ddl = SampleDdl();
  ddl["columns"][0].erase("type");
  EXPECT_THAT(Parse(ddl), IsError(ErrorKind::kCorruptData));
}

}  // namespace
}  // namespace norma::contract
