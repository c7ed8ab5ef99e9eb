#include "norma/cli/run_options.h"

#include <gmock/gmock.h>

#include "norma/cli/test_console.h"

namespace norma::cli {
namespace {

using testing::ElementsAre;
using testing::Pair;

std::variant<run::RunOptions, UsageError> Read(std::vector<const char*> args) {
  TestConsole console;
  console.variables["NORMA_MEMORY"] = "3GiB";
  args.insert(args.begin(), {"repo", "--out", "facts"});
  const auto parsed = ParseArguments(*FindCommand("run"), args, console.console());
  if (const auto* error = std::get_if<UsageError>(&parsed)) {
    return *error;
  }
  return ReadRunOptions(std::get<Arguments>(parsed));
}

TEST(ReadRunOptions, FillsEveryField) {
  const auto read = Read({"--jobs", "3", "--only", "a,b,,a", "--only", "c", "--run-id", "r:1",
                          "--label", "k=v=w", "--label", "e=", "--strict", "--python", "p",
                          "--scip", "a.scip", "--scip", "b=b.scip"});
  const auto* options = std::get_if<run::RunOptions>(&read);
  ASSERT_NE(options, nullptr) << std::get<UsageError>(read).message;
  EXPECT_EQ(options->repository, "repo");
  EXPECT_EQ(options->output, "facts");
  EXPECT_EQ(options->jobs, 3);
  EXPECT_EQ(options->memory_bytes, int64_t{3} << 30);
  EXPECT_THAT(options->only, ElementsAre("a", "b", "c"));
  EXPECT_THAT(options->pythons, ElementsAre("p"));
  EXPECT_THAT(options->scip, ElementsAre("a.scip", "b=b.scip"));
  EXPECT_EQ(options->run_id, "r:1");
  EXPECT_THAT(options->labels, ElementsAre(Pair("e", ""), Pair("k", "v=w")));
  EXPECT_TRUE(options->strict);
  EXPECT_EQ(options->setting_sources.at("jobs"), "option");
  EXPECT_EQ(options->setting_sources.at("memory"), "variable");
  EXPECT_FALSE(options->setting_sources.contains("latest"));
}

TEST(ReadRunOptions, SaysWhatIsWrong) {
  const auto error = [](std::vector<const char*> args) {
    const auto read = Read(std::move(args));
    const auto* found = std::get_if<UsageError>(&read);
    return found == nullptr ? std::string("no error") : found->message;
  };
  EXPECT_EQ(error({"--jobs", "257"}), "--jobs must be a number from 1 to 256: 257");
  EXPECT_EQ(error({"--jobs", "2x"}), "--jobs must be a number from 1 to 256: 2x");
  EXPECT_EQ(error({"--memory", "lots"}), "--memory must be a size such as 2GiB: lots");
  EXPECT_EQ(error({"--memory", "1MiB"}), "--memory must be at least 256 MiB: 1MiB");
  EXPECT_EQ(error({"--only", ","}), "option needs a table: --only");
  EXPECT_EQ(error({"--label", "=v"}), "--label must be KEY=VALUE: =v");
  EXPECT_EQ(error({"--label", "k=1", "--label", "k=2"}), "label is given twice: k");
}

}  // namespace
}  // namespace norma::cli
