#include "norma/run/rule_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string_view>

namespace norma::run {
namespace {

constexpr std::array<std::string_view, 1> kEvidence = {"facts"};
constexpr std::array<std::string_view, 1> kA = {"a"};
constexpr std::array<std::string_view, 2> kAAndB = {"a", "b"};

constexpr rules::Rule kMakesA = {.name = "a", .output = "a", .inputs = kEvidence};
constexpr rules::Rule kMakesB = {.name = "b", .output = "b", .inputs = kEvidence};
constexpr rules::Rule kReadsA = {.name = "c", .output = "c", .inputs = kA};
constexpr rules::Rule kReadsBoth = {.name = "d", .output = "d", .optional_inputs = kAAndB};

constexpr std::array<const rules::Rule*, 4> kRules = {&kMakesA, &kMakesB, &kReadsA, &kReadsBoth};

/// The turn that the queue gives without waiting; the test hangs if there is none.
RuleQueue::Turn Take(RuleQueue& queue) {
  const auto turn = queue.Next();
  EXPECT_TRUE(turn.has_value());
  return turn.value_or(RuleQueue::Turn{});
}

TEST(RuleQueue, GivesARuleWhenItsInputsAreMade) {
  RuleQueue queue(kRules);
  const RuleQueue::Turn a = Take(queue);
  const RuleQueue::Turn b = Take(queue);
  EXPECT_EQ(a.index, 0U);
  EXPECT_EQ(b.index, 1U);
  queue.Finish(a, /*is_made=*/true);
  const RuleQueue::Turn c = Take(queue);
  EXPECT_EQ(c.index, 2U);
  queue.Finish(b, /*is_made=*/true);
  const RuleQueue::Turn d = Take(queue);
  EXPECT_EQ(d.index, 3U);
  EXPECT_FALSE(d.is_alone);
  EXPECT_FALSE(queue.Next().has_value());
}

TEST(RuleQueue, SaysWhichInputFailed) {
  RuleQueue queue(kRules);
  queue.Finish(Take(queue), /*is_made=*/true);
  queue.Finish(Take(queue), /*is_made=*/false);
  EXPECT_EQ(Take(queue).failed_input, "");
  EXPECT_EQ(Take(queue).failed_input, "b");
}

TEST(RuleQueue, APostponedRuleRunsAlone) {
  RuleQueue queue(kRules);
  const RuleQueue::Turn a = Take(queue);
  const RuleQueue::Turn b = Take(queue);
  queue.Postpone(a);
  queue.Finish(b, /*is_made=*/true);
  const RuleQueue::Turn again = Take(queue);
  EXPECT_EQ(again.index, 0U);
  EXPECT_TRUE(again.is_alone);
  queue.Finish(again, /*is_made=*/true);
  EXPECT_EQ(Take(queue).index, 2U);
  EXPECT_EQ(Take(queue).index, 3U);
}

TEST(RuleQueue, GivesNothingAfterItWasCleared) {
  RuleQueue queue(kRules);
  const RuleQueue::Turn a = Take(queue);
  queue.Clear();
  EXPECT_FALSE(queue.Next().has_value());
  queue.Finish(a, /*is_made=*/true);
  EXPECT_FALSE(queue.Next().has_value());
}

}  // namespace
}  // namespace norma::run
