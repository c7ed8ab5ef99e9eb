/// \file
/// What norma's queries rest on in the engine, one small fact each. A new version of the engine
/// that changes one of them fails here before it changes a table.

#include <gtest/gtest.h>

#include <string>

#include "norma/engine/session.h"
#include "norma/engine/test_support.h"
#include "tests/support/matchers.h"

namespace norma::engine {
namespace {

using norma::testing_support::IsOk;

struct Fact {
  std::string label;
  std::string sql;
  std::string rows;  // columns by "|", rows by ";"
};

class EngineFact : public testing::TestWithParam<Fact> {};

TEST_P(EngineFact, Holds) {
  const Session session = testing_support::OpenSession();
  const auto rows = testing_support::RowsText(session, GetParam().sql);
  ASSERT_THAT(rows, IsOk());
  EXPECT_EQ(rows.value(), GetParam().rows);
}

INSTANTIATE_TEST_SUITE_P(
    Names, EngineFact,
    testing::Values(
        Fact{"bare_names_fold", R"(SELECT Abc FROM (VALUES (1)) AS t (abc))", "1"},
        Fact{"quoted_names_stay", R"(SELECT "Abc" FROM (VALUES (1)) AS t ("Abc"))", "1"},
        // The side whose alias sorts first gives the merged column of `*`.
        Fact{"using_takes_a_side",
             "SELECT * FROM (VALUES (1)) AS b (id) LEFT JOIN (VALUES (2)) AS a (id) USING (id)",
             "NULL"}),
    [](const auto& test) { return test.param.label; });

INSTANTIATE_TEST_SUITE_P(
    Order, EngineFact,
    testing::Values(Fact{"null_is_largest",
                         "SELECT a FROM (VALUES (1), (NULL), (2)) AS t (a) ORDER BY a", "1;2;NULL"},
                    Fact{"null_is_first_downwards",
                         "SELECT a FROM (VALUES (1), (NULL), (2)) AS t (a) ORDER BY a DESC",
                         "NULL;2;1"},
                    Fact{"distinct_on_takes_each_column_by_order",
                         "SELECT DISTINCT ON (k) k, v FROM (VALUES (1, NULL), (1, 2)) AS t (k, v) "
                         "ORDER BY k, v NULLS FIRST",
                         "1|NULL"}),
    [](const auto& test) { return test.param.label; });

INSTANTIATE_TEST_SUITE_P(
    Values, EngineFact,
    testing::Values(
        Fact{"integers_wrap", "SELECT arrow_cast(9223372036854775807, 'Int64') + 1",
             "-9223372036854775808"},
        Fact{"integers_divide_towards_zero", "SELECT -7 / 2, -7 % 2", "-3|-1"},
        Fact{"like_escapes_with_backslash", R"(SELECT 'a%' LIKE 'a\%', 'ab' LIKE 'a\%')",
             "true|false"},
        Fact{"similar_is_a_regular_expression", "SELECT 'abc' SIMILAR TO 'a%'", "false"},
        Fact{"concat_skips_null", "SELECT concat('a', NULL, 'b'), 'a' || NULL", "ab|NULL"},
        Fact{"text_compares_by_bytes", "SELECT 'Z' < 'a', 'z' < 'é'", "true|true"},
        Fact{"greatest_skips_null", "SELECT greatest(1, NULL), least(1, NULL)", "1|1"}),
    [](const auto& test) { return test.param.label; });

INSTANTIATE_TEST_SUITE_P(
    Sets, EngineFact,
    testing::Values(
        Fact{"except_all_is_an_anti_join",
             "SELECT count(*) FROM ((SELECT 1 AS a UNION ALL SELECT 1) EXCEPT ALL SELECT 1)", "0"},
        Fact{"union_of_structs_is_by_place",
             "SELECT s['a'] FROM (SELECT named_struct('a', 1, 'b', 2) AS s UNION ALL "
             "SELECT named_struct('a', 3, 'c', 4)) ORDER BY 1",
             "1;3"}),
    [](const auto& test) { return test.param.label; });

INSTANTIATE_TEST_SUITE_P(
    Nested, EngineFact,
    testing::Values(Fact{"unnest_drops_null_and_empty",
                         "SELECT id, unnest(l) AS x FROM (VALUES (1, make_array(7)), (2, NULL), "
                         "(3, arrow_cast(make_array(), 'List(Int64)'))) AS t (id, l) ORDER BY id",
                         "1|7"},
                    Fact{"map_extract_gives_a_list",
                         "SELECT map_extract(map(make_array('k'), make_array(5)), 'k'), "
                         "map_extract(map(make_array('k'), make_array(5)), 'x')",
                         "[5]|[NULL]"},
                    Fact{"elements_count_from_one", "SELECT make_array(7, 8)[1], make_array(7)[2]",
                         "7|NULL"},
                    Fact{"lambdas_see_null",
                         "SELECT array_any_match(make_array(1, NULL), (x) -> x IS NULL), "
                         "array_any_match(make_array(1), (x) -> x IS NULL), "
                         "array_any_match(arrow_cast(NULL, 'List(Int64)'), (x) -> x IS NULL)",
                         "true|false|NULL"}),
    [](const auto& test) { return test.param.label; });

}  // namespace
}  // namespace norma::engine
