#pragma once

/// \file
/// Code units from listings, and flow as text. For tests.

#include <string>
#include <string_view>
#include <vector>

#include "norma/extract/flow/code_unit.h"
#include "norma/extract/flow/flow.h"
#include "norma/source/source_file.h"

namespace norma::extract::flow {

/// One file with what was computed of it. `flow` borrows from `units`.
struct Example {
  source::SourceFile file;
  CodeUnits units;
  FlowResult flow;

  /// The first unit of that name; the test fails if there is none.
  size_t Unit(std::string_view name) const;
};

/// Reads one section of a listing, as tests/fixtures/bytecode/list_code.py writes it.
CodeUnits ReadListing(std::string_view section, std::string_view py_tag,
                      const source::SourceFile& file);

/// A source of tests/fixtures/bytecode as one interpreter compiles it.
/// \param py_tag cpython-311, cpython-312 or cpython-313.
Example LoadExample(std::string_view py_tag, std::string_view name);

/// "0 [0,16) entry branch" and, if so, " handled by 3", " unreachable"
std::vector<std::string> BlockLines(const Example& example, std::string_view unit);
/// "0->2 branch_false" and, if so, " at 12", " entry 1"
std::vector<std::string> EdgeLines(const Example& example, std::string_view unit);
/// "18 def x local store" ("entry def c …" at the entry) and, if so, " synthetic", " fallback",
/// " unbound"
std::vector<std::string> EventLines(const Example& example, std::string_view unit);
/// "x@20 <- x@18 flow may", or "… <- unit:x@8 …" if the definition is in another unit; sorted
std::vector<std::string> ReachLines(const Example& example, std::string_view unit);
/// Those of one use: "x@18 flow may"
std::vector<std::string> ReachLines(const Example& example, std::string_view unit,
                                    std::string_view use);

}  // namespace norma::extract::flow
