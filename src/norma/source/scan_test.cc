#include "norma/source/scan.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nanoarrow/nanoarrow.hpp>
#include <string>
#include <vector>

#include "norma/base/hash.h"
#include "norma/base/id.h"
#include "norma/source/module_names.h"
#include "tests/support/matchers.h"

namespace norma::source {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing_support::IsError;
using testing_support::IsOk;

class ScanTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "norma_scan_XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
  }
  void TearDown() override {
    std::error_code error;
    fs::remove_all(root_, error);
  }

  void Write(const std::string& path, const std::string& bytes = "") {
    fs::create_directories((fs::path(root_) / path).parent_path());
    std::ofstream(root_ + "/" + path, std::ios::binary) << bytes;
  }

  ScanResult MustScan(ScanOptions options = {}) {
    options.root = root_;
    auto result = Scan(options);
    EXPECT_THAT(result, IsOk());
    return result.ok() ? std::move(result).value() : ScanResult();
  }

  int Git(const std::string& arguments) {
    return std::system(("git -C '" + root_ + "' " + arguments + " >/dev/null 2>&1").c_str());
  }

  std::string root_;
};

std::vector<std::string> Paths(const ScanResult& result) {
  std::vector<std::string> paths;
  paths.reserve(result.files.size());
  for (const FileIdentity& file : result.files) {
    paths.push_back(file.path);
  }
  return paths;
}

std::vector<std::string> Failures(const ScanResult& result) {
  std::vector<std::string> failures;
  failures.reserve(result.failures.size());
  for (const FileFailure& failure : result.failures) {
    failures.push_back(failure.path + " " + std::string(failure.code) + " " +
                       std::string(failure.severity));
  }
  return failures;
}

TEST_F(ScanTest, WalksAroundCachesAndEnvironments) {
  for (const char* path :
       {"a.py", "b.pyi", "c.txt", "z/Z.py", "z.py", "pkg/__pycache__/x.py", "pkg/build/x.py",
        "build/x.py", "dist/x.py", "node_modules/x.py", ".mypy_cache/x.py", ".pytest_cache/x.py",
        ".ruff_cache/x.py", "env/pyvenv.cfg", "env/lib/x.py", "pkg/venv/x.py", ".hidden/x.py",
        "é/ü.py"}) {
    Write(path);
  }
  const ScanResult result = MustScan();
  EXPECT_THAT(Paths(result), ElementsAre(".hidden/x.py", "a.py", "b.pyi", "pkg/build/x.py",
                                         "pkg/venv/x.py", "z.py", "z/Z.py", "é/ü.py"));
  EXPECT_THAT(Failures(result), ElementsAre());
  EXPECT_FALSE(result.from_git);
  EXPECT_EQ(result.skipped.at("virtual environment"), 1);
  EXPECT_EQ(result.skipped.at("build"), 1);
  EXPECT_EQ(result.skipped.at("__pycache__"), 1);
}

TEST_F(ScanTest, ReportsWhatItLeavesOut) {
  Write("a.py");
  Write("real/b.py");
  Write("real/bad\xFF.py");
  fs::create_symlink("a.py", root_ + "/link.py");
  fs::create_symlink("nowhere", root_ + "/dangling.py");
  fs::create_symlink("real", root_ + "/folder");
  fs::create_symlink("c.txt", root_ + "/text");
  ASSERT_EQ(mkfifo((root_ + "/pipe.py").c_str(), 0600), 0);
  fs::create_directories(root_ + "/directory.py");
  const ScanResult result = MustScan();
  EXPECT_THAT(Paths(result), ElementsAre("a.py", "real/b.py"));
  EXPECT_THAT(Failures(result),
              ElementsAre("dangling.py SYMLINK_SKIPPED INFO", "folder SYMLINK_SKIPPED INFO",
                          "link.py SYMLINK_SKIPPED INFO", "pipe.py FILE_UNREADABLE ERROR",
                          "real/bad\xEF\xBF\xBD.py PATH_NOT_UTF8 ERROR"));
  EXPECT_EQ(result.skipped.at("symbolic link"), 3);
}

TEST_F(ScanTest, RefusesARootThatIsNone) {
  EXPECT_THAT(Scan({.root = root_ + "/absent"}), IsError(ErrorKind::kNotFound));
  Write("file");
  EXPECT_THAT(Scan({.root = root_ + "/file"}), IsError(ErrorKind::kNotFound));
  EXPECT_THAT(Paths(MustScan()), ElementsAre());
}

