// Code of real interpreters, held against what they say of it themselves.

#include "norma/extract/cpython/code.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "norma/base/unicode.h"
#include "norma/extract/cpython/private_folder.h"
#include "norma/extract/cpython/testing.h"
#include "norma/extract/cpython/worker.h"
#include "norma/extract/flow/decode_testing.h"
#include "norma/extract/treesitter/table_reader.h"
#include "tests/support/matchers.h"

namespace norma::extract::cpython {
namespace {

namespace fs = std::filesystem;
using testing_support::IsOk;

constexpr std::string_view kDescribe = "tests/fixtures/marshal/describe.py";
constexpr size_t kFilesPerCall = 64;

/// What a program prints.
std::string OutputOf(const std::string& command) {
  std::string output;
  FILE* const pipe = popen(command.c_str(), "r");
  char buffer[1 << 16];
  while (const size_t got = fread(buffer, 1, sizeof buffer, pipe)) {
    output.append(buffer, got);
  }
  EXPECT_EQ(pclose(pipe), 0) << command;
  return output;
}

std::string Read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// What an interpreter makes of one file.
struct Compiled {
  source::SourceFile file;
  ScopeTree scopes;
  FileCode code;
};

/// A worker that compiles one file after another.
class Compiler {
 public:
  explicit Compiler(const Interpreter& interpreter)
      : folder_(PrivateFolder::Make().value()),
        worker_(Worker::Start(interpreter, WorkerScript(), folder_.path(), {}).value()) {}

  const flow::InstructionSet& set() const { return worker_.greeting().instruction_set; }
  const Greeting& greeting() const { return worker_.greeting(); }

  /// Nothing if it does not compile. Borrows from the answer, until the next call.
  std::optional<Compiled> Compile(std::string bytes) {
    Compiled compiled{source::MakeSourceFileAt("a.py", std::move(bytes)), {}, {}};
    EXPECT_TRUE(worker_.Send(compiled.file.bytes, compiled.file.encoding.name, RecodeMode::kNone,
                             Room::kShared));
    const std::optional<std::string_view> payload = worker_.Receive();
    EXPECT_TRUE(payload.has_value());
    const Result<Sections> sections = Sections::Make(payload.value_or(""));
    if (!sections.ok() || !sections.value().Find("CODE").has_value()) {
      return std::nullopt;
    }
    Result<ScopeTree> scopes = ScopeTree::Parse(sections.value(), worker_.greeting());
    EXPECT_THAT(scopes, IsOk());
    compiled.scopes = scopes.value();
    Result<FileCode> code =
        ReadCode(sections.value(), &compiled.scopes, compiled.file, worker_.greeting());
    EXPECT_THAT(code, IsOk());
    if (!code.ok()) {
      return std::nullopt;
    }
    compiled.code = std::move(code).value();
    return compiled;
  }

 private:
  PrivateFolder folder_;
  Worker worker_;
};

/// "<qualname> <- <name of its scope>" for each unit but the module.
std::vector<std::string> ScopesOfUnits(const Compiled& compiled, const Greeting& greeting) {
  const std::vector<std::string> ids = ScopeIds(compiled.scopes, compiled.file, greeting);
  std::vector<std::string> lines;
  for (size_t i = 1; i < compiled.code.units.units.size(); ++i) {
    const auto found = std::ranges::find(ids, compiled.code.scope_ids[i]);
    lines.push_back(
        fmt::format("{} <- {}", compiled.code.units.units[i].qualname,
                    found == ids.end()
                        ? "none"
                        : compiled.scopes.scopes[static_cast<size_t>(found - ids.begin())].name));
  }
  return lines;
}

/// Files of the interpreter's library: some, or with NORMA_TEST_WHOLE_LIBRARY all.
std::vector<fs::path> LibraryFiles(const Interpreter& interpreter) {
  std::string library = OutputOf(interpreter.executable + " -c 'import os; print(os.__file__)'");
  library.pop_back();
  std::vector<fs::path> files;
  std::error_code error;
  for (auto entry = fs::recursive_directory_iterator(fs::path(library).parent_path(), error);
       entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    if (entry->path().filename() == "site-packages") {
      entry.disable_recursion_pending();
    } else if (entry->path().extension() == ".py") {
      files.push_back(entry->path());
    }
  }
  std::ranges::sort(files);
  if (std::getenv("NORMA_TEST_WHOLE_LIBRARY") == nullptr) {
    std::vector<fs::path> some;
    for (size_t i = 7; i < files.size(); i += 100) {
      some.push_back(files[i]);
    }
    return some;
  }
  return files;
}

/// The line with characters escaped that are newer than norma's Unicode and that a newer
/// interpreter prints.
std::string WithOurUnicode(std::string_view line) {
  if (IsAscii(line)) {
    return std::string(line);
  }
  std::string text;
  while (!line.empty()) {
    const Utf8Step step = DecodeUtf8(line);
    if (IsPrintable(step.code_point)) {
      text += line.substr(0, step.length);
    } else {
      text += step.code_point < 0x10000 ? fmt::format("\\u{:04x}", step.code_point)
                                        : fmt::format("\\U{:08x}", step.code_point);
    }
    line.remove_prefix(step.length);
  }
  return text;
}

/// What describe.py says of files, by their paths.
std::map<std::string, std::vector<std::string>> DescribedBy(const Interpreter& interpreter,
                                                            std::span<const fs::path> files) {
  std::string command = fmt::format("{} -I -B -W ignore {}", interpreter.executable, kDescribe);
  for (const fs::path& file : files) {
    command += fmt::format(" '{}'", file.string());
  }
  std::map<std::string, std::vector<std::string>> described;
  std::vector<std::string>* lines = nullptr;
  for (const std::string& line : flow::Lines(OutputOf(command))) {
    if (line.starts_with("== ")) {
      lines = &described[line.substr(3)];
    } else {
      lines->push_back(WithOurUnicode(line));
    }
  }
  return described;
}

/// Compares and tells the first lines that differ.
void ExpectEqualLines(const std::vector<std::string>& found,
                      const std::vector<std::string>& expected, const std::string& where) {
  int told = 0;
  for (size_t i = 0; i < std::min(found.size(), expected.size()) && told < 5; ++i) {
    if (found[i] != expected[i]) {
      ADD_FAILURE() << where << "\n  found    " << found[i] << "\n  expected " << expected[i];
      ++told;
    }
  }
  EXPECT_EQ(found.size(), expected.size()) << where;
}

class CodeOf : public testing::TestWithParam<Interpreter> {};

/// Matched functions and their scopes, and where they disagree on parameters.
struct ScopeCounts {
  int64_t units = 0;
  int64_t unmatched = 0;
  int64_t mismatches = 0;

