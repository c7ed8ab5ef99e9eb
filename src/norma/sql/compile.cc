#include "norma/sql/compile.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "norma/sql/emit.h"
#include "norma/sql/fingerprint.h"
#include "norma/sql/ir_walk.h"
#include "norma/sql/verify.h"

namespace norma::sql {
namespace {

std::string ColumnText(const std::vector<SchemaColumn>& columns, size_t i) {
  if (i >= columns.size()) {
    return "none";
  }
  return fmt::format("{} {}{}", columns[i].name, columns[i].type.ToString(),
                     columns[i].nullable ? "" : " NOT NULL");
}

bool AddsFloats(const Ir& ir, const Aggregate& node) {
  const bool adds = node.function == "sum" || node.function == "avg";
  return adds &&
         std::ranges::any_of(node.args, [&](ExprId arg) { return ir[arg].type.is_float(); });
}

}  // namespace

Result<Compiled> Compile(const Ir& ir) {
  NORMA_RETURN_IF_ERROR(Verify(ir, Stage::kTyped));
  Compiled compiled;
  compiled.ir = Compact(ir);
  NORMA_ASSIGN_OR_RETURN(compiled.sql, EmitDataFusion(compiled.ir));
  compiled.output.columns = compiled.ir[compiled.ir.root].columns;
  compiled.def = DefFingerprint(compiled.ir);
  std::set<std::string> tables;
  for (const AnyId any : PostOrder(compiled.ir, compiled.ir.root)) {
    if (const RelationId* id = std::get_if<RelationId>(&any)) {
      if (const auto* table = std::get_if<Table>(&compiled.ir[*id].node)) {
        tables.insert(table->name);
      }
    }
    if (const ExprId* id = std::get_if<ExprId>(&any)) {
      const Expr& expr = compiled.ir[*id];
      const auto* aggregate = std::get_if<Aggregate>(&expr.node);
      if (aggregate != nullptr && AddsFloats(compiled.ir, *aggregate)) {
        compiled.warnings.push_back(
            fmt::format("a sum of floats depends on the number of partitions: {} [{}]",
                        aggregate->function, DescribeOrigin(compiled.ir[expr.origin])));
      }
    }
  }
  compiled.tables.assign(tables.begin(), tables.end());
  return compiled;
}

Status CheckAdmission(const Schema& ir, const Schema& planned) {
  std::string differences;
  for (size_t i = 0; i < std::max(ir.columns.size(), planned.columns.size()); ++i) {
    const bool is_there = i < ir.columns.size() && i < planned.columns.size();
    const bool fits = is_there && ir.columns[i].name == planned.columns[i].name &&
                      ir.columns[i].type == planned.columns[i].type &&
                      (ir.columns[i].nullable || !planned.columns[i].nullable);
    if (!fits) {
      differences += fmt::format("{}column {}: {}, planned: {}", differences.empty() ? "" : "; ",
                                 i + 1, ColumnText(ir.columns, i), ColumnText(planned.columns, i));
    }
  }
  if (differences.empty()) {
    return Status();
  }
  return Error{ErrorKind::kInternal, "sql.admit.schema: " + differences};
}

}  // namespace norma::sql
