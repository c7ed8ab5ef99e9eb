#include "norma/rules/callsite_qname_candidates.h"

#include <array>
#include <string_view>

#include "norma/expr/functions.h"

namespace norma::rules {
namespace {

using expr::Asc;
using expr::Col;
using expr::Column;
using expr::Lit;
using expr::Table;

constexpr std::array<std::string_view, 2> kInputs = {"cst_callsites", "cst_callsites_norm_v1"};

/// One row per call, name and source, each once.
Result<Table> Candidates(const Table& calls) {
  NORMA_ASSIGN_OR_RETURN(
      const Table lists,
      calls.Select({{"candidate_call_id", calls["call_id"]}, "callee_qnames", "callee_fqns"}));
  NORMA_ASSIGN_OR_RETURN(const Table items, lists.Unnest(lists["callee_qnames"], "item"));
  NORMA_ASSIGN_OR_RETURN(const Table in_file,
                         items.Select({"candidate_call_id",
                                       {"qname", items["item"].Field("name")},
                                       {"qname_source", items["item"].Field("source")}}));
  NORMA_ASSIGN_OR_RETURN(const Table names, lists.Unnest(lists["callee_fqns"], "qname"));
  NORMA_ASSIGN_OR_RETURN(
      const Table full,
      names.Select({"candidate_call_id", "qname", {"qname_source", Lit("fully_qualified")}}));
  NORMA_ASSIGN_OR_RETURN(const Table all, expr::UnionDistinct({in_file, full}));
  return all.Filter(expr::CharLength(expr::Strip(Col("qname"))) > 0);
}

Result<Table> Build(const RuleInputs& inputs) {
  NORMA_ASSIGN_OR_RETURN(const Table calls, inputs.Get("cst_callsites"));
  NORMA_ASSIGN_OR_RETURN(const Table counted, inputs.Get("cst_callsites_norm_v1"));
  NORMA_ASSIGN_OR_RETURN(const Table candidates, Candidates(calls));
  NORMA_ASSIGN_OR_RETURN(
      const Table joined,
      candidates.InnerJoin(counted, candidates["candidate_call_id"] == counted["call_id"]));

  const Column source_rank = expr::Cases({{joined["qname_source"] == Lit("fully_qualified"), 0},
                                          {joined["qname_source"] == Lit("import"), 1},
                                          {joined["qname_source"] == Lit("local"), 2},
                                          {joined["qname_source"] == Lit("builtin"), 3}},
                                         4);
  NORMA_ASSIGN_OR_RETURN(const Table rows, joined.Mutate({{"source_rank", source_rank}}));
  // The source stands after the name too, so that the order is total whatever sources there are.
  const Column rank =
      expr::RowNumber().Over({.by = {"candidate_call_id"},
                              .order = {Asc("source_rank"), Asc("qname"), Asc("qname_source")}});
  NORMA_ASSIGN_OR_RETURN(
      const Table result,
      rows.Select(
          {"file_id",
           "path",
           {"span", rows["call_span"]},
           "call_id",
           "qname",
           {"qname_id", expr::Id("qname", {rows["qname"]})},
           "qname_source",
           {"candidate_rank", rank.Cast(sql::DataType::Int32())},
           {"candidate_count",
            expr::CountRows().Over({.by = {"candidate_call_id"}}).Cast(sql::DataType::Int32())},
           "arg_count",
           "positional_count",
           "keyword_count",
           "star_arg_count",
           "star_kwarg_count"}));
  return result.Conform(inputs.output_schema());
}

}  // namespace

constinit const Rule kCallsiteQnameCandidates = {
    .name = "callsite_qname_candidates",
    .output = "callsite_qname_candidates_v1",
    .inputs = kInputs,
    .optional_inputs = {},
    .build = &Build,
};

}  // namespace norma::rules
