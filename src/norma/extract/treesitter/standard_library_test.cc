#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "norma/base/unicode.h"
#include "norma/extract/treesitter/extractor.h"
#include "norma/extract/treesitter/table_reader.h"
#include "norma/source/source_file.h"

namespace norma::extract::treesitter {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kIdColumns[] = {"def_id",       "import_id",   "call_id",      "ref_id",
                                           "type_expr_id", "ts_error_id", "ts_missing_id"};
constexpr std::string_view kPrefixes[] = {"", "name_", "stmt_", "alias_", "callee_"};

/// The modules at the top of the library; with NORMA_TEST_WHOLE_LIBRARY all that is below, too.
std::vector<fs::path> LibraryFiles() {
  const bool is_whole = std::getenv("NORMA_TEST_WHOLE_LIBRARY") != nullptr;
  std::vector<fs::path> files;
  std::error_code error;
  for (auto entry = fs::recursive_directory_iterator(NORMA_TEST_LIBRARY, error);
       entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (entry->is_directory(error) &&
        (!is_whole || name == "site-packages" || name == "dist-packages")) {
      entry.disable_recursion_pending();
    } else if (entry->path().extension() == ".py") {
      files.push_back(entry->path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

class Checker {
 public:
  Checker(const source::SourceFile& file, EvidenceTable table, const TableReader& reader)
      : file_(file), table_(table), reader_(reader) {}

  void Check() {
    for (const std::string& column : reader_.columns()) {
      has_.insert(column);
    }
    std::set<std::string> ids;
    for (int64_t row = 0; row < reader_.rows(); ++row) {
      for (const std::string_view prefix : kPrefixes) {
        CheckSpan(row, std::string(prefix));
      }
      for (const std::string_view column : kIdColumns) {
        if (has_.contains(std::string(column)) && column == IdColumn()) {
          EXPECT_TRUE(ids.insert(reader_.Get(row, column)).second) << Where(row) << column;
        }
      }
      CheckOrder(row);
      CheckName(row);
    }
  }

 private:
  std::string Where(int64_t row) const {
    return file_.path + " " + std::string(EvidenceTableName(table_)) + " " + std::to_string(row) +
           " ";
  }

  std::string IdColumn() const {
    switch (table_) {
      case EvidenceTable::kCstDefs:
        return "def_id";
      case EvidenceTable::kCstImports:
        return "import_id";
      case EvidenceTable::kCstCallsites:
        return "call_id";
      case EvidenceTable::kCstRefs:
        return "ref_id";
      case EvidenceTable::kCstTypeExprs:
        return "type_expr_id";
      case EvidenceTable::kTsErrors:
        return "ts_error_id";
      case EvidenceTable::kTsMissing:
        return "ts_missing_id";
      default:  // NOLINT: the other tables have no id of their own
        return "";
    }
  }

  void CheckSpan(int64_t row, const std::string& prefix) {
    if (!has_.contains(prefix + "span_ok") || reader_.Get(row, prefix + "span_ok") != "true") {
      return;
    }
    const int64_t bstart = reader_.GetInt(row, prefix + "bstart");
    const int64_t bend = reader_.GetInt(row, prefix + "bend");
    EXPECT_LE(0, bstart) << Where(row);
    EXPECT_LE(bstart, bend) << Where(row);
    EXPECT_LE(bend, file_.size()) << Where(row);
    const int64_t line = reader_.GetInt(row, prefix + "raw_start_line");
    EXPECT_EQ(file_.lines.LineOf(bstart), line) << Where(row);
    EXPECT_EQ(file_.lines.starts()[static_cast<size_t>(line)] +
                  reader_.GetInt(row, prefix + "raw_start_col"),
              bstart)
        << Where(row);
  }

  /// Rows are sorted by place, then by id.
  void CheckOrder(int64_t row) {
    const std::string start = table_ == EvidenceTable::kCstImports ? "alias_bstart" : "bstart";
    if (row == 0 || !has_.contains(start)) {
      return;
    }
    const int64_t before = reader_.GetInt(row - 1, start);
    const int64_t here = reader_.GetInt(row, start);
    EXPECT_LE(before, here) << Where(row);
    if (before == here && !IdColumn().empty()) {
      EXPECT_LT(reader_.Get(row - 1, IdColumn()), reader_.Get(row, IdColumn())) << Where(row);
    }
  }

  /// A definition's name is what stands at its place.
  void CheckName(int64_t row) {
    if (table_ != EvidenceTable::kCstDefs || !file_.encoding.utf8_valid) {
      return;
    }
    const std::string_view slice =
        file_.Slice(reader_.GetInt(row, "name_bstart"), reader_.GetInt(row, "name_bend"));
    EXPECT_EQ(NfkcIdentifier(slice), reader_.Get(row, "name")) << Where(row);
  }

  const source::SourceFile& file_;
  const EvidenceTable table_;
  const TableReader& reader_;
  std::set<std::string> has_;
};

TEST(StandardLibrary, RowsAreInTheirFileWithUniqueIds) {
  const std::vector<fs::path> files = LibraryFiles();
  ASSERT_GT(files.size(), 100U) << NORMA_TEST_LIBRARY;
  auto extractor = Extractor::Make();
  auto tables = EvidenceTables::Make();
  ASSERT_TRUE(extractor.ok() && tables.ok());
  for (const fs::path& path : files) {
    std::ifstream in(path, std::ios::binary);
    std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    const source::SourceFile file = source::MakeSourceFileAt(
        fs::relative(path, NORMA_TEST_LIBRARY).generic_string(), std::move(bytes));
    const Outcome outcome = extractor.value().Extract(file, tables.value());
    int64_t rows = 0;
    for (const EvidenceTable table : AllEvidenceTables()) {
      const TableReader reader(tables.value()[table]);
      Checker(file, table, reader).Check();
      rows += reader.rows();
    }
    EXPECT_EQ(outcome.row_count, rows) << file.path;
    ASSERT_FALSE(testing::Test::HasFailure()) << file.path;
  }
}

}  // namespace
}  // namespace norma::extract::treesitter
