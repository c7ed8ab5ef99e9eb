#include "norma/run/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/matchers.h"

namespace norma::run {
namespace {

using testing_support::IsOk;

InForce Machine() {
  return {.interpreter = {.executable = "/usr/bin/python3", .version = "3.13.0"},
          .jobs = 2,
          .memory_bytes = 1000};
}

/// "value (source)".
std::string Shown(const std::vector<Setting>& settings, std::string_view name) {
  const auto found = std::ranges::find(settings, name, &Setting::name);
  return found == settings.end() ? "none"
                                 : found->value.value_or("NULL") + " (" + found->source + ")";
}

TEST(SettingsOf, SaysWhoGaveEachValue) {
  RunOptions options{.repository = "r", .output = "o"};
  std::vector<Setting> settings = SettingsOf(options, Machine());
  EXPECT_EQ(Shown(settings, "repository"), "r (option)");
  EXPECT_EQ(Shown(settings, "jobs"), "2 (default)");
  EXPECT_EQ(Shown(settings, "memory"), "1000 (default)");
  EXPECT_EQ(Shown(settings, "python"), "/usr/bin/python3 (default)");
  EXPECT_EQ(Shown(settings, "strict"), "false (default)");

  options.jobs = 2;
  options.only = {"a", "b"};
  options.scip = {"a.scip", "b=b.scip"};
  options.labels = {{"team", "x"}};
  options.setting_sources = {
      {"jobs", "option"}, {"only", "variable"}, {"memory", "variable"}, {"label", "option"}};
  settings = SettingsOf(options, Machine());
  EXPECT_EQ(Shown(settings, "jobs"), "2 (option)");
  EXPECT_EQ(Shown(settings, "only"), "a,b (variable)");
  EXPECT_EQ(Shown(settings, "scip"), "a.scip,b=b.scip (default)");
  EXPECT_EQ(Shown(settings, "label.team"), "x (option)");
  EXPECT_EQ(Shown(settings, "memory"), "1000 (variable)");
}

TEST(EngineSettings, AreThoseOfTheSession) {
  const auto session = engine::Session::Open();
  ASSERT_THAT(session, IsOk());
  const auto settings = EngineSettings(session.value());
  ASSERT_THAT(settings, IsOk());
  EXPECT_GT(settings.value().size(), 50U);
  EXPECT_EQ(Shown(settings.value(), "datafusion.sql_parser.map_string_types_to_utf8view"),
            "false (engine)");
}

}  // namespace
}  // namespace norma::run