TEST_F(ScanTest, AsksGit) {
  if (std::system("git --version >/dev/null 2>&1") != 0) {
    FAIL() << "no git";
  }
  ASSERT_EQ(Git("init -q"), 0);
  for (const char* path : {"tracked.py", "deleted.py", "untracked.py", "ignored.py", "build/b.py",
                           "é.py", "with space\n.py"}) {
    Write(path);
  }
  Write(".gitignore", "ignored.py\n");
  ASSERT_EQ(Git("add tracked.py deleted.py build"), 0);
  fs::remove(root_ + "/deleted.py");
  // What a repository's own configuration may name must not be started.
  ASSERT_EQ(Git("config core.fsmonitor '" + root_ + "/started'"), 0);
  Write("started", "#!/bin/sh\ntouch '" + root_ + "/proof'\n");
  fs::permissions(root_ + "/started", fs::perms::owner_all);

  const ScanResult result = MustScan();
  EXPECT_TRUE(result.from_git) << result.git_refusal;
  EXPECT_THAT(Paths(result),
              ElementsAre("build/b.py", "tracked.py", "untracked.py", "with space\n.py", "é.py"));
  EXPECT_EQ(result.skipped.at("deleted in the working tree"), 1);
  EXPECT_FALSE(fs::exists(root_ + "/proof"));

  EXPECT_FALSE(MustScan({.use_git = false}).from_git);
}

TEST_F(ScanTest, WalksWhereGitRefuses) {
  Write(".git/HEAD", "broken");
  Write("a.py");
  const ScanResult result = MustScan();
  EXPECT_FALSE(result.from_git);
  EXPECT_NE(result.git_refusal, "");
  EXPECT_THAT(Paths(result), ElementsAre("a.py"));
}

TEST_F(ScanTest, MakesIdsOfRepositoryAndPath) {
  Write("src/a.py");
  EXPECT_EQ(MustScan().files.at(0).file_id, IdBuilder("file").Null().Text("src/a.py").Build());
  EXPECT_EQ(MustScan({.repo_id = "myrepo"}).files.at(0).file_id,
            IdBuilder("file").Text("myrepo").Text("src/a.py").Build());
}

TEST_F(ScanTest, ReadsWhatItHashes) {
  Write("a.py", "x = 1\n");
  const auto repository = Repository::Open(root_);
  ASSERT_THAT(repository, IsOk());
  const ReadResult read = ReadSourceFile(repository.value(), MustScan().files.at(0));
  ASSERT_TRUE(read.usable && read.file.has_value());
  EXPECT_EQ(read.file->bytes, "x = 1\n");
  EXPECT_EQ(read.file->content_sha256, Sha256Hex("x = 1\n"));
  EXPECT_EQ(read.size_bytes, 6);
  EXPECT_EQ(read.file->lines.line_count(), 2);
  EXPECT_FALSE(read.failure.has_value());
}

TEST_F(ScanTest, SaysWhyAFileWasNotRead) {
  Write("gone.py");
  Write("link.py");
  Write("large.py", "12345");
  Write("fits.py", "1234");
  Write("dir/inner.py");
  Write("real/inner.py", "real");
  Write("pipe.py");
  const ScanResult scan = MustScan();
  fs::remove(root_ + "/gone.py");
  fs::remove(root_ + "/link.py");
  fs::create_symlink("/etc/passwd", root_ + "/link.py");
  fs::remove_all(root_ + "/dir");
  fs::create_symlink("real", root_ + "/dir");
  fs::remove(root_ + "/pipe.py");
  ASSERT_EQ(mkfifo((root_ + "/pipe.py").c_str(), 0600), 0);

  const auto repository = Repository::Open(root_);
  ASSERT_THAT(repository, IsOk());
  std::vector<std::string> seen;
  for (const FileIdentity& file : scan.files) {
    const ReadResult read = ReadSourceFile(repository.value(), file, {.max_file_bytes = 4});
    const bool has_failure = read.failure.has_value();
    EXPECT_EQ(read.usable, !has_failure);
    seen.push_back(file.path + " " + (has_failure ? std::string(read.failure->code) : "read"));
    if (file.path == "large.py") {
      ASSERT_TRUE(read.file.has_value());
      EXPECT_EQ(read.size_bytes, 5);
      EXPECT_EQ(read.file->content_sha256, Sha256Hex("12345"));
      EXPECT_EQ(read.file->bytes, "");
    } else {
      EXPECT_EQ(read.file.has_value(), !has_failure);
    }
    if (has_failure) {
      EXPECT_EQ(read.failure->file_id, file.file_id);
    }
  }
  EXPECT_THAT(seen,
              ElementsAre("dir/inner.py SYMLINK_SKIPPED", "fits.py read", "gone.py FILE_VANISHED",
                          "large.py FILE_TOO_LARGE", "link.py SYMLINK_SKIPPED",
                          "pipe.py FILE_UNREADABLE", "real/inner.py read"));
}

