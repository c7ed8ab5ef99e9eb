#include "norma/cli/help.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

namespace norma::cli {
namespace {

using testing::HasSubstr;

std::string PathOf(const CommandSpec& command) {
  return "docs/commands/" + std::string(command.name) + ".md";
}

// Run with NORMA_UPDATE_DOCS=1 to print the pages anew.
TEST(CommandPage, IsWhatLiesInDocs) {
  for (const CommandSpec& command : Commands()) {
    if (std::getenv("NORMA_UPDATE_DOCS") != nullptr) {
      std::ofstream(PathOf(command)) << CommandPage(command);
    }
    std::ostringstream stored;
    stored << std::ifstream(PathOf(command)).rdbuf();
    EXPECT_EQ(stored.str(), CommandPage(command)) << PathOf(command);
  }
}

TEST(CommandHelp, ShowsWhatATableHolds) {
  const std::string help = CommandHelp(*FindCommand("run"));
  for (const char* part :
       {"Usage: norma run REPO --out DIR [options]", "  -j, --jobs N", "      --memory SIZE",
        "(default: 2GiB)", "(required)", "\nExamples:\n"}) {
    EXPECT_THAT(help, HasSubstr(part));
  }
}

TEST(CommandHelp, FitsAHundredColumns) {
  for (const CommandSpec& command : Commands()) {
    std::istringstream help(CommandHelp(command));
    for (std::string line; std::getline(help, line);) {
      EXPECT_LE(line.size(), 100) << line;
    }
  }
}

TEST(ArgumentTables, AreComplete) {
  for (const CommandSpec& command : Commands()) {
    SCOPED_TRACE(command.name);
    EXPECT_THAT(OverviewHelp(), HasSubstr(std::string(command.summary)));
    EXPECT_EQ(command.summary.back(), '.');
    EXPECT_EQ(command.examples.size(), 2);
    std::set<std::string_view> names;
    std::set<char> shorts;
    for (const OptionSpec& option : command.options) {
      EXPECT_TRUE(names.insert(option.name).second) << option.name;
      EXPECT_TRUE(option.short_name == '\0' || shorts.insert(option.short_name).second);
      EXPECT_EQ(option.value_name.empty(), option.kind == OptionKind::kFlag) << option.name;
      EXPECT_FALSE(option.help.empty() || option.help.ends_with('.')) << option.name;
      EXPECT_FALSE(option.group.empty()) << option.name;
    }
    EXPECT_TRUE(names.contains("help"));
  }
}

}  // namespace
}  // namespace norma::cli
