#pragma once

/// \file
/// Where instructions lie in the source.

#include <optional>

#include "norma/extract/flow/code_unit.h"
#include "norma/source/position.h"
#include "norma/source/source_file.h"

namespace norma::extract::flow {

/// The place of one instruction.
source::Position PlaceOf(const source::SourceFile& file, const RawPosition& raw);

/// The smallest place that covers others. Only exact, non-empty places count: a module and a
/// function start with an instruction that has none.
class Hull {
 public:
  void Add(const source::Position& place);
  /// Raw numbers and bytes of the first start and the last end; absent if nothing was covered.
  const source::Position& place() const { return hull_; }

 private:
  source::Position hull_;
};

}  // namespace norma::extract::flow