TEST_F(ScanTest, SaysThatAFileChangedWhileItWasRead) {
  // The kernel makes this file while it is read: its size, asked for before, is 0.
  const auto repository = Repository::Open("/proc/" + std::to_string(getpid()));
  ASSERT_THAT(repository, IsOk());
  FileIdentity status;
  status.path = "status";
  for (const int64_t limit : {1, -1}) {  // read whole, and hashed alone for being too large
    const ReadResult read = ReadSourceFile(repository.value(), status, {.max_file_bytes = limit});
    EXPECT_FALSE(read.usable);
    EXPECT_FALSE(read.file.has_value());
    ASSERT_TRUE(read.failure.has_value());
    EXPECT_EQ(read.failure->code, "FILE_CHANGED");
  }
}

TEST_F(ScanTest, ReadsNoFileOfTooManyLines) {
  Write("fits.py", "1\r\n\n");
  Write("long.py", "\n\r\n\n");
  const auto repository = Repository::Open(root_);
  ASSERT_THAT(repository, IsOk());
  for (const FileIdentity& file : MustScan().files) {
    SCOPED_TRACE(file.path);
    const ReadResult read = ReadSourceFile(repository.value(), file, {.max_line_ends = 3});
    EXPECT_EQ(read.usable, file.path == "fits.py");
    ASSERT_TRUE(read.file.has_value());
    if (!read.usable) {
      EXPECT_EQ(read.failure->code, "FILE_TOO_LARGE");
      EXPECT_EQ(read.failure->message, "the file has more than 3 line ends, in line ends: 4");
      EXPECT_EQ(read.size_bytes, 4);
      EXPECT_EQ(read.file->content_sha256, Sha256Hex("\n\r\n\n"));
    }
  }
}

TEST_F(ScanTest, OpensNothingOutsideTheRoot) {
  Write("a/b.py", "x");
  fs::create_symlink("/etc", root_ + "/etc");
  fs::create_symlink("b.py", root_ + "/a/link.py");
  const auto repository = Repository::Open(root_);
  ASSERT_THAT(repository, IsOk());
  struct Case {
    std::string path;
    int code;
  };
  for (const Case& c :
       {Case{"../x", -EXDEV}, Case{"a/../../x", -EXDEV}, Case{"etc/passwd", -ELOOP},
        Case{"a/link.py", -ELOOP}, Case{"/etc/passwd", -EXDEV}, Case{"a/absent", -ENOENT},
        Case{"a/b.py/c", -ENOTDIR}, Case{std::string("a\0b", 3), -EXDEV}}) {
    EXPECT_EQ(repository.value().OpenFile(c.path), c.code) << c.path;
    EXPECT_EQ(repository.value().OpenFileByParts(c.path), c.code) << c.path;
  }
  for (const int fd :
       {repository.value().OpenFile("a/b.py"), repository.value().OpenFileByParts("a/b.py")}) {
    const FileHandle handle(fd);
    char byte = 0;
    EXPECT_EQ(read(handle.fd(), &byte, 1), 1);
    EXPECT_EQ(byte, 'x');
  }
}

