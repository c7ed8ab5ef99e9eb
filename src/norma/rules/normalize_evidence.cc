#include "norma/rules/normalize_evidence.h"

#include <fmt/format.h>

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "norma/contract/contract.h"
#include "norma/expr/functions.h"
#include "norma/rules/callsite_qname_candidates.h"
#include "norma/rules/diagnostics_norm.h"
#include "norma/rules/scip_occurrences_norm.h"
#include "norma/rules/span_errors.h"
#include "norma/rules/type_exprs_norm.h"
#include "norma/rules/type_nodes.h"

namespace norma::rules {
namespace {

using contract::Contract;
using contract::EvidenceCondition;
using contract::EvidenceOptions;
using contract::EvidenceText;
using expr::Column;
using expr::IfElse;
using expr::Lit;
using expr::Null;
using expr::Table;
using sql::DataType;

// The rules whose outputs say norma.evidence.emit in their contracts.
constexpr std::array kEmitters = {&kTypeExprsNorm,       &kTypeNodes,  &kCallsiteQnameCandidates,
                                  &kScipOccurrencesNorm, &kSpanErrors, &kDiagnosticsNorm};
constexpr std::array<std::string_view, kEmitters.size()> kOptionalInputs = {
    "type_exprs_norm_v1",       "type_nodes_v1",  "callsite_qname_candidates_v1",
    "scip_occurrences_norm_v1", "span_errors_v1", "diagnostics_norm_v1"};

Column Holds(const Table& rows, const EvidenceCondition& condition) {
  const Column column = rows[condition.column];
  if (condition.comparison.empty()) {
    return column;
  }
  const Column number = Lit(condition.number, DataType::Int64());
  const Column value = column.Cast(DataType::Int64());
  if (condition.comparison == "=") {
    return value == number;
  }
  if (condition.comparison == "!=") {
    return value != number;
  }
  if (condition.comparison == "<") {
    return value < number;
  }
  if (condition.comparison == "<=") {
    return value <= number;
  }
  return condition.comparison == ">" ? value > number : value >= number;
}

Column TextOf(const Table& rows, const EvidenceText& text) {
  if (!text.column.empty()) {
    return rows[text.column];
  }
  return text.condition.has_value()
             ? IfElse(Holds(rows, *text.condition), Lit(text.literal), Lit(text.otherwise))
             : Lit(text.literal);
}

/// clamp(base + weight(source) - penalty, 0, 1)
Column Confidence(const Table& rows, const EvidenceOptions& options, const Column& source) {
  std::vector<expr::CaseArm> arms;
  for (const auto& [name, weight] : options.weights) {
    arms.push_back({source == Lit(name), Lit(weight)});
  }
  Column confidence = Lit(options.confidence);
  if (!arms.empty()) {
    confidence = confidence + expr::Cases(std::move(arms), Lit(0.0));
  }
  if (options.penalty.has_value()) {
    confidence = confidence - IfElse(Holds(rows, options.penalty->condition),
                                     Lit(options.penalty->amount), Lit(0.0));
  }
  return expr::Least({expr::Greatest({confidence, Lit(0.0)}), Lit(1.0)}).Cast(DataType::Float32());
}

/// The values of the key, joined by colons.
Column RowId(const Table& rows, const Contract& contract) {
  std::vector<Column> parts;
  for (const std::string& column : contract.key) {
    if (!parts.empty()) {
      parts.push_back(Lit(":"));
    }
    parts.push_back(rows[column].Cast(DataType::Utf8()));
  }
  return expr::ConcatStrict(std::move(parts));
}

/// The place of a row as far as its table has one.
struct Place {
  Column file_id;
  Column path;
  Column span;
  Column span_id;
};

Place PlaceOf(const Table& rows, const Contract& contract, const DataType& span_type) {
  const auto text = [&](std::string_view column) {
    return contract.FindColumn(column) == nullptr ? Null(DataType::Utf8()) : rows[column];
  };
  Place place{text("file_id"), text("path"), Null(span_type), Null(DataType::Utf8())};
  if (contract.FindColumn("span") != nullptr) {
    place.span = rows["span"];
    const Column bstart = place.span.Field("bstart");
    place.span_id = IfElse(expr::IsNull(bstart), Null(DataType::Utf8()),
                           expr::Id("span", {place.file_id, bstart, place.span.Field("bend")}));
  }
  return place;
}

Result<Table> EvidenceOf(const Rule& rule, const RuleInputs& inputs) {
  NORMA_ASSIGN_OR_RETURN(const Contract* contract, inputs.contracts().GetContract(rule.output));
  if (!contract->evidence.has_value()) {
    return Error{ErrorKind::kInternal,
                 fmt::format("the contract emits no evidence: {}", rule.output)};
  }
  NORMA_ASSIGN_OR_RETURN(const Table rows, inputs.Get(rule.output));
  const EvidenceOptions& options = *contract->evidence;
  const sql::Schema& output = inputs.output_schema();
  const Place place = PlaceOf(rows, *contract, output.columns[*output.Find("span")].type);
  const Column row_id = RowId(rows, *contract);
  const Column source = TextOf(rows, options.source);
  const Column group =
      options.group.has_value()
          ? expr::Id("ambiguity", {Lit(options.group->kind), rows[options.group->column]})
          : Null(DataType::Utf8());
  return rows.Select({{"evidence_id", expr::Id("evidence", {Lit(rule.name), row_id})},
                      {"rule_name", Lit(rule.name)},
                      {"output_name", Lit(rule.output)},
                      {"row_id", row_id},
                      {"file_id", place.file_id},
                      {"path", place.path},
                      {"span", place.span},
                      {"span_id", place.span_id},
                      {"evidence_family", Lit(options.family)},
                      {"source", source},
                      {"role", TextOf(rows, options.role)},
                      {"confidence", Confidence(rows, options, source)},
                      {"ambiguity_group_id", group}});
}

Result<Table> Build(const RuleInputs& inputs) {
  std::vector<Table> tables;
  for (const Rule* rule : kEmitters) {
    NORMA_ASSIGN_OR_RETURN(Table rows, EvidenceOf(*rule, inputs));
    tables.push_back(std::move(rows));
  }
  NORMA_ASSIGN_OR_RETURN(const Table result, expr::UnionAll(std::move(tables)));
  return result.Conform(inputs.output_schema());
}

}  // namespace

constinit const Rule kNormalizeEvidence = {
    .name = "normalize_evidence",
    .output = "normalize_evidence_v1",
    .inputs = {},
    .optional_inputs = kOptionalInputs,
    .build = &Build,
};

}  // namespace norma::rules