  void Add(const Compiled& compiled, const std::vector<std::string>& ids, const SymbolBits& bits) {
    for (size_t i = 0; i < compiled.code.units.units.size(); ++i) {
      const flow::CodeUnit& unit = compiled.code.units.units[i];
      const auto found = std::ranges::find(ids, compiled.code.scope_ids[i]);
      ++units;
      if (found == ids.end()) {
        ++unmatched;
        continue;
      }
      const Scope& scope = compiled.scopes.scopes[static_cast<size_t>(found - ids.begin())];
      const auto symbols =
          std::span(compiled.scopes.symbols).subspan(scope.first_symbol, scope.symbol_count);
      const int64_t parameters = std::ranges::count_if(
          symbols, [&bits](const Symbol& symbol) { return (symbol.flags & bits.parameter) != 0; });
      const int64_t arguments = unit.argument_count + unit.keyword_only_count +
                                (unit.has_varargs() ? 1 : 0) + (unit.has_varkeywords() ? 1 : 0);
      mismatches += scope.type == "function" && parameters != arguments ? 1 : 0;
    }
  }
};

TEST_P(CodeOf, ItsLibraryIsDecodedAsItSays) {
  Compiler compiler(GetParam());
  const std::vector<fs::path> files = LibraryFiles(GetParam());
  ASSERT_GT(files.size(), 5);
  ScopeCounts counts;
  int64_t rows = 0;
  for (size_t first = 0; first < files.size(); first += kFilesPerCall) {
    const std::span<const fs::path> some =
        std::span(files).subspan(first, std::min(kFilesPerCall, files.size() - first));
    const auto described = DescribedBy(GetParam(), some);
    for (const fs::path& path : some) {
      const std::optional<Compiled> compiled = compiler.Compile(Read(path));
      const auto expected = described.find(path.string());
      ASSERT_EQ(compiled.has_value(), expected != described.end()) << path;
      // Positions of other encodings need a map that is made elsewhere.
      if (!compiled.has_value() || compiled->file.encoding.name != "utf-8") {
        continue;
      }
      const auto found = flow::Describe(compiled->code.units, compiler.set(), compiled->file);
      ExpectEqualLines(found, expected->second, path.string());
      ASSERT_FALSE(HasFailure()) << path;
      rows += static_cast<int64_t>(found.size());
      counts.Add(*compiled, ScopeIds(compiled->scopes, compiled->file, compiler.greeting()),
                 compiler.greeting().symbol_bits);
    }
  }
  EXPECT_EQ(counts.mismatches, 0);
  EXPECT_LT(counts.unmatched * 20, counts.units);
  fmt::print("{}: {} rows, {} units, {} without a scope\n", GetParam().py_tag, rows, counts.units,
             counts.unmatched);
}

TEST_P(CodeOf, ConstantsReadAsItsRepr) {
  const unsigned seed = std::random_device()() % 1'000'000;
  SCOPED_TRACE(fmt::format("seed {}", seed));
  const PrivateFolder folder = PrivateFolder::Make().value();
  const fs::path path = fs::path(folder.path()) / "constants.py";
  const std::string source = OutputOf(fmt::format(
      "{} -B tests/fixtures/marshal/random_constants.py {}", GetParam().executable, seed));
  std::ofstream(path, std::ios::binary) << source;
  const auto described = DescribedBy(GetParam(), std::span(&path, 1));
  fs::remove(path);
  Compiler compiler(GetParam());
  const std::optional<Compiled> compiled = compiler.Compile(source);
  ASSERT_TRUE(compiled.has_value() && described.size() == 1);
  ExpectEqualLines(flow::Describe(compiled->code.units, compiler.set(), compiled->file),
                   described.begin()->second, "constants");
}

// Decorated, in a class, with parameters of every kind; names that comprehensions have, too.
TEST_P(CodeOf, UnitsFindTheirScopes) {
  Compiler compiler(GetParam());
  const std::optional<Compiled> compiled = compiler.Compile(
      "class C:\n"
      "    @decorated\n"
      "    @twice\n"
      "    def f(a, b, /, c, *, d): return (x for x in a)\n"
      "    def __f(self): return lambda: 1\n"
      "def genexpr(): return (y for y in z)\n"
      "two = lambda: 1, lambda: 2\n");
  ASSERT_TRUE(compiled.has_value());
  EXPECT_EQ(ScopesOfUnits(*compiled, compiler.greeting()),
            (std::vector<std::string>{"C <- C", "C.f <- f", "C.f.<locals>.<genexpr> <- genexpr",
                                      "C.__f <- __f", "C.__f.<locals>.<lambda> <- lambda",
                                      "genexpr <- genexpr", "genexpr.<locals>.<genexpr> <- genexpr",
                                      "<lambda> <- none", "<lambda> <- none"}));
}

/// The slice of the source that the first instruction of that name covers, and where it starts.
std::string PlaceOf(const Compiled& compiled, const flow::InstructionSet& set,
                    std::string_view opname) {
  flow::CodeBuilders builders;
  builders.Append(compiled.code.units, set, compiled.file);
  const treesitter::TableReader rows(builders.instructions);
  for (int64_t row = 0; row < rows.rows(); ++row) {
    if (rows.Get(row, "opname") == opname && rows.Get(row, "span_ok") == "true") {
      const int64_t start = rows.GetInt(row, "bstart");
      return fmt::format("{} {}", start, compiled.file.Slice(start, rows.GetInt(row, "bend")));
    }
  }
  return "none";
}

TEST_P(CodeOf, PlacesAreBytesOfTheFile) {
  Compiler compiler(GetParam());
  const auto place = [&compiler](std::string bytes) {
    const std::optional<Compiled> compiled = compiler.Compile(std::move(bytes));
    return compiled.has_value() ? PlaceOf(*compiled, compiler.set(), "LOAD_NAME") : "refused";
  };
  EXPECT_EQ(place("\xEF\xBB\xBFx = os.sep\n"), "7 os");
  EXPECT_EQ(place("import os\n\f\nos\nos"), "12 os");
  EXPECT_EQ(place("é = '😀'; é\r\n"), "13 é");
  EXPECT_EQ(place("a = 1\rb = a\r"), "10 a");
}

// What nests too deeply to be code, or to be sent, is one failure; the tree is kept.
void ExpectNestingLimit(const Interpreter& interpreter, std::string source) {
  Bench bench(interpreter);
  const Outcome outcome = bench.Extract(std::move(source));
  EXPECT_EQ(outcome.status, FileStatus::kPartial);
  ASSERT_EQ(outcome.failures.size(), 1);
  EXPECT_EQ(outcome.failures.front().code, "NESTING_LIMIT");
  EXPECT_GT(bench.Take(EvidenceTable::kAstNodes).size(), 30);
}

TEST_P(CodeOf, IsToldIfItNestsMoreDeeplyThanMarshalGoes) {
  std::string source;
  for (int i = 0; i < 1500; ++i) {
    source += "lambda: ";
  }
  ExpectNestingLimit(GetParam(), source + "1\n");
}

TEST_P(CodeOf, IsToldIfNestedStatementsMakeTooMuchOfIt) {
  std::string source = "def f():\n";
  std::string indent = " ";
  for (int i = 0; i < 16; ++i) {
    source += fmt::format("{0}try: pass\n{0}finally:\n", indent);
    indent += " ";
  }
  ExpectNestingLimit(GetParam(), source + indent + "g(a.b.c, 1)\n");
}

INSTANTIATE_TEST_SUITE_P(Interpreters, CodeOf, testing::ValuesIn(Interpreters()),
                         [](const auto& test) {
                           return fmt::format("Python3{}", test.param.minor);
                         });

}  // namespace
}  // namespace norma::extract::cpython
