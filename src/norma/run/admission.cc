#include "norma/run/admission.h"

#include <fmt/format.h>

#include <string>

#include "norma/engine/arrow_types.h"

namespace norma::run {
namespace {

/// Puts the place in the rule that the query comes from behind the engine's message.
Error AtOrigin(Error error, const sql::Ir& ir) {
  const std::string place =
      ir.Has(ir.root) ? sql::DescribeOrigin(ir[ir[ir.root].origin]) : std::string();
  if (!place.empty()) {
    error.message += fmt::format(" [{}]", place);
  }
  return error;
}

}  // namespace

Result<sql::Schema> Admit(const engine::Session& session, const sql::Compiled& compiled) {
  const Result<engine::Query> query = session.Plan(compiled.sql, engine::Policy::kRule);
  if (!query.ok()) {
    return AtOrigin(query.error(), compiled.ir);
  }
  NORMA_ASSIGN_OR_RETURN(const nanoarrow::UniqueSchema columns, query.value().Schema());
  NORMA_ASSIGN_OR_RETURN(sql::Schema planned, engine::SchemaFromArrow(*columns.get()));
  NORMA_RETURN_IF_ERROR(sql::CheckAdmission(compiled.output, planned));
  return planned;
}

}  // namespace norma::run
