#pragma once

/// \file
/// Kernels of norma_type_repr and norma_type_form.

#include "norma/engine/function.h"

namespace norma::functions {

/// NULL in, NULL out, as is the one below.
Result<nanoarrow::UniqueArray> TypeReprKernel(const ArrowSchema* types, const ArrowArray* args,
                                              int64_t rows, uint64_t scalars);
Result<nanoarrow::UniqueArray> TypeFormKernel(const ArrowSchema* types, const ArrowArray* args,
                                              int64_t rows, uint64_t scalars);

}  // namespace norma::functions
