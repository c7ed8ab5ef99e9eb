#pragma once

/// \file
/// Fixtures of marshalled code, and decoded code as text. For tests.

#include <string>
#include <string_view>
#include <vector>

#include "norma/arrow/table_builder.h"
#include "norma/extract/flow/code_rows.h"
#include "norma/extract/flow/code_unit.h"
#include "norma/extract/flow/instruction_set.h"
#include "norma/source/source_file.h"

namespace norma::extract::flow {

/// The cache tags of tests/fixtures/marshal.
std::vector<std::string> FixtureTags();

/// A file of tests/fixtures/marshal/<py_tag>; nothing if there is none.
std::string ReadFixture(std::string_view py_tag, std::string_view name);

/// The interpreter that made the fixtures of this tag.
InstructionSet FixtureSet(std::string_view py_tag);

/// Builders of py_bc_code_units, py_bc_instructions and py_bc_exception_table.
class CodeBuilders {
 public:
  CodeBuilders();

  CodeTables tables() { return {units, instructions, exceptions}; }
  /// Appends the rows of a file whose flow was not analysed: block 0, nothing raises, no scopes.
  void Append(const CodeUnits& code, const InstructionSet& set, const source::SourceFile& file);

  arrow::TableBuilder units;
  arrow::TableBuilder instructions;
  arrow::TableBuilder exceptions;
};

/// The rows of a file as tests/fixtures/marshal/describe.py writes them.
std::vector<std::string> Describe(const CodeUnits& code, const InstructionSet& set,
                                  const source::SourceFile& file);

/// The lines of a text without their ends.
std::vector<std::string> Lines(std::string_view text);

}  // namespace norma::extract::flow
