#include "norma/delta/log_check.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "norma/base/hash.h"
#include "tests/support/matchers.h"

namespace norma::delta {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing_support::IsError;
using testing_support::IsOk;
namespace fs = std::filesystem;

/// An entry: commitInfo is made from the rest.
struct Entry {
  int64_t timestamp = 0;
  std::vector<std::string> actions;
};

constexpr std::string_view kProtocol =
    R"({"protocol":{"minReaderVersion":1,"minWriterVersion":7,"writerFeatures":["appendOnly","invariants","changeDataFeed","domainMetadata","rowTracking","inCommitTimestamp"]}})";
constexpr std::string_view kMetaData =
    R"({"metaData":{"id":"x","schemaString":"{\"type\":\"struct\",\"fields\":[]}"}})";

std::string Mark(int64_t mark) {
  return fmt::format(
      R"({{"domainMetadata":{{"domain":"delta.rowTracking","configuration":"{{\"rowIdHighWaterMark\":{}}}","removed":false}}}})",
      mark);
}
std::string Add(std::string_view path, int64_t size, int64_t rows, int64_t row_id,
                int64_t version) {
  return fmt::format(
      R"({{"add":{{"path":"{}","size":{},"stats":"{{\"numRecords\":{}}}","baseRowId":{},"defaultRowCommitVersion":{}}}}})",
      path, size, rows, row_id, version);
}
std::string Remove(std::string_view path) {
  return fmt::format(R"({{"remove":{{"path":"{}"}}}})", path);
}
std::string Txn(std::string_view app_id, int64_t number) {
  return fmt::format(R"({{"txn":{{"appId":"{}","version":{}}}}})", app_id, number);
}

class LogCheck : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "norma_log_XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    fs::create_directories(folder_ / "_delta_log");
  }
  void TearDown() override { fs::remove_all(folder_); }

  /// A file that says it has `rows` rows. \return its size.
  int64_t WriteData(const std::string& name, int rows) {
    std::string footer = "\x36";  // field 3, i64; the count as a zigzag varint of one byte
    footer += static_cast<char>(rows * 2);
    footer += std::string("\x00", 1);
    std::string file = "PAR1" + footer;
    for (size_t i = 0; i < 4; ++i) {
      file += static_cast<char>(footer.size() >> (8 * i));
    }
    file += "PAR1";
    std::ofstream(folder_ / name, std::ios::binary) << file;
    return static_cast<int64_t>(file.size());
  }

  void WriteEntry(int64_t version, const Entry& entry) {
    std::string tail;
    for (const std::string& action : entry.actions) {
      tail += action + "\n";
    }
    const std::string head = fmt::format(
        R"({{"commitInfo":{{"inCommitTimestamp":{},"norma.actions":{},"norma.sum":"{}"}}}})",
        entry.timestamp, entry.actions.size() + 1, Hex(Xxh3_128(tail)));
    WriteRaw(version, head + "\n" + tail);
  }
  void WriteRaw(int64_t version, const std::string& bytes) {
    std::ofstream(EntryPath(version), std::ios::binary | std::ios::trunc) << bytes;
  }
  fs::path EntryPath(int64_t version) const {
    return folder_ / "_delta_log" / fmt::format("{:020}.json", version);
  }
  std::string Read(int64_t version) const {
    std::ifstream in(EntryPath(version), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }

  /// Creates, appends twice, replaces the first file.
  void WriteSound() {
    const int64_t size_a = WriteData("a.parquet", 3);
    const int64_t size_b = WriteData("b.parquet", 2);
    const int64_t size_c = WriteData("c.parquet", 1);
    WriteEntry(0, {10, {std::string(kProtocol), std::string(kMetaData), Mark(-1)}});
    WriteEntry(1, {11, {Add("a.parquet", size_a, 3, 0, 1), Txn("t", 1), Mark(2)}});
    WriteEntry(2, {12, {Add("b.parquet", size_b, 2, 3, 2), Txn("t", 2), Mark(4)}});
    WriteEntry(
        3, {13, {Add("c.parquet", size_c, 1, 5, 3), Remove("a.parquet"), Txn("t", 3), Mark(5)}});
  }

  LogReport Check() {
    auto report = CheckLog(folder_.string());
    EXPECT_THAT(report, IsOk());
    return report.ok() ? std::move(report).value() : LogReport{};
  }
  void ExpectFinding(std::string_view text) {
    EXPECT_THAT(Check().findings, Contains(Field(&LogFinding::message, HasSubstr(text))));
  }

  fs::path folder_;
};

TEST_F(LogCheck, SoundLogHasNoFindings) {
  WriteSound();
  std::ofstream(folder_ / "left_over.parquet") << "x";
  std::ofstream(folder_ / "_delta_log/.norma-x") << "x";
  const LogReport report = Check();
  EXPECT_THAT(report.findings, IsEmpty());
  EXPECT_EQ(report.first_version, 0);
  EXPECT_EQ(report.last_version, 3);
  EXPECT_EQ(report.txns.size(), 3U);
  EXPECT_THAT(report.live, ElementsAre(Field(&LogLiveFile::path, "b.parquet"),
                                       Field(&LogLiveFile::path, "c.parquet")));
  EXPECT_THAT(report.orphans, ElementsAre("_delta_log/.norma-x", "left_over.parquet"));
}

TEST_F(LogCheck, NoLogIsAnError) {
  EXPECT_THAT(CheckLog(folder_.string()), IsError(ErrorKind::kNotFound));
  EXPECT_THAT(CheckLog((folder_ / "none").string()), IsError(ErrorKind::kNotFound));
}

