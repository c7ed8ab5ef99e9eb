#include "norma/rules/cst_imports_norm.h"

#include <array>
#include <string_view>

#include "norma/rules/span.h"

namespace norma::rules {
namespace {

using expr::Lit;
using expr::Table;

constexpr std::array<std::string_view, 1> kInputs = {"cst_imports"};

Result<Table> Build(const RuleInputs& inputs) {
  NORMA_ASSIGN_OR_RETURN(const Table imports, inputs.Get("cst_imports"));
  const PositionColumns alias(imports, "alias");
  const PositionColumns statement(imports, "stmt");
  NORMA_ASSIGN_OR_RETURN(
      const Table result,
      imports.Select({"file_id",
                      "path",
                      {"span", CanonicalSpan(Lit("treesitter"), alias)},
                      {"stmt_span", CanonicalSpan(Lit("treesitter"), statement)},
                      {"span_id", SpanId(imports, alias)},
                      "import_id",
                      "owner_def_id",
                      "alias_index",
                      "kind",
                      "module",
                      "relative_level",
                      "name",
                      "asname",
                      "is_star",
                      "bound_name",
                      "guard",
                      {"attrs", SpanAttrs({{"span", alias}, {"stmt_span", statement}})}}));
  return result.Conform(inputs.output_schema());
}

}  // namespace

constinit const Rule kCstImportsNorm = {
    .name = "cst_imports_norm",
    .output = "cst_imports_norm_v1",
    .inputs = kInputs,
    .optional_inputs = {},
    .build = &Build,
};

}  // namespace norma::rules
