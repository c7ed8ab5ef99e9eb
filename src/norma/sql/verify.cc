#include "norma/sql/verify.h"

#include <fmt/format.h>

#include "norma/sql/ir_walk.h"

namespace norma::sql {

Status Verify(const Ir& ir, Stage) {
  if (!ir.Has(ir.root)) {
    return Error{ErrorKind::kInternal, "ir: no root"};
  }
  return Status();
}

}  // namespace norma::sql
