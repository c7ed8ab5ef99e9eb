#include "norma/run/run_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "norma/expr/functions.h"
#include "norma/run/rule_test_support.h"
#include "tests/support/matchers.h"

namespace norma::run {
namespace {

using diagnostics::EventCode;
using expr::Table;
using norma::testing_support::IsErrorWith;
using norma::testing_support::IsOk;
using testing::ElementsAre;
using testing::IsEmpty;
using testing_support::MakeRule;
using testing_support::Plain;

constexpr std::array<std::string_view, 1> kReadsOutput = {"out_v1"};

/// Rules are functions, so what the tests tell them and learn of them lies here.
struct Signals {
  std::atomic<int64_t> done;  ///< rules that RunRules has behind it
  std::atomic<int> begun;     ///< calls of a rule that counts them
  std::stop_source stop;
};
Signals& TheSignals() {
  static Signals signals;
  return signals;
}

/// Waits for another thread, but not for ever.
template <typename Condition>
bool Await(const Condition& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!condition() && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::yield();
  }
  return condition();
}

Result<Table> Names(const rules::RuleInputs& inputs) {
  NORMA_ASSIGN_OR_RETURN(const Table facts, inputs.Get("facts"));
  return facts.Select({{"name", facts["path"]}});
}

class RunRulesTest : public testing_support::RuleTest {
 protected:
  void SetUp() override {
    RuleTest::SetUp();
    TheSignals().done = 0;
    TheSignals().begun = 0;
    TheSignals().stop = std::stop_source();
  }

  /// A rule that makes `more_v1`.
  static rules::Rule OtherRule(Result<Table> (*build)(const rules::RuleInputs&)) {
    rules::Rule rule = MakeRule(build);
    rule.name = "other_rule";
    rule.output = "more_v1";
    return rule;
  }

  Status Run(const std::vector<const rules::Rule*>& rules, int at_once) {
    RuleStage stage(*workspace_, {.run_id = "test", .run_number = 1});
    const auto receive = [&](const RuleResult& result) {
      ran_.push_back(result.rule + " " + result.step);
    };
    return RunRules(stage, rules, at_once, events_, receive, TheSignals().done,
                    TheSignals().stop.get_token());
  }

  std::vector<EventCode> Codes() const {
    std::vector<EventCode> codes;
    for (const diagnostics::Event& event : events_.Events()) {
      codes.push_back(event.code);
    }
    return codes;
  }