TEST_F(LogCheck, EveryCutOfAnEntryIsFound) {
  WriteSound();
  const std::string whole = Read(2);
  for (size_t size = 0; size < whole.size(); ++size) {
    WriteRaw(2, whole.substr(0, size));
    EXPECT_FALSE(Check().findings.empty()) << "cut to " << size;
  }
}

TEST_F(LogCheck, EveryFlippedBitAfterTheFirstLineIsFound) {
  WriteSound();
  const std::string whole = Read(3);
  for (size_t place = whole.find('\n') + 1; place < whole.size(); ++place) {
    for (const int bit : {0, 3, 7}) {
      std::string flipped = whole;
      flipped[place] = static_cast<char>(flipped[place] ^ (1 << bit));
      WriteRaw(3, flipped);
      EXPECT_FALSE(Check().findings.empty()) << "byte " << place << " bit " << bit;
    }
  }
}

TEST_F(LogCheck, NamesMissingEntries) {
  WriteSound();
  fs::remove(EntryPath(1));
  const LogReport report = Check();
  ASSERT_FALSE(report.findings.empty());
  EXPECT_EQ(report.findings.front().file, "_delta_log/00000000000000000001.json");
  EXPECT_EQ(report.findings.front().message, "log entry is missing");
}

TEST_F(LogCheck, AnOldPartMayBeInACheckpoint) {
  WriteSound();
  fs::remove(EntryPath(0));
  ExpectFinding("there is no checkpoint");
  WriteData("_delta_log/00000000000000000000.checkpoint.parquet", 3);
  EXPECT_THAT(Check().findings, IsEmpty());
  EXPECT_EQ(Check().first_version, 1);
  fs::remove(EntryPath(1));
  ExpectFinding("there is no checkpoint");
}

TEST_F(LogCheck, LooksAtCheckpointsAndTheHint) {
  WriteSound();
  const std::string checkpoint = "_delta_log/00000000000000000002.checkpoint.parquet";
  const auto hint = [this](std::string_view text) {
    std::ofstream(folder_ / "_delta_log/_last_checkpoint") << text;
  };
  hint(R"({"version":2,"size":9})");
  ExpectFinding("the checkpoint hint names a checkpoint that is not there: 2");
  WriteData(checkpoint, 9);
  EXPECT_THAT(Check().findings, IsEmpty());
  EXPECT_THAT(Check().orphans, IsEmpty());
  hint(R"({"version":)");
  ExpectFinding("the checkpoint hint names no version");
  hint(R"({"version":2})");
  std::ofstream(folder_ / checkpoint) << "PAR1 and nothing more";
  ExpectFinding("checkpoint: ");
  WriteData(checkpoint, 9);
  WriteData("_delta_log/00000000000000000004.checkpoint.parquet", 9);
  ExpectFinding("checkpoint of a version that has no entry");
}

TEST_F(LogCheck, FindsDataFilesThatAreNotWhatTheLogSays) {
  WriteSound();
  const std::string file = (folder_ / "b.parquet").string();
  std::string whole;
  {
    std::ifstream in(file, std::ios::binary);
    whole.assign(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  const auto write = [&](const std::string& bytes) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
  };
  write(whole.substr(0, whole.size() - 1));
  ExpectFinding("live file has");
  write("XAR1" + whole.substr(4));
  ExpectFinding("does not begin as Parquet does");
  write(whole.substr(0, whole.size() - 4) + "PAR2");
  ExpectFinding("does not end as Parquet does");
  WriteData("b.parquet", 7);
  ExpectFinding("live file has 7 rows, not 2");
  fs::remove(file);
  ExpectFinding("live file is missing: b.parquet");
}

TEST_F(LogCheck, FindsActionsThatContradict) {
  const std::vector<std::pair<Entry, const char*>> cases = {
      {{13, {Txn("t", 3)}}, "inCommitTimestamp does not rise"},
      {{14, {Txn("t", 2)}}, "txn of t does not rise: 2 after 3"},
      {{14, {Remove("a.parquet")}}, "not live"},
      {{14, {Add("b.parquet", 11, 2, 6, 4), Mark(7)}}, "named before"},
      {{14, {Add("../b.parquet", 11, 2, 6, 4), Mark(7)}}, "stay inside"},
      {{14, {Add("/b.parquet", 11, 2, 6, 4), Mark(7)}}, "stay inside"},
      {{14, {Add("file:/b.parquet", 11, 2, 6, 4), Mark(7)}}, "stay inside"},
      {{14, {Add("d.parquet", 11, 2, 5, 4), Mark(7)}}, "row ids overlap"},
      {{14, {Add("d.parquet", 11, 2, 6, 3), Mark(7)}}, "version of its entry"},
      {{14, {Add("d.parquet", 11, 2, 6, 4), Mark(6)}}, "is below row id 7"},
      {{14, {Mark(3)}}, "high-water mark falls"},
      {{14, {R"({"add":{}} )", "x"}}, "one JSON object"},
      {{14, {R"({"mystery":{}})"}}, "action is not known: mystery"},
      {{14, {R"({"commitInfo":{"inCommitTimestamp":15}})"}}, "commitInfo is not the first line"},
      {{14, {std::string(kProtocol), std::string(kProtocol)}}, "two protocols"},
      {{14, {R"({"protocol":{"minReaderVersion":3,"minWriterVersion":7}})"}}, "reader version 1"},
  };
  for (const auto& [entry, finding] : cases) {
    WriteSound();
    WriteEntry(4, entry);
    ExpectFinding(finding);
  }
}

TEST_F(LogCheck, AnEntryWithoutItsSumIsFound) {
  WriteSound();
  WriteRaw(4, R"({"commitInfo":{"inCommitTimestamp":99}})"
              "\n");
  ExpectFinding("has no count or no sum");
}

}  // namespace
}  // namespace norma::delta
