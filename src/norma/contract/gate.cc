#include "norma/contract/gate.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <span>
#include <utility>

#include "norma/contract/align_internal.h"
#include "norma/contract/schema_compare.h"
#include "norma/contract/type_names.h"
#include "norma/sql/literal.h"

namespace norma::contract {
namespace {

/// Something that every row must keep.
struct Promise {
  std::string kept;     // SQL; FALSE breaks the promise, NULL does not
  std::string failure;  // "CODE place"
};

/// A declared column as it stands in the aligned layer.
struct AlignedColumn {
  std::string sql;
  std::string raw_name;  // the uncast value, for a column whose cast may fail; else empty
  std::string raw_sql;
};

std::string Quoted(std::string_view name) { return fmt::format("\"{}\"", name); }

Result<AlignedColumn> AlignColumn(const sql::Schema& given, const ContractColumn& declared,
                                  size_t index, GatedQuery& gated) {
  const auto place = given.Find(declared.name);
  if (!place) {
    if (!declared.nullable) {
      return Error{ErrorKind::kContractViolation,
                   fmt::format("the rule gives no value for a NOT NULL column: {}", declared.name)};
    }
    gated.missing_columns.push_back(declared.name);
    NORMA_ASSIGN_OR_RETURN(std::string null, sql::Literal::Null(declared.type).ToSql());
    return AlignedColumn{std::move(null), "", ""};
  }
  const sql::DataType& from = given.columns[*place].type;
  const Conversion conversion = ConversionBetween(from, declared.type);
  AlignedColumn column;
  const std::string source = Quoted(declared.name);
  if (conversion == Conversion::kNone) {
    column.sql = source;
    return column;
  }
  auto aligned = AlignSql(source, from, declared.type);
  if (conversion == Conversion::kNever || !aligned.ok()) {
    return Error{ErrorKind::kContractViolation,
                 fmt::format("the rule gives a type that can never be the declared one: {}, {} "
                             "instead of {}",
                             declared.name, from.ToString(), TypeName(declared.type))};
  }
  column.sql = std::move(aligned).value();
  if (conversion == Conversion::kChecked) {
    column.raw_name = fmt::format("norma_raw_{}", index);
    column.raw_sql = source;
  }
  gated.cast_columns.push_back(declared.name);
  return column;
}

/// TRUE for a value that breaks `NOT NULL` at the place that `steps` leads to; may be NULL.
std::string NullAt(std::string value, std::span<const ColumnPath::Step> steps, size_t depth) {
  for (size_t i = 0; i < steps.size(); ++i) {
    if (!steps[i].is_item()) {
      value = fmt::format("\"get_field\"({}, {})", value, sql::QuoteText(steps[i].field));
      continue;
    }
    const std::string item = fmt::format("\"norma_item_{}\"", depth);
    return fmt::format("\"array_any_match\"({}, ({}) -> {})", value, item,
                       NullAt(item, steps.subspan(i + 1), depth + 1));
  }
  return fmt::format("({} IS NULL)", value);
}

std::string NestedNotNull(const ColumnPath& path, bool column_nullable) {
  const std::string column = Quoted(path.column());
  const std::string kept = fmt::format("(NOT {})", NullAt(column, path.steps(), 0));
  return column_nullable ? fmt::format("({} IS NULL OR {})", column, kept) : kept;
}

std::string OneOf(const AllowedValues& values) {
  std::vector<std::string> words;
  words.reserve(values.words.size());
  for (const std::string& word : values.words) {
    words.push_back(sql::QuoteText(word));
  }
  return fmt::format("({} IN ({}))", Quoted(values.column), fmt::join(words, ", "));
}

/// Whether a column is what a row of bytecode has from its code unit: NULL then says that there is
/// no such unit, which is the extractor's fault.
bool IsOfUnit(const Contract& contract, const ContractColumn& column) {
  return column.name == "py_tag" && contract.FindColumn("code_unit_id") != nullptr;
}

std::vector<Promise> PromisesOf(const Contract& contract, std::span<const AlignedColumn> aligned) {
  std::vector<Promise> promises;
  for (size_t i = 0; i < aligned.size(); ++i) {
    if (!aligned[i].raw_name.empty()) {
      const std::string name = contract.columns[i].name;
      promises.push_back(
          {fmt::format("({} IS NULL OR {} IS NOT NULL)", Quoted(aligned[i].raw_name), Quoted(name)),
           fmt::format("CAST_FAILED {}", name)});
    }
  }
  for (const ContractColumn& column : contract.columns) {
    if (!column.nullable) {
      promises.push_back(
          {fmt::format("({} IS NOT NULL)", Quoted(column.name)),
           fmt::format("{} {}", IsOfUnit(contract, column) ? "ORPHAN_UNIT" : "NULL_VALUE",
                       column.name)});
    }
  }
  for (const ColumnPath& path : contract.not_null) {
    const ContractColumn* column = contract.FindColumn(path.column());
    promises.push_back({NestedNotNull(path, column == nullptr || column->nullable),
                        fmt::format("NULL_VALUE {}", path.ToString())});
  }
  for (const AllowedValues& values : contract.values) {
    promises.push_back({OneOf(values), fmt::format("BAD_VALUE {}", values.column)});
  }
  for (const std::string& column : contract.ids) {
    promises.push_back(
        {fmt::format("\"norma_is_id\"({})", Quoted(column)), fmt::format("BAD_ID {}", column)});
  }
  for (const Check& check : contract.checks) {
    promises.push_back(
        {fmt::format("({})", check.sql), fmt::format("CHECK_FAILED {}", check.name)});
  }
  return promises;
}

/// A balanced tree of ANDs: a flat one is as deep as it is long, and parsers have limits.
std::string AllKept(std::span<const Promise> promises) {
  if (promises.size() == 1) {
    return promises.front().kept;
  }
  const size_t half = promises.size() / 2;
  return fmt::format("({} AND {})", AllKept(promises.first(half)), AllKept(promises.subspan(half)));
}

std::string FailuresSql(std::span<const Promise> promises) {
  if (promises.empty()) {
    return "\"arrow_cast\"(NULL, 'Utf8')";
  }
  std::vector<std::string> texts;
  texts.reserve(promises.size());
  for (const Promise& promise : promises) {
    texts.push_back(fmt::format("CASE WHEN ({} IS NOT FALSE) THEN NULL ELSE {} END", promise.kept,
                                sql::QuoteText(promise.failure)));
  }
  return fmt::format(
      "CASE WHEN ({} IS NOT FALSE) THEN NULL ELSE \"arrow_cast\"(\"concat_ws\"('; ', {}), 'Utf8') "
      "END",
      AllKept(promises), fmt::join(texts, ", "));
}

std::string OrderSql(const std::vector<ColumnPath>& paths) {
  std::vector<std::string> keys;
  for (const ColumnPath& path : paths) {
    std::string value = Quoted(path.column());
    for (const ColumnPath::Step& step : path.steps()) {
      value = fmt::format("\"get_field\"({}, {})", value, sql::QuoteText(step.field));
    }
    keys.push_back(value + " ASC NULLS LAST");
  }
  return fmt::format("{}", fmt::join(keys, ", "));
}

/// The aligned rows, as they are or the first of each key.
std::string RowsSql(const std::string& aligned, const Contract& contract) {
  if (contract.dedupe_order.empty()) {
    return fmt::format("({}) AS \"norma_aligned\"", aligned);
  }
  std::vector<std::string> key;
  key.reserve(contract.key.size());
  for (const std::string& column : contract.key) {
    key.push_back(Quoted(column));
  }
  return fmt::format(
      "(SELECT *, \"row_number\"() OVER (PARTITION BY {} ORDER BY {}) AS \"norma_rank\"\n"
      "      FROM ({}) AS \"norma_all\") AS \"norma_aligned\"\nWHERE \"norma_rank\" = 1",
      fmt::join(key, ", "), OrderSql(contract.dedupe_order), aligned);
}

}  // namespace

Result<GatedQuery> GateSql(std::string_view rule_sql, const sql::Schema& given,
                           const Contract& contract) {
  GatedQuery gated;
  std::vector<AlignedColumn> aligned;
  std::vector<std::string> inner;
  std::vector<std::string> outer;
  for (size_t i = 0; i < contract.columns.size(); ++i) {
    const std::string name = Quoted(contract.columns[i].name);
    auto column = AlignColumn(given, contract.columns[i], i, gated);
    if (!column.ok()) {
      return column.error().WithContext(contract.name);
    }
    inner.push_back(fmt::format("{} AS {}", column.value().sql, name));
    if (!column.value().raw_name.empty()) {
      inner.push_back(
          fmt::format("{} AS {}", column.value().raw_sql, Quoted(column.value().raw_name)));
    }
    outer.push_back(name);
    aligned.push_back(std::move(column).value());
  }
  for (const sql::SchemaColumn& column : given.columns) {
    if (contract.FindColumn(column.name) == nullptr) {
      gated.dropped_columns.push_back(column.name);
    }
  }
  const std::string aligned_sql =
      fmt::format("SELECT {}\n      FROM ({}) AS \"norma_rule\"", fmt::join(inner, ", "), rule_sql);
  gated.sql = fmt::format("SELECT {}, {} AS \"{}\"\nFROM {}\nORDER BY {}", fmt::join(outer, ", "),
                          FailuresSql(PromisesOf(contract, aligned)), kFailuresColumn,
                          RowsSql(aligned_sql, contract), OrderSql(contract.sort));
  return gated;
}

}  // namespace norma::contract
