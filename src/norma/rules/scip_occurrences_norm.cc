#include "norma/rules/scip_occurrences_norm.h"

#include <array>
#include <string_view>

#include "norma/rules/span.h"

namespace norma::rules {
namespace {

using expr::Column;
using expr::IfElse;
using expr::Lit;
using expr::Null;
using expr::Table;
using sql::DataType;

constexpr std::array<std::string_view, 2> kInputs = {"scip_occurrences", "scip_documents"};

/// A position without what a stale document cannot know: the bytes. What has no place keeps that as
/// its reason.
PositionColumns Trusted(const Table& rows, std::string_view prefix) {
  PositionColumns position(rows, prefix);
  const Column& stale = rows["is_stale"];
  const Column absent = expr::IsTrue(position.span_reason == Lit("no_position"));
  position.bstart = IfElse(stale, Null(DataType::Int64()), position.bstart);
  position.bend = IfElse(stale, Null(DataType::Int64()), position.bend);
  position.span_ok = IfElse(stale, Column(false), position.span_ok);
  position.span_reason = IfElse(stale && !absent, Lit("stale_index"), position.span_reason);
  return position;
}

Result<Table> Build(const RuleInputs& inputs) {
  NORMA_ASSIGN_OR_RETURN(const Table occurrences, inputs.Get("scip_occurrences"));
  NORMA_ASSIGN_OR_RETURN(const Table all_documents, inputs.Get("scip_documents"));
  NORMA_ASSIGN_OR_RETURN(
      const Table documents,
      all_documents.Select({{"known_document_id", all_documents["document_id"]}, "is_stale"}));
  NORMA_ASSIGN_OR_RETURN(const Table rows,
                         occurrences.InnerJoin(documents, occurrences["document_id"] ==
                                                              documents["known_document_id"]));

  const Column adapter = expr::ConcatStrict({Lit("scip_"), rows["col_unit"]});
  const PositionColumns place = Trusted(rows, "");
  const PositionColumns enclosing = Trusted(rows, "enc");
  // That an occurrence encloses nothing is no exception.
  const Column encloses_nothing = expr::IsTrue(enclosing.span_reason == Lit("no_position"));
  const SpanSource enclosing_source("enc_span", encloses_nothing || enclosing.span_ok,
                                    enclosing.span_reason);
  NORMA_ASSIGN_OR_RETURN(const Table result,
                         rows.Select({"file_id",
                                      "path",
                                      {"span", CanonicalSpan(adapter, place)},
                                      {"span_id", SpanId(rows, place)},
                                      {"enc_span", CanonicalSpan(adapter, enclosing)},
                                      "document_id",
                                      "occ_index",
                                      "symbol",
                                      "symbol_roles",
                                      "is_definition",
                                      "is_import",
                                      "is_write",
                                      "is_read",
                                      "is_generated",
                                      "is_test",
                                      "is_forward_definition",
                                      "syntax_kind",
                                      "override_documentation",
                                      "is_stale",
                                      {"attrs", SpanAttrs({{"span", place}, enclosing_source})}}));
  return result.Conform(inputs.output_schema());
}

}  // namespace

constinit const Rule kScipOccurrencesNorm = {
    .name = "scip_occurrences_norm",
    .output = "scip_occurrences_norm_v1",
    .inputs = kInputs,
    .optional_inputs = {},
    .build = &Build,
};

}  // namespace norma::rules
