#include "norma/run/inputs_hash.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "norma/extract/evidence_tables.h"
#include "norma/run/table_writes.h"
#include "norma/run/workspace_test_support.h"
#include "tests/support/matchers.h"

namespace norma::run {
namespace {

using extract::EvidenceTable;
using norma::testing_support::IsOk;

std::string HashOf(const std::vector<Setting>& settings, std::string_view version = "3.13.0") {
  return SettingsHash(settings, {.interpreter = {.version = std::string(version)}}, "catalogue");
}

TEST(SettingsHash, DependsOnWhatCanChangeARow) {
  const std::string plain = HashOf({{"only", "a", "option"}});
  EXPECT_NE(HashOf({{"only", "b", "option"}}), plain);
  EXPECT_NE(HashOf({{"only", "a", "option"}}, "3.12.0"), plain);
  EXPECT_EQ(HashOf({{"only", "a", "default"}, {"jobs", "7", "option"}, {"label.team", "x", ""}}),
            plain);
}

constexpr std::optional<std::string_view> kNoText;

/// Rows of repo_files.
nanoarrow::UniqueArray Rows(const std::vector<std::pair<std::string, std::string>>& files) {
  auto tables = extract::EvidenceTables::Make();
  EXPECT_THAT(tables, IsOk());
  arrow::TableBuilder& builder = tables.value()[EvidenceTable::kRepoFiles];
  for (const auto& [path, content] : files) {
    builder.Text("AAAAAAAAAAAAAAAAAAAAAA").Text(path).OptionalText(kNoText).Int64(1);
    builder.Text(content).Text("py").OptionalText(kNoText).Bool(false).Text("").EndRow();
  }
  auto batch = builder.Finish();
  EXPECT_THAT(batch, IsOk());
  return std::move(batch).value();
}

std::string HashOf(const std::vector<nanoarrow::UniqueArray>& batches) {
  auto files = FilesHash::Make();
  EXPECT_THAT(files, IsOk());
  for (const nanoarrow::UniqueArray& batch : batches) {
    EXPECT_THAT(files.value().Add(*batch.get()), IsOk());
  }
  return files.value().Text();
}

template <typename... Batches>
std::vector<nanoarrow::UniqueArray> List(Batches... batches) {
  std::vector<nanoarrow::UniqueArray> list;
  (list.push_back(std::move(batches)), ...);
  return list;
}

class FilesHashTest : public testing_support::WorkspaceTest {};

TEST_F(FilesHashTest, IsThatOfTheFilesHoweverTheyCome) {
  const std::string sha(64, 'a');
  const std::string other_sha(64, 'b');
  const std::string both = HashOf(List(Rows({{"a.py", sha}, {"b.py", sha}})));
  EXPECT_EQ(HashOf(List(Rows({{"a.py", sha}}), Rows({{"b.py", sha}}))), both);
  EXPECT_NE(HashOf(List(Rows({{"a.py", sha}, {"b.py", other_sha}}))), both);
  EXPECT_NE(HashOf(List(Rows({{"a.py", sha}, {"c.py", sha}}))), both);

  Open(LoadContracts());
  EvidenceWriter writer(*workspace_);
  ASSERT_THAT(writer.Start({EvidenceTable::kRepoFiles}), IsOk());
  ASSERT_THAT(writer.Push(EvidenceTable::kRepoFiles, Rows({{"a.py", sha}, {"b.py", sha}})), IsOk());
  ASSERT_THAT(
      writer.Finish({.run_id = "r", .run_number = 1},
                    [&](const TableCommit& done) { return workspace_->Refresh(done.table); }),
      IsOk());
  const auto of_table = FilesHash::OfTable(workspace_->session());
  ASSERT_THAT(of_table, IsOk());
  EXPECT_EQ(of_table.value(), both);
}

TEST(InputsHash, DependsOnBoth) {
  EXPECT_NE(InputsHash("s", "f"), InputsHash("t", "f"));
  EXPECT_NE(InputsHash("s", "f"), InputsHash("s", "g"));
}

}  // namespace
}  // namespace norma::run
