#pragma once

/// \file
/// What an interpreter refused in one file.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "norma/base/result.h"
#include "norma/extract/cpython/columns.h"
#include "norma/source/column.h"

namespace norma::extract::cpython {

enum class Stage : uint8_t { kParse, kCompile, kSymtable };

/// parse | compile | symtable
std::string_view StageName(Stage stage);

enum class ProblemClass : uint8_t {
  kSyntax,   ///< a SyntaxError
  kNesting,  ///< deeper than the interpreter can follow
  kMemory,
  kOther,
};

/// One refusal, its texts borrowed from the answer.
struct Problem {
  Stage stage = Stage::kParse;
  ProblemClass problem_class = ProblemClass::kOther;
  source::ColumnUnit unit = source::ColumnUnit::kUtf32;
  /// As Python's SyntaxError has them: 1-based, the columns in `unit`.
  std::optional<int32_t> start_line;
  std::optional<int32_t> start_column;
  std::optional<int32_t> end_line;
  std::optional<int32_t> end_column;
  std::string_view type;
  std::string_view message;
};

/// Reads the sections ERRI and ERRT, which an answer without problems lacks.
/// \return kCorruptData if they break the protocol.
Result<std::vector<Problem>> ParseProblems(const Sections& sections);

}  // namespace norma::extract::cpython
