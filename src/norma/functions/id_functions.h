#pragma once

/// \file
/// Kernels of norma_id and of the hash functions of older tables. See catalogue.cc for their SQL.

#include "norma/engine/function.h"

namespace norma::functions {

/// norma_id(kind, part, …): never NULL. An error if a kind is NULL or no lower-case name.
Result<nanoarrow::UniqueArray> NormaId(const ArrowSchema* types, const ArrowArray* args,
                                       int64_t rows, uint64_t scalars);

/// norma_is_id(text): NULL in, NULL out, as are all below.
Result<nanoarrow::UniqueArray> IsIdKernel(const ArrowSchema* types, const ArrowArray* args,
                                          int64_t rows, uint64_t scalars);

Result<nanoarrow::UniqueArray> StableHash64Kernel(const ArrowSchema* types, const ArrowArray* args,
                                                  int64_t rows, uint64_t scalars);
Result<nanoarrow::UniqueArray> StableHash128Kernel(const ArrowSchema* types, const ArrowArray* args,
                                                   int64_t rows, uint64_t scalars);
Result<nanoarrow::UniqueArray> PrefixedHash64Kernel(const ArrowSchema* types,
                                                    const ArrowArray* args, int64_t rows,
                                                    uint64_t scalars);
Result<nanoarrow::UniqueArray> StableIdKernel(const ArrowSchema* types, const ArrowArray* args,
                                              int64_t rows, uint64_t scalars);

}  // namespace norma::functions
