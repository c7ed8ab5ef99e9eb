#include "norma/cli/config_file.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "norma/cli/arguments.h"
#include "norma/cli/test_console.h"

namespace norma::cli {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// A file of its own for each test.
std::string FileWith(const std::string& content) {
  const auto* const test = testing::UnitTest::GetInstance()->current_test_info();
  std::string path = testing::TempDir() + "norma_" + test->name() + ".toml";
  std::ofstream(path) << content;
  return path;
}

std::string ErrorOf(const std::string& content) {
  const std::string path = FileWith(content);
  const auto read = ReadConfigFile(path);
  const auto* const error = std::get_if<std::string>(&read);
  if (error == nullptr) {
    return "no error";
  }
  const size_t place = error->find(path);
  return place == std::string::npos ? *error : error->substr(place + path.size());
}

TEST(ReadConfigFile, ReadsEveryForm) {
  const auto read = ReadConfigFile(FileWith(
      "out = 'facts'\njobs = 4\nstrict = true\nquiet = false\nonly = ['a', 'b']\nrun-id = 'r'\n"));
  const auto* settings = std::get_if<ConfigSettings>(&read);
  ASSERT_NE(settings, nullptr) << std::get<std::string>(read);
  EXPECT_THAT(settings->at("out"), ElementsAre("facts"));
  EXPECT_THAT(settings->at("jobs"), ElementsAre("4"));
  EXPECT_THAT(settings->at("strict"), ElementsAre("1"));
  EXPECT_THAT(settings->at("quiet"), IsEmpty());
  EXPECT_THAT(settings->at("only"), ElementsAre("a", "b"));
  EXPECT_THAT(settings->at("run-id"), ElementsAre("r"));
}

TEST(ReadConfigFile, SaysWhereItIsWrong) {
  EXPECT_EQ(ErrorOf("out = 'x'\njbos = 1\n"), ":2:1: unknown setting: jbos (did you mean jobs?)");
  EXPECT_EQ(ErrorOf("config = 'x'\n"), ":1:1: unknown setting: config");
  EXPECT_EQ(ErrorOf("json = true\n"), ":1:1: unknown setting: json");
  EXPECT_EQ(ErrorOf("strict = 'yes'\n"), ":1:10: setting must be true or false: strict");
  EXPECT_EQ(ErrorOf("jobs = [1]\n"), ":1:8: setting must be a text or a whole number: jobs");
  EXPECT_EQ(ErrorOf("out = ''\n"), ":1:7: setting must be a text or a whole number: out");
  EXPECT_EQ(ErrorOf("only = [true]\n"), ":1:8: setting must be a text or a list of texts: only");
  EXPECT_THAT(ErrorOf("out = \n"), testing::StartsWith(":1:7: "));
  EXPECT_EQ(std::get<std::string>(ReadConfigFile("no/such/file")),
            "cannot read the file of --config, No such file or directory: no/such/file");
  EXPECT_EQ(std::get<std::string>(ReadConfigFile("/")),
            "cannot read the file of --config, Is a directory: /");
}

TEST(ReadConfigFile, StandsBelowOptionsAndVariables) {
  const std::string path =
      FileWith("out = 'from file'\njobs = 1\nmemory = '1GiB'\nquiet = true\nlatest = true\n");
  TestConsole test;
  test.variables = {
      {"NORMA_CONFIG", path}, {"NORMA_JOBS", "2"}, {"NORMA_MEMORY", "2GiB"}, {"NORMA_QUIET", "0"}};
  const std::vector<const char*> args = {"repo", "--memory", "3GiB"};
  const auto parsed = ParseArguments(*FindCommand("run"), args, test.console());
  const auto* arguments = std::get_if<Arguments>(&parsed);
  ASSERT_NE(arguments, nullptr) << std::get<UsageError>(parsed).message;
  EXPECT_EQ(arguments->Value("out"), "from file");
  EXPECT_EQ(arguments->given().at("out").source, Arguments::Source::kFile);
  EXPECT_EQ(arguments->Value("jobs"), "2");
  EXPECT_EQ(arguments->Value("memory"), "3GiB");
  EXPECT_FALSE(arguments->Has("quiet"));
  EXPECT_FALSE(arguments->Has("latest")) << "an option of other commands";
}

}  // namespace
}  // namespace norma::cli
