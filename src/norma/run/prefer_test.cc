/// \file
/// Prefer on the engine, against a loop that picks the rows by hand.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "norma/engine/session.h"
#include "norma/engine/test_support.h"
#include "norma/engine/type_resolver.h"
#include "norma/expr/rule_inputs.h"
#include "norma/expr/table.h"
#include "norma/sql/schema_source.h"
#include "tests/support/matchers.h"

namespace norma::run {
namespace {

using expr::Asc;
using expr::Desc;
using expr::Table;
using sql::DataType;
using sql::Literal;
using testing_support::IsOk;

/// A world without tables: rows are constants.
class NoTables final : public sql::SchemaSource {
 public:
  Result<sql::TableDescription> Find(std::string_view) const override {
    return Error{ErrorKind::kNotFound, "there are no tables"};
  }
};

struct Row {
  std::optional<std::string> key;
  std::optional<int64_t> rank;
  std::optional<std::string> name;

  std::string ToText() const {
    return fmt::format("{}|{}|{}", key.value_or("NULL"),
                       rank.has_value() ? std::to_string(*rank) : "NULL", name.value_or("NULL"));
  }
};

/// How `rank` decides; what it leaves open is for the remaining column, ascending.
struct RankOrder {
  bool descending = false;
  bool nulls_first = false;
};

template <typename T>
int Compare(const std::optional<T>& left, const std::optional<T>& right, RankOrder order) {
  if (!left.has_value() || !right.has_value()) {
    const int nulls = static_cast<int>(!left.has_value()) - static_cast<int>(!right.has_value());
    return order.nulls_first ? -nulls : nulls;
  }
  const int ascending = *left < *right ? -1 : static_cast<int>(*right < *left);
  return order.descending ? -ascending : ascending;
}

/// What Prefer({"key"}, {rank}, kAllColumns) must give, sorted.
std::vector<std::string> Expected(const std::vector<Row>& rows, RankOrder order) {
  std::map<std::optional<std::string>, Row> best;
  for (const Row& row : rows) {
    const auto [place, is_new] = best.try_emplace(row.key, row);
    int compared = Compare(row.rank, place->second.rank, order);
    compared = compared != 0 ? compared : Compare(row.name, place->second.name, RankOrder());
    if (!is_new && compared < 0) {
      place->second = row;
    }
  }
  std::vector<std::string> texts;
  texts.reserve(best.size());
  for (const auto& [key, row] : best) {
    texts.push_back(row.ToText());
  }
  std::ranges::sort(texts);
  return texts;
}

std::vector<Row> RandomRows(std::mt19937_64& random) {
  const auto pick = [&](int limit) {
    return static_cast<int>(random() % static_cast<uint64_t>(limit));
  };
  std::vector<Row> rows;
  for (int i = pick(30); i >= 0; --i) {
    Row row;
    row.key = pick(6) == 0 ? std::nullopt : std::optional(fmt::format("k{}", pick(4)));
    row.rank = pick(4) == 0 ? std::nullopt : std::optional<int64_t>(pick(3));
    row.name = pick(4) == 0 ? std::nullopt : std::optional(fmt::format("n{}", pick(3)));
    rows.push_back(row);
  }
  return rows;
}

Literal TextOrNull(const std::optional<std::string>& text) {
  return text.has_value() ? Literal::Text(*text).value() : Literal::Null(DataType::Utf8());
}

/// The query over `rows` in the order in which they stand.
Result<std::string> PreferSql(engine::EngineTypeResolver& resolver, const std::vector<Row>& rows,
                              RankOrder order) {
  static const NoTables kNoTables;
  const expr::RuleInputs inputs(kNoTables, resolver, {});
  sql::Schema schema;
  schema.columns = {{"key", DataType::Utf8(), true},
                    {"rank", DataType::Int64(), true},
                    {"name", DataType::Utf8(), true}};
  std::vector<std::vector<Literal>> values;
  values.reserve(rows.size());
  for (const Row& row : rows) {
    values.push_back(
        {TextOrNull(row.key),
         row.rank.has_value() ? Literal::Int64(*row.rank) : Literal::Null(DataType::Int64()),
         TextOrNull(row.name)});
  }
  NORMA_ASSIGN_OR_RETURN(const Table table, inputs.Values(schema, std::move(values)));
  const expr::SortKey key = order.descending ? Desc("rank") : Asc("rank");
  NORMA_ASSIGN_OR_RETURN(
      const Table best,
      table.Prefer({"key"}, {order.nulls_first ? key.NullsFirst() : key.NullsLast()},
                   expr::Ties::kAllColumns));
  return best.ToSql();
}

std::vector<std::string> Lines(const std::string& rows) {
  std::vector<std::string> lines;
  size_t begin = 0;
  while (begin <= rows.size()) {
    const size_t end = std::min(rows.find(';', begin), rows.size());
    lines.push_back(rows.substr(begin, end - begin));
    begin = end + 1;
  }
  std::ranges::sort(lines);
  return lines;
}

TEST(Prefer, GivesOneWholeRowForEachKeyInAnyOrderAndPartitioning) {
  std::vector<engine::Session> sessions;
  for (const uint32_t partitions : {1U, 2U, 4U, 8U}) {
    sessions.push_back(
        engine::testing_support::OpenSession({.target_partitions = partitions, .batch_rows = 3}));
  }
  engine::EngineTypeResolver resolver(sessions.front());
  constexpr uint64_t kSeed = 20261122;
  std::mt19937_64 random(kSeed);
  for (int round = 0; round < 50; ++round) {
    const RankOrder order = {.descending = round % 2 == 1, .nulls_first = round % 4 > 1};
    std::vector<Row> rows = RandomRows(random);
    const std::vector<std::string> expected = Expected(rows, order);
    for (const engine::Session& session : sessions) {
      std::ranges::shuffle(rows, random);
      const auto sql = PreferSql(resolver, rows, order);
      ASSERT_THAT(sql, IsOk());
      const auto found = engine::testing_support::RowsText(session, sql.value());
      ASSERT_THAT(found, IsOk());
      ASSERT_EQ(Lines(found.value()), expected) << "seed " << kSeed << ", round " << round;
    }
  }
}

}  // namespace
}  // namespace norma::run
