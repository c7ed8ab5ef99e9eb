#include "norma/extract/cpython/testing.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <nanoarrow/nanoarrow.hpp>
#include <set>
#include <utility>

#include "norma/extract/cpython/worker.h"

namespace norma::extract::cpython {
namespace {

std::string ValueText(const ArrowArrayView& view, int64_t row) {
  if (ArrowArrayViewIsNull(&view, row) != 0) {
    return "NULL";
  }
  switch (view.storage_type) {
    case NANOARROW_TYPE_BOOL:
      return ArrowArrayViewGetIntUnsafe(&view, row) != 0 ? "true" : "false";
    case NANOARROW_TYPE_INT32:
    case NANOARROW_TYPE_INT64:
      return fmt::format("{}", ArrowArrayViewGetIntUnsafe(&view, row));
    case NANOARROW_TYPE_STRING: {
      const ArrowStringView text = ArrowArrayViewGetStringUnsafe(&view, row);
      return {text.data, static_cast<size_t>(text.size_bytes)};
    }
    case NANOARROW_TYPE_LIST: {
      std::string items;
      for (int64_t i = ArrowArrayViewListChildOffset(&view, row);
           i < ArrowArrayViewListChildOffset(&view, row + 1); ++i) {
        items += (items.empty() ? "" : " ") + ValueText(*view.children[0], i);
      }
      return "[" + items + "]";
    }
    default:
      return "?";
  }
}

std::vector<Interpreter> FindAll() {
  const char* const search_path = std::getenv("PATH");
  const std::string path = search_path == nullptr ? "" : search_path;
  std::vector<std::string> candidates = {"python3.11", "python3.12", "python3.13", "python3.14",
                                         "python3"};
  const char* const extra = std::getenv("NORMA_TEST_PYTHONS");
  std::string_view rest = extra == nullptr ? "" : extra;
  while (!rest.empty()) {
    const std::string_view one = rest.substr(0, rest.find(':'));
    candidates.emplace_back(one);
    rest.remove_prefix(std::min(rest.size(), one.size() + 1));
  }
  std::vector<Interpreter> found;
  std::set<std::pair<int, int>> versions;
  for (const std::string& candidate : candidates) {
    const Result<Interpreter> interpreter = FindInterpreter(candidate, path);
    if (interpreter.ok() &&
        versions.emplace(interpreter.value().major, interpreter.value().minor).second) {
      found.push_back(interpreter.value());
    }
  }
  EXPECT_FALSE(found.empty()) << "no CPython 3.11 or later was found";
  return found;
}

template <typename T>
T Must(Result<T> result) {
  EXPECT_TRUE(result.ok()) << result.status().error().message;
  return std::move(result).value();
}

}  // namespace

std::vector<RowText> TakeRows(arrow::TableBuilder& builder) {
  const Result<nanoarrow::UniqueArray> batch = builder.Finish();
  EXPECT_TRUE(batch.ok());
  nanoarrow::UniqueArrayView view;
  EXPECT_EQ(ArrowArrayViewInitFromSchema(view.get(), &builder.schema(), nullptr), NANOARROW_OK);
  EXPECT_EQ(ArrowArrayViewSetArray(view.get(), batch.value().get(), nullptr), NANOARROW_OK);
  std::vector<RowText> rows(static_cast<size_t>(batch.value()->length));
  for (size_t row = 0; row < rows.size(); ++row) {
    for (int64_t column = 0; column < view->n_children; ++column) {
      rows[row][builder.schema().children[column]->name] =
          ValueText(*view->children[column], static_cast<int64_t>(row));
    }
  }
  return rows;
}

std::string Show(const RowText& row, const std::vector<std::string>& columns) {
  std::string text;
  for (const std::string& column : columns) {
    text += (text.empty() ? "" : " ") + row.at(column);
  }
  return text;
}

const std::vector<Interpreter>& Interpreters() {
  static const std::vector<Interpreter> found = FindAll();
  return found;
}

std::string ScriptWith(std::string_view method) {
  std::string script = WorkerScript();
  const size_t start = script.rfind("\nmain()\n");
  EXPECT_NE(start, std::string::npos);
  std::string body;
  for (const char character : method) {
    body += character == '\n' ? std::string("\n    ") : std::string(1, character);
  }
  script.insert(start, fmt::format("\nfrom norma_worker.columns import integers\n"
                                   "def before(source):\n    {}\n"
                                   "proper = Analyser.answer\n"
                                   "def answer(self, source, encoding, recode_mode):\n"
                                   "    before(source)\n"
                                   "    return proper(self, source, encoding, recode_mode)\n"
                                   "Analyser.answer = answer",
                                   body));
  return script;
}

Bench::Bench(const Interpreter& interpreter, const WorkerLimits& limits, std::string script)
    : extractor(Must(Extractor::Make(
          {.interpreter = interpreter, .limits = limits, .script = std::move(script)}))),
      tables(Must(EvidenceTables::Make())) {}

Outcome Bench::Extract(std::string bytes, std::string_view path) {
  source::SourceFile file = source::MakeSourceFileAt(path, std::move(bytes));
  return extractor.Extract(file, tables);
}

}  // namespace norma::extract::cpython
