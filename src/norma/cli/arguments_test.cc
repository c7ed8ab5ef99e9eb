#include "norma/cli/arguments.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "norma/cli/test_console.h"

namespace norma::cli {
namespace {

using testing::ElementsAre;

std::variant<Arguments, UsageError> Parse(std::string_view command,
                                          const std::vector<const char*>& args,
                                          std::map<std::string, std::string> variables = {}) {
  TestConsole console;
  console.variables = std::move(variables);
  return ParseArguments(*FindCommand(command), args, console.console());
}

Arguments MustParse(std::string_view command, const std::vector<const char*>& args,
                    std::map<std::string, std::string> variables = {}) {
  auto parsed = Parse(command, args, std::move(variables));
  if (const auto* error = std::get_if<UsageError>(&parsed)) {
    ADD_FAILURE() << error->message;
    return {};
  }
  return std::get<Arguments>(parsed);
}

std::string ErrorOf(std::string_view command, const std::vector<const char*>& args,
                    std::map<std::string, std::string> variables = {}) {
  auto parsed = Parse(command, args, std::move(variables));
  const auto* error = std::get_if<UsageError>(&parsed);
  return error == nullptr ? "no error" : error->message;
}

TEST(ParseArguments, ReadsEveryKindInAnyOrder) {
  const Arguments arguments =
      MustParse("run", {"--label", "a", "repo", "-j4", "--label=b", "-q", "--out", "facts"});
  EXPECT_THAT(arguments.positionals(), ElementsAre("repo"));
  EXPECT_THAT(arguments.Values("label"), ElementsAre("a", "b"));
  EXPECT_EQ(arguments.Value("jobs"), "4");
  EXPECT_EQ(arguments.Value("out"), "facts");
  EXPECT_TRUE(arguments.Has("quiet"));
  EXPECT_FALSE(arguments.Has("json"));
  EXPECT_EQ(arguments.Value("memory"), "");
}

TEST(ParseArguments, TakesWhatFollowsTwoDashesAsArguments) {
  const Arguments arguments =
      MustParse("query", {"--out", "facts", "--", "-- a comment\nSELECT 1"});
  EXPECT_THAT(arguments.positionals(), ElementsAre("-- a comment\nSELECT 1"));
}

TEST(ParseArguments, TakesADashAsStandardInput) {
  EXPECT_THAT(MustParse("query", {"-", "--out", "x"}).positionals(), ElementsAre("-"));
}

TEST(ParseArguments, TakesAbsentOptionsFromVariables) {
  const Arguments arguments = MustParse("run", {"repo", "--jobs", "2"},
                                        {{"NORMA_OUT", "facts"},
                                         {"NORMA_JOBS", "8"},
                                         {"NORMA_RUN_ID", "r"},
                                         {"NORMA_QUIET", "yes"},
                                         {"NORMA_STRICT", "0"},
                                         {"NORMA_JSON", "1"}});
  EXPECT_EQ(arguments.Value("out"), "facts");
  EXPECT_EQ(arguments.given().at("out").source, Arguments::Source::kVariable);
  EXPECT_EQ(arguments.Value("jobs"), "2");
  EXPECT_EQ(arguments.given().at("jobs").source, Arguments::Source::kOption);
  EXPECT_EQ(arguments.Value("run-id"), "r");
  EXPECT_TRUE(arguments.Has("quiet"));
  EXPECT_FALSE(arguments.Has("strict"));
  EXPECT_FALSE(arguments.Has("json")) << "--json has no variable";
}

TEST(ParseArguments, AsksForNothingElseWhenHelpIsWanted) {
  EXPECT_TRUE(MustParse("run", {"--help"}).Has("help"));
  EXPECT_TRUE(MustParse("run", {"-h", "--nonsense"}).Has("help"));
}

TEST(ParseArguments, SaysWhatIsWrong) {
  EXPECT_EQ(ErrorOf("run", {"r", "--ouput=x"}), "unknown option: --ouput (did you mean --out?)");
  EXPECT_EQ(ErrorOf("run", {"r", "-x"}), "unknown option: -x");
  EXPECT_EQ(ErrorOf("run", {"--out", "x"}), "argument is missing: REPO");
  EXPECT_EQ(ErrorOf("run", {"r"}), "option is missing: --out DIR");
  EXPECT_EQ(ErrorOf("run", {"r", "s", "--out", "x"}), "unexpected argument: s");
  EXPECT_EQ(ErrorOf("run", {"", "--out", "x"}), "argument is empty: REPO");
  EXPECT_EQ(ErrorOf("run", {"r", "--out"}), "option needs a value: --out");
  EXPECT_EQ(ErrorOf("run", {"r", "--out="}), "option needs a value: --out");
  EXPECT_EQ(ErrorOf("run", {"r", "--out", "a", "--out", "b"}), "option is given twice: --out");
  EXPECT_EQ(ErrorOf("run", {"r", "--out", "a"}, {{"NORMA_STRICT", "perhaps"}}),
            "variable NORMA_STRICT must be 1 or 0: perhaps");
}

TEST(ParseArguments, LetsTheLastArgumentRepeatWhereTheTableSaysSo) {
  EXPECT_THAT(MustParse("verify", {"a", "b", "c", "--out", "x"}).positionals(),
              ElementsAre("a", "b", "c"));
}

}  // namespace
}  // namespace norma::cli
