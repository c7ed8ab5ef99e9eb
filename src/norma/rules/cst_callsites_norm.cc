#include "norma/rules/cst_callsites_norm.h"

#include <array>
#include <string_view>

#include "norma/rules/span.h"

namespace norma::rules {
namespace {

using expr::Column;
using expr::Lit;
using expr::Table;

constexpr std::array<std::string_view, 2> kInputs = {"cst_callsites", "cst_call_args"};

/// One row per call that has arguments, with the counts of their forms.
Result<Table> CountArguments(const Table& args) {
  const Column plain = args["star"] == Lit("");
  return args.GroupBy({{"counted_call_id", args["call_id"]}})
      .Aggregate({
          {"all_count", expr::CountRows()},
          {"positional", expr::CountRows().Where(expr::IsNull(args["keyword"]) && plain)},
          {"keyword", expr::CountRows().Where(expr::IsNotNull(args["keyword"]))},
          {"star_arg", expr::CountRows().Where(args["star"] == Lit("*"))},
          {"star_kwarg", expr::CountRows().Where(args["star"] == Lit("**"))},
      });
}

Result<Table> Build(const RuleInputs& inputs) {
  NORMA_ASSIGN_OR_RETURN(const Table calls, inputs.Get("cst_callsites"));
  NORMA_ASSIGN_OR_RETURN(const Table args, inputs.Get("cst_call_args"));
  NORMA_ASSIGN_OR_RETURN(const Table counts, CountArguments(args));
  NORMA_ASSIGN_OR_RETURN(const Table rows,
                         calls.LeftJoin(counts, calls["call_id"] == counts["counted_call_id"]));

  const auto count = [&](std::string_view column) {
    return expr::Coalesce({rows[column], 0}).Cast(sql::DataType::Int32());
  };
  const PositionColumns callee(rows, "callee");
  const PositionColumns call(rows, "");
  NORMA_ASSIGN_OR_RETURN(
      const Table result,
      rows.Select({"file_id",
                   "path",
                   {"span", CanonicalSpan(Lit("treesitter"), callee)},
                   {"call_span", CanonicalSpan(Lit("treesitter"), call)},
                   {"span_id", SpanId(rows, callee)},
                   "call_id",
                   "owner_def_id",
                   "ordinal",
                   "callee_shape",
                   "callee_text",
                   "callee_dotted",
                   "callee_key",
                   {"arg_count", count("all_count")},
                   {"positional_count", count("positional")},
                   {"keyword_count", count("keyword")},
                   {"star_arg_count", count("star_arg")},
                   {"star_kwarg_count", count("star_kwarg")},
                   "is_awaited",
                   "in_decorator",
                   {"attrs", SpanAttrs({{"span", callee}, {"call_span", call}})}}));
  return result.Conform(inputs.output_schema());
}

}  // namespace

constinit const Rule kCstCallsitesNorm = {
    .name = "cst_callsites_norm",
    .output = "cst_callsites_norm_v1",
    .inputs = kInputs,
    .optional_inputs = {},
    .build = &Build,
};

}  // namespace norma::rules
