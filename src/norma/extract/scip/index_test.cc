#include "norma/extract/scip/index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <random>
#include <string>

#include "norma/base/hash.h"
#include "norma/extract/scip/index_for_test.h"
#include "tests/support/matchers.h"

namespace norma::extract::scip {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;
using testing_support::IsError;
using testing_support::IsErrorWith;
using testing_support::IsOk;

const std::atomic<bool> kGoOn = false;

/// An index with something of everything.
wire::Index Sample() {
  wire::Index index = IndexBy("tool");
  for (const std::string_view path : {"b.py", "a.py"}) {
    wire::Document& document = *index.add_documents();
    document.set_relative_path(std::string(path));
    AddOccurrence(document, {0, 0, 1}, SymbolOf("x")).add_diagnostics()->set_message("m");
    document.add_symbols()->set_symbol(SymbolOf("x"));
  }
  index.add_external_symbols()->set_symbol("z");
  index.add_external_symbols()->set_symbol("y");
  return index;
}

std::vector<std::string> Paths(const Index& index) {
  std::vector<std::string> paths;
  for (const DocumentEntry& entry : index.documents()) {
    paths.push_back(entry.path);
  }
  std::ranges::sort(paths);
  return paths;
}

/// `<path>: <message>` of each failure.
std::vector<std::string> Failures(const Index& index) {
  std::vector<std::string> found;
  for (const PathFailure& failure : index.failures()) {
    EXPECT_EQ(failure.failure.code, "SCIP_INVALID");
    EXPECT_EQ(failure.failure.stage, "scip");
    EXPECT_EQ(failure.failure.severity, "ERROR");
    found.push_back(failure.path + ": " + failure.failure.message);
  }
  return found;
}

TEST(IndexSourceFromText, TakesTheFilesNameOrALabel) {
  EXPECT_EQ(IndexSourceFromText("a/index.scip"), (IndexSource{"index", "a/index.scip"}));
  EXPECT_EQ(IndexSourceFromText("py=a/index.scip"), (IndexSource{"py", "a/index.scip"}));
  EXPECT_EQ(IndexSourceFromText("./a=b.scip"), (IndexSource{"a=b", "./a=b.scip"}));
  EXPECT_EQ(IndexSourceFromText("=x"), (IndexSource{"=x", "=x"}));
}

TEST_F(IndexTest, CountsAndLists) {
  const Result<Index> index = Open(Sample().SerializeAsString());
  ASSERT_THAT(index, IsOk());
  const IndexSummary& summary = index.value().summary();
  EXPECT_EQ(summary.label, "test");
  EXPECT_EQ(summary.tool_name, "tool");
  EXPECT_EQ(summary.tool_version, "1.0");
  EXPECT_EQ(summary.document_count, 2);
  EXPECT_EQ(summary.occurrence_count, 2);
  EXPECT_EQ(summary.symbol_count, 2);
  EXPECT_EQ(summary.external_symbol_count, 2);
  EXPECT_EQ(summary.sha256, Sha256Hex(Sample().SerializeAsString()));
  EXPECT_THAT(Paths(index.value()), ElementsAre("a.py", "b.py"));
  EXPECT_THAT(index.value().externals(),
              ElementsAre(Field(&ExternalEntry::symbol, "y"), Field(&ExternalEntry::symbol, "z")));
  EXPECT_THAT(index.value().failures(), IsEmpty());
}

TEST_F(IndexTest, ReadsAMessageAgain) {
  const wire::Index sample = Sample();
  const Result<Index> index = Open(sample.SerializeAsString());
  ASSERT_THAT(index, IsOk());
  for (const DocumentEntry& entry : index.value().documents()) {
    wire::Document document;
    ASSERT_TRUE(document.ParseFromString(index.value().Read(entry.extent).value()));
    EXPECT_EQ(document.relative_path(), entry.path);
  }
}

TEST_F(IndexTest, RefusesAFileThatIsNoIndex) {
  EXPECT_THAT(Open(""), IsErrorWith(ErrorKind::kCorruptData, "no metadata"));
  EXPECT_THAT(Open("import os\n"), IsError(ErrorKind::kCorruptData));
  EXPECT_THAT(Open(std::string(100, '\0')), IsErrorWith(ErrorKind::kCorruptData, "no field"));
  EXPECT_THAT(Open("\x0A\x02\x12\x09"), IsErrorWith(ErrorKind::kCorruptData, "metadata is not"));
  wire::Index without = Sample();
  without.clear_metadata();
  EXPECT_THAT(Open(without.SerializeAsString()), IsErrorWith(ErrorKind::kCorruptData, "metadata"));
}

TEST_F(IndexTest, RefusesLengthsPastTheEnd) {
  const std::string sample = Sample().SerializeAsString();
  for (const std::string_view bomb : {"\x12\xFF\xFF\xFF\xFF\x07", "\x12\xFF\xFF\xFF\xFF\xFF\x7F",
                                      "\x7A\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01", "\x1A\x7F"}) {
    EXPECT_THAT(Open(sample + std::string(bomb)),
                IsErrorWith(ErrorKind::kCorruptData, "longer than the file"));
  }
  EXPECT_THAT(Open(sample + std::string(200, '\x7B')), IsError(ErrorKind::kCorruptData));
}

TEST_F(IndexTest, RefusesEveryCutThatIsNoIndex) {
  const std::string sample = Sample().SerializeAsString();
  size_t refused = 0;
  for (size_t size = 0; size < sample.size(); ++size) {
    const Result<Index> index = Open(std::string_view(sample).substr(0, size));
    if (index.ok()) {
      // The cut fell between two messages of the index.
      wire::Index parsed;
      EXPECT_TRUE(parsed.ParseFromString(sample.substr(0, size))) << size;
      continue;
    }
    EXPECT_EQ(index.error().kind, ErrorKind::kCorruptData);
    ++refused;
  }
  EXPECT_GE(refused, sample.size() - 5);
}

TEST_F(IndexTest, StandsChangedBytes) {
  const std::string sample = Sample().SerializeAsString();
  std::mt19937 random(20240229);
  for (int round = 0; round < 2000; ++round) {
    std::string bytes = sample;
    for (int change = 0; change <= round % 4; ++change) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    const std::vector<IndexSource> sources = {{"test", Write("index.scip", bytes)}};
    const Result<IndexSet> set = IndexSet::Open(sources, kGoOn);
    if (!set.ok()) {
      EXPECT_EQ(set.error().kind, ErrorKind::kCorruptData);
      continue;
    }
    for (const auto& [path, documents] : set.value().paths()) {
      const Extraction extraction = Extract(set.value(), path, "x = 1\n");
      EXPECT_LE(extraction.tables.at(EvidenceTable::kScipDocuments).rows(), 2);
    }
  }
}

TEST_F(IndexTest, LeavesOutDocumentsThatAreNotValid) {
  wire::Index sample = Sample();
  const std::string bytes = sample.SerializeAsString() +
                            std::string(
                                "\x12\x08\x0A\x04"
                                "c.py"
                                "\x12\x7F") +    // cut inside
                            "\x12\x02\x20\x01";  // no path
  const Result<Index> index = Open(bytes);
  ASSERT_THAT(index, IsOk());
  EXPECT_THAT(Paths(index.value()), ElementsAre("a.py", "b.py"));
  EXPECT_EQ(index.value().summary().document_count, 4);
  EXPECT_THAT(Failures(index.value()),
              ElementsAre("c.py: the document is not a message of the protocol",
                          "index.scip: documents without a usable path are not valid"));
  EXPECT_THAT(index.value().failures()[1].failure.attrs,
              ElementsAre(Pair("count", "1"), Pair("index", "test")));
}

TEST_F(IndexTest, LeavesOutDocumentsAndSymbolsThatAreTooLarge) {
  wire::Index sample = Sample();
  wire::Document& large = *sample.add_documents();
  large.set_relative_path("large.py");
  large.set_text(std::string(kMaxDocumentBytes, 'x'));
  sample.add_external_symbols()->add_documentation(std::string(kMaxPartBytes, 'x'));
  const Result<Index> index = Open(sample.SerializeAsString());
  ASSERT_THAT(index, IsOk());
  EXPECT_THAT(Paths(index.value()), ElementsAre("a.py", "b.py"));
  EXPECT_THAT(index.value().externals(), SizeIs(2));
  EXPECT_THAT(Failures(index.value()),
              ElementsAre("large.py: the document is larger than 64 MiB",
                          "index.scip: symbols of other packages are not valid"));
}

TEST_F(IndexTest, KeepsTheFirstDocumentOfAPathAndTheFirstExternalOfAName) {
  wire::Index sample = Sample();
  sample.add_documents()->set_relative_path("a.py");
  wire::SymbolInformation& again = *sample.add_external_symbols();
  again.set_symbol("y");
  again.set_display_name("second");
  const Result<Index> index = Open(sample.SerializeAsString());
  ASSERT_THAT(index, IsOk());
  EXPECT_THAT(Failures(index.value()),
              ElementsAre("a.py: the index has another document of this path before"));
  for (const DocumentEntry& entry : index.value().documents()) {
    EXPECT_THAT(index.value().Read(entry.extent).value(), HasSubstr("mod/x."));
  }
  ASSERT_THAT(index.value().externals(), SizeIs(2));
  EXPECT_EQ(index.value().externals()[0].extent.size, 3);
}

TEST_F(IndexTest, SaysThatAFileIsMissingOrNoFile) {
  EXPECT_THAT(Index::Open({"x", folder_ + "/none"}, kGoOn), IsError(ErrorKind::kNotFound));
  EXPECT_THAT(Index::Open({"x", folder_}, kGoOn), IsError(ErrorKind::kInvalidArgument));
}

TEST_F(IndexTest, RefusesAFileOfMoreThan8GiB) {
  const std::string path = Write("huge.scip", "");
  std::filesystem::resize_file(path, static_cast<uintmax_t>(kMaxIndexBytes) + 1);
  EXPECT_THAT(Index::Open({"x", path}, kGoOn), IsErrorWith(ErrorKind::kLimitExceeded, "8 GiB"));
}

TEST_F(IndexTest, NoticesThatTheFileChanged) {
  const Result<Index> index = Open(Sample().SerializeAsString());
  ASSERT_THAT(index, IsOk());
  EXPECT_THAT(index.value().CheckUnchanged(), IsOk());
  std::filesystem::resize_file(folder_ + "/index.scip", 10);
  EXPECT_THAT(index.value().CheckUnchanged(), IsErrorWith(ErrorKind::kStorage, "changed"));
  EXPECT_THAT(index.value().Read(index.value().documents()[0].extent),
              IsErrorWith(ErrorKind::kStorage, "changed"));
}

TEST_F(IndexTest, StopsWhenAsked) {
  const std::atomic<bool> stop = true;
  const std::string path = Write("index.scip", Sample().SerializeAsString());
  EXPECT_THAT(Index::Open({"x", path}, stop), IsError(ErrorKind::kCancelled));
}

}  // namespace
}  // namespace norma::extract::scip
