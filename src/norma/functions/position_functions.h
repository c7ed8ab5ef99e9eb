#pragma once

/// \file
/// Kernels of the functions that convert between columns and bytes of one line.

#include "norma/engine/function.h"

namespace norma::functions {

/// norma_line_col(line_starts, byte): 0-based line and byte column. NULL for NULL, for a negative
/// byte, and for a column that does not fit 32 bits. The starts alone do not say where the last
/// line ends, so any byte behind its start is on it.
Result<nanoarrow::UniqueArray> LineColKernel(const ArrowSchema* types, const ArrowArray* args,
                                             int64_t rows, uint64_t scalars);

/// byte_to_utf16(line_text, byte): NULL out of range or inside a character, as is the one below.
Result<nanoarrow::UniqueArray> ByteToUtf16Kernel(const ArrowSchema* types, const ArrowArray* args,
                                                 int64_t rows, uint64_t scalars);
/// utf16_to_byte(line_text, col).
Result<nanoarrow::UniqueArray> Utf16ToByteKernel(const ArrowSchema* types, const ArrowArray* args,
                                                 int64_t rows, uint64_t scalars);

/// col_to_byte(line_text, col, unit): clamps a column past the end to the end, and a negative one
/// to 0. NULL inside a character (unit byte: never) and for an unknown unit.
Result<nanoarrow::UniqueArray> ColToByteKernel(const ArrowSchema* types, const ArrowArray* args,
                                               int64_t rows, uint64_t scalars);

}  // namespace norma::functions
