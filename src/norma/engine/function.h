#pragma once

/// \file
/// Scalar functions that C++ gives to the engine's SQL.

#include <cstdint>
#include <nanoarrow/nanoarrow.hpp>
#include <string>

#include "norma/arrow/schema.h"
#include "norma/base/result.h"

namespace norma::engine {

/// How often a function must be called for equal arguments. The numbers are those of the C ABI.
enum class Volatility : int32_t {
  kImmutable =
      0,  ///< Equal arguments give equal results for ever; called while planning, on constants.
  kStable = 1,    ///< Equal within one query.
  kVolatile = 2,  ///< May differ from row to row.
};

/// One call of a scalar function on a batch.
///
/// \param types one schema for each argument, in order: of a declared argument exactly its declared
///        type; of a variadic one Int64, Utf8, Boolean, Binary or Null. A released schema (release
///        is null) follows the last, which is how a variadic function learns their number.
/// \param args one array for each argument. Lent: neither moved nor released, and not kept.
/// \param rows the length of the result.
/// \param scalars bit i is set when argument i has one row that stands for all rows. When all
///        arguments are scalar, `rows` is 1.
/// \return an array of the declared result type with exactly `rows` rows, or the error that fails
///         the query.
///
/// Runs on engine threads, many calls at once: it does not block, does not throw, takes no lock
/// that a bridge call may hold, and does not call the bridge.
using ScalarCall = Result<nanoarrow::UniqueArray> (*)(const ArrowSchema* types,
                                                      const ArrowArray* args, int64_t rows,
                                                      uint64_t scalars);

/// A scalar function: what the catalogue says about it, and the code. Plain data, registered by
/// Session::RegisterFunction, which copies it.
struct ScalarFunction {
  std::string name;         ///< Lower case, with the prefix norma_.
  std::string description;  ///< One sentence for the function catalogue.
  std::string syntax;       ///< "norma_span(line_starts, begin, end)".
  arrow::Schema
      arguments;        ///< Names and types, at most 63 of them. The engine casts to these types.
  arrow::Field result;  ///< Its name is not used. May be NULL when `nullable`.
  Volatility volatility = Volatility::kImmutable;
  bool variadic = false;  ///< Any number of further arguments may follow, up to 64 in all.
  ScalarCall call = nullptr;
};

}  // namespace norma::engine