  std::vector<std::string> ran_;
  RunEvents events_{SystemClock()};
};

class RunRulesAtOnce : public RunRulesTest, public testing::WithParamInterface<int> {};
INSTANTIATE_TEST_SUITE_P(Rules, RunRulesAtOnce, testing::Values(1, 2, 7),
                         testing::PrintToStringParamName());

TEST_P(RunRulesAtOnce, AFailureCostsTheRuleAndItsReaders) {
  WriteFacts({{.path = "a.py"}, {.path = "b.py"}});
  const rules::Rule fails = MakeRule([](const rules::RuleInputs& inputs) -> Result<Table> {
    NORMA_ASSIGN_OR_RETURN(const Table plain, Plain(inputs));
    return plain.Mutate({{"name", expr::Lit("the same for all")}});
  });
  rules::Rule reads = OtherRule(&Plain);
  reads.name = "reader";
  reads.inputs = {};
  reads.optional_inputs = kReadsOutput;
  const rules::Rule stands_alone = OtherRule(&Names);
  EXPECT_THAT(Run({&fails, &reads, &stands_alone}, GetParam()),
              IsErrorWith(ErrorKind::kContractViolation, "rule test_rule: "));
  EXPECT_THAT(ran_, ElementsAre("test_rule write", "other_rule done"));
  EXPECT_EQ(TheSignals().done, 3);
  EXPECT_THAT(Codes(), ElementsAre(EventCode::kRuleFailed, EventCode::kRuleSkipped));
  EXPECT_EQ(events_.Events()[0].attrs.at("step"), "write");
  EXPECT_EQ(events_.Events()[1].subject, "reader");
  EXPECT_EQ(events_.Events()[1].attrs.at("input"), "out_v1");
}

TEST_P(RunRulesAtOnce, RowsThatAreSetAsideAreAnEvent) {
  WriteFacts({{.path = "a.py", .kind = "other"}});
  const rules::Rule rule = MakeRule(&Plain);
  ASSERT_THAT(Run({&rule}, GetParam()), IsOk());
  EXPECT_THAT(Codes(), ElementsAre(EventCode::kRowsDiverted));
  EXPECT_EQ(events_.Events()[0].attrs.at("rows"), "1");
}

TEST_P(RunRulesAtOnce, NothingRunsAfterAStop) {
  TheSignals().stop.request_stop();
  const rules::Rule rule = MakeRule(&Plain);
  EXPECT_THAT(Run({&rule}, GetParam()), IsErrorWith(ErrorKind::kCancelled, "stopped"));
  EXPECT_THAT(ran_, IsEmpty());
}

TEST_P(RunRulesAtOnce, AStopEndsTheRuleThatRuns) {
  WriteFacts({{.path = "a.py"}});
  const rules::Rule stops = MakeRule([](const rules::RuleInputs& inputs) {
    TheSignals().stop.request_stop();
    return Plain(inputs);
  });
  EXPECT_THAT(Run({&stops}, GetParam()), IsErrorWith(ErrorKind::kCancelled, "stopped"));
  EXPECT_THAT(Output(), IsEmpty());
  EXPECT_THAT(ran_, IsEmpty());
  EXPECT_THAT(Codes(), IsEmpty());
}

TEST_P(RunRulesAtOnce, NoRuleIsBegunAfterAnUnknownCommit) {
  const rules::Rule unknown = MakeRule([](const rules::RuleInputs&) -> Result<Table> {
    return Error{ErrorKind::kCommitUnknown, "nobody knows"};
  });
  rules::Rule reads = OtherRule(&Names);
  reads.inputs = kReadsOutput;
  EXPECT_THAT(Run({&unknown, &reads}, GetParam()),
              IsErrorWith(ErrorKind::kCommitUnknown, "nobody knows"));
  EXPECT_THAT(ran_, ElementsAre("test_rule build"));
  EXPECT_THAT(Codes(), ElementsAre(EventCode::kRuleFailed));
}

TEST_F(RunRulesTest, RecordsInTheOrderOfTheRules) {
  WriteFacts({{.path = "a.py"}});
  // The first rule ends after the second, so the two run side by side.
  const rules::Rule slow = MakeRule([](const rules::RuleInputs& inputs) {
    EXPECT_TRUE(Await([] { return TheSignals().done == 1; }));
    return Plain(inputs);
  });
  const rules::Rule fast = OtherRule([](const rules::RuleInputs& inputs) -> Result<Table> {
    NORMA_ASSIGN_OR_RETURN(const Table names, Names(inputs));
    return names.Mutate({{"more", expr::Lit("x")}});
  });
  EXPECT_THAT(Run({&slow, &fast}, 2), IsOk());
  EXPECT_THAT(ran_, ElementsAre("test_rule done", "other_rule done"));
  EXPECT_THAT(Codes(), ElementsAre(EventCode::kColumnsDropped));
}

TEST_F(RunRulesTest, ARuleWithoutMemoryRunsOnceMoreAlone) {
  WriteFacts({{.path = "a.py"}});
  const rules::Rule needs_all = MakeRule([](const rules::RuleInputs& inputs) -> Result<Table> {
    if (TheSignals().begun++ == 0) {
      return Error{ErrorKind::kLimitExceeded, "no memory"};
    }
    EXPECT_EQ(TheSignals().done, 1);
    return Plain(inputs);
  });
  const rules::Rule other = OtherRule([](const rules::RuleInputs& inputs) {
    EXPECT_TRUE(Await([] { return TheSignals().begun == 1; }));
    return Names(inputs);
  });
  EXPECT_THAT(Run({&needs_all, &other}, 2), IsOk());
  EXPECT_THAT(ran_, ElementsAre("test_rule done", "other_rule done"));
  EXPECT_THAT(Codes(), IsEmpty());
}

TEST_F(RunRulesTest, ARuleThatFindsNoMemoryAloneFails) {
  const rules::Rule rule = MakeRule([](const rules::RuleInputs&) -> Result<Table> {
    ++TheSignals().begun;
    return Error{ErrorKind::kLimitExceeded, "no memory"};
  });
  EXPECT_THAT(Run({&rule}, 2), IsErrorWith(ErrorKind::kLimitExceeded, "no memory"));
  EXPECT_EQ(TheSignals().begun, 1);
  EXPECT_THAT(ran_, ElementsAre("test_rule build"));
}

}  // namespace
}  // namespace norma::run