TEST(ModuleNames, FollowsPackagesAndSourceRoots) {
  const std::vector<std::string> paths = {
      "a.py",          "__init__.py",       "pkg/__init__.py", "pkg/sub/__init__.pyi",
      "pkg/sub/m.py",  "src/q/__init__.py", "src/q/m.py",      "src/q/no/m.py",
      "tools/my-x.py", "tools/1/x.py",      "p/a.b.py",        "p/class.py",
      "p/ﬁ.py",        "srcx/m.py"};
  struct Case {
    std::string path;
    std::string root;
    std::optional<std::string> module;
    bool is_package;
  };
  const auto check = [&](const ModuleNames& names, const std::vector<Case>& cases) {
    for (const Case& c : cases) {
      const FileIdentity identity = names.Describe(c.path);
      EXPECT_EQ(identity.module_root, c.root) << c.path;
      EXPECT_EQ(identity.module_name, c.module) << c.path;
      EXPECT_EQ(identity.is_package, c.is_package) << c.path;
      EXPECT_EQ(identity.kind == FileKind::kPyi, c.path.ends_with("i")) << c.path;
    }
  };
  check(ModuleNames(paths, {}), {{"a.py", "", "a", false},
                                 {"__init__.py", "", std::nullopt, true},
                                 {"pkg/__init__.py", "", "pkg", true},
                                 {"pkg/sub/__init__.pyi", "", "pkg.sub", true},
                                 {"pkg/sub/m.py", "", "pkg.sub.m", false},
                                 {"src/q/m.py", "src", "q.m", false},
                                 {"src/q/no/m.py", "src/q/no", "m", false},
                                 {"tools/my-x.py", "tools", std::nullopt, false},
                                 {"tools/1/x.py", "tools/1", "x", false},
                                 {"p/a.b.py", "p", std::nullopt, false},
                                 {"p/class.py", "p", "class", false},
                                 {"p/ﬁ.py", "p", "fi", false}});
  check(ModuleNames(paths, std::vector<std::string>{".", "src/", "./src/q/no"}),
        {{"pkg/sub/m.py", "", "pkg.sub.m", false},
         {"src/q/m.py", "src", "q.m", false},
         {"src/q/no/m.py", "src/q/no", "m", false},
         {"tools/1/x.py", "", std::nullopt, false},
         {"srcx/m.py", "", "srcx.m", false}});
}

TEST(AppendRows, FillsEveryColumn) {
  // The columns of the two tables, as docs/tables/evidence.md has them.
  const auto files = arrow::ParseSchemaText(
      "file_id s!, path s!, repo_id s, size_bytes i64!, content_sha256 s!, file_kind s!, "
      "module_name s, is_package b!, module_root s!");
  const auto lines = arrow::ParseSchemaText(
      "file_id s!, path s!, encoding s!, encoding_source s!, bom b!, ascii b!, utf8_valid b!, "
      "recoded b!, has_nul b!, has_lf b!, has_crlf b!, has_cr b!, cr_only b!, line_count i32!, "
      "line_starts list<i64>!, non_ascii_lines list<i32>!, max_line_bytes i64!");
  ASSERT_THAT(files, IsOk());
  ASSERT_THAT(lines, IsOk());
  auto file_rows = arrow::TableBuilder::Make(files.value());
  auto line_rows = arrow::TableBuilder::Make(lines.value());
  ASSERT_THAT(file_rows, IsOk());
  ASSERT_THAT(line_rows, IsOk());
  for (const std::string& bytes : {std::string(), std::string("é\r\nb\n")}) {
    const SourceFile file = MakeSourceFileAt("a.py", bytes);
    AppendRepoFile(file_rows.value(), file, file.size(), std::nullopt);
    AppendLineIndex(line_rows.value(), file);
  }
  const auto file_batch = file_rows.value().Finish();
  ASSERT_THAT(file_batch, IsOk());
  EXPECT_EQ(file_batch.value()->length, 2);
  const auto line_batch = line_rows.value().Finish();
  ASSERT_THAT(line_batch, IsOk());

  nanoarrow::UniqueArrayView view;
  ArrowError error;
  ASSERT_EQ(ArrowArrayViewInitFromSchema(view.get(), &line_rows.value().schema(), &error), 0);
  ASSERT_EQ(ArrowArrayViewSetArray(view.get(), line_batch.value().get(), &error), 0);
  const auto& columns = view->children;
  EXPECT_EQ(ArrowArrayViewGetIntUnsafe(columns[5], 0), 1);  // ascii
  EXPECT_EQ(ArrowArrayViewGetIntUnsafe(columns[5], 1), 0);
  EXPECT_EQ(ArrowArrayViewGetIntUnsafe(columns[9], 1), 1);   // has_lf
  EXPECT_EQ(ArrowArrayViewGetIntUnsafe(columns[10], 1), 1);  // has_crlf
  EXPECT_EQ(ArrowArrayViewGetIntUnsafe(columns[13], 1), 3);  // line_count
  const ArrowArrayView* starts = columns[14];
  EXPECT_EQ(ArrowArrayViewListChildOffset(starts, 1), 1);
  EXPECT_EQ(ArrowArrayViewListChildOffset(starts, 2), 4);
  EXPECT_EQ(ArrowArrayViewGetIntUnsafe(starts->children[0], 2), 4);
  EXPECT_EQ(ArrowArrayViewGetIntUnsafe(columns[16], 1), 2);  // max_line_bytes
}

}  // namespace
}  // namespace norma::source
