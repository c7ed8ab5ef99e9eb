#pragma once

/// \file
/// How much memory tree-sitter holds for this thread: its own limits are of time only.

#include <cstdint>

namespace norma::extract::treesitter {

/// Makes tree-sitter allocate through functions that count. Call before its first parser is made;
/// later calls do nothing. Any thread.
void CountParserMemory();

/// Bytes that tree-sitter took on this thread and did not give back on it.
int64_t ParserMemory();

}  // namespace norma::extract::treesitter
