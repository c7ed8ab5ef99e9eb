#include "norma/cli/file_stream.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/support/matchers.h"

namespace norma::cli {
namespace {

using testing_support::IsErrorWith;
using testing_support::IsOk;

class OutputFileTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "norma-cli-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string Path(const char* name) const { return (folder_ / name).string(); }
  static std::string Content(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }
  size_t Entries() const {
    return static_cast<size_t>(std::distance(std::filesystem::directory_iterator(folder_), {}));
  }

  std::filesystem::path folder_;
};

TEST_F(OutputFileTest, AppearsWhenComplete) {
  const std::string path = Path("rows.csv");
  std::ofstream(path) << "old";
  auto file = OutputFile::Create(path);
  ASSERT_THAT(file, IsOk());
  {
    DescriptorBuffer buffer(file.value().descriptor());
    std::ostream out(&buffer);
    out << std::string(200'000, 'x') << "end";
    EXPECT_THAT(FlushOutput(out), IsOk());
  }
  EXPECT_EQ(Content(path), "old");
  EXPECT_THAT(file.value().Complete(), IsOk());
  EXPECT_EQ(Content(path), std::string(200'000, 'x') + "end");
  EXPECT_EQ(Entries(), 1);
}

TEST_F(OutputFileTest, LeavesNothingWhenItIsNotCompleted) {
  {
    auto file = OutputFile::Create(Path("rows.csv"));
    ASSERT_THAT(file, IsOk());
    EXPECT_EQ(Entries(), 1);
  }
  EXPECT_EQ(Entries(), 0);
}

TEST_F(OutputFileTest, SaysWhyItCannotBeMade) {
  EXPECT_THAT(OutputFile::Create(Path("no/rows.csv")),
              IsErrorWith(ErrorKind::kStorage, "No such file or directory"));
  EXPECT_THAT(OutputFile::Create(folder_.string()), IsErrorWith(ErrorKind::kStorage, "directory"));
}

TEST(DescriptorBuffer, RemembersThatTheDeviceIsFull) {
  const int descriptor = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(descriptor, 0);
  {
    DescriptorBuffer buffer(descriptor);
    std::ostream out(&buffer);
    out << "x";
    EXPECT_THAT(FlushOutput(out), IsErrorWith(ErrorKind::kStorage, "No space left on device"));
  }
  ::close(descriptor);
}

TEST(DescriptorBuffer, EndsQuietlyWhenTheReaderIsGone) {
  std::signal(SIGPIPE, SIG_IGN);
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  ::close(ends[0]);
  {
    DescriptorBuffer buffer(ends[1]);
    std::ostream out(&buffer);
    out << std::string(100'000, 'x');
    EXPECT_THAT(FlushOutput(out), IsOk());
    EXPECT_FALSE(out.good());
  }
  ::close(ends[1]);
}

}  // namespace
}  // namespace norma::cli
