#include "norma/functions/type_functions.h"

#include <utility>

#include "norma/extract/types/type_text.h"
#include "norma/functions/columns_internal.h"

namespace norma::functions {
namespace {

template <typename Make>
Result<nanoarrow::UniqueArray> MapTexts(const ArrowSchema* types, const ArrowArray* args,
                                        int64_t rows, uint64_t scalars, Make make) {
  static const ResultSchema kText("result s");
  NORMA_ASSIGN_OR_RETURN(const Arguments arguments, Arguments::Make(types, args, 1, scalars));
  const TextColumn texts(arguments, 0);
  NORMA_ASSIGN_OR_RETURN(nanoarrow::UniqueArray out, kText.MakeArray());
  for (int64_t row = 0; row < rows; ++row) {
    NORMA_RETURN_IF_ERROR(texts.IsNull(row) ? AppendNull(out.get())
                                            : AppendText(out.get(), make(texts[row])));
  }
  return FinishArray(std::move(out));
}

}  // namespace

Result<nanoarrow::UniqueArray> TypeReprKernel(const ArrowSchema* types, const ArrowArray* args,
                                              int64_t rows, uint64_t scalars) {
  return MapTexts(types, args, rows, scalars, extract::TypeRepr);
}

Result<nanoarrow::UniqueArray> TypeFormKernel(const ArrowSchema* types, const ArrowArray* args,
                                              int64_t rows, uint64_t scalars) {
  return MapTexts(types, args, rows, scalars, extract::TypeForm);
}

}  // namespace norma::functions
