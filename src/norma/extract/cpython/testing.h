#pragma once

/// \file
/// What the tests of this folder share: interpreters, rows as text, a worker that misbehaves.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "norma/arrow/table_builder.h"
#include "norma/extract/cpython/extractor.h"
#include "norma/extract/cpython/interpreter.h"

namespace norma::extract::cpython {

/// One row, each value as text under its column: NULL, numbers, true and false, lists in brackets.
using RowText = std::map<std::string, std::string>;

/// Takes all rows out of a builder.
std::vector<RowText> TakeRows(arrow::TableBuilder& builder);

/// The values of some columns of a row with spaces between them.
std::string Show(const RowText& row, const std::vector<std::string>& columns);

/// One interpreter of each minor version on PATH and in the variable NORMA_TEST_PYTHONS, which
/// holds paths with ":" between them. Never empty: without an interpreter the test fails.
const std::vector<Interpreter>& Interpreters();

/// norma's worker with `method`, the body of a function of (source), called before each answer.
std::string ScriptWith(std::string_view method);

/// An extractor with its tables, for one interpreter.
struct Bench {
  explicit Bench(const Interpreter& interpreter, const WorkerLimits& limits = {},
                 std::string script = {});

  Outcome Extract(std::string bytes, std::string_view path = "a.py");
  std::vector<RowText> Take(EvidenceTable table) { return TakeRows(tables[table]); }

  Extractor extractor;
  EvidenceTables tables;
};

}  // namespace norma::extract::cpython
