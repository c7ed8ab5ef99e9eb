#include "norma/extract/scip/index_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "norma/extract/scip/index_for_test.h"
#include "norma/source/scan.h"
#include "tests/support/matchers.h"

namespace norma::extract::scip {
namespace {

using testing::ElementsAre;
using testing::Pair;
using testing::SizeIs;
using testing_support::IsErrorWith;
using testing_support::IsOk;

const std::atomic<bool> kGoOn = false;

TEST(RepositoryPath, IsRelativeAndWithoutDots) {
  EXPECT_EQ(RepositoryPath("a/b.py"), "a/b.py");
  EXPECT_EQ(RepositoryPath("./a//b.py"), "a/b.py");
  EXPECT_EQ(RepositoryPath("a/../b.py"), "b.py");
  EXPECT_EQ(RepositoryPath("a/./b/"), "a/b");
}

TEST(RepositoryPath, LeadsNowhereElse) {
  EXPECT_EQ(RepositoryPath("/a.py"), std::nullopt);
  EXPECT_EQ(RepositoryPath("../a.py"), std::nullopt);
  EXPECT_EQ(RepositoryPath("a/../../b.py"), std::nullopt);
  EXPECT_EQ(RepositoryPath("."), std::nullopt);
  EXPECT_EQ(RepositoryPath("a/.."), std::nullopt);
  EXPECT_EQ(RepositoryPath(""), std::nullopt);
}

TEST_F(IndexTest, GroupsDocumentsByPath) {
  wire::Index first = IndexBy("tool");
  first.add_documents()->set_relative_path("b.py");
  first.add_documents()->set_relative_path("a.py");
  wire::Index second = IndexBy("tool");
  second.add_documents()->set_relative_path("./a.py");
  second.add_documents()->set_relative_path("../c.py");
  const Result<IndexSet> set = OpenSet({first, second});
  ASSERT_THAT(set, IsOk());
  const auto& paths = set.value().paths();
  EXPECT_EQ(paths.at("a.py").documents.size(), 2U);
  EXPECT_EQ(paths.at("b.py").documents.size(), 1U);
  ASSERT_THAT(paths, SizeIs(3));
  ASSERT_THAT(paths.at("../c.py").failures, SizeIs(1));
  EXPECT_EQ(paths.at("../c.py").failures[0].code, "SCIP_OUTSIDE_ROOT");
  EXPECT_EQ(paths.at("../c.py").failures[0].severity, "WARNING");
}

TEST_F(IndexTest, TwoLabelsMayNotBeEqual) {
  const std::string path = Write("index.scip", IndexBy("tool").SerializeAsString());
  const std::vector<IndexSource> sources = {{"a", path}, {"a", path}};
  EXPECT_THAT(IndexSet::Open(sources, kGoOn),
              IsErrorWith(ErrorKind::kInvalidArgument, "same label: a"));
}

TEST_F(IndexTest, UnknownToolsVoteOverTheFilesOfTheRepository) {
  Write("a.py", "x = \"😀\"; y = x");
  const Result<source::ScanResult> scan = source::Scan({.root = folder_, .use_git = false});
  ASSERT_THAT(scan, IsOk());
  wire::Index index = IndexBy("unknown");
  wire::Document& document = *index.add_documents();
  document.set_relative_path("a.py");
  AddOccurrence(document, {0, 9, 10}, SymbolOf("y"));
  wire::Index known = index;
  known.mutable_metadata()->mutable_tool_info()->set_name("scip-python");
  Result<IndexSet> set = OpenSet({index, known});
  ASSERT_THAT(set, IsOk());
  const Result<source::Repository> repository = source::Repository::Open(folder_);
  ASSERT_THAT(repository, IsOk());
  ASSERT_THAT(set.value().ChooseUnits(repository.value(), scan.value().files, kGoOn), IsOk());
  std::map<std::string, DocumentUnit> units;
  for (const Index& opened : set.value().indexes()) {
    units[opened.summary().label] = opened.default_unit();
  }
  EXPECT_THAT(units,
              ElementsAre(Pair("a", DocumentUnit{source::ColumnUnit::kUtf32, UnitSource::kVote}),
                          Pair("b", DocumentUnit{source::ColumnUnit::kUtf16, UnitSource::kTool})));
}

}  // namespace
}  // namespace norma::extract::scip
