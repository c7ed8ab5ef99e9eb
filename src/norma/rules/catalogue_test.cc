#include "norma/rules/catalogue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace norma::rules {
namespace {

std::set<std::string_view> ContractNames() {
  std::set<std::string_view> names;
  for (const EmbeddedContract& contract : EmbeddedContracts()) {
    names.insert(contract.name);
  }
  return names;
}

TEST(EmbeddedContracts, AreThereOnceAndSayTheirName) {
  EXPECT_EQ(ContractNames().size(), EmbeddedContracts().size());
  for (const EmbeddedContract& contract : EmbeddedContracts()) {
    const std::string statement = "\nCREATE EXTERNAL TABLE " + std::string(contract.name) + " (\n";
    EXPECT_NE(contract.ddl.find(statement), std::string_view::npos) << contract.name;
  }
}

TEST(Catalogue, HasAContractForEveryTableThatItNames) {
  const std::set<std::string_view> contracts = ContractNames();
  for (const Rule* rule : Catalogue()) {
    EXPECT_TRUE(contracts.contains(rule->output)) << rule->output;
    for (const auto names : {rule->inputs, rule->optional_inputs}) {
      for (const std::string_view name : names) {
        EXPECT_TRUE(contracts.contains(name)) << rule->name << ": " << name;
      }
    }
  }
}

TEST(Catalogue, ListsRulesAfterTheOnesTheyRead) {
  std::set<std::string_view> outputs;
  for (const Rule* rule : Catalogue()) {
    outputs.insert(rule->output);
  }
  EXPECT_EQ(outputs.size(), Catalogue().size());
  std::set<std::string_view> made;
  for (const Rule* rule : Catalogue()) {
    for (const auto names : {rule->inputs, rule->optional_inputs}) {
      for (const std::string_view name : names) {
        EXPECT_TRUE(!outputs.contains(name) || made.contains(name)) << rule->name << ": " << name;
      }
    }
    made.insert(rule->output);
  }
}

// The rule's inputs are written down; the contracts decide.
TEST(NormalizeEvidence, ReadsEveryOutputThatEmits) {
  std::set<std::string_view> emitting;
  for (const EmbeddedContract& contract : EmbeddedContracts()) {
    if (contract.ddl.find("'norma.evidence.emit'") != std::string_view::npos) {
      emitting.insert(contract.name);
    }
  }
  const auto inputs = FindRule("normalize_evidence")->optional_inputs;
  EXPECT_EQ(std::set<std::string_view>(inputs.begin(), inputs.end()), emitting);
}

TEST(FindRule, FindsByName) {
  for (const Rule* rule : Catalogue()) {
    EXPECT_EQ(FindRule(rule->name), rule);
  }
  EXPECT_EQ(FindRule("no_such_rule"), nullptr);
}

}  // namespace
}  // namespace norma::rules
