#include "norma/rules/dim_qualified_names.h"

#include <array>
#include <string_view>
#include <vector>

#include "norma/expr/functions.h"

namespace norma::rules {
namespace {

using expr::Col;
using expr::Table;

constexpr std::array<std::string_view, 1> kInputs = {"cst_defs"};
constexpr std::array<std::string_view, 1> kOptionalInputs = {"cst_callsites"};

/// The names of a list column, one a row.
Result<Table> Names(const Table& table, std::string_view list) {
  NORMA_ASSIGN_OR_RETURN(const Table lists, table.Select({{"names", table[list]}}));
  NORMA_ASSIGN_OR_RETURN(const Table rows, lists.Unnest(lists["names"], "qname"));
  return rows.Select({"qname"});
}

/// The same for a list of name and source.
Result<Table> SourcedNames(const Table& table, std::string_view list) {
  NORMA_ASSIGN_OR_RETURN(const Table lists, table.Select({{"names", table[list]}}));
  NORMA_ASSIGN_OR_RETURN(const Table rows, lists.Unnest(lists["names"], "item"));
  return rows.Select({{"qname", rows["item"].Field("name")}});
}

Result<Table> Build(const RuleInputs& inputs) {
  NORMA_ASSIGN_OR_RETURN(const Table defs, inputs.Get("cst_defs"));
  NORMA_ASSIGN_OR_RETURN(const Table calls, inputs.Get("cst_callsites"));
  NORMA_ASSIGN_OR_RETURN(const Table candidates, SourcedNames(calls, "callee_qnames"));
  NORMA_ASSIGN_OR_RETURN(const Table full_candidates, Names(calls, "callee_fqns"));
  NORMA_ASSIGN_OR_RETURN(const Table defined, SourcedNames(defs, "qnames"));
  NORMA_ASSIGN_OR_RETURN(const Table full_defined, Names(defs, "def_fqns"));
  NORMA_ASSIGN_OR_RETURN(const Table all,
                         expr::UnionDistinct({candidates, full_candidates, defined, full_defined}));
  NORMA_ASSIGN_OR_RETURN(const Table named,
                         all.Filter(expr::CharLength(expr::Strip(Col("qname"))) > 0));
  NORMA_ASSIGN_OR_RETURN(
      const Table result,
      named.Select({{"qname_id", expr::Id("qname", {named["qname"]})}, "qname"}));
  return result.Conform(inputs.output_schema());
}

}  // namespace

constinit const Rule kDimQualifiedNames = {
    .name = "dim_qualified_names",
    .output = "dim_qualified_names_v1",
    .inputs = kInputs,
    .optional_inputs = kOptionalInputs,
    .build = &Build,
};

}  // namespace norma::rules
