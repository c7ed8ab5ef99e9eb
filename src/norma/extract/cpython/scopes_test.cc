#include "norma/extract/cpython/scopes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "norma/extract/cpython/testing.h"

namespace norma::extract::cpython {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

TEST(CpythonScopes, HaveStableIdsListsAndLines) {
  for (const Interpreter& interpreter : Interpreters()) {
    SCOPED_TRACE(interpreter.version);
    Bench bench(interpreter);
    const Outcome outcome = bench.Extract(
        "import m\n"
        "class C:\n"
        "    k = 1\n"
        "    def __p(self, *a, z=1): return m\n"
        "def f(x):\n"
        "    y = x\n"
        "    def g():\n"
        "        nonlocal y\n"
        "        y = h\n"
        "    return g, (lambda: x), (lambda: 2)\n");
    EXPECT_EQ(outcome.status, FileStatus::kOk);
    std::vector<std::string> scopes;
    for (const RowText& row : bench.Take(EvidenceTable::kSymtableScopes)) {
      EXPECT_EQ(row.at("py_tag"), interpreter.py_tag);
      scopes.push_back(Show(row, {"qualpath", "scope_type", "ordinal", "is_nested", "is_optimized",
                                  "parameters", "locals", "globals", "nonlocals", "frees",
                                  "methods", "raw_start_line", "span_ok", "span_reason"}));
    }
    std::sort(scopes.begin(), scopes.end());
    EXPECT_THAT(
        scopes,
        ElementsAre(
            "top module 0 false false [] [] [] [] [] [] 0 false synthetic_line_zero",
            "top/C class 0 false false [] [] [] [] [] [__p] 2 false line_only",
            "top/C/__p function 0 false true [self z a] [a self z] [m] [] [] [] 4 false line_only",
            "top/f function 0 false true [x] [g x y] [] [] [] [] 5 false line_only",
            "top/f/g function 0 true true [] [] [h] [y] [y] [] 7 false line_only",
            "top/f/lambda function 0 true true [] [] [] [] [x] [] 10 false line_only",
            "top/f/lambda function 1 true true [] [] [] [] [] [] 10 false line_only"));
    const auto symbols = bench.Take(EvidenceTable::kSymtableSymbols);
    const auto symbol = [&](std::string_view name, std::string_view is_free) {
      const auto found = std::find_if(symbols.begin(), symbols.end(), [&](const RowText& row) {
        return row.at("name") == name && row.at("is_free") == is_free;
      });
      return found == symbols.end()
                 ? std::string("no such symbol")
                 : Show(*found, {"is_referenced", "is_imported", "is_parameter", "is_global",
                                 "is_nonlocal", "is_local", "is_assigned", "namespace_count"});
    };
    EXPECT_EQ(symbol("C", "false"), "false false false true false true true 1");
    EXPECT_EQ(symbol("_C__p", "false"), "false false false false false true true 0");
    EXPECT_EQ(symbol("z", "false"), "false false true false false true false 0");
    EXPECT_EQ(symbol("y", "true"), "false false false false true false true 0");
    EXPECT_TRUE(std::is_sorted(symbols.begin(), symbols.end(), [](const auto& a, const auto& b) {
      return std::pair(a.at("scope_id"), a.at("name")) < std::pair(b.at("scope_id"), b.at("name"));
    }));
  }
}

TEST(CpythonScopes, KeepTheirIdsWhenALineIsInserted) {
  Bench bench(Interpreters().front());
  const std::string source = "def f():\n    def g(): pass\nclass C: pass\n";
  const auto ids = [&bench](const std::string& bytes) {
    bench.Extract(bytes);
    std::vector<std::string> found;
    for (const RowText& row : bench.Take(EvidenceTable::kSymtableSymbols)) {
      found.push_back(row.at("symbol_id"));
    }
    for (const RowText& row : bench.Take(EvidenceTable::kSymtableScopes)) {
      found.push_back(row.at("scope_id"));
    }
    std::sort(found.begin(), found.end());
    return found;
  };
  const auto before = ids(source);
  EXPECT_THAT(before, SizeIs(7));
  EXPECT_EQ(before, ids("# a comment\n\n" + source));
}

TEST(CpythonScopes, NameTheTypeScopesOf312AndLater) {
  for (const Interpreter& interpreter : Interpreters()) {
    if (interpreter.minor < 12) {
      continue;
    }
    SCOPED_TRACE(interpreter.version);
    Bench bench(interpreter);
    EXPECT_EQ(
        bench.Extract("type A[T: int] = list[T]\nclass C[U]:\n  def m[V](self): pass\n").status,
        FileStatus::kOk);
    std::vector<std::string> scopes;
    for (const RowText& row : bench.Take(EvidenceTable::kSymtableScopes)) {
      scopes.push_back(Show(row, {"scope_type", "name", "methods"}));
    }
    EXPECT_THAT(scopes,
                testing::IsSupersetOf({"type_params A []", "type_var T []", "type_alias A []",
                                       "class C [m]", "type_params m []"}));
  }
}

TEST(CpythonRows, DoNotChangeFromRunToRun) {
  // CPython adds free variables in the order of a set of strings, which differs between processes.
  std::string source = "def f():\n";
  std::string uses;
  for (int i = 0; i < 50; ++i) {
    source += "    v" + std::to_string(i) + " = 1\n";
    uses += "v" + std::to_string(i) + ", ";
  }
  source += "    class C:\n        def g(self): return lambda: (" + uses + ")\n";
  for (const Interpreter& interpreter : Interpreters()) {
    std::vector<std::vector<RowText>> runs;
    for (int run = 0; run < 2; ++run) {
      Bench bench(interpreter);
      bench.Extract(source);
      runs.push_back(bench.Take(EvidenceTable::kSymtableScopes));
      std::ranges::move(bench.Take(EvidenceTable::kSymtableSymbols),
                        std::back_inserter(runs.back()));
    }
    EXPECT_GT(runs[0].size(), 100U);
    EXPECT_EQ(runs[0], runs[1]);
  }
}

}  // namespace
}  // namespace norma::extract::cpython
