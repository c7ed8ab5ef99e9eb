#include "norma/extract/cpython/interpreter.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "norma/extract/cpython/testing.h"
#include "tests/support/matchers.h"

namespace norma::extract::cpython {
namespace {

using testing_support::IsError;
using testing_support::IsErrorWith;
using testing_support::IsOk;

/// A folder with one program in it.
class Folder {
 public:
  Folder(std::string_view name, std::string_view script) {
    static int number = 0;
    path_ = std::filesystem::path(testing::TempDir()) /
            ("norma_interpreter_" + std::to_string(++number));
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
    program_ = path_ / name;
    std::ofstream(program_) << script;
    std::filesystem::permissions(program_, std::filesystem::perms::owner_all);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string path() const { return path_.string(); }
  std::string program() const { return program_.string(); }

 private:
  std::filesystem::path path_;
  std::filesystem::path program_;
};

/// What an interpreter would answer, as a shell script.
std::string Answering(std::string_view implementation, std::string_view executable,
                      std::string_view version, std::string_view minor) {
  return "#!/bin/sh\nprintf '" + std::string(implementation) + "\\000" + std::string(executable) +
         "\\000" + std::string(version) + "\\000tag\\000" + "3\\000" + std::string(minor) +
         "\\000'\n";
}

TEST(FindInterpreter, TakesTheProgramBehindALauncher) {
  const Interpreter& real = Interpreters().front();
  const Folder launcher("python3.13", "#!/bin/sh\nexec '" + real.executable + "' \"$@\"\n");
  const auto found = FindInterpreter(std::nullopt, launcher.path());
  ASSERT_THAT(found, IsOk());
  EXPECT_EQ(found.value().version, real.version);
  EXPECT_NE(found.value().executable, launcher.program());
}

TEST(FindInterpreter, PassesOverWhatDoesNotWork) {
  const Folder broken("python3.14", "#!/bin/sh\nexit 127\n");
  const Interpreter& real = Interpreters().front();
  const Folder works("python3", "#!/bin/sh\nexec '" + real.executable + "' \"$@\"\n");
  const auto found = FindInterpreter(std::nullopt, broken.path() + ":" + works.path());
  ASSERT_THAT(found, IsOk());
  EXPECT_EQ(found.value().version, real.version);
}

TEST(FindInterpreter, SaysWhyNothingFits) {
  const Folder old("python3", Answering("cpython", "/bin/sh", "3.10.2", "10"));
  EXPECT_THAT(FindInterpreter(std::nullopt, old.path()),
              IsErrorWith(ErrorKind::kNotFound, "older than 3.11"));
  EXPECT_THAT(FindInterpreter(std::nullopt, ""), IsError(ErrorKind::kNotFound));
  EXPECT_THAT(FindInterpreter("no_such_python", "/usr/bin"), IsError(ErrorKind::kNotFound));
  EXPECT_THAT(FindInterpreter("/no/such/python", ""), IsError(ErrorKind::kNotFound));
}

TEST(FindInterpreter, RefusesAGivenProgramThatDoesNotFit) {
  const Folder old("python", Answering("cpython", "/bin/sh", "3.10.2", "10"));
  EXPECT_THAT(FindInterpreter(old.program(), ""),
              IsErrorWith(ErrorKind::kInvalidArgument, "older than 3.11"));
  const Folder foreign("python", Answering("pypy", "/bin/sh", "3.11.2", "11"));
  EXPECT_THAT(FindInterpreter(foreign.program(), ""),
              IsErrorWith(ErrorKind::kInvalidArgument, "no CPython"));
  const Folder silent("python", "#!/bin/sh\nexit 0\n");
  EXPECT_THAT(FindInterpreter(silent.program(), ""),
              IsErrorWith(ErrorKind::kInvalidArgument, "does not answer"));
  const Folder talks("python", "#!/bin/sh\necho hello\n");
  EXPECT_THAT(FindInterpreter(talks.program(), ""),
              IsErrorWith(ErrorKind::kInvalidArgument, "nonsense"));
}

TEST(FindInterpreter, NeverLooksIntoARelativeFolder) {
  EXPECT_THAT(FindInterpreter("sh", "bin:."), IsError(ErrorKind::kNotFound));
}

}  // namespace
}  // namespace norma::extract::cpython
